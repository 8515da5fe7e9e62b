"""What Prometheus reads."""

import socket
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pipelines.command.shell import PassError
from pipelines.service.metrics import Meters, serving
from schemas import DataFile
from tests.support.accounts import record
from tests.support.samples import NOON
from transforms.accounting.counts import Tally, timed


def scrape(address: str | None) -> dict[str, float]:
    """Series by name and labels, such as ``copydesk_polls_total outcome=ok``."""
    text = urlopen(f"{address}/metrics", timeout=10).read().decode()
    return {
        " ".join([sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


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
