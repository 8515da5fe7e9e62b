"""Media types of pages."""

import pytest

from schemas import Reason, Rejected
from transforms.web.media_types import media_type, require_page_type


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [(None, ""), ("", ""), ("text/html", "text/html"), (" TEXT/HTML ; charset=utf-8", "text/html")],
)
def test_a_media_type_has_no_parameters_and_no_capitals(content_type: str | None, expected: str) -> None:
    assert media_type(content_type) == expected


def test_other_media_than_pages_are_rejected() -> None:
    for content_type in (None, "text/html; charset=utf-8", "application/xhtml+xml", "text/plain"):
        require_page_type(content_type)
    with pytest.raises(Rejected) as caught:
        require_page_type("Application/PDF")
    assert (caught.value.reason, caught.value.detail) == (Reason.NOT_HTML, "application/pdf")
