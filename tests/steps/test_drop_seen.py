"""Entries that are done with stay out."""

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to

from tests.support.samples import article, entry, reject, story_article
from tests.support.steps import pipeline, put, run_of
from transforms import DropSeen, Ledger
from transforms.accounting.rows import article_index_row, reject_index_row
from transforms.accounting.runs import now
from transforms.lake.layout import Lake


def test_drop_seen_keeps_one_entry_for_a_page_and_none_that_is_done_with_and_those_in_line(lake: Lake) -> None:
    done = article(url="http://post.example/done")
    put(lake, article_index_row(story_article(done)))
    slow = entry(url="http://post.example/slow")
    waiting = reject(entry_key=slow.entry_key, url_key=slow.url_key, rejected_at=now(), retry_at=now())
    row = reject_index_row(waiting)
    assert row is not None
    put(lake, row)
    twice = entry(url="http://post.example/new", feed_url="http://post.example/second-feed")
    entries = [entry(url="http://post.example/new"), twice, entry(url=done.url), slow]
    ledger = Ledger()
    with pipeline() as p:
        fresh = p | beam.Create(entries) | DropSeen(run_of(lake), ledger)
        kept = fresh | beam.Map(lambda e: (e.url[-4:], e.feed_url[-8:]))
        assert_that(kept, equal_to([("/new", "feed.xml"), ("slow", "feed.xml")]))
        seen = ledger.tallies[0] | beam.Map(lambda tally: tally.count) | beam.CombineGlobally(sum)
        assert_that(seen, equal_to([2]), "seen")
