"""When a rejected entry is tried again."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Entry, Medium, Reason, Rejected, Stage
from tests.support.samples import NOON, OUTLET, RUN, entry
from transforms.accounting.retries import (
    EARLY_PAUSES,
    GIVE_UP,
    LONGEST_PAUSE,
    OLDEST,
    failed,
    next_try,
    unpacked_entry,
)
from transforms.accounting.rows import entry_reject


def tries(rejected: Rejected, tried: Entry | None = None) -> list[datetime]:
    """When an entry is tried that is always rejected so, as soon as it is due."""
    tried, moments, now = tried or entry(), [NOON], NOON
    while True:
        row = entry_reject(tried, Stage.FETCH, rejected, now, RUN)
        if row.retry_at is None:
            return moments
        tried = failed(tried, rejected, now)
        now = max(row.retry_at, now + timedelta(minutes=1))
        moments.append(now)


@pytest.mark.parametrize("reason", [Reason.TIMEOUT, Reason.HTTP_BUSY, Reason.HTTP_SERVER_ERROR, Reason.DNS, Reason.TLS])
def test_an_outage_is_tried_for_days_with_growing_pauses(reason: Reason) -> None:
    moments = tries(Rejected(reason))
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert moments[-1] - NOON >= GIVE_UP >= timedelta(hours=48)
    assert pauses[0] < timedelta(minutes=10)
    assert sum(pauses[5:10], timedelta(0)) > sum(pauses[:5], timedelta(0))
    assert timedelta(hours=4) < max(pauses) <= LONGEST_PAUSE * 1.25
    assert len(moments) < 40


@pytest.mark.parametrize("status", [403, 404])
def test_a_page_that_is_not_there_yet_gets_a_few_tries_over_some_hours(status: int) -> None:
    reason = Reason.HTTP_GONE if status == 404 else Reason.HTTP_DENIED
    for rejected in (Rejected(reason, "", status), Rejected(Reason.NO_TEXT), Rejected(Reason.BOT_WALL, "", 200)):
        moments = tries(rejected)
        assert len(moments) == len(EARLY_PAUSES) + 1
        assert timedelta(hours=3) < moments[-1] - NOON < timedelta(hours=12)


@pytest.mark.parametrize("early", [Rejected(Reason.HTTP_GONE, "", 404), Rejected(Reason.BOT_WALL, "", 200)])
def test_failures_of_an_outage_are_no_tries_of_a_page_that_is_not_there_yet(early: Rejected) -> None:
    tried, now = entry(), NOON
    for _ in range(9):
        tried = failed(tried, Rejected(Reason.HTTP_BUSY, "", 503), now)
        now += timedelta(minutes=40)
    moments = tries(early, tried)
    assert len(moments) == len(EARLY_PAUSES) + 1
    tried = failed(failed(tried, early, now), Rejected(Reason.CONNECT), now)
    assert len(tries(early, tried)) == len(EARLY_PAUSES)


@pytest.mark.parametrize(
    "rejected",
    [
        Rejected(Reason.HTTP_GONE, "", 410),
        Rejected(Reason.HTTP_DENIED, "", 401),
        Rejected(Reason.ROBOTS_DISALLOW),
        Rejected(Reason.NOT_HTML),
        Rejected(Reason.EXCLUDED),
    ],
)
def test_what_will_not_change_is_final_at_once(rejected: Rejected) -> None:
    assert tries(rejected) == [NOON]


def test_what_was_never_requested_is_not_given_up_for_weeks() -> None:
    for reason in (Reason.HOST_DEFERRED, Reason.ROBOTS_UNAVAILABLE, Reason.PROXY):
        assert tries(Rejected(reason))[-1] - NOON >= OLDEST


def test_entries_of_a_site_do_not_come_back_at_the_same_moment() -> None:
    busy = Rejected(Reason.HTTP_BUSY)
    others = [entry(url=f"http://post.example/{number}") for number in range(20)]
    due = {next_try(failed(other, busy, NOON), busy, NOON) for other in others}
    assert len(due) == 20


def test_a_host_that_asks_for_time_gets_it() -> None:
    asked = NOON + timedelta(hours=3)
    for reason in (Reason.HTTP_BUSY, Reason.HOST_DEFERRED, Reason.ROBOTS_UNAVAILABLE):
        due = next_try(entry(), Rejected(reason, "", None, 3 * 3600.0), NOON)
        assert due == asked
    too_long = next_try(entry(), Rejected(Reason.HTTP_BUSY, "", 503, 1e9), NOON)
    assert too_long == NOON + timedelta(days=1)


def test_what_we_had_no_time_for_is_due_at_once() -> None:
    assert next_try(entry(), Rejected(Reason.HOST_DEFERRED, "", None, 0.0), NOON) == NOON
    assert next_try(entry(), Rejected(Reason.HTTP_BUSY, "", 503, 0.0), NOON) != NOON


TEXTS = st.none() | st.text(st.characters(codec="utf-8"))


@given(TEXTS, TEXTS, st.lists(st.text(st.characters(codec="utf-8"))), st.datetimes())
def test_an_entry_comes_back_as_it_was(
    title: str | None, summary: str | None, categories: list[str], moment: datetime
) -> None:
    seen_at = moment.replace(tzinfo=NOON.tzinfo)
    media = (Medium(url="http://post.example/a.jpg", caption=title), Medium(url="http://post.example/b"))
    made = replace(
        entry(),
        media=media,
        content=summary or None,
        title=title or None,
        summary=summary or None,
        categories=tuple(categories),
        seen_at=seen_at,
    )
    row = entry_reject(made, Stage.FETCH, Rejected(Reason.TIMEOUT), NOON, RUN)
    assert row.entry is not None
    assert '"feeds"' not in row.entry  # the sources file has the source
    columns = {name: getattr(made, name) for name in ("entry_key", "url_key", "feed_url", "fingerprint")}
    assert unpacked_entry(row.entry, OUTLET, **columns) == replace(made, attempts=1, failing_since=NOON)
