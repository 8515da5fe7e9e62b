"""Feeds that are not well-formed, by feedparser: it reads the items before the error, and most of them after it. Its only importer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser

from schemas import Medium, Reason, Rejected
from transforms.feeds.items import LONGEST_BASE, Item, one_line
from transforms.feeds.markup import as_markup, body_text, content_text, title_text
from transforms.feeds.media import MOST_MEDIA, medium

_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{4000}")
_HOLDER_OR_TERM = re.compile(
    rb"<(item|entry)\b|<(?:\w{1,20}:)?(?:category|subject|keywords)\b[^<>]{0,4000}>(?:[^<]{0,1000}</[^<>]{0,100}>)?",
    re.IGNORECASE,
)
_MOST_TERMS = 500
"""Categories of one item that are kept. feedparser looks through all others for each."""
_SPACES = re.compile(rb"(?:[\s\0]{4}){50,}")
"""Blank space of any length, in any charset. feedparser takes a time that grows with its square where it stands before the first tag."""
_FIRST_TAG = re.compile(rb"<\w")
_MOST_DECLARATIONS = 1_000
"""Declarations before the first tag. Those without an end have the same effect."""


def read_loose_items(body: bytes, headers: Mapping[str, str], final_url: str) -> Iterator[Item] | None:
    """The items of a feed; None if there is nothing of a feed in it. Raises Rejected(UNPARSABLE) if feedparser fails."""
    if tag := _LONG_TAG.search(body):  # feedparser takes a time that grows with the square of its attributes
        raise Rejected(
            Reason.UNPARSABLE, f"not well-formed, and the tag at byte {tag.start()} has more than 4000 bytes"
        )
    body = _with_few_terms(_SPACES.sub(lambda match: match[0][:4], body))
    plain = body.replace(b"\0", b"")  # of UTF-16 and UTF-32, its ASCII characters
    root = _FIRST_TAG.search(plain)
    if plain.count(b"<!", 0, root.start() if root else None) > _MOST_DECLARATIONS:
        raise Rejected(Reason.UNPARSABLE, f"not well-formed, with more than {_MOST_DECLARATIONS} declarations")
    # Sanitizing and resolving HTML takes two to four times as long as parsing, and we keep plain text only.
    try:
        parsed = feedparser.parse(
            body, response_headers=dict(headers), sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        # Any exception: it meets what no feed has, such as an end tag without its beginning, with KeyError, TypeError and others.
        raise Rejected(Reason.UNPARSABLE, f"{type(error).__name__} in feedparser: {error}"[:200]) from error
    if not parsed.get("version") and not parsed.entries:
        return None
    link = _text(parsed.feed.get("link")) if str(parsed.get("version")).startswith("rss") else None
    base = link if link and len(link) <= LONGEST_BASE else ""
    return (_item(entry, base, final_url) for entry in parsed.entries)


def _with_few_terms(body: bytes) -> bytes:
    terms = 0

    def kept(match: re.Match[bytes]) -> bytes:
        nonlocal terms
        terms = 0 if match[1] else terms + 1
        return match[0] if terms <= _MOST_TERMS else b""

    return _HOLDER_OR_TERM.sub(kept, body)


def _item(entry: Mapping[str, Any], channel_link: str, final_url: str) -> Item:
    entry_id = one_line(_text(entry.get("id")))
    links = [_text(entry.get("feedburner_origlink")), _text(entry.get("link"))]
    links += [_text(link.get("href")) for link in entry.get("links") or () if link.get("rel") == "alternate"]
    links += [entry_id if entry_id and entry_id.lower().startswith(("http://", "https://")) else None]
    content = next((_text(part.get("value")) for part in entry.get("content") or ()), None)
    authors = [_text(author.get("name")) for author in entry.get("authors") or ()] or [_text(entry.get("author"))]
    return Item(
        links=tuple(dict.fromkeys(line for link in links if (line := one_line(link)))),
        base=channel_link if channel_link.startswith(("http://", "https://")) else final_url,
        entry_id=entry_id,
        title=_of_type(entry, "title"),
        summary=body_text(_text(entry.get("summary"))),
        content=content_text(content),
        markup=_markup(entry),
        media=tuple(_media(entry)),
        authors=tuple(name for author in authors if (name := title_text(author))),
        credit=title_text(_text((entry.get("source") or {}).get("title"))),
        categories=tuple(text for tag in entry.get("tags") or () if (text := title_text(_text(tag.get("term"))))),
        published=one_line(_text(entry.get("published")) or _text(entry.get("created"))),
        # For a missing update stamp, feedparser gives the publication stamp.
        updated=one_line(_text(entry.get("updated"))) if "updated" in entry else None,
    )


def _markup(entry: Mapping[str, Any]) -> str | None:
    for part in (*(entry.get("content") or ()), entry.get("summary_detail") or {}):
        if text := _text(part.get("value")):
            return as_markup(text) if part.get("type") == "text/plain" and "<" not in text else text
    return None


def _media(entry: Mapping[str, Any]) -> Iterator[Medium]:
    credit = next((_text(each.get("content")) for each in entry.get("media_credit") or ()), None)
    for each in (entry.get("media_content") or ())[:MOST_MEDIA]:
        yield medium(_text(each.get("url")), _text(each.get("type")) or _text(each.get("medium")), None, credit)
    for each in (entry.get("links") or ())[:MOST_MEDIA]:
        if each.get("rel") == "enclosure":
            yield medium(_text(each.get("href")), _text(each.get("type")), _text(each.get("title")), credit)
    for each in (entry.get("media_thumbnail") or ())[:MOST_MEDIA]:
        yield medium(_text(each.get("url")), "image", None, credit)


def _of_type(entry: Mapping[str, Any], name: str) -> str | None:
    text = _text(entry.get(name))
    declared = (entry.get(f"{name}_detail") or {}).get("type")
    return one_line(text) if declared == "text/plain" and text and "&" not in text else title_text(text)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
