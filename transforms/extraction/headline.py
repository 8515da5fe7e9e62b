"""The headline without the name of its site, the standfirst, and the publication status that they print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from schemas.records import PubStatus
from schemas.safe_text import normalize
from transforms.extraction.metadata import Facts, Offer
from transforms.extraction.text import LONGEST_HEADLINE
from transforms.urls import path_names

_SEPARATOR = re.compile(r"\s+(?:[|–—•·»]|::|-|//)\s+|\s*\|\s*")
_ADDITION = re.compile(r"\s*[|｜：–—·•»(\[]|\s+-\s")
"""What separates a headline from its section, its site or its day."""
_KICKER_END = re.compile(r"(?:\s?[:：|]|\s[–—-])\s*$")
"""The end of what stands before a headline."""
_CLEARLY = 0.15
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "'": "", "’": ""})
_LETTERS = re.compile(r"[^\W\d_]+")
_LEAST_BLANKS = 2
_LEAST_LENGTH = 15
_WORD = re.compile(r"\w+")
_SQUEEZE = re.compile(r"[\W_]+")

_STATUS: tuple[tuple[PubStatus, re.Pattern[str]], ...] = (
    (
        "withdrawn",
        re.compile(
            r"^\W*(?:WITHDRAWN|RETRACTED|RETRACTION|KILL(?:ED)?|ARTICLE REMOVED|STORY REMOVED)\b|"
            r"\b(?:WITHDRAWN|KILL)\W*$"
        ),
    ),
    (
        "correction",
        re.compile(
            r"^\W*(?:(?i:correct(?:ed|ion)|refiled?|clarification)(?=\W*[-–—:(\]])|CORRECT(?:ED|ION)|REFILE|CLARIFICATION)\b"
        ),
    ),
    (
        "update",
        re.compile(
            r"^\W*(?:(?i:updated?)(?:\s+\d+)?\s*[-–—:\]]|(?:\d+(?:ST|ND|RD|TH)\s+)?(?:LEAD|UPDATED?|WRITETHRU|WRAPUP)\b)"
        ),
    ),
)
_CORRECTION_NOTE = re.compile(
    r"^\W*(?:correction\s*(?:[:(–—-]|\w+ \d)|clarification\s*[:(]|"
    r"editor['’]s note:?\s+(?:this|an earlier)\b.*\bcorrect|"
    r"(?:an earlier|a previous) version of this (?:article|story|report)\b|"
    r"this (?:article|story|report) (?:was|has been) (?:corrected|amended)\b)",
    re.IGNORECASE,
)
_WITHDRAWN_NOTE = re.compile(
    r"^\W*(?:this|the) (?:article|story|report) (?:was|has been) (?:withdrawn|retracted|removed)\b", re.IGNORECASE
)


def pick_headline(facts: Facts, feed_title: str | None, site_names: Sequence[str]) -> tuple[str, str] | None:
    """The headline without the name of the site, with its place; None if the page and the feed have none."""
    known = [(without_site(text, site_names), origin) for text, origin in headline_offers(facts, feed_title)]
    if not known:
        return None
    text, origin = _without_addition(_agreed(known, facts.canonical or "") or known[0], known)
    # Some sites cut JSON-LD headlines at the 110 characters that a search engine allows. Other places have the whole headline.
    for longer, its_origin in known[1:]:
        stem = text.rstrip(". …")
        if len(longer) > len(stem) > 40 and text != stem and longer.startswith(stem):
            return longer, its_origin
    return text, origin


def headline_offers(facts: Facts, feed_title: str | None) -> list[Offer]:
    """The titles of the page and its entry as printed, the most trusted first."""
    og_title = facts.first("og:title", "twitter:title", "dc.title", "headline")
    offers = [
        (facts.article.headline, "json-ld headline"),
        (og_title[0] if og_title else None, f"meta {og_title[1]}" if og_title else ""),
        (facts.h1, "h1"),
        (feed_title, "feed"),
        (facts.title, "title"),
    ]
    return [(text, origin) for text, origin in offers if text and len(text) <= LONGEST_HEADLINE]


def _agreed(known: Sequence[Offer], address: str) -> Offer | None:
    """The title that the heading and the meta tags of the page share, if JSON-LD has another one, which is made for search engines.

    The title element has one for search engines too. If it has that of the heading instead, the one in JSON-LD is the editor's first one,
    unless the address was made from the heading.
    """
    linked, shared, heading, title = (
        next((text for text, origin in known if origin.startswith(start)), None)
        for start in ("json-ld", "meta ", "h1", "title")
    )
    if linked is None or shared is None or heading is None:
        return None
    printed, stated = _squeeze(heading), _squeeze(linked)
    is_shared = _squeeze(shared) == printed != stated
    is_of_editor = title is not None and _squeeze(title) == printed and not printed.startswith(stated)
    if not is_shared or (is_of_editor and _likeness(heading, address) < _likeness(linked, address) + _CLEARLY):
        return None
    return next(offer for offer in known if offer[0] == shared and offer[1].startswith("meta "))


def _likeness(title: str, address: str) -> float:
    """Share of words that a title and the longest part of an address have in common: 0 to 1."""
    slug = max(map(_plain_words, path_names(address)), key=len, default=set())
    words = _plain_words(title)
    return 2 * len(words & slug) / max(1, len(words) + len(slug))


def _plain_words(text: str) -> set[str]:
    """The words of a title as addresses print them: without accents, an umlaut as two letters."""
    flat = normalize("NFKD", text.casefold().translate(_UMLAUTS))
    return set(_LETTERS.findall("".join(char for char in flat if not unicodedata.combining(char))))


def _without_addition(chosen: Offer, known: Sequence[Offer]) -> Offer:
    """The shorter form of a title that another place has without what follows a separator: "Storm hits coast | Weather | Post".

    Also without what stands before one, if only the heading does without it, and JSON-LD has no title: "Opinion | Storms are back".
    """
    text, place = chosen
    for shorter, origin in known:
        if shorter == text or not _is_whole(shorter):
            continue
        if text.startswith(shorter) and _ADDITION.match(text.removeprefix(shorter)):
            return shorter, origin
        is_heading = origin == "h1" and not place.startswith("json-ld") and text.endswith(shorter)
        if is_heading and _KICKER_END.search(text.removesuffix(shorter)):
            return shorter, origin
    return chosen


def _is_whole(title: str) -> bool:
    """True for a title that is long enough to be a headline without more."""
    return title.count(" ") >= _LEAST_BLANKS or len(title) >= _LEAST_LENGTH


def without_site(title: str, site_names: Iterable[str]) -> str:
    """A title without the name of its site at either end: ``Storm hits coast | The Gazette``. A title that is too long stays as it is."""
    if len(title) > LONGEST_HEADLINE:
        return title
    names: set[str] = set()
    while cuts := list(_SEPARATOR.finditer(title)):
        names = names or {squeezed for name in site_names if (squeezed := _squeeze(name))}
        first, last = cuts[0], cuts[-1]
        if _is_name(title[last.end() :], names):
            title = title[: last.start()].strip()
        elif _is_name(title[: first.start()], names):
            title = title[first.end() :].strip()
        else:
            break
    return title


def pick_standfirst(facts: Facts, headline: str | None, body: str) -> tuple[str, str] | None:
    """The summary of the page, with its place; None if it repeats the headline or the start of the body.

    Templates repeat them. Editors write a summary.
    """
    summary = stated_summary(facts)
    if summary is None:
        return None
    words = "".join(_WORD.findall(summary[0].casefold()))
    start = "".join(_WORD.findall(body[: 2 * len(summary[0]) + 200].casefold()))
    is_repeated = start.startswith(words) or words == "".join(_WORD.findall((headline or "").casefold()))
    return None if is_repeated or not words else summary


def stated_summary(facts: Facts) -> tuple[str, str] | None:
    """The summary that the page states, with its place."""
    if facts.article.description:
        return facts.article.description, "json-ld description"
    meta = facts.first("og:description", "description", "twitter:description", "dc.description")
    return (meta[0], f"meta {meta[1]}") if meta else None


def publication_status(headline: str | None, body: str) -> PubStatus | None:
    """The status that the headline states, or a note in the first or last lines of the body; None if neither does."""
    for status, pattern in _STATUS:
        if headline and pattern.search(headline):
            return status
    lines = [line for line in body.split("\n") if line.strip()]
    notes = lines[:2] + lines[-6:]  # a publisher's promotion may follow
    if any(_WITHDRAWN_NOTE.match(line) for line in notes):
        return "withdrawn"
    return "correction" if any(_CORRECTION_NOTE.match(line) for line in notes) else None


def _squeeze(text: str) -> str:
    return _SQUEEZE.sub("", text).casefold()


def _is_name(part: str, names: set[str]) -> bool:
    squeezed = _squeeze(part)
    return bool(squeezed) and len(part.split()) <= 5 and (squeezed in names or squeezed.removeprefix("the") in names)
