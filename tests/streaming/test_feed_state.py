from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from schemas import Entry, Reason, Rejected
from tests.support.samples import NOON, OUTLET, RUN, WIRE, entry, poll
from transforms.accounting.runs import now
from transforms.feeds.parse import read_feed
from transforms.feeds.polls import read_response
from transforms.feeds.requests import FeedResponse
from transforms.lake.index import EntryHistory, SeenKeys
from transforms.lake.opening import open_lake
from transforms.lake.polls import LastPoll
from transforms.streaming.feed_state import LOST, FeedState, update_feed_states

FEED = OUTLET.feeds[0]
NOTHING = SeenKeys({}, set())
ONE, TWO = entry(url="http://post.example/1"), entry(url="http://post.example/2")
T = NOON.timestamp()
LISTED = poll(etag='"2"', last_modified="then", content_hash="bb")


def done(of: Entry) -> SeenKeys:
    return SeenKeys({of.entry_key: EntryHistory({of.fingerprint}, asked=1)}, {of.url_key})


def in_line(of: Entry) -> SeenKeys:
    return SeenKeys({of.entry_key: EntryHistory(in_line={of.fingerprint}, asked=1)}, set())


def sift(feed: FeedState, *entries: Entry, seen: SeenKeys = NOTHING, at: float = T) -> list[Entry]:
    return list(feed.select_new(entries, seen, at))


def test_the_lake_warms_schedule_and_validators() -> None:
    feed = FeedState.from_lake(OUTLET, 60, LastPoll(NOON, '"1"', "then", "aa"))
    assert feed.next_at == T + 60
    visit = feed.request(OUTLET, FEED, T)
    assert (visit.etag, visit.last_modified, feed.content_hash) == ('"1"', "then", "aa")
    assert (visit.content_hash, visit.failures) == ("aa", 0)
    assert FeedState.from_lake(OUTLET, 60, None).next_at == 0


def test_the_lake_brings_back_off_and_wishes_of_a_feed() -> None:
    later = NOON + timedelta(hours=1)
    last = LastPoll(NOON, '"1"', None, "aa", failures=8, next_poll_at=later, not_modified=3, wait=90.0)
    feed = FeedState.from_lake(replace(OUTLET, poll_seconds=300), 60, last)
    assert (feed.interval, feed.next_at, feed.failures) == (300, later.timestamp(), 8)
    asked = feed.request(OUTLET, FEED, T)
    assert (asked.failures, asked.not_modified, asked.wait) == (8, 3, 90.0)


def test_a_stream_waits_while_a_feed_skips_but_not_for_more_than_a_day() -> None:
    feed = FeedState.from_lake(OUTLET, 60, LastPoll(NOON, None, None, None, skips="13 14 Saturday"))
    moments = {timedelta(minutes=59): True, timedelta(hours=1): False, timedelta(hours=3): True}
    assert {wait: feed.is_due(OUTLET, NOON + wait) for wait in moments} == moments
    assert feed.request(OUTLET, FEED, T).skips == "13 14 Saturday"
    feed.record_poll(poll(skips="13 Saturday"), T + 33 * 3600)  # on Friday evening
    moments = {timedelta(hours=40): False, timedelta(hours=56): False, timedelta(hours=57): True}
    assert {wait: feed.is_due(OUTLET, NOON + wait) for wait in moments} == moments


def test_what_a_feed_said_expires_unless_it_is_read_anew() -> None:
    feed = FeedState.from_lake(OUTLET, 60, LastPoll(NOON, '"1"', "then", "aa"))
    sift(feed, ONE, seen=done(ONE))
    feed.record_poll(replace(LISTED, outcome="unchanged"), T + 60)
    feed.expire(T)
    assert (feed.etag, list(feed.listed)) == ('"2"', [ONE.entry_key])
    feed.expire(T + 1)
    assert (feed.etag, feed.last_modified, feed.content_hash, feed.listed) == (None, None, None, {})
    feed.record_poll(LISTED, T + 120)
    feed.expire(T + 120)
    assert feed.etag == '"2"'


def test_new_entries_go_on_once() -> None:
    feed = FeedState(60)
    assert sift(feed, ONE, TWO, ONE) == [ONE, TWO]
    assert sift(feed, ONE, TWO, at=T + 60) == []


def test_what_the_lake_has_dealt_with_does_not_go_on_and_needs_no_other_look() -> None:
    feed = FeedState(60)
    assert feed.unknown([ONE]) == [ONE]
    assert sift(feed, ONE, seen=done(ONE)) == []
    assert feed.unknown([ONE]) == []


def test_a_changed_entry_goes_on_again() -> None:
    feed = FeedState(60)
    sift(feed, ONE, seen=done(ONE))
    changed = replace(ONE, fingerprint="f2")
    assert feed.unknown([changed]) == [changed]
    assert sift(feed, changed, seen=done(ONE)) == [changed]


def test_validators_stay_out_of_the_lake_until_it_vouches_for_every_entry() -> None:
    feed = FeedState(60, next_at=T)
    sift(feed, ONE)
    row = feed.record_poll(LISTED, T)
    assert (row.etag, row.last_modified, row.content_hash) == (None, None, None)
    assert row.entries == LISTED.entries
    feed.confirm(done(ONE))
    assert feed.record_poll(LISTED, T + 60) == LISTED


def test_an_entry_known_by_its_address_only_is_vouched_for_too() -> None:
    feed = FeedState(60)
    sift(feed, ONE)
    feed.confirm(SeenKeys({}, {ONE.url_key}))
    assert list(feed.open_keys(T)) == []


def test_the_site_is_asked_with_validators_until_an_entry_is_open_for_too_long() -> None:
    feed = FeedState(60)
    sift(feed, ONE)
    feed.record_poll(LISTED, T)
    assert feed.request(OUTLET, FEED, T - 1).etag == '"2"'
    late = feed.request(OUTLET, FEED, T)
    assert (late.etag, late.last_modified, late.content_hash) == (None, None, None)


def test_an_entry_that_failed_for_now_is_the_lakes_affair() -> None:
    feed = FeedState(60)
    sift(feed, ONE)
    feed.confirm(in_line(ONE))
    assert sift(feed, ONE, seen=in_line(ONE), at=T + LOST) == []
    assert feed.record_poll(LISTED, T + LOST).etag == '"2"'
    changed = replace(ONE, fingerprint="f2")
    assert sift(feed, changed, seen=in_line(ONE), at=T + LOST) == [changed]


def test_an_entry_without_a_trace_goes_on_again_when_it_must_be_lost() -> None:
    feed = FeedState(60)
    sift(feed, ONE)
    assert sift(feed, ONE, at=T + LOST - 1) == []
    assert sift(feed, ONE, at=T + LOST) == [ONE]


def test_memory_is_bounded_by_what_the_feed_lists() -> None:
    feed = FeedState(60)
    sift(feed, ONE, seen=done(ONE))
    sift(feed, TWO, seen=done(TWO))
    assert list(feed.listed) == [TWO.entry_key]


def test_an_open_entry_that_left_the_list_holds_the_validators_back_for_a_while() -> None:
    feed = FeedState(60)
    sift(feed, ONE)
    sift(feed, TWO, seen=done(TWO), at=T + 60)
    assert feed.record_poll(LISTED, T + 60).etag is None
    sift(feed, TWO, at=T + LOST + 60)
    assert feed.record_poll(LISTED, T + LOST + 60).etag == '"2"'


def test_polls_keep_their_rhythm_and_do_not_catch_up() -> None:
    feed = FeedState(60, next_at=T)
    feed.record_poll(LISTED, T + 2)
    assert feed.next_at == T + 60
    feed.record_poll(LISTED, T + 600)
    assert feed.next_at == T + 660


def test_a_failing_feed_is_asked_less_and_less_and_keeps_its_validators() -> None:
    feed = FeedState(60, next_at=T)
    feed.record_poll(LISTED, T)
    gaps = []
    for _ in range(12):
        at = datetime.fromtimestamp(feed.next_at, timezone.utc)
        response = FeedResponse(
            request=feed.request(OUTLET, FEED, T),
            polled_at=at,
            answered_at=at,
            answer=None,
            rejected=Rejected(Reason.TIMEOUT),
        )
        feed.record_poll(read_response(response, RUN, read_feed).poll, at.timestamp())
        gaps.append(feed.next_at - at.timestamp())
    assert gaps == [60, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600]
    assert (feed.etag, feed.failures) == ('"2"', 12)
    feed.record_poll(LISTED, T + 10)
    assert feed.failures == 0


def test_a_feed_may_ask_for_fewer_polls() -> None:
    feed = FeedState(60, next_at=T)
    feed.record_poll(replace(LISTED, next_poll_at=NOON + timedelta(seconds=600)), T + 2)
    assert (feed.next_at, feed.wait) == (T + 600, 600)
    feed.record_poll(replace(LISTED, polled_at=NOON + timedelta(seconds=600)), T + 601)
    assert (feed.next_at, feed.wait) == (T + 660, 0)


def test_a_job_that_goes_on_with_other_sources_watches_those(tmp_path: Path) -> None:
    lake, states = open_lake(tmp_path / "lake"), {("gone", "http://gone.example/"): FeedState(60)}
    feeds = {(OUTLET.id, OUTLET.feeds[0]): OUTLET, (WIRE.id, WIRE.feeds[0]): replace(WIRE, poll_seconds=300)}
    assert update_feed_states(feeds, states, 60, lake, now())
    assert {key: watch.interval for key, watch in states.items()} == dict(zip(feeds, (60, 300), strict=True))
    assert not update_feed_states(feeds, states, 60, lake, now())


@pytest.mark.parametrize("jump", [3600.0, 1000 * 86400.0])
def test_a_clock_that_is_set_back_delays_no_poll_and_no_entry(jump: float) -> None:
    feed = FeedState(60, next_at=T)
    ahead = NOON + timedelta(seconds=jump)
    sift(feed, ONE, at=T + jump)
    asked_for = replace(LISTED, polled_at=ahead, next_poll_at=ahead + timedelta(seconds=600))
    feed.record_poll(asked_for, T + jump)
    feed.follow_clock(T)
    assert feed.next_at == T + 600
    assert list(feed.open_keys(T)) == [ONE.entry_key]
    assert sift(feed, ONE, at=T + LOST) == [ONE]


def test_a_poll_within_which_the_clock_was_set_back_does_not_delay_the_next_one() -> None:
    feed = FeedState(60, next_at=T)
    ahead = NOON + timedelta(days=1000)
    feed.record_poll(replace(LISTED, polled_at=ahead, next_poll_at=ahead + timedelta(seconds=600)), T + 2)
    assert feed.next_at == T + 602
