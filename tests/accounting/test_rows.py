"""Rows of rejects and of the index."""

from datetime import timedelta

from schemas import Reason, Rejected, Stage
from tests.support.samples import NOON, RUN, entry
from transforms.accounting.rows import entry_reject, reject_index_row


def test_only_requests_count_as_tries() -> None:
    timeout = entry_reject(entry(), Stage.FETCH, Rejected(Reason.TIMEOUT, "slow"), NOON, RUN)
    assert (timeout.attempts, timeout.failing_since, timeout.final) == (1, NOON, False)
    for reason in (Reason.HOST_DEFERRED, Reason.ROBOTS_UNAVAILABLE, Reason.PROXY):
        row = entry_reject(entry(attempts=2), Stage.FETCH, Rejected(reason), NOON, RUN)
        assert (row.attempts, row.failing_since, row.final) == (2, None, False)
    since = NOON - timedelta(hours=2)
    again = entry_reject(entry(attempts=2, failing_since=since), Stage.FETCH, Rejected(Reason.DNS), NOON, RUN)
    assert (again.attempts, again.failing_since) == (3, since)


def test_a_row_that_is_not_final_says_when_it_is_tried_again() -> None:
    gone = entry_reject(entry(), Stage.FETCH, Rejected(Reason.HTTP_GONE, "410", 410), NOON, RUN)
    assert (gone.final, gone.retry_at, gone.http_status) == (True, None, 410)
    slow = entry_reject(entry(), Stage.FETCH, Rejected(Reason.TIMEOUT), NOON, RUN)
    assert slow.retry_at is not None
    assert slow.retry_at > NOON
    index = reject_index_row(slow)
    assert index is not None
    assert (index.retry_at, index.final) == (slow.retry_at, False)


def test_pages_of_archives_are_not_tried_again() -> None:
    for reason, final in ((Reason.TIMEOUT, False), (Reason.NO_TEXT, True)):
        row = entry_reject(entry(), Stage.READ, Rejected(reason), NOON, RUN, from_archive=True)
        assert (row.retry_at, row.final) == (None, final)
