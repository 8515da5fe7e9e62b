"""Timings that add up, and what Prometheus reads."""

import json
import socket
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from examples.serve_newsroom import NEWSROOM
from examples.serve_newsroom import serving as newsroom
from pipelines import batch
from pipelines.command.console import closing_lines, timing_lines
from pipelines.command.shell import PassError
from pipelines.service.metrics import Meters, serving
from schemas import DataFile, Row
from tests.support.samples import NOON, article, poll, story_article
from transforms.accounting.counts import Tally, commit_lags, tallies_of, timed
from transforms.accounting.run_record import RunRecord
from transforms.accounting.timings import BEYOND, EDGES, Timing, add_named
from transforms.lake.layout import read_record, run_ids
from transforms.lake.opening import open_lake

DURATIONS = st.lists(st.floats(-10, 1e9), max_size=50)


def timing(*seconds: float) -> Timing:
    made = Timing()
    for duration in seconds:
        made.add(duration)
    return made


def record(run_id: str, *tallies: Tally, written: list[DataFile] | None = None) -> RunRecord:
    return RunRecord.from_tallies(run_id, NOON, NOON, "test", tallies, written or [])


def scrape(address: str | None) -> dict[str, float]:
    """Series by name and labels, such as ``copydesk_polls_total outcome=ok``."""
    text = urlopen(f"{address}/metrics", timeout=10).read().decode()
    return {
        " ".join([sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("seconds", "edge"),
    [(0.0, 0.001), (-3.0, 0.001), (0.001, 0.001), (0.0011, 0.002), (0.7, 1.0), (86400.0, 100_000.0), (1e9, BEYOND)],
)
def test_a_duration_lies_in_the_first_bucket_that_holds_it(seconds: float, edge: float) -> None:
    assert timing(seconds).buckets == {edge: 1}


def test_a_median_is_read_within_its_bucket_and_the_mean_is_exact() -> None:
    made = timing(0.6, 0.6, 0.6, 0.6)
    assert (made.count, made.mean, made.longest) == (4, 0.6, 1.0)
    assert made.quantile(0.5) == 0.75
    assert timing().quantile(0.5) == 0.0
    assert timing(1e9).quantile(0.5) == EDGES[-1]


@given(DURATIONS, DURATIONS)
def test_timings_add_up_in_any_order_and_on_any_way(first: list[float], second: list[float]) -> None:
    sums: Counter[str] = Counter()
    for duration in [*second, *first]:
        for tally in timed("poll", duration):
            sums[tally.name] += tally.count
    collected: dict[str, Timing] = {}
    for name, count in sums.items():
        add_named(collected, name, count)
    together = timing(*first, *second)
    assert collected.get("poll", Timing()) == together
    assert Timing.from_json(json.loads(json.dumps(together.to_json()))) == together


def test_rows_tell_how_long_polls_took_and_how_fresh_articles_were() -> None:
    rows: list[Row] = [
        poll(seconds=0.4),
        poll(outcome="failed", seconds=0.0),
        story_article(),  # published an hour before it was seen
        story_article(article(published_precision="day")),
        story_article(article(published_at=None, published_precision=None)),
        story_article(article(revision=2)),
    ]
    summary = record("r", *(tally for row in rows for tally in tallies_of(row)))
    assert summary.metrics == {"poll": timing(0.4), "freshness": timing(3600)}
    assert summary.reasons == {}
    assert RunRecord.from_json(json.dumps(summary.to_json())) == summary


def test_the_commit_lag_is_of_articles_that_this_run_fetched() -> None:
    old, new = NOON - timedelta(days=400), NOON + timedelta(seconds=3)
    lags = commit_lags([old, new], NOON, NOON + timedelta(seconds=10))
    assert record("r", *lags).metrics == {"commit-lag": timing(7)}


def test_a_pass_keeps_its_timings_in_its_record_and_tells_them(tmp_path: Path) -> None:
    with newsroom() as proxy:
        sources = str(NEWSROOM / "sources.toml")
        arguments = ["--sources", sources, "--lake", str(tmp_path / "lake"), "--proxy", proxy, "--pause", "0"]
        assert batch.main([*arguments, "--quiet"]) == 0
    lake = open_lake(tmp_path / "lake")
    (run_id,) = run_ids(lake)
    summary = read_record(lake, run_id)
    counts = {kind: held.count for kind, held in summary.metrics.items()}
    assert (counts["poll"], counts["fetch"], counts["extract"]) == (8, 30, 30)
    assert counts["commit-lag"] == summary.total.articles
    assert counts["write"] == len(summary.written)
    assert 0 < counts["freshness"] <= summary.total.articles
    assert summary.balanced
    took, fresh = list(timing_lines(summary))
    assert took.startswith("Took (median, mean, none over): poll ")
    assert f"half of {counts['freshness']} articles" in fresh
    assert [took, fresh] == list(closing_lines(summary))[-2:]


def test_a_record_of_an_earlier_version_has_no_timings() -> None:
    held = record("r", Tally("post", "feeds")).to_json()
    del held["metrics"]
    assert RunRecord.from_json(json.dumps(held)).metrics == {}


FEEDS = [Tally("post", "feeds", 10), Tally("post", "feeds_not_due", 4), Tally("post", "feeds_unchanged", 3)]
NEWS = [
    Tally("post", "feeds_failed"),
    Tally("post", "entries", 9),
    Tally("post", "articles", 5),
    Tally("post", "revised", 2),
    Tally("post", "exact"),
    Tally("post", "seen", 3),
    Tally("post", "rejects"),
    Tally("post", "reason/timeout"),
    Tally("post", "reason/host-deferred", 2),
    *timed("fetch", 0.1, 0.3),
    *timed("freshness", 90.0),
]


def test_records_of_passes_are_counted() -> None:
    meters = Meters("engine")
    meters.observe(record("r1", *FEEDS, *NEWS))
    meters.observe(record("r2", *FEEDS, *NEWS), "failed")
    meters.not_committed("busy")
    with serving(meters, "127.0.0.1", 0, lambda: True) as address:
        told = scrape(address)
    expected = {
        "copydesk_passes_total result=ok": 1,
        "copydesk_passes_total result=failed": 1,
        "copydesk_passes_total result=busy": 1,
        "copydesk_polls_total outcome=ok": 4,
        "copydesk_polls_total outcome=unchanged": 6,
        "copydesk_polls_total outcome=failed": 2,
        "copydesk_entries_total": 18,
        "copydesk_pages_total": 4,
        "copydesk_articles_total": 10,
        "copydesk_revisions_total": 4,
        "copydesk_duplicates_total": 2,
        "copydesk_seen_entries_total": 6,
        "copydesk_rejects_total reason=timeout": 2,
        "copydesk_rejects_total reason=dns": 0,
        "copydesk_feeds_due": 6,
        "copydesk_feeds_not_due": 4,
        "copydesk_entries_waiting": 2,
        "copydesk_last_success_timestamp_seconds": NOON.timestamp(),
        "copydesk_fetch_seconds_count": 4,
        "copydesk_fetch_seconds_sum": 0.8,
        "copydesk_fetch_seconds_bucket le=0.1": 2,
        "copydesk_fetch_seconds_bucket le=0.2": 2,
        "copydesk_fetch_seconds_bucket le=0.5": 4,
        "copydesk_fetch_seconds_bucket le=+Inf": 4,
        "copydesk_freshness_seconds_bucket le=50": 0,
        "copydesk_freshness_seconds_bucket le=100": 2,
        "copydesk_pass_seconds_count": 2,
    }
    assert {name: told.get(name) for name in expected} == expected
    assert any(name.startswith("copydesk_build_info beam=2.") and "engine=engine" in name for name in told)
    assert not any(name.endswith("_created") for name in told)


def test_what_waits_in_a_stream_is_the_sum_of_its_windows() -> None:
    meters = Meters("engine")
    for waiting in (5, -3):
        meters.observe(record("w", Tally("post", "waiting", waiting)))
    with serving(meters, "127.0.0.1", 0, lambda: True) as address:
        assert scrape(address)["copydesk_entries_waiting"] == 2


def test_a_compaction_is_no_pass() -> None:
    meters = Meters("engine")
    meters.observe(record("c", written=[DataFile(dataset="polls", path="polls/date=2026-10-01/x", rows=2, bytes=10)]))
    with serving(meters, "127.0.0.1", 0, lambda: True) as address:
        assert scrape(address)["copydesk_passes_total result=ok"] == 0


def test_health_is_told_by_status() -> None:
    well = True
    with serving(Meters("engine"), "127.0.0.1", 0, lambda: well) as address:
        assert urlopen(f"{address}/healthz", timeout=10).status == 200
        well = False
        with pytest.raises(HTTPError, match="503"):
            urlopen(f"{address}/healthz", timeout=10)
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{address}/", timeout=10)


def test_without_a_port_nothing_is_served() -> None:
    with serving(Meters("engine"), "127.0.0.1", None, lambda: True) as address:
        assert address is None


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PassError, match=rf"127\.0\.0\.1:{port} \(Address already in use\)\. Give --metrics-port"),
            serving(Meters("engine"), "127.0.0.1", port, lambda: True),
        ):
            pass
