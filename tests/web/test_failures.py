"""The reasons of failed requests, and Retry-After."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason
from tests.support.samples import NOON
from transforms.web.failures import retry_after_seconds, status_reason


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("0", 0.0),
        ("120", 120.0),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, float("inf")),
        ("Thu, 01 Oct 2026 12:01:00 GMT", 60.0),
        ("Thu, 01 Oct 2026 12:01:00 -0000", 60.0),
        ("Thu, 01 Oct 2026 11:00:00 GMT", 0.0),
        ("Thu, 99 Oct 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOON) == seconds


@settings(max_examples=200, deadline=None)
@given(st.text(), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_any_retry_after_gives_seconds_or_none(value: str, later: timedelta) -> None:
    seconds = retry_after_seconds(value, NOON + later)
    assert seconds is None or seconds >= 0.0


@given(st.integers(0, 999))
def test_every_status_has_a_reason(status: int) -> None:
    assert status_reason(status).value.startswith("http-") or (status, status_reason(status)) == (202, Reason.BOT_WALL)
