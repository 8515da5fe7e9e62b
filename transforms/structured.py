"""What a page says about itself for machines: JSON-LD, meta tags, microdata, and its few telling attributes.

Everything here comes out of one parsed tree and is text as printed; which of several statements to believe is decided elsewhere.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from transforms.timestamps import Candidate, stamped

ARTICLE_TYPES = frozenset(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle "
    "BackgroundNewsArticle ReviewNewsArticle "
    "AskPublicNewsArticle AdvertiserContentArticle SatiricalArticle LiveBlogPosting BlogPosting "
    "SocialMediaPosting Report "
    "ScholarlyArticle TechArticle MedicalScholarlyArticle".split()
)
PAGE_TYPES = frozenset("WebPage ItemPage Recipe Review CreativeWork".split())
"""Asked only on pages without an article block: content systems put an article's own dates on them."""

_PUBLISHED_META = tuple(
    "article:published_time og:article:published_time article:published article.published "
    "article_published_time og:published_time "
    "og:datepublished datepublished cxenseparse:recs:publishtime cxenseparse:recs:published_time "
    "cxenseparse:publishtime parsely-pub-date "
    "sailthru.date dcterms.issued dc.date.issued dcterms.created dc.date.created datecreated "
    "date.created date.available date.release "
    "pubdate pub_date publishdate publish-date publish_date published_at published-date published "
    "publication_date publication-date "
    "content:publishdate dcsext.articlefirstpublished analyticsattributes.articledate "
    "article_date_original article.created displaydate "
    "citation_online_date citation_publication_date citation_date release_date uploaddate pdate ptime dc.date "
    "dcterms.date date timestamp".split()
)
_MODIFIED_META = tuple(
    "article:modified_time og:article:modified_time article:modified article.updated "
    "article_modified_time og:modified_time og:updated_time "
    "datemodified dcterms.modified dc.date.modified date.modified date.updated modified_time lastmod "
    "last_updated_date revised revision_date "
    "updated_time last-modified".split()
)
# What is read of one page at most, for pages that are made to keep their reader busy: nothing on a real page comes near.
_LARGEST_SCRIPT = 1_000_000
_MOST_NODES = 2_000
_DEEPEST = 12
_MOST_NAMES = 100
_MOST_CONTENTS = 50
"""Meta tags of one name."""
_LONGEST_CONTENT = 20_000
"""Characters of one statement."""
LONGEST_HEADLINE = 1_000
"""A longer heading or title is a page that somebody forgot to close."""
_WITH_MARKUP = 20
"""Characters that are read to find one of text: the rest is the indentation of templates."""

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE_BACKSLASH = re.compile(r"""\\(?!["\\/bfnrtu])""")
_INLINE = frozenset("a b i em strong sup sub u font mark small q cite".split())
_UNREAD = frozenset("script style noscript svg template".split())
_TAG = re.compile(r"<[^<>]{1,300}>")
_WORD = re.compile(r"\w+")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """The JSON-LD block that describes the page's own article; every field as printed, None or empty when absent."""

    types: tuple[str, ...] = ()
    url: str | None = None
    headline: str | None = None
    description: str | None = None
    published: str | None = None
    modified: str | None = None
    persons: tuple[str, ...] = ()
    """Authors and creators that are persons, or of no stated kind."""
    organizations: tuple[str, ...] = ()
    """Authors, creators and sourceOrganizations that are organizations."""
    publisher: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    rights: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a page states in its markup."""

    article: LinkedArticle
    meta: Mapping[str, tuple[str, ...]]
    """Contents of meta tags by lower-case property, name, itemprop or http-equiv, in page order."""
    title: str | None
    """The title element."""
    h1: str | None
    """The first h1 with words in it."""
    canonical: str | None
    """The canonical link, as printed."""
    html_lang: str | None
    """The html element's lang."""

    def first(self, *names: str) -> tuple[str, str] | None:
        """Content and name of the first of these meta tags that has content."""
        for name in names:
            for content in self.meta.get(name, ()):
                return content, name
        return None


def read_facts(tree: HtmlElement, url: str) -> Facts:
    """Read a parsed page; ``url`` is its address, by which its own JSON-LD block is told from those
    of related articles."""
    meta = _meta_tags(tree)
    title = _shorter(clean(tree.findtext(".//title")), LONGEST_HEADLINE)
    h1 = next((text for element in tree.iter("h1") if (text := element_text(element, LONGEST_HEADLINE))), None)
    links = tree.xpath("//link[@rel='canonical' or @rel='Canonical']/@href")
    canonical = str(links[0]).strip() if links else None
    titles = [
        short for text in (h1, title, *meta.get("og:title", ())[:3]) if (short := _shorter(text, LONGEST_HEADLINE))
    ]
    return Facts(
        article=_linked_article(tree, [url, *([canonical] if canonical else [])], titles),
        meta=meta,
        title=title,
        h1=h1,
        canonical=canonical or next(iter(meta.get("og:url", ())), None),
        html_lang=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
    )


def clean(text: str | None) -> str | None:
    """Text without tags, entities and runs of space; None when nothing is left."""
    if not text:
        return None
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").split()) or None


def element_text(element: HtmlElement, longest: int | None = None) -> str | None:
    """All text below an element as one line, without scripts and styles; None when there is none, or more than ``longest`` characters.

    With ``longest`` no more is read than it takes to know: asking every one of many nested elements for a line stays cheap.
    """
    parts = []
    unread = longest * _WITH_MARKUP if longest else None
    for node in element.iter():
        tag, text, tail = node.tag, node.text, node.tail  # lxml makes each of them anew whenever it is asked
        if not isinstance(tag, str):
            continue
        gap = "" if tag in _INLINE else " "
        if text and tag not in _UNREAD:
            parts.append(gap + text)
        if tail and node is not element:
            parts.append(gap + tail)
        if unread is not None:
            unread -= 1 + len(text or "") + len(tail or "")
            if unread < 0:
                return None
    return _shorter(" ".join("".join(parts).replace("\u00ad", "").split()), longest)


def _shorter(text: str | None, longest: int | None) -> str | None:
    """The text unless it is empty or too long."""
    return text if text and (longest is None or len(text) <= longest) else None


def overlap(text: str, other: str) -> float:
    """Share of the shorter text's words that stand in the other one, 0 to 1."""
    words, others = set(_WORD.findall(text.casefold())), set(_WORD.findall(other.casefold()))
    return len(words & others) / min(len(words), len(others)) if words and others else 0.0


def published_stamps(facts: Facts, zone: str | None) -> list[Candidate]:
    """Stamps of publication, JSON-LD first: where it differs from meta by whole hours, it is meta
    that calls local time UTC."""
    return _statements(facts, facts.article.published, "json-ld datePublished", _PUBLISHED_META, zone)


def modified_stamps(facts: Facts, zone: str | None) -> list[Candidate]:
    """Stamps of the latest change."""
    return _statements(facts, facts.article.modified, "json-ld dateModified", _MODIFIED_META, zone)


def language_of(facts: Facts, usual: str | None) -> tuple[str, str] | None:
    """BCP 47 tag of the page, else the usual one, and where it stood."""
    locale = facts.first("og:locale", "content-language", "language", "dc.language")
    offers = [
        (facts.html_lang, "html lang"),
        (facts.article.language, "json-ld inLanguage"),
        (locale[0], f"meta {locale[1]}") if locale else (None, ""),
        (usual, "source"),
    ]
    for text, place in offers:
        match = _LANGUAGE.match(text.strip()) if text else None
        if match:
            language, script, region = match.groups()
            return "-".join(
                filter(None, (language.lower(), script and script.title(), region and region.upper()))
            ), place
    return None


def keywords_of(facts: Facts, categories: Sequence[str]) -> tuple[str, ...]:
    """Keywords and tags of the page and the feed, each once, as first printed."""
    listed = [
        *(part for text in facts.article.keywords[:_MOST_CONTENTS] for part in re.split(r"[,;]", text)),
        *facts.meta.get("article:tag", ()),
        *(
            part
            for name in ("news_keywords", "keywords")
            for text in facts.meta.get(name, ())
            for part in re.split(r"[,;]", text)
        ),
        *categories,
    ]
    kept: dict[str, str] = {}
    for word in listed:
        plain = " ".join(word.split())
        if plain and len(plain) <= 80:
            kept.setdefault(plain.casefold(), plain)
    return tuple(kept.values())[:50]


def image_of(facts: Facts) -> tuple[str, str] | None:
    """Address of the lead image as printed, and where it stood."""
    meta = facts.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    if meta:
        return meta[0], f"meta {meta[1]}"
    return (facts.article.image, "json-ld image") if facts.article.image else None


def _statements(
    facts: Facts, linked: str | None, label: str, names: Iterable[str], zone: str | None
) -> list[Candidate]:
    found = stamped("json-ld", label, (linked,), zone)
    for name in names:
        found.extend(stamped("meta", f"meta {name}", facts.meta.get(name, ()), zone))
    return found


def _meta_tags(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    tags: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = _statement(element.get("content"))
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            # Several names may share one attribute: property="og:title title".
            for name in (element.get(attribute) or "").lower().split():
                contents = tags.setdefault(name, [])
                if len(contents) < _MOST_CONTENTS:
                    contents.append(content)
    return {name: tuple(contents) for name, contents in tags.items()}


def _statement(text: str | None) -> str | None:
    """One value as printed, cleaned, and cut where it is endless."""
    return clean(text[:_LONGEST_CONTENT]) if text else None


def _linked_article(tree: HtmlElement, addresses: Sequence[str], titles: Sequence[str]) -> LinkedArticle:
    nodes: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            nodes.extend(islice(_nodes(_load(script.text_content())), _MOST_NODES - len(nodes)))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    for types in (ARTICLE_TYPES, PAGE_TYPES):
        blocks = [node for node in nodes if types.intersection(_types(node))]
        ranked = [(_closeness(node, addresses, titles), -place, node) for place, node in enumerate(blocks)]
        fitting = [entry for entry in ranked if entry[0] > 0]
        if fitting:
            return _article_of(max(fitting, key=lambda entry: entry[:2])[2], by_id)
    return LinkedArticle()


def _load(text: str) -> Any:
    """The script's JSON, mended where the mistake is a common one; None when it is beyond that."""
    if not text or len(text) > _LARGEST_SCRIPT:
        return None
    for _ in range(2):
        text = _WRAPPING.sub("", text).strip()
    mended = (text, _TRAILING_COMMA.sub(r"\1", _LOOSE_BACKSLASH.sub("", text)), html.unescape(text))
    for attempt in mended:
        try:
            return json.JSONDecoder(strict=False).raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects that describe this page: top level, @graph and main entities, but not the parts
    and lists inside of them."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:_MOST_NODES]:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(key), depth + 1)


def _types(node: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return tuple(kind.rsplit("/", 1)[-1].strip() for kind in listed if isinstance(kind, str))


def _closeness(node: Mapping[str, Any], addresses: Sequence[str], titles: Sequence[str]) -> float:
    """How surely a block describes this page: above 0 unless both its address and its headline are
    another article's."""
    link = _link(node.get("url")) or _link(node.get("mainEntityOfPage")) or _link(node.get("@id"))
    headline = _statement(_text(node.get("headline")) or _text(node.get("name")))
    same_url = _same_page(link, addresses) if link else None
    alike = max((overlap(headline, title) for title in titles), default=0.5) if headline else None
    if not same_url and alike is not None and alike < 0.4 and link and _path(link).strip("/"):
        return 0.0
    score = 1.0 + (4.0 if same_url else 0.0) + 4.0 * (alike or 0.0)
    return score + (1.0 if node.get("datePublished") else 0.0) + (0.5 if node.get("author") else 0.0)


def _same_page(link: str, addresses: Sequence[str]) -> bool:
    path = _path(link).rstrip("/")
    return bool(path) and any(path == _path(address).rstrip("/") for address in addresses)


def _path(link: str) -> str:
    try:
        return urlsplit(link).path
    except ValueError:  # "http://[" and the like
        return ""


def _article_of(node: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> LinkedArticle:
    persons: list[str] = []
    organizations: list[str] = []
    for key in ("author", "creator", "sourceOrganization"):
        if key == "creator" and persons:
            continue
        for name, is_organization in _named(node.get(key), by_id):
            held = organizations if is_organization or key == "sourceOrganization" else persons
            if name not in held and len(held) < _MOST_NAMES:
                held.append(name)
    publisher = next(iter(_named(node.get("publisher"), by_id)), None)
    keywords = node.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    return LinkedArticle(
        types=_types(node),
        url=_link(node.get("url")) or _link(node.get("mainEntityOfPage")),
        headline=_statement(_text(node.get("headline")) or _text(node.get("name"))),
        description=_statement(_text(node.get("description"))),
        published=_statement(_text(node.get("datePublished"))),
        modified=_statement(_text(node.get("dateModified"))),
        persons=tuple(persons),
        organizations=tuple(organizations),
        publisher=publisher[0] if publisher else None,
        section=_statement(_text(node.get("articleSection"))),
        keywords=tuple(word for item in listed[:_MOST_NODES] if (word := _statement(_text(item)))),
        image=_link(node.get("image")) or _link(node.get("thumbnailUrl")),
        language=_statement(_text(node.get("inLanguage"))),
        rights=_statement(_text(node.get("copyrightNotice"))) or _statement(_text(node.get("license"))),
    )


def _text(value: Any) -> str | None:
    """A string out of the shapes in which JSON-LD gives one: plain, first of a list, @value, name."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value[:20] if (text := _text(item))), None)
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("name") or value.get("alternateName"))
    return None


def _link(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() if value.strip().startswith(("http://", "https://", "/")) else None
    if isinstance(value, list):
        return next((link for item in value[:20] if (link := _link(item))), None)
    if isinstance(value, dict):
        return _link(value.get("url")) or _link(value.get("contentUrl")) or _link(value.get("@id"))
    return None


def _named(value: Any, by_id: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Iterator[tuple[str, bool]]:
    """Names of persons or organizations, each with whether it is called an organization."""
    if depth > 3:
        return
    if isinstance(value, list):
        for item in value[:50]:
            yield from _named(item, by_id, depth + 1)
    elif isinstance(value, str):
        if name := _statement(value):
            yield name, False
    elif isinstance(value, dict):
        if "name" not in value and isinstance(value.get("@id"), str):
            value = by_id.get(value["@id"], value)
        organization = any(
            "Organization" in kind or kind in ("Corporation", "Brand", "WebSite") for kind in _types(value)
        )
        names = value.get("name")
        for item in names if isinstance(names, list) else [names]:
            if name := _statement(_text(item)):
                yield name, organization
