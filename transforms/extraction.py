"""Pages to articles: the body by trafilatura, everything else by what the page and its feed state.

``extract_article`` is one page's way from bytes to record; each decision on it is a function of its own, here or in the
modules that it reads from. Bodies are one paragraph a line.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document
from trafilatura.utils import detect_encoding

from schemas import Article, Page, Reason, Rejected
from transforms.charsets import decode_page, parse_page
from transforms.endless import MOST_ATTRIBUTES, has_endless_attributes
from transforms.headlines import pick_headline, pick_standfirst, publication_status
from transforms.page_text import element_text
from transforms.paragraphs import clean_body, linked_capitals
from transforms.people import name_people
from transforms.printed import Printed, read_beside_headline
from transforms.structured import (
    Facts,
    image_of,
    keywords_of,
    language_of,
    modified_stamps,
    published_stamps,
    read_facts,
)
from transforms.timestamps import Candidate, choose_modified, choose_published, stamped
from transforms.urls import absolute_url, canonical_url, host, url_key
from transforms.wires import attribute

EXTRACTOR = f"trafilatura {trafilatura.__version__}"

# It logs each page that it finds nothing on; here those become rejects.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_URL_DAY = re.compile(
    r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|$)|[/-]((?:19"
    r"|20)\d{2})-(\d{2})-(\d{2})(?=\D|$)"
)

_MANY_ELEMENTS = 5_000
"""Above this only trafilatura's own extractor runs: justext, which it compares itself with, takes the square of the paragraphs."""
_SHORT_TEXT = 600
_LONG_LINE = 80
LONGEST_BODY = 500_000
"""Characters beyond which a text is no article: of 1,376 real pages the longest has 39,119, a novel has more."""
_SHORTEST_BODY = 30
_FEWEST_WORDS = 4
"""Below these a text is a label rather than a news flash."""
_LONGEST_WALL = 2_000
"""Challenge pages say little: marks are looked for only in pages with fewer characters of text than this."""
_LARGEST_WALL = 400
"""Nor do they have as many elements."""
_WALL_MARKS = re.compile(
    r"checking your browser|just a moment\.\.\.|enable javascript and cookies|verify(?:ing)? (?:that "
    r")?you are (?:a )?human|are you a robot"
    r"|attention required! \| cloudflare|unusual (?:traffic|activity) from your|pardon our "
    r"interruption|press (?:&|and) hold|ddos protection by"
    r"|access to this page has been denied|complete the (?:security check|captcha)|request "
    r"unsuccessful\. incapsula|px-captcha|cf-chl-|datadome",
    re.IGNORECASE,
)

_MOST_IN_ALL = 150_000
"""Attributes of all elements: of 1,376 real pages none has more than 11,404."""
_MANY_ATTRIBUTES = 200_000
"""A page of fewer characters cannot have enough attributes to matter."""
_WORDS = re.compile(r"\w+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """An article, and where each of its values came from."""

    article: Article
    origins: dict[str, str]
    """Field to the place of its value, for people:
    ``{"published_at": "json-ld datePublished", "body": "trafilatura"}``."""


def extract_article(page: Page, run_id: str) -> Extraction:
    """Turn a page into an article; raises Rejected(NOT_HTML, BOT_WALL, NO_TEXT or UNPARSABLE) when
    there is none on it."""
    entry, source = page.entry, page.entry.source
    tree = read_page(page.html, page.content_type)
    _refuse_walls(tree)
    facts = read_facts(tree, page.url)
    origins: dict[str, str] = {}

    site_names = _site_names(facts, page)
    headline = _noted(origins, "headline", pick_headline(facts, entry.title, site_names))
    printed = read_beside_headline(tree, headline, source.zone)
    body = _body(tree, page.url, (headline, facts.h1, facts.article.headline, *printed.bylines))
    origins["body"] = "trafilatura"

    published = choose_published(_published_candidates(facts, printed, page), page.fetched_at)
    modified = choose_modified(_modified_candidates(facts, printed, page), published, page.fetched_at)
    stamp = published.stamp if published else None
    origins["published_at"] = published.label if published else "first-seen"

    people = name_people(facts, printed.bylines, entry.byline, site_names)
    origins |= people.origins
    organizations = facts.article.organizations
    rights = _noted(
        origins,
        "rights",
        _first((facts.article.rights, "json-ld"), facts.first("copyright", "dcterms.rights", "dc.rights", "rights")),
    )
    wire = attribute(
        source=source, byline=people.byline, body=body, organizations=organizations, rights=rights, credit=entry.credit
    )
    canonical = canonical_url(page.url, facts.canonical)
    article = Article(
        article_id=url_key(source.id, canonical),
        content_hash=content_hash(body),
        source=source.id,
        source_kind=source.kind,
        feed_url=entry.feed_url,
        entry_id=entry.entry_id,
        url=entry.url,
        canonical_url=canonical,
        headline=headline,
        standfirst=_noted(origins, "standfirst", pick_standfirst(facts, headline, body)),
        body=body,
        language=_noted(origins, "language", language_of(facts, source.language)),
        word_count=word_count(body),
        section=_noted(
            origins,
            "section",
            _first((facts.article.section, "json-ld"), facts.first("article:section", "articlesection", "section")),
        ),
        keywords=keywords_of(facts, entry.categories),
        image_url=_absolute(_noted(origins, "image_url", image_of(facts)), page.url),
        rights=rights,
        pub_status=publication_status(headline, body),
        published_at=stamp.instant if stamp else None,
        published_raw=stamp.raw if stamp else None,
        published_offset_minutes=stamp.offset_minutes if stamp else None,
        published_precision=stamp.precision if stamp else None,
        published_from=published.origin if published else "first-seen",
        modified_at=modified.instant if modified else None,
        first_seen_at=entry.seen_at,
        fetched_at=page.fetched_at,
        byline=people.byline,
        authors=people.authors,
        agency=wire.agency,
        agency_evidence=wire.evidence,
        dateline=wire.dateline,
        fingerprint=entry.fingerprint,
        run_id=run_id,
        extractor=EXTRACTOR,
    )
    return Extraction(article=article, origins=origins)


def read_page(html: bytes, content_type: str | None) -> HtmlElement:
    """The tree of a page; raises Rejected(NOT_HTML, NO_TEXT or UNPARSABLE)."""
    text = decode_page(html, content_type, _detect)
    if len(text) > _MANY_ATTRIBUTES and has_endless_attributes(text):
        raise Rejected(Reason.UNPARSABLE, f"an element with more than {MOST_ATTRIBUTES} attributes")
    tree = parse_page(text)
    if len(text) > _MANY_ATTRIBUTES and tree.xpath("count(//@*)") > _MOST_IN_ALL:
        raise Rejected(Reason.UNPARSABLE, f"more than {_MOST_IN_ALL} attributes")
    return tree


def content_hash(body: str) -> str:
    """Hash of a body's words, 32 hex digits: the same for texts that differ in case, punctuation,
    spacing or width only."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", body).casefold())
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()[:32]


def word_count(body: str) -> int:
    """Words, with each character for one in the scripts that put no space between words."""
    spaced, characters = _UNSPACED.subn(" ", body)
    return characters + len(_WORDS.findall(spaced))


def _detect(html: bytes) -> str | None:
    return next(iter(detect_encoding(html)), None)


def _refuse_walls(tree: HtmlElement) -> None:
    """Raise Rejected(BOT_WALL) for a page that says little but that a browser is to be proven."""
    if len(list(islice(tree.iter(), _LARGEST_WALL))) == _LARGEST_WALL:
        return
    text = element_text(tree) or ""
    if len(text) < _LONGEST_WALL and (mark := _WALL_MARKS.search(text)):
        raise Rejected(Reason.BOT_WALL, mark[0][:100])


def _first(*offers: tuple[str | None, str] | tuple[str, str] | None) -> tuple[str, str] | None:
    for offer in offers:
        if offer and offer[0]:
            return offer[0], offer[1]
    return None


def _absolute(link: str | None, url: str) -> str | None:
    try:
        return absolute_url(link, url) if link else None
    except Rejected:
        return None


def _noted(origins: dict[str, str], field: str, found: tuple[str, str] | None) -> str | None:
    """The value of a finding, with its place noted."""
    if found is None:
        return None
    origins[field] = found[1]
    return found[0]


def _site_names(facts: Facts, page: Page) -> tuple[str, ...]:
    """What the site calls itself: names that are neither headline nor author."""
    labels = host(page.url).split(".")
    named = [
        facts.first(name)
        for name in ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
    ]
    stated = [found[0] for found in named if found]
    own = [page.entry.source.name, facts.article.publisher, *stated]
    return tuple(
        dict.fromkeys(
            name for name in (*own, *labels[-3:-1], ".".join(labels[-2:])) if name and name not in ("www", "com", "co")
        )
    )


# -- body ----------------------------------------------------------------------------------------------------------------------------


def _body(tree: HtmlElement, url: str, printed_above: Iterable[str | None]) -> str:
    """Article text, one paragraph a line; raises Rejected(NO_TEXT) when there is too little, UNPARSABLE when there is too much."""
    text = _extracted(tree, url, fast=True)
    if not _is_prose(text) and tree.xpath("count(//*)") <= _MANY_ELEMENTS:
        text = _extracted(tree, url, fast=False)
    if len(text) > LONGEST_BODY:
        raise Rejected(Reason.UNPARSABLE, f"{len(text)} characters of text")
    body = clean_body(text, printed_above, linked_capitals(tree, text))
    if len(body) < _SHORTEST_BODY or word_count(body) < _FEWEST_WORDS:
        raise Rejected(Reason.NO_TEXT, f"{len(body)} characters of text")
    return body


def _is_prose(text: str) -> bool:
    """True for a text that is neither a teaser nor a menu: long enough, and most of it in long lines.

    What trafilatura's own extractor finds of that kind is right as often as what it takes after a comparison with two others, and
    takes less time (docs/decisions.md).
    """
    in_long_lines = sum(len(line) for line in text.split("\n") if len(line) >= _LONG_LINE)
    return len(text) >= _SHORT_TEXT and in_long_lines >= len(text) / 2


def _extracted(tree: HtmlElement, url: str, fast: bool) -> str:
    try:
        document = trafilatura.bare_extraction(tree, url=url, include_comments=False, with_metadata=False, fast=fast)
    except Exception as error:
        # Anything: it runs four libraries over whatever the web holds, a page that breaks one of them is that page's fault, and an
        # exception here would stop a pipeline for it.
        raise Rejected(Reason.UNPARSABLE, f"{type(error).__name__} in trafilatura: {error}"[:200]) from error
    return document.text or "" if isinstance(document, Document) else ""


# -- time ----------------------------------------------------------------------------------------------------------------------------


def _published_candidates(facts: Facts, printed: Printed, page: Page) -> list[Candidate]:
    """In order of trust."""
    zone, entry = page.entry.source.zone, page.entry
    candidates = [
        *published_stamps(facts, zone),
        *(candidate for candidate in printed.published if candidate.origin == "markup"),
        *stamped("feed", "feed published", (entry.published_raw,), zone),
        *(candidate for candidate in printed.published if candidate.origin != "markup"),
        *stamped("feed", "feed updated", (entry.updated_raw,), zone),
    ]
    for address in (page.url, facts.canonical or ""):
        if found := _URL_DAY.search(address):
            candidates.extend(stamped("url", "url", ("-".join(part for part in found.groups() if part),), None))
    return candidates


def _modified_candidates(facts: Facts, printed: Printed, page: Page) -> list[Candidate]:
    zone = page.entry.source.zone
    feed = stamped("feed", "feed updated", (page.entry.updated_raw,), zone)
    return [*modified_stamps(facts, zone), *printed.modified, *feed]
