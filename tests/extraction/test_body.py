"""The body of an article: its words, its hash, and what the extractor fails on."""

from __future__ import annotations

import pytest
import trafilatura

from schemas import Reason, Rejected
from tests.support.pages import document, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.body import content_hash, word_count


def test_the_hash_sees_words_only() -> None:
    assert content_hash("The  Bridge, closed!\n“Now”") == content_hash("the bridge closed: now")
    assert content_hash("ｆｕｌｌ width") == content_hash("full width")
    assert content_hash("the bridge closed") != content_hash("the bridges closed")
    assert len(content_hash("")) == 32


@pytest.mark.parametrize(
    ("text", "words"), [("two words", 2), ("橋が閉鎖", 4), ("the 橋 bridge", 3), ("다리 폐쇄", 2), ("", 0)]
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert word_count(text) == words


def test_a_page_that_breaks_the_extractor_is_rejected_with_the_errors_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("at the page's end")

    monkeypatch.setattr(trafilatura, "bare_extraction", fail)
    with pytest.raises(Rejected) as caught:
        extract_article(page_of(document()), "run-1")
    assert caught.value.reason is Reason.UNPARSABLE
    assert caught.value.detail == "ZeroDivisionError in trafilatura: at the page's end"
