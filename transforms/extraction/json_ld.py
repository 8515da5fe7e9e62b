"""JSON-LD: the block in a page's scripts that describes the article of the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from schemas.encodable import encodable
from schemas.safe_text import unescape
from transforms.extraction.loose_json import read_loose_json
from transforms.extraction.text import overlap, statement

_ARTICLE_TYPES = frozenset(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle "
    "ReviewNewsArticle AskPublicNewsArticle AdvertiserContentArticle SatiricalArticle LiveBlogPosting BlogPosting "
    "SocialMediaPosting Report ScholarlyArticle TechArticle MedicalScholarlyArticle".split()
)
_PAGE_TYPES = frozenset("WebPage ItemPage Recipe Review CreativeWork".split())
"""Read only on pages without an article block. Some content systems give these the dates of the article."""

# Limits for hostile pages. No real page is near them.
_LARGEST_SCRIPT = 1_000_000
_MOST_NODES = 2_000
_DEEPEST = 12
_MOST_NAMES = 100
_MOST_READ = 1_000
"""Names that are read of one property: parts may refer to the same person again and again."""
_MOST_CRUMBS, _LONGEST_CRUMB, _LIKE_TITLE = 10, 25, 0.6
"""Steps of a trail to the page, characters of a section's name, and likeness to the title from which on a longer one is the page's own."""
_MOST_BLOCKS = 10
"""Blocks of the page's article in which an author is looked for."""
_MOST_NESTED = 20
"""Lists and objects around one value."""

_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"
)
_BETWEEN = re.compile(r"[\s;,]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """The JSON-LD block that describes the article of the page. Values are as printed; None or empty if the block has none."""

    types: tuple[str, ...] = ()
    url: str | None = None
    headline: str | None = None
    description: str | None = None
    published: str | None = None
    modified: str | None = None
    persons: tuple[str, ...] = ()
    """Authors and creators that are persons, or whose type is not stated."""
    stated_persons: tuple[str, ...] = ()
    """Those of ``persons`` whose type says that they are."""
    organizations: tuple[str, ...] = ()
    """Authors and creators that are organizations."""
    sources: tuple[str, ...] = ()
    """sourceOrganizations."""
    publisher: str | None = None
    is_published_by_person: bool = False
    """True if the publisher is stated to be a person: it is that person's own site."""
    section: str | None = None
    keywords: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    rights: str | None = None
    is_free: bool | None = None
    """isAccessibleForFree."""
    paid_parts: tuple[str, ...] = ()
    """CSS selectors of the parts that are not free."""
    words: int | None = None
    """wordCount."""
    identifier: str | None = None
    """identifier, else articleId."""
    body: str | None = None
    """articleBody."""
    crumbs: tuple[str, ...] = ()
    """The sections above the page in its BreadcrumbList, from the outside, without the front page and the page itself."""

    @property
    def is_article(self) -> bool:
        """True when the block is of an article, not only of a page."""
        return not _ARTICLE_TYPES.isdisjoint(self.types)


def linked_article(scripts: Iterable[HtmlElement], addresses: Sequence[str], titles: Sequence[str]) -> LinkedArticle:
    """The block of a page's scripts that most likely describes the page with these addresses and titles; an empty one if no block does."""
    nodes: list[dict[str, Any]] = []
    for script in scripts:
        if "ld+json" in (script.get("type") or "").lower():
            nodes.extend(islice(_nodes(_load(script.text_content())), _MOST_NODES - len(nodes)))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    crumbs = _crumbs(nodes, addresses, titles)
    fitting: list[Mapping[str, Any]] = []
    for types in (_ARTICLE_TYPES, _PAGE_TYPES):
        blocks = [node for node in nodes if types.intersection(_types(node))]
        ranked = [(_closeness(node, addresses, titles), -place, node) for place, node in enumerate(blocks)]
        ranked.sort(key=lambda entry: entry[:2], reverse=True)
        fitting += [node for closeness, _, node in ranked if closeness > 0]
    if not fitting:
        return LinkedArticle(crumbs=crumbs)
    article = replace(_article_of(fitting[0], by_id), crumbs=crumbs)
    if not article.persons and not article.organizations:
        # Some pages have several blocks of their article, and an author in only one of them.
        others = (_article_of(node, by_id) for node in fitting[1:_MOST_BLOCKS])
        named = next((other for other in others if other.persons or other.organizations), article)
        article = replace(
            article,
            persons=named.persons,
            stated_persons=named.stated_persons,
            organizations=named.organizations,
        )
    return article


def _crumbs(nodes: Sequence[Mapping[str, Any]], addresses: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    stated = [node.get("breadcrumb") if isinstance(node.get("breadcrumb"), dict) else node for node in nodes]
    trail = next((node for node in stated if node and "BreadcrumbList" in _types(node)), None)
    items = trail.get("itemListElement") if trail else None
    names = []
    for item in items[:_MOST_CRUMBS] if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        target = item.get("item")
        name = statement(_text(item.get("name")) or (_text(target.get("name")) if isinstance(target, dict) else None))
        link = _link(target) or _link(item.get("url")) or _link(item.get("@id"))
        is_front = link is not None and not _path(link).strip("/")
        is_own = link is not None and _same_page(link, addresses)
        if (
            name
            and not is_front
            and not is_own
            and not any(overlap(name, title) > _LIKE_TITLE for title in titles if len(name) > _LONGEST_CRUMB)
        ):
            names.append(name)
    return tuple(names)


def _load(text: str) -> list[Any]:
    """The values of a script, one after the other. With mistakes in it, what can be read."""
    if not text or len(text) > _LARGEST_SCRIPT:
        return []
    text = text.strip()
    if text[:1] not in "{[" or text[-1:] not in "}]":
        for _ in range(2):
            text = _WRAPPING.sub("", text).strip()
    for attempt in (text, unescape(text)):
        with suppress(ValueError, RecursionError):
            values = _values(attempt)
            # Only escapes make lone surrogates, and to look into all values takes longer than to read them.
            return list(encodable(values)) if "\\ud" in attempt or "\\uD" in attempt else values
    return list(encodable(read_loose_json(text) or read_loose_json(unescape(text))))


def _values(text: str) -> list[Any]:
    decoder, at, values = json.JSONDecoder(strict=False), 0, []
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        at = skipped.end() if (skipped := _BETWEEN.match(text, at)) else at
        values.append(value)
    return values


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The objects that describe the page: those at the top, in @graph, and main entities; not the parts and lists inside them."""
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
    """How likely a block describes the page: 0 if both its address and its headline differ, else more than 0."""
    link = _link(node.get("url")) or _link(node.get("mainEntityOfPage")) or _link(node.get("@id"))
    headline = statement(_text(node.get("headline")) or _text(node.get("name")))
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
    named: list[_Named] = []
    for key in ("author", "creator"):
        named += [] if any(not it.is_organization for it in named) else islice(_named(node.get(key), by_id), _MOST_READ)
    persons = _each_once(it.name for it in named if not it.is_organization)
    publisher = next(iter(_named(node.get("publisher"), by_id)), None)
    keywords = node.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    return LinkedArticle(
        types=_types(node),
        url=_link(node.get("url")) or _link(node.get("mainEntityOfPage")),
        headline=statement(_text(node.get("headline")) or _text(node.get("name"))),
        description=statement(_text(node.get("description"))),
        published=statement(_text(node.get("datePublished"))),
        modified=statement(_text(node.get("dateModified"))),
        persons=persons,
        stated_persons=_each_once(it.name for it in named if it.is_person),
        organizations=_each_once(it.name for it in named if it.is_organization),
        sources=_each_once(it.name for it in islice(_named(node.get("sourceOrganization"), by_id), _MOST_READ)),
        publisher=publisher.name if publisher else None,
        is_published_by_person=publisher is not None and publisher.is_person,
        section=statement(_text(node.get("articleSection"))),
        keywords=tuple(word for item in listed[:_MOST_NODES] if (word := statement(_text(item)))),
        image=_link(node.get("image")) or _link(node.get("thumbnailUrl")),
        language=statement(_text(node.get("inLanguage"))),
        rights=statement(_text(node.get("copyrightNotice"))) or statement(_text(node.get("license"))),
        is_free=truth(node.get("isAccessibleForFree")),
        paid_parts=tuple(_paid_parts(node.get("hasPart"))),
        words=_number(node.get("wordCount")),
        identifier=statement(_identifier(node.get("identifier")) or _text(node.get("articleId"))),
        body=_text(node.get("articleBody")),
    )


def _identifier(value: Any) -> str | None:
    """A text, or the value of a PropertyValue; of several the first."""
    first = next(iter(value), None) if isinstance(value, list) else value
    return _text(first.get("value")) if isinstance(first, dict) else _text(first)


def truth(value: Any) -> bool | None:
    """True and False in any form that JSON-LD and microdata have: ``true``, ``"False"``, ``"https://schema.org/False"``; else None."""
    if isinstance(value, list):
        value = value[0] if value else None
    word = str(value).strip().rsplit("/", 1)[-1].lower() if isinstance(value, (bool, str)) else ""
    return {"true": True, "yes": True, "false": False, "no": False}.get(word)


def _paid_parts(value: Any) -> Iterator[str]:
    for part in (value if isinstance(value, list) else [value])[:_MOST_NAMES]:
        if isinstance(part, dict) and truth(part.get("isAccessibleForFree")) is False:
            selectors = part.get("cssSelector")
            for selector in (selectors if isinstance(selectors, list) else [selectors])[:_MOST_NAMES]:
                if isinstance(selector, str):
                    yield from selector.split(",")[:_MOST_NAMES]


def _number(value: Any) -> int | None:
    text = str(value).strip() if isinstance(value, (int, str)) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _text(value: Any, depth: int = 0) -> str | None:
    """The text of a value in any form that JSON-LD allows: a string, the first of a list, @value, name."""
    if depth > _MOST_NESTED:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return next((text for item in value[:20] if (text := _text(item, depth + 1))), None)
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("name") or value.get("alternateName"), depth + 1)
    return None


def _link(value: Any, depth: int = 0) -> str | None:
    if depth > _MOST_NESTED:
        return None
    if isinstance(value, str):
        return value.strip() if value.strip().startswith(("http://", "https://", "/")) else None
    if isinstance(value, list):
        return next((link for item in value[:20] if (link := _link(item, depth + 1))), None)
    if isinstance(value, dict):
        links = (_link(value.get(name), depth + 1) for name in ("url", "contentUrl", "@id"))
        return next((link for link in links if link), None)
    return None


class _Named(NamedTuple):
    name: str
    kind: Literal["person", "organization"] | None

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def is_organization(self) -> bool:
        return self.kind == "organization"


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(names), _MOST_NAMES))


def _named(value: Any, by_id: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Iterator[_Named]:
    """Names of persons and organizations. An address is no name."""
    if depth > 3:
        return
    if isinstance(value, list):
        for item in value[:50]:
            yield from _named(item, by_id, depth + 1)
    elif isinstance(value, str):
        if (name := statement(value)) and not _link(name):
            yield _Named(name, None)
    elif isinstance(value, dict):
        if _names_nobody(value) and isinstance(value.get("@id"), str):
            value = by_id.get(value["@id"], value)
        kind = _kind_of(value)
        names = value.get("name")
        parts = [_text(value.get(key)) for key in ("givenName", "additionalName", "familyName")]
        if not names and parts[0]:
            names = " ".join(part for part in parts if part)
        for item in names[:_MOST_NAMES] if isinstance(names, list) else [names]:
            if (name := statement(_text(item))) and not _link(name):
                yield _Named(name, kind)


def _names_nobody(node: Mapping[str, Any]) -> bool:
    return "name" not in node and "givenName" not in node


def _kind_of(node: Mapping[str, Any]) -> Literal["person", "organization"] | None:
    types = _types(node)
    # A person's own site has the type ["Person", "Organization"].
    if "Person" in types:
        return "person"
    is_organization = any("Organization" in kind or kind in ("Corporation", "Brand", "WebSite") for kind in types)
    return "organization" if is_organization else None
