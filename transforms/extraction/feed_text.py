"""The text that a feed has of an article, as a page to extract: for pages that cannot be had, or need not be."""

from __future__ import annotations

from html import escape

from schemas import Entry, Page, Reason, Rejected

_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"


def page_instead(entry: Entry, rejected: Rejected) -> Page | None:
    """The entry's text in the feed, instead of its page, which was rejected. None if there is none, or if it may not be used."""
    if entry.content is None or not rejected.reason.leaves_feed_text:
        return None
    return _page(entry, rejected)


def full_text_page(entry: Entry) -> Page | Rejected | None:
    """The entry's text in the feed, or NO_TEXT, if its source has ``full_text``. None for other sources: their pages are fetched."""
    if not entry.source.full_text:
        return None
    if entry.content is None:
        return Rejected(Reason.NO_TEXT, "the source has full_text = true, but its feed has no text of this entry")
    return _page(entry, None)


def _page(entry: Entry, missing: Rejected | None) -> Page:
    html = _PAGE.format(title=escape(entry.title or ""), text=entry.content)
    return Page(
        entry=entry,
        url=entry.url,
        http_status=200,
        content_type="text/html; charset=utf-8",
        html=html.encode("utf-8", "replace"),
        fetched_at=entry.seen_at,
        body_from="feed",
        missing=missing,
    )
