"""Bytes of a feed to entries, by feedparser. The only importer of feedparser."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser
from w3lib.html import remove_tags, replace_entities

from schemas import Entry, Reason, Rejected, Source
from schemas.encodable import encodable
from transforms.urls import absolute_url, digest, entry_key, url_key

MAX_ENTRIES = 20_000
"""Maximum entries that are read from one feed; real feeds list 10 to 500."""
_MAX_TEXT = 10_000  # characters of a title or summary, with its markup


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedContent:
    """The content of a feed."""

    entries: tuple[Entry, ...]
    """The items in order. Those without a usable link are included, with an empty ``url_key``."""
    overflow: Rejected | None
    """Rejected(TOO_MANY_ENTRIES) when the feed lists more than MAX_ENTRIES items; else None."""


def read_feed(
    body: bytes, headers: Mapping[str, str], final_url: str, *, source: Source, feed_url: str, seen_at: datetime
) -> FeedContent:
    """The items of an RSS, Atom or RDF feed. Raises Rejected(NOT_A_FEED).

    Many real feeds have some error, so a feed that breaks off or is not well-formed gives the items before the error.
    """
    # Sanitizing and resolving HTML takes two to four times as long as parsing, and we keep plain text only.
    parsed = feedparser.parse(body, response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise Rejected(Reason.NOT_A_FEED, _why_not_a_feed(body, headers))
    listed, overflow = len(parsed.entries), None
    if listed > MAX_ENTRIES:
        overflow = Rejected(Reason.TOO_MANY_ENTRIES, f"{listed} entries; the first {MAX_ENTRIES} were read")
    entries = tuple(_read_item(item, final_url, source, feed_url, seen_at) for item in parsed.entries[:MAX_ENTRIES])
    return encodable(FeedContent(entries=entries, overflow=overflow))


def _read_item(item: Mapping[str, Any], base: str, source: Source, feed_url: str, seen_at: datetime) -> Entry:
    url, page_key = _one_line(item.get("link")) or "", ""
    if url:
        try:
            absolute = absolute_url(url, base)
            page_key = url_key(source.id, absolute)
            url = absolute
        except Rejected:
            pass  # the entry keeps the link as printed, without a key; FetchPages rejects it
    entry_id = _one_line(item.get("id"))
    title, summary = _plain(item.get("title")), _plain(item.get("summary"))
    # For a missing update stamp, feedparser gives the publication stamp.
    updated = _one_line(item.get("updated")) if "updated" in item else None
    # The text of an item without id and link distinguishes it from the others, in this pass and in later ones.
    text = "" if entry_id or url else "\n".join(str(item.get(name)) for name in ("title", "published", "summary"))
    return Entry(
        entry_key=entry_key(source.id, entry_id or text, url),
        url_key=page_key,
        source=source,
        feed_url=feed_url,
        entry_id=entry_id,
        url=url,
        title=title,
        summary=summary,
        byline=_plain(item.get("author")),
        credit=_plain((item.get("source") or {}).get("title")),
        categories=tuple(dict.fromkeys(term for tag in item.get("tags") or () if (term := _plain(tag.get("term"))))),
        published_raw=_one_line(item.get("published")),
        updated_raw=updated,
        fingerprint=digest(title or "", summary or "", updated or ""),
        seen_at=seen_at,
    )


def _one_line(text: Any) -> str | None:
    if not isinstance(text, str):
        return None
    return " ".join(text.split()) or None


def _plain(markup: Any) -> str | None:
    """A title or summary without its tags and entities."""
    if not isinstance(markup, str):
        return None
    text = markup[:_MAX_TEXT]
    if "<" in text or "&" in text:
        text = replace_entities(remove_tags(replace_entities(text) if "&lt;" in text else text))
    return _one_line(text)


_TITLE = re.compile(rb"<title[^>]*>(.{0,200}?)</title>", re.IGNORECASE | re.DOTALL)


def _why_not_a_feed(body: bytes, headers: Mapping[str, str]) -> str:
    if not body.strip():
        return "the body is empty"
    kind = headers.get("content-type", "no content type")
    title = _TITLE.search(body[:20_000])
    titled = f", titled {title[1].decode('utf-8', 'replace').strip()!r}" if title else ""
    return f"no RSS, Atom or RDF in {len(body)} bytes of {kind}{titled}"
