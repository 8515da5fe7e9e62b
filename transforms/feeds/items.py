"""Item: one item of a feed, whatever the feed's format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas import Medium

MOST_AUTHORS = 100
"""Authors of one item."""
LONGEST_BASE = 2_000
"""Characters of an address from which the links of items count. Each of them is joined to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed: text is plain, one line and without markup."""

    links: tuple[str, ...] = ()
    """Addresses that may be the page's, the likeliest first; relative ones count from ``base``."""
    base: str = ""
    """The address that relative links count from."""
    entry_id: str | None = None
    """The feed's own id."""
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    """The full text, if the feed has it."""
    markup: str | None = None
    """The full text, or else the description, as HTML."""
    media: tuple[Medium, ...] = ()
    """Its images, videos and sounds; relative addresses count from ``base``."""
    authors: tuple[str, ...] = ()
    credit: str | None = None
    """Name of the publisher that the item comes from."""
    categories: tuple[str, ...] = ()
    published: str | None = None
    """Publication time as printed."""
    updated: str | None = None
    """Update time as printed."""


def one_line(text: str | None) -> str | None:
    """The text with single spaces; None if nothing is left."""
    return " ".join(text.split()) or None if text else None


def first(texts: Iterable[str | None]) -> str | None:
    """The first text that is not empty, on one line."""
    return next((line for text in texts if (line := one_line(text))), None)
