"""The body of an article, where the extractor fails."""

from __future__ import annotations

import pytest
import trafilatura

from schemas import Reason, Rejected
from tests.support.pages import SENTENCES, document, page_of
from transforms.extraction.article import extract_article


def _broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("at the page's end")


def test_a_page_that_breaks_trafilatura_is_rejected_with_the_errors_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trafilatura, "bare_extraction", _broken)
    with pytest.raises(Rejected) as caught:
        extract_article(page_of("<html><body><p><a href='/'>home</a></p></body></html>"), "run-1")
    assert caught.value.reason is Reason.UNPARSABLE
    assert caught.value.detail == "ZeroDivisionError in trafilatura: at the page's end"


def test_a_page_that_breaks_trafilatura_keeps_the_text_of_its_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trafilatura, "bare_extraction", _broken)
    assert SENTENCES[0] in extract_article(page_of(document()), "run-1").article.body
