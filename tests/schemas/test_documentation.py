"""The documentation of fields."""

from pathlib import Path

import pytest

from schemas.documentation import field_docs, fields_page
from schemas.records import Article, DataFile, Entry, FeedPoll, IndexRow, Page, Reject, StoryArticle
from schemas.sources import Source

RECORDS = [Source, Entry, FeedPoll, Page, Article, StoryArticle, Reject, IndexRow, DataFile]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_every_record_is_documented(record: type) -> None:
    assert all(text.endswith(".") for text in field_docs(record).values())


def test_the_fields_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "fields.md"
    assert page.read_text(encoding="utf-8") == fields_page(), "run `make docs` and commit docs/fields.md"
