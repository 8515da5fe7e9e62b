"""Sources to pages."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.testing.util import assert_that, equal_to

from examples.serve_newsroom import serving
from schemas import Source
from tests.support.samples import NOON, OUTLET, RUN, poll
from tests.support.steps import HURRIED, SITE, pipeline, put
from transforms import ExtractArticles, GatherPages, Ledger
from transforms.accounting.counts import Tally
from transforms.lake.layout import Lake
from transforms.steps.context import RunContext
from transforms.web.settings import Connect

POLITENESS = replace(HURRIED, pass_seconds=1e9)  # runs of these tests began long ago


def flat(collections: Iterable[Any], label: str) -> Any:
    return tuple(collections) | label >> beam.Flatten()


@pytest.mark.parametrize("shards", [1, 2, 3])
def test_every_feed_and_every_entry_leaves_once(lake: Lake, site: Path, shards: int) -> None:
    ledger = Ledger()
    run = RunContext(run_id=RUN, lake=lake, started_at=NOON, shards=shards)
    nowhere = Source(id="nowhere", kind="outlet", feeds=("http://elsewhere.example/feed.xml",))
    other = site / "pages" / "elsewhere.example"
    other.mkdir()
    (other / "feed.xml").write_text(  # its page is at another site, and another of its entries has no link
        "<rss version='2.0'><channel><title>E</title><item><title>A</title><guid>a</guid></item>"
        "<item><title>two</title><link>http://site.example/two.html</link></item></channel></rss>"
    )
    with serving(site) as proxy:
        p = pipeline()
        pages = p | beam.Create([SITE, nowhere]) | GatherPages(run, Connect(proxy=proxy), POLITENESS, ledger)
        articles = pages | ExtractArticles(run, ledger)
        found = articles | beam.Map(lambda article: (article.source, article.url.rpartition("/")[2]))
        assert_that(found, equal_to([("site", "one.html"), ("site", "two.html"), ("nowhere", "two.html")]))
        outcomes = ledger.polls[0] | beam.Map(
            lambda row: (row.feed_url.partition("//")[2], row.outcome, row.entries, row.http_status)
        )
        expected = [
            ("site.example/feed.xml", "ok", 3, 200),
            ("site.example/gone.xml", "failed", 0, 404),
            ("elsewhere.example/feed.xml", "ok", 2, 200),
        ]
        assert_that(outcomes, equal_to(expected), "polls")
        reasons = flat(ledger.rejects, "rejects") | beam.Map(lambda row: (row.stage, row.reason, row.http_status))
        three = [("poll", "http-gone", 404), ("fetch", "http-gone", 404), ("fetch", "no-link", None)]
        assert_that(reasons, equal_to(three), "rejects as expected")
        tallies = flat(ledger.tallies, "tallies") | beam.Filter(lambda tally: not tally.name.startswith("timing"))
        feeds = [Tally("site", "feeds")] * 2 + [Tally("nowhere", "feeds"), Tally("site", "feeds_failed")]
        assert_that(tallies, equal_to(feeds), "tallies as expected")
        result = p.run()
        result.wait_until_finish()
    counters = {found.key.metric.name for found in result.metrics().query(MetricsFilter())["counters"]}
    assert {"pages", "articles"} <= counters


def test_a_feed_that_is_not_due_is_left(lake: Lake) -> None:
    patient = Source(id="post", kind="outlet", feeds=OUTLET.feeds, poll_seconds=900)
    put(lake, poll(polled_at=NOON - timedelta(minutes=10)))
    ledger = Ledger()
    with pipeline() as p:
        run = RunContext(run_id=RUN, lake=lake, started_at=NOON, shards=1)
        pages = p | beam.Create([patient]) | GatherPages(run, Connect(), POLITENESS, ledger)
        assert_that(pages, equal_to([]))
        assert_that(ledger.tallies[0], equal_to([Tally("post", "feeds"), Tally("post", "feeds_not_due")]), "tallies")


def test_an_unchanged_feed_is_known_without_validators(lake: Lake, site: Path) -> None:
    for outcome in ("ok", "unchanged"):
        ledger = Ledger()
        with serving(site) as proxy, pipeline() as p:
            source = Source(id="site", kind="outlet", feeds=SITE.feeds[:1])
            run = RunContext(run_id=f"{RUN}-{outcome}", lake=lake, started_at=NOON, shards=1)
            _ = p | beam.Create([source]) | GatherPages(run, Connect(proxy=proxy), POLITENESS, ledger)
            assert_that(ledger.polls[0] | beam.Map(lambda row: row.outcome), equal_to([outcome]))
            without = ledger.polls[0] | "Forget validators" >> beam.Map(_without_validators)
            _ = without | beam.Map(lambda row, to: put(to, row), lake)


def _without_validators(row: Any) -> Any:
    return replace(row, etag=None, last_modified=None, polled_at=NOON)
