"""What a page states about itself for machines: JSON-LD, meta tags, title, headings and language.

Values are text as printed. Other modules decide which of several to believe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from transforms.extraction.json_ld import LinkedArticle, linked_article
from transforms.extraction.locales import Locale
from transforms.extraction.text import LONGEST_HEADLINE, clean, element_text, shorter, statement
from transforms.extraction.timestamps import Candidate, stamped

_PUBLISHED_META = tuple(
    "article:published_time og:article:published_time article:published article.published article_published_time "
    "og:published_time og:datepublished datepublished cxenseparse:recs:publishtime cxenseparse:recs:published_time "
    "cxenseparse:publishtime parsely-pub-date sailthru.date dcterms.issued dc.date.issued pubdate pub_date publishdate "
    "publish-date publish_date published_at published-date published publication_date publication-date content:publishdate "
    "citation_online_date citation_publication_date citation_date".split()
)
_LOOSE_META = tuple(
    "article_date_original article.created displaydate dcterms.created dc.date.created datecreated date.created "
    "dcsext.articlefirstpublished analyticsattributes.articledate date.available date.release release_date uploaddate pdate "
    "ptime dc.date dcterms.date date timestamp".split()
)
"""Some pages mean an earlier version or their latest change by these."""
_MODIFIED_META = tuple(
    "article:modified_time og:article:modified_time article:modified article.updated article_modified_time "
    "og:modified_time og:updated_time datemodified dcterms.modified dc.date.modified date.modified date.updated "
    "modified_time lastmod last_updated_date revised revision_date updated_time last-modified".split()
)
_SECTION_META = (
    "article:section og:article:section og:section parsely-section cxenseparse:section cxenseparse:recs:section "
    "sailthru.section articlesection section"
).split()
_STATING = ("meta", "link", "base", "script", "title", "h1")
"""Elements that state something."""
_AROUND_ARTICLE = ("html", "body", "main", "article")
_LONGEST_SECTION = 200
_MOST_ALTERNATES = 200
_MOST_CONTENTS = 50
"""Meta tags of one name that are read: no real page has nearly as many."""
_MOST_STAMPS = 5
"""Meta tags of one name that are read as stamps."""
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")


Offer = tuple[str, str]
"""A value that a page states, and its place in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page states in its markup."""

    article: LinkedArticle
    meta: Mapping[str, tuple[str, ...]]
    """Contents of meta tags by property, name, itemprop or http-equiv in lower case, in the order of the page."""
    title: str | None
    """The title element."""
    h1: str | None
    """The first h1 that has text."""
    canonical: str | None
    """The canonical link, else og:url, as printed."""
    html_lang: str | None
    """The language attribute of the html element."""
    alternates: tuple[str, ...]
    """The languages in which the page has alternates, as printed."""
    short_link: str | None
    """The short address of the page, as printed."""
    base: str | None
    """The address that relative addresses of the page are relative to, as printed."""
    data: tuple[tuple[str, str], ...]
    """Names and values of the data attributes of the elements around the article."""
    body_class: str | None

    def first(self, *names: str) -> tuple[str, str] | None:
        """Content and name of the first of these meta tags that the page has."""
        for name in names:
            for content in self.meta.get(name, ()):
                return content, name
        return None


def read_facts(tree: HtmlElement, url: str) -> Facts:
    """The facts of a page. Its address ``url`` distinguishes its own JSON-LD block from those of related articles."""
    around: list[HtmlElement] = []
    tags = {name: [] for name in _STATING} | dict.fromkeys(_AROUND_ARTICLE, around)
    for element in tree.iter(*tags):  # each pass over a page takes some hundredths of the time of its extraction
        tags[element.tag].append(element)
    meta, links = _meta_tags(tags["meta"]), tags["link"]
    title = shorter(clean(tags["title"][0].text), LONGEST_HEADLINE) if tags["title"] else None
    h1 = next((text for element in tags["h1"] if (text := element_text(element, LONGEST_HEADLINE))), None)
    canonicals = [
        link for link in links if link.get("rel") in ("canonical", "Canonical") and link.get("href") is not None
    ]
    heads = tree.findall("head")
    canonicals.sort(key=lambda link: link.getparent() not in heads)
    canonical = canonicals[0].get("href", "").strip() if canonicals else None
    short_links = (link.get("href") for link in links if link.get("rel") == "shortlink")
    titles = [
        short for text in (h1, title, *meta.get("og:title", ())[:3]) if (short := shorter(text, LONGEST_HEADLINE))
    ]
    return Facts(
        article=linked_article(tags["script"], [url, *([canonical] if canonical else [])], titles),
        meta=meta,
        title=title,
        h1=h1,
        canonical=canonical or next(iter(meta.get("og:url", ())), None),
        html_lang=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
        alternates=tuple(islice((language for link in links if (language := link.get("hreflang"))), _MOST_ALTERNATES)),
        short_link=next((href for href in short_links if href is not None), None),
        base=next((href for base in tags["base"] if (href := base.get("href"))), None),
        data=tuple(
            attribute for element in around for attribute in element.items() if attribute[0].startswith("data-")
        ),
        body_class=body.get("class") if (body := tree.find("body")) is not None else None,
    )


def published_stamps(facts: Facts, locale: Locale) -> list[Candidate]:
    """Stamps of publication, those of JSON-LD first: where meta tags differ by whole hours, they declare local time as UTC."""
    return _stamps(facts, facts.article.published, "json-ld datePublished", _PUBLISHED_META, locale)


def has_full_stamp(facts: Facts, locale: Locale) -> bool:
    """True if the head of the page states a day and a clock of publication."""
    return any(candidate.stamp.is_full for candidate in published_stamps(facts, locale))


def loose_stamps(facts: Facts, locale: Locale) -> list[Candidate]:
    """Stamps of which the page does not say whether they are of publication or of a change."""
    return _stamps(facts, None, "", _LOOSE_META, locale)


def modified_stamps(facts: Facts, locale: Locale) -> list[Candidate]:
    """Stamps of the latest change."""
    return _stamps(facts, facts.article.modified, "json-ld dateModified", _MODIFIED_META, locale)


def language_of(facts: Facts, usual: str | None) -> tuple[str, str] | None:
    """BCP 47 tag of the page, else the ``usual`` one of its source, with its place; None if neither is known."""
    for text, place in language_offers(facts, usual):
        if match := _LANGUAGE.match(text.strip()):
            language, script, region = match.groups()
            return "-".join(
                filter(None, (language.lower(), script and script.title(), region and region.upper()))
            ), place
    return None


def language_offers(facts: Facts, usual: str | None) -> list[Offer]:
    """The languages that are stated, as printed, the most trusted first."""
    return _offers(
        (facts.html_lang, "html lang"),
        (facts.article.language, "json-ld inLanguage"),
        *_meta_offers(facts, "og:locale", "content-language", "language", "dc.language")[:1],
        (usual, "source"),
    )


def section_offers(facts: Facts) -> list[Offer]:
    """The sections that are stated, the most trusted first. An address is no section."""
    offers = _offers(
        (facts.article.section, "json-ld articleSection"),
        *_meta_offers(facts, *_SECTION_META),
        *((name, "json-ld BreadcrumbList") for name in facts.article.crumbs[-1:]),
    )
    return [(text, place) for text, place in offers if "://" not in text and len(text) <= _LONGEST_SECTION]


def keywords_of(facts: Facts, categories: Sequence[str]) -> tuple[str, ...]:
    """Keywords and tags of the page and the feed, each once, in its first spelling."""
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


def image_offers(facts: Facts) -> list[Offer]:
    """Addresses of the lead image as printed, the most trusted first."""
    names = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    return _offers(*_meta_offers(facts, *names), (facts.article.image, "json-ld image"))


def _offers(*offers: tuple[str | None, str]) -> list[Offer]:
    """Those with a value."""
    return [(text, place) for text, place in offers if text]


def _meta_offers(facts: Facts, *names: str) -> list[Offer]:
    """The first content of each of these meta tags."""
    return [(facts.meta[name][0], f"meta {name}") for name in names if name in facts.meta]


def _stamps(facts: Facts, linked: str | None, label: str, names: Iterable[str], locale: Locale) -> list[Candidate]:
    candidates = stamped("json-ld", label, (linked,), locale)
    for name in names:
        if name in facts.meta:
            candidates += stamped("meta", f"meta {name}", facts.meta[name][:_MOST_STAMPS], locale)
    return candidates


def _meta_tags(elements: Iterable[HtmlElement]) -> dict[str, tuple[str, ...]]:
    tags: dict[str, list[str]] = {}
    for element in elements:
        content = statement(element.get("content"))
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            # One attribute may have several names: property="og:title title".
            stated = element.get(attribute)
            for name in stated.lower().split() if stated else ():
                contents = tags.setdefault(name, [])
                if len(contents) < _MOST_CONTENTS:
                    contents.append(content)
    return {name: tuple(contents) for name, contents in tags.items()}
