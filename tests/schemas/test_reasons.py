"""Reasons of rejects."""

from schemas import Reason


def test_reasons_that_may_pass_are_transient() -> None:
    assert Reason.TIMEOUT.transient
    assert Reason.HOST_DEFERRED.transient
    assert not Reason.HTTP_GONE.transient
