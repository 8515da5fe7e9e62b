import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pyarrow as pa
import pytest

from schemas import AGENCIES, Reason, arrow_schema, table
from schemas.documentation import field_docs, fields_page
from schemas.records import Article, DataFile, Entry, FeedPoll, IndexRow, Page, Reject, Source, StoryArticle
from tests.support.samples import entry, poll, reject, story_article

RECORDS = [Source, Entry, FeedPoll, Page, Article, StoryArticle, Reject, IndexRow, DataFile]


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_every_record_is_documented(record: type) -> None:
    assert all(text.endswith(".") for text in field_docs(record).values())


def test_the_fields_page_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "fields.md"
    assert page.read_text(encoding="utf-8") == fields_page(), "run `make docs` and commit docs/fields.md"


def test_a_row_comes_back_from_arrow_as_it_was() -> None:
    row = story_article(authors=("Jane Doe", "李明"), standfirst=None)
    (back,) = table(StoryArticle, [row]).to_pylist()
    back["authors"], back["keywords"], back["agency_evidence"] = (
        tuple(back[name]) for name in ("authors", "keywords", "agency_evidence")
    )
    assert StoryArticle(**back) == row


def test_columns_have_the_types_that_engines_read() -> None:
    schema = arrow_schema(StoryArticle)
    assert schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("authors").type == pa.list_(pa.string())
    assert schema.field("published_at").nullable
    assert not schema.field("article_id").nullable
    assert arrow_schema(Reject).field("final").type == pa.bool_()


@pytest.mark.parametrize("made", [entry(), story_article(), poll(), reject()])
def test_records_travel_and_cannot_be_changed(made: object) -> None:
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(FrozenInstanceError):
        made.source = "other"  # type: ignore[attr-defined]  # that is the point


def test_reasons_that_pass_with_time_are_transient() -> None:
    assert Reason.TIMEOUT.transient
    assert Reason.HOST_DEFERRED.transient
    assert not Reason.HTTP_GONE.transient


def test_agencies_stand_under_their_codes() -> None:
    assert all(code == agency.code for code, agency in AGENCIES.items())
