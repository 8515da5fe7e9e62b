"""Reasons of rejects."""

from schemas import Reason


def test_reasons_that_pass_with_time_are_transient() -> None:
    assert Reason.TIMEOUT.transient
    assert Reason.HOST_DEFERRED.transient
    assert not Reason.HTTP_GONE.transient
