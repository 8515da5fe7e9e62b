"""Rows of rejects and of the index."""

from schemas import Reason, Rejected, Stage
from tests.support.samples import NOON, RUN, entry
from transforms.accounting.rows import entry_reject, feed_reject


def test_attempts_count_passes_that_tried_and_are_bounded() -> None:
    timeout, deferred = Rejected(Reason.TIMEOUT, "slow"), Rejected(Reason.HOST_DEFERRED, "later")
    rows = [entry_reject(entry(attempts=n), Stage.FETCH, timeout, NOON, RUN) for n in range(3)]
    assert [(row.attempts, row.final) for row in rows] == [(1, False), (2, False), (3, True)]
    put_off = entry_reject(entry(attempts=2), Stage.FETCH, deferred, NOON, RUN)
    assert (put_off.attempts, put_off.final) == (2, False)
    gone = entry_reject(entry(), Stage.FETCH, Rejected(Reason.HTTP_GONE, "404", 404), NOON, RUN)
    assert (gone.final, gone.http_status) == (True, 404)


def test_a_detail_that_a_page_or_server_worded_has_no_control_characters() -> None:
    rejected = Rejected(Reason.SOFT_404, "Not \u202efound\x1b[2J\ud800")
    assert entry_reject(entry(), Stage.EXTRACT, rejected, NOON, RUN).detail == "Not found[2J\ufffd"
    assert feed_reject("post", "f", rejected, NOON, RUN).detail == "Not found[2J\ufffd"
