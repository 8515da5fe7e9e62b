"""Entries to pages and articles."""

from dataclasses import replace
from pathlib import Path

import apache_beam as beam
from apache_beam.metrics import MetricsFilter
from apache_beam.testing.util import assert_that, equal_to

from examples.serve_newsroom import serving
from schemas import Entry
from tests.support.samples import entry
from tests.support.steps import HURRIED, SITE, pipeline, run_of
from transforms import ExtractArticles, FetchPages, Ledger
from transforms.lake.layout import Lake
from transforms.web.settings import Connect


def test_fetch_and_extract_let_every_entry_leave_once(lake: Lake, site: Path) -> None:
    names = ("one", "two", "three")
    entries: list[Entry] = [entry(SITE, f"http://site.example/{name}.html") for name in names]
    entries.append(replace(entry(SITE), url="", url_key="", entry_id=None))
    ledger = Ledger()
    with serving(site) as proxy:
        p = pipeline()
        articles = (
            p
            | beam.Create(entries)
            | FetchPages(run_of(lake), Connect(proxy=proxy), HURRIED, ledger)
            | ExtractArticles(run_of(lake), ledger)
        )
        assert_that(
            articles | beam.Map(lambda a: a.url), equal_to([f"http://site.example/{name}.html" for name in names[:2]])
        )
        rejects = (
            tuple(ledger.rejects) | beam.Flatten() | beam.Map(lambda row: (row.stage, row.reason, row.http_status))
        )
        assert_that(rejects, equal_to([("fetch", "http-gone", 404), ("fetch", "no-link", None)]), "rejects")
        result = p.run()
        result.wait_until_finish()
    counters = {found.key.metric.name: found.committed for found in result.metrics().query(MetricsFilter())["counters"]}
    assert (counters["pages"], counters["articles"]) == (2, 2)
