"""When a feed is polled next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas import Reason, Rejected
from tests.support.samples import NOON, OUTLET
from transforms.feeds.schedule import due_at, failures_after, next_poll_after_answer, next_poll_after_failure

MINUTE, HOUR, DAY = 60, 3600, 86400
PATIENT = replace(OUTLET, poll_seconds=900)


@pytest.mark.parametrize(
    ("headers", "ttl", "wait"),
    [
        ({}, 0, 0),
        ({"cache-control": "max-age=300"}, 0, 300),
        ({"cache-control": "public, Max-Age = 300, must-revalidate"}, 0, 300),
        ({"cache-control": "max-age=300", "age": "100"}, 0, 200),
        ({"cache-control": "max-age=300", "age": "400"}, 0, 0),
        ({"cache-control": "max-age=300", "age": "soon"}, 0, 300),
        ({"cache-control": "max-age=0"}, 0, 0),
        ({"cache-control": "max-age=-1"}, 0, 0),
        ({"cache-control": "max-age=ten"}, 0, 0),
        ({"cache-control": "max-age=7200"}, 0, HOUR),
        ({"cache-control": f"max-age={DAY}"}, 0, HOUR),
        ({"cache-control": "max-age=31536000"}, 0, 0),
        ({"cache-control": "max-age=31536000", "age": "31535000"}, 0, 0),
        ({"cache-control": "max-age=999999999999"}, 0, 0),
        ({"cache-control": "s-maxage=600"}, 0, 0),
        ({"cache-control": "no-cache, max-age=600"}, 0, 0),
        ({"cache-control": "no-store"}, 0, 0),
        ({"cache-control": "private", "expires": "Thu, 01 Oct 2026 12:10:00 GMT"}, 0, 600),
        ({"expires": "Thu, 01 Oct 2026 13:10:00 GMT", "date": "Thu, 01 Oct 2026 13:05:00 GMT"}, 0, 300),
        ({"expires": "Thu, 01 Oct 2026 12:10:00 -0000"}, 0, 600),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0, 0),
        ({"expires": "Wed, 01 Oct 2036 12:00:00 GMT"}, 0, 0),
        ({"expires": "0"}, 0, 0),
        ({"cache-control": "max-age=60", "expires": "Thu, 01 Oct 2026 12:10:00 GMT"}, 0, 60),
        ({}, 15 * MINUTE, 15 * MINUTE),
        ({"cache-control": "max-age=60"}, 15 * MINUTE, 15 * MINUTE),
        ({"cache-control": "max-age=31536000"}, 15 * MINUTE, 15 * MINUTE),
        ({}, 6 * HOUR, HOUR),
        ({}, 1e30, 0),
    ],
)
def test_a_feed_that_answers_may_ask_for_up_to_an_hour(headers: dict[str, str], ttl: float, wait: int) -> None:
    at = next_poll_after_answer(OUTLET, NOON, headers, ttl)
    assert at == (NOON + timedelta(seconds=wait) if wait else None)
    assert next_poll_after_answer(PATIENT, NOON, headers, ttl) is None


TIMEOUT = Rejected(Reason.TIMEOUT)
GONE = Rejected(Reason.HTTP_GONE, status=410)
PROXY = Rejected(Reason.PROXY)
DEFERRED = Rejected(Reason.HOST_DEFERRED)


def busy(retry_after: float | None) -> Rejected:
    return Rejected(Reason.HTTP_BUSY, status=429, retry_after=retry_after)


@pytest.mark.parametrize(
    ("rejected", "failures", "wait"),
    [
        *((TIMEOUT, failures, wait) for failures, wait in enumerate((0, 60, 120, 240, 480, 960, 1920), start=1)),
        (TIMEOUT, 10, 256 * MINUTE),
        (TIMEOUT, 11, 6 * HOUR),
        (TIMEOUT, 1_000_000, 6 * HOUR),
        (Rejected(Reason.HTTP_GONE, status=404), 2, 60),
        (GONE, 1, 7 * DAY),
        (GONE, 20, 7 * DAY),
        (busy(None), 1, 0),
        (busy(0), 1, 0),
        (busy(1800), 1, 1800),
        (busy(1800), 11, 6 * HOUR),
        (busy(7 * DAY), 1, DAY),
        (PROXY, 8, 0),
        (DEFERRED, 8, 0),
        (Rejected(Reason.HOST_DEFERRED, retry_after=1800), 1, 1800),
    ],
)
def test_a_feed_that_fails_is_asked_less_and_less(rejected: Rejected, failures: int, wait: int) -> None:
    at = next_poll_after_failure(NOON, rejected, failures)
    assert at == (NOON + timedelta(seconds=wait) if wait else None)


@pytest.mark.parametrize(
    ("rejected", "counts"),
    [
        (TIMEOUT, True),
        (GONE, True),
        (busy(30), True),
        (PROXY, False),
        (DEFERRED, False),
        (Rejected(Reason.HOST_DEFERRED, retry_after=30), True),
    ],
)
def test_failures_of_our_side_do_not_count(rejected: Rejected, counts: bool) -> None:
    assert failures_after(rejected, 3) == 3 + counts


@pytest.mark.parametrize(
    ("poll_seconds", "every", "failures", "next_poll", "due"),
    [
        (None, 0, 0, None, -30),
        (None, 0, 0, 600, 570),
        (None, 60, 0, None, 30),
        (None, 60, 0, 600, 570),
        (None, 60, 0, 20, 30),
        (900, 60, 0, None, 870),
        (900, 60, 0, 3600, 870),  # poll_every was set after that poll
        (900, 60, 1, None, 870),
        (900, 60, 4, 240, 870),
        (900, 60, 9, 7680, 7680),
        (None, 0, 2, 60, 60),
    ],
)
def test_a_feed_is_due_when_its_source_and_its_own_schedule_allow(
    poll_seconds: int | None, every: int, failures: int, next_poll: int | None, due: int
) -> None:
    source = replace(OUTLET, poll_seconds=poll_seconds)
    next_poll_at = None if next_poll is None else NOON + timedelta(seconds=next_poll)
    at = due_at(source, NOON, failures, next_poll_at, every=every, tolerance=30)
    assert at == NOON + timedelta(seconds=due)


@pytest.mark.parametrize(("failures", "longest"), [(0, HOUR), (3, 7 * DAY)])
def test_no_wait_of_the_past_is_longer_than_the_longest(failures: int, longest: int) -> None:
    wrong = NOON + timedelta(days=1000)
    assert due_at(OUTLET, NOON, failures, wrong) == NOON + timedelta(seconds=longest)
