"""Sources to entries."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.testing.util import assert_that, equal_to

from examples.serve_newsroom import serving
from schemas import Source
from tests.support.samples import NOON, OUTLET, RUN, poll
from tests.support.steps import HURRIED, SITE, has, pipeline, put, run_of
from transforms import Ledger, PollFeeds
from transforms.accounting.counts import Tally
from transforms.lake.layout import Lake
from transforms.steps.context import RunContext
from transforms.web.settings import Connect


def test_poll_feeds_gives_entries_and_tells_of_each_feed(lake: Lake, site: Path) -> None:
    ledger = Ledger()
    with serving(site) as proxy, pipeline() as p:
        entries = p | beam.Create([SITE]) | PollFeeds(run_of(lake), Connect(proxy=proxy), HURRIED, ledger)
        assert_that(entries | beam.Map(lambda e: e.entry_id), equal_to(["one", "two", "three"]))
        outcomes = ledger.polls[0] | beam.Map(
            lambda row: (row.feed_url[-8:], row.outcome, row.entries, row.http_status)
        )
        assert_that(outcomes, equal_to([("feed.xml", "ok", 3, 200), ("gone.xml", "failed", 0, 404)]), "polls")
        reasons = ledger.rejects[0] | beam.Map(lambda row: (row.stage, row.reason, row.entry_key, row.final))
        assert_that(reasons, equal_to([("poll", "http-gone", None, False)]), "rejects")
        tallies = [Tally("site", "feeds"), Tally("site", "feeds"), Tally("site", "feeds_failed")]
        assert_that(ledger.tallies[0], equal_to(tallies), "tallies")


def test_poll_feeds_leaves_a_feed_that_is_not_due(lake: Lake) -> None:
    patient = Source(id="post", kind="outlet", feeds=OUTLET.feeds, poll_seconds=900)
    put(lake, poll(polled_at=NOON - timedelta(minutes=10)))
    ledger = Ledger()
    with pipeline() as p:
        entries = p | beam.Create([patient]) | PollFeeds(run_of(lake), Connect(), HURRIED, ledger)
        assert_that(entries, equal_to([]))
        assert_that(ledger.tallies[0], equal_to([Tally("post", "feeds"), Tally("post", "feeds_not_due")]), "tallies")


def test_an_unchanged_feed_is_known_without_validators(lake: Lake, site: Path) -> None:
    for expected in (3, 0):
        ledger = Ledger()
        with serving(site) as proxy, pipeline() as p:
            source = Source(id="site", kind="outlet", feeds=SITE.feeds[:1])
            run = RunContext(run_id=f"{RUN}-{expected}", lake=lake, started_at=NOON, shards=1)
            entries = p | beam.Create([source]) | PollFeeds(run, Connect(proxy=proxy), HURRIED, ledger)
            assert_that(entries, has(expected, lambda _: True))
            without = ledger.polls[0] | "Forget validators" >> beam.Map(_without_validators)
            _ = without | beam.Map(lambda row, to: put(to, row), lake)


def _without_validators(row: Any) -> Any:
    return replace(row, etag=None, last_modified=None, polled_at=NOON)
