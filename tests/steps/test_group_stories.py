"""Articles to stories."""

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to

from tests.support.samples import NOON, OUTLET, WIRE, article, story_article
from tests.support.steps import has, pipeline, put, run_of
from transforms import GroupStories, Ledger
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_index_row
from transforms.lake.layout import Lake


def test_group_stories_keeps_an_article_once_and_joins_equal_bodies(lake: Lake) -> None:
    known = article(url="http://post.example/known")
    put(lake, article_index_row(story_article(known)))
    wire = article(WIRE, "http://wire.example/1", content_hash="h")
    copy = article(OUTLET, "http://post.example/1", content_hash="h", published_at=NOON)
    again = article(OUTLET, "http://post.example/1", content_hash="h", feed_url="http://post.example/second-feed")
    ledger = Ledger()
    with pipeline() as p:
        members = p | beam.Create([again, copy, wire, known]) | GroupStories(run_of(lake), ledger)
        told = members | beam.Map(lambda m: (m.source, m.relation, m.story_id == wire.article_id))
        assert_that(told, equal_to([("meridian", "original", True), ("post", "exact", True)]))
        assert_that(ledger.index[0], has(2, lambda row: row.outcome == "duplicate" and row.final), "duplicates")
        assert_that(ledger.tallies[0], equal_to([Tally("post", "seen"), Tally("post", "seen")]), "tallies")
