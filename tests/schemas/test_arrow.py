"""Records as Arrow tables."""

import pyarrow as pa

from schemas.arrow import arrow_schema, table
from schemas.records import Reject, StoryArticle
from tests.support.samples import story_article


def test_a_row_survives_arrow_unchanged() -> None:
    row = story_article(authors=("Jane Doe", "李明"), credits=("AFP",), standfirst=None)
    (back,) = table(StoryArticle, [row]).to_pylist()
    back["authors"], back["credits"], back["keywords"], back["agency_evidence"] = (
        tuple(back[name]) for name in ("authors", "credits", "keywords", "agency_evidence")
    )
    assert StoryArticle(**back) == row


def test_columns_have_the_types_that_engines_read() -> None:
    schema = arrow_schema(StoryArticle)
    assert schema.field("published_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("authors").type == pa.list_(pa.string())
    assert schema.field("published_at").nullable
    assert not schema.field("article_id").nullable
    assert arrow_schema(Reject).field("final").type == pa.bool_()
