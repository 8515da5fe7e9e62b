"""Pages that say nothing and lead on to another address (``<meta http-equiv=refresh>``): redirects without a status."""

from __future__ import annotations

import re

from schemas.safe_text import unescape

MOST_BYTES = 64 << 10
"""Bytes of a page that only leads on."""
_MOST_TEXT = 400
"""Characters of its text. Longer pages are articles that reload."""
_MOST_SECONDS = 5.0

_MOST_METAS = 20

# The time of each of these grows with the length of the page, and not with its square.
_UNSEEN = re.compile(r"<(?:!(--)|(script|style|noscript|template|svg|title)\b)", re.IGNORECASE)
_META = re.compile(r"<meta\s[^<>]{1,1000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")

_ATTRIBUTE = re.compile(r"""(?<![a-z-])([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_CONTENT = re.compile(r"(\d*(?:\.\d*)?) ?[;, ] ?url ?= ?(.+)", re.IGNORECASE)


def refresh_target(html: bytes, header: str = "") -> str | None:
    """The address that a page with hardly any text leads on to within five seconds; None for all other pages.

    The page says so in an element, or its server in the ``header`` Refresh. The address may be relative. A refresh for readers without
    scripts (``<noscript>``) does not count: it mostly leads to a plea.
    """
    if len(html) > MOST_BYTES or not (header or b"refresh" in html.lower()):
        return None
    seen = _seen(html.decode("utf-8", "replace"))
    target = _address(header) or next(filter(None, map(_target, _META.findall(seen)[:_MOST_METAS])), None)
    return target if target and len(" ".join(_TAG.sub(" ", seen).split())) <= _MOST_TEXT else None


def _seen(html: str) -> str:
    """The page without its comments, its title, and elements that browsers with scripts do not show."""
    parts: list[str] = []
    place, lowered = 0, html.lower()
    while opening := _UNSEEN.search(html, place):
        parts.append(html[place : opening.start()])
        end = "-->" if opening[1] else f"</{opening[2].lower()}"
        place = lowered.find(end, opening.end())
        if place < 0:
            break
        place += len(end)
    else:
        parts.append(html[place:])
    return " ".join(parts)


def _target(meta: str) -> str | None:
    values = {name.lower(): first or second or third for name, first, second, third in _ATTRIBUTE.findall(meta)}
    is_refresh = values.get("http-equiv", "").strip().lower() == "refresh"
    return _address(unescape(values.get("content", ""))) if is_refresh else None


def _address(refresh: str) -> str | None:
    """The address of ``0; url=/story``; None for a long wait, or for what no browser follows, such as a script."""
    content = _CONTENT.fullmatch(" ".join(refresh.split()))
    if content is None:
        return None
    try:
        seconds = float(content[1] or 0)
    except ValueError:
        return None
    url = content[2].strip()
    if url[:1] in ("'", '"'):
        url = url[1:].partition(url[0])[0].strip()
    scheme = _SCHEME.match(url)
    is_page = scheme is None or scheme[1].lower() in ("http", "https")
    return url if url and is_page and seconds <= _MOST_SECONDS else None
