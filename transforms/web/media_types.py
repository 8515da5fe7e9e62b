"""Media types of pages, as Content-Type headers give them."""

from __future__ import annotations

from schemas.reasons import Reason, Rejected

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
"""Media types of HTML."""
PAGE_TYPES = HTML_TYPES | {"text/xml", "application/xml", "text/plain", "application/octet-stream", ""}
"""Media types of HTML, and those under which careless servers send it; empty for no Content-Type."""


def media_type(content_type: str | None) -> str:
    """The media type in a Content-Type header: lower-case, without parameters. Empty when there is no header."""
    return (content_type or "").partition(";")[0].strip().lower()


def require_page_type(content_type: str | None) -> None:
    """Raises Rejected(NOT_HTML) unless the media type is one of PAGE_TYPES."""
    kind = media_type(content_type)
    if kind not in PAGE_TYPES:
        raise Rejected(Reason.NOT_HTML, kind[:100])
