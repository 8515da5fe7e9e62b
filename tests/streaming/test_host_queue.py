from dataclasses import replace

import pytest

from schemas import Reason, Rejected
from tests.support.samples import entry
from transforms.streaming.host_queue import RECENT, HostQueues

HOST = "post.example"
ONE, TWO = entry(url="http://post.example/1"), entry(url="http://post.example/2")


def test_a_host_serves_one_entry_at_a_time_in_order_and_at_its_pace() -> None:
    line = HostQueues()
    assert line.join(HOST, ONE, 100.0, 10)
    assert line.join(HOST, TWO, 100.0, 10)
    assert list(line.due(100.0)) == [(HOST, ONE)]
    line.hosts[HOST].sent_at = 100.0
    assert list(line.due(101.0)) == []
    assert list(line.under_way()) == [(HOST, ONE)]
    line.served(HOST, next_at=105.0)
    assert list(line.due(104.0)) == []
    assert list(line.due(105.0)) == [(HOST, TWO)]


def test_a_slow_host_keeps_no_other_from_being_served() -> None:
    line = HostQueues()
    other = entry(url="http://other.example/1")
    line.join(HOST, ONE, 100.0, 10)
    line.join("other.example", other, 100.0, 10)
    line.hosts[HOST].sent_at = 100.0
    assert list(line.due(100.0)) == [("other.example", other)]


def test_a_page_that_another_feed_lists_too_is_fetched_once() -> None:
    line = HostQueues()
    assert line.join(HOST, ONE, 100.0, 10)
    twin = replace(ONE, entry_key="of another feed")
    assert not line.join(HOST, twin, 100.0, 10)
    line.served(HOST, 101.0)
    assert not line.join(HOST, twin, 100.0 + RECENT - 1, 10)
    assert line.join(HOST, twin, 100.0 + RECENT, 10)


def test_a_changed_entry_is_fetched_again_but_not_beside_itself() -> None:
    line = HostQueues()
    line.join(HOST, ONE, 100.0, 10)
    changed = replace(ONE, fingerprint="f2")
    assert not line.join(HOST, changed, 101.0, 10)
    line.served(HOST, 101.0)
    assert line.join(HOST, changed, 102.0, 10)


def test_a_line_that_is_full_defers_what_comes() -> None:
    line = HostQueues()
    line.join(HOST, ONE, 100.0, 1)
    with pytest.raises(Rejected) as caught:
        line.join(HOST, TWO, 100.0, 1)
    assert caught.value.reason is Reason.HOST_DEFERRED
    assert caught.value.reason.transient


def test_an_ending_stream_takes_nothing_more_in() -> None:
    line = HostQueues(closing=True)
    with pytest.raises(Rejected, match="host-deferred"):
        line.join(HOST, ONE, 100.0, 10)


def test_what_no_longer_matters_is_forgotten() -> None:
    line = HostQueues()
    line.join(HOST, ONE, 100.0, 10)
    line.served(HOST, next_at=110.0)
    assert not line.tidy(109.0)
    assert HOST in line.hosts
    assert not line.is_empty
    assert line.tidy(100.0 + RECENT)
    assert (line.hosts, line.recent) == ({}, {})
    assert line.is_empty


def test_a_line_that_is_closing_is_not_as_good_as_new() -> None:
    assert not HostQueues(closing=True).is_empty
