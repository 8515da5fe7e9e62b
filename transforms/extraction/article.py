"""A page to its article: the body from its blocks, everything else from what the page and its feed state.

``extract_article`` shows all steps in order. Each decision is a function in another module of this package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress, takewhile

from lxml.html import HtmlElement

from schemas import Agency, Article, Page, Reason, Rejected
from schemas.plain_text import printable
from transforms.extraction.access import access_of, ends_open
from transforms.extraction.agency import find_agency
from transforms.extraction.authors import name_people, people_of_byline
from transforms.extraction.block_model import trained
from transforms.extraction.body import (
    ENOUGH,
    EXTRACTOR,
    Body,
    added_body,
    extract_body,
    selected_body,
)
from transforms.extraction.boilerplate import without_biography
from transforms.extraction.detected_language import detect_language
from transforms.extraction.extraction import Extraction
from transforms.extraction.headline import pick_headline, pick_standfirst, publication_status, stated_summary
from transforms.extraction.html import read_page
from transforms.extraction.images import images_of
from transforms.extraction.links import base_of, links_of
from transforms.extraction.locales import is_translated, locale_of
from transforms.extraction.metadata import (
    Facts,
    has_full_stamp,
    image_offers,
    keywords_of,
    language_of,
    read_facts,
    section_offers,
)
from transforms.extraction.page_kinds import missing_text, reject_service_text, require_article_page
from transforms.extraction.printed import Printed, read_beside_headline
from transforms.extraction.published import (
    choose_modified,
    choose_published,
    is_settled,
    modified_candidates,
    published_candidates,
    with_local_clock,
)
from transforms.extraction.publisher_ids import publisher_id
from transforms.extraction.scrambled import without_scrambled
from transforms.extraction.script_text import add_script_text
from transforms.extraction.selectors import select
from transforms.extraction.timestamps import Candidate
from transforms.extraction.words import content_hash, word_count
from transforms.garbage import collect_garbage_less_often
from transforms.urls import absolute_url, canonical_url, host, normalize_url, site, url_key, writer_label

_LONGEST_SITE_NAME = 200
_MOST_BELOW, _LONGEST_BELOW = 3, 80
"""Lines below the article that may sign it, and their characters."""


@cache
def prepare() -> None:
    """Makes this process ready for many pages: loads the model of blocks and the detector of languages, and sets the garbage collector."""
    trained()
    detect_language("x")
    collect_garbage_less_often()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the values of an article were chosen from. It holds the tree of the page."""

    facts: Facts
    printed: Printed
    published: Sequence[Candidate]
    """Stamps of publication, the most trusted first."""
    chosen: Candidate | None
    modified: Sequence[Candidate]
    found: Body
    kept: Sequence[bool]
    """For each block of the page whether the body has it."""
    site_names: tuple[str, ...]
    outlets: Sequence[str]


def extract_article(
    page: Page,
    run_id: str,
    agencies: tuple[Agency, ...] = (),
    look: Callable[[Evidence], None] | None = None,
) -> Extraction:
    """The article of a page. Raises Rejected if the page has none: NOT_HTML, UNPARSABLE, NO_TEXT, or the kind of page that it is instead.

    ``agencies`` are the user's own, besides the known ones. ``look`` is called with what the values were chosen from.
    """
    entry, source = page.entry, page.entry.source
    tree = read_page(page.html, page.content_type)
    facts = read_facts(tree, page.url)
    added = _require_text(tree, facts, page)
    origins: dict[str, str] = {}

    site_names = _site_names(facts, page)
    headline = _noted(origins, "headline", pick_headline(facts, entry.title, site_names))
    language = _noted(origins, "language", language_of(facts, source.language))
    in_many = is_translated(page.url, language, facts.alternates)
    locale = locale_of(host(page.url), language, source.zone, is_translated=in_many)
    selected = select(tree, source.selectors if page.body_from == "page" else None, locale)
    is_clear = look is None and is_settled(facts, page, locale)
    is_dated = is_clear or has_full_stamp(facts, locale)
    printed = read_beside_headline(tree, headline, locale, is_dated, is_clear)
    if selected.body:
        found, is_cut = selected_body(tree, selected.body, selected.body_elements), False
    else:
        found, is_cut = _body_of(tree, page.url, facts, headline, printed.bylines, added)
    body, kept = found.text, found.kept()
    origins["body"] = found.origin if page.body_from == "page" else "feed"

    candidates = selected.published or published_candidates(facts, printed, page, locale)
    published, zone_from = choose_published(candidates, page.fetched_at), None
    if published:
        published, zone_from = with_local_clock(published, candidates, locale)
    changes = modified_candidates(facts, printed, page, locale)
    modified = choose_modified(changes, published, page.fetched_at)
    stamp = published.stamp if published else None
    origins["published_at"] = published.label if published else "first-seen"

    outlets = _outlets(site_names, page.url)
    people = (
        people_of_byline(selected.byline, "selector", outlets, agencies)
        if selected.byline
        else name_people(facts, printed.bylines, entry.byline, outlets, agencies, printed.bylines_elsewhere)
    )
    origins |= people.origins
    organizations = (*facts.article.organizations, *facts.article.sources)
    rights = _noted(
        origins,
        "rights",
        _first((facts.article.rights, "json-ld"), facts.first("copyright", "dcterms.rights", "dc.rights", "rights")),
    )
    credit = find_agency(
        source=source,
        byline=people.byline,
        credits=people.credits,
        body=body,
        below=_below(found, kept),
        organizations=organizations,
        rights=rights,
        credit=entry.credit,
        agencies=agencies,
    )
    if not selected.body and (text := without_biography(body, people.authors)) != body:
        found = replace(found, text=text)
        body, kept = text, found.kept()
    detected = detect_language(body)
    canonical = canonical_url(page.url, facts.canonical)
    image_url = _absolute(_noted(origins, "image_url", next(iter(image_offers(facts)), None)), page.url)
    base = base_of(facts.base, page.url)
    article = Article(
        article_id=entry.article_id or url_key(source.key_id, canonical),
        content_hash=content_hash(body),
        source=source.id,
        source_alias=source.key_id if source.key_id != source.id else None,
        source_kind=source.kind,
        feed_url=entry.feed_url,
        entry_id=entry.entry_id,
        url=entry.url,
        canonical_url=canonical,
        headline=headline,
        feed_title=entry.title,
        standfirst=_noted(origins, "standfirst", pick_standfirst(facts, headline, body)),
        body=body,
        body_from=page.body_from,
        page_reason=page.missing.reason.value if page.missing else None,
        attempts=entry.attempts + 1,
        language=language,
        detected_language=detected[0] if detected else None,
        detected_language_confidence=detected[1] if detected else None,
        word_count=word_count(body),
        section=_noted(origins, "section", next(iter(section_offers(facts)), None)),
        keywords=keywords_of(facts, entry.categories),
        image_url=image_url,
        media=entry.media,
        rights=rights,
        access=access_of(tree, facts, body, is_cut=is_cut or (page.body_from == "feed" and ends_open(body))),
        pub_status=publication_status(headline, body),
        published_at=stamp.instant if stamp else None,
        published_raw=stamp.raw if stamp else None,
        published_offset_minutes=stamp.offset_minutes if stamp else None,
        published_zone_from=zone_from,
        published_precision=stamp.precision if stamp else None,
        published_from=published.origin if published else "first-seen",
        modified_at=modified.instant if modified else None,
        first_seen_at=entry.seen_at,
        fetched_at=page.fetched_at,
        byline=people.byline,
        authors=people.authors,
        credits=people.credits,
        agency=credit.agency,
        agency_evidence=credit.evidence,
        dateline=credit.dateline,
        fingerprint=entry.fingerprint,
        run_id=run_id,
        extractor=EXTRACTOR,
        publisher_article_id=_noted(origins, "publisher_article_id", publisher_id(facts)),
        links=links_of(compress(found.page.blocks, kept), base, (normalize_url(page.url), canonical)),
        images=images_of(found.page, kept, base, headline, image_url),
    )
    if look:
        look(
            Evidence(
                facts=facts,
                printed=printed,
                published=candidates,
                chosen=published,
                modified=changes,
                found=found,
                kept=kept,
                site_names=site_names,
                outlets=outlets,
            )
        )
    shown = printable(article)
    if shown is not article:  # but these identify the entry
        shown = replace(shown, entry_id=entry.entry_id, url=entry.url, feed_url=entry.feed_url)
    return Extraction(article=shown, origins=origins, unmatched=selected.unmatched)


_Added = tuple[HtmlElement, str]
"""An article element that was added to the page from the data of a script, and where its text was."""


def _require_text(tree: HtmlElement, facts: Facts, page: Page) -> _Added | None:
    """Raises Rejected for a page that is no article. One that shows nothing without JavaScript may have its text in a script."""
    try:
        require_article_page(tree, facts, page)
    except Rejected as rejected:
        added = add_script_text(tree, facts) if rejected.reason is Reason.NEEDS_JAVASCRIPT else None
        if added is None:
            raise
        return added
    return None


def _body_of(
    tree: HtmlElement, url: str, facts: Facts, headline: str | None, bylines: Sequence[str], added: _Added | None
) -> tuple[Body, bool]:
    """The body, and True if scrambled text was cut off."""
    summary = stated_summary(facts)
    above = (headline, facts.h1, facts.article.headline, *bylines)
    stated = summary[0] if summary else None
    try:
        body = added_body(tree, *added, above) if added else extract_body(tree, url, headline, stated, above)
    except Rejected as rejected:
        added = add_script_text(tree, facts) if rejected.reason is Reason.NO_TEXT and added is None else None
        if added is None:
            raise missing_text(rejected, tree) from rejected
        body = added_body(tree, *added, above)
    else:
        # trafilatura reads JSON-LD too, where the markup has no text, but without its paragraphs.
        if body.origin == "trafilatura" and not any(body.kept()) and (added := add_script_text(tree, facts)):
            body = added_body(tree, *added, above)
    extracted = printable(body.text)
    reject_service_text(extracted, facts.article.is_article)
    text = without_scrambled(extracted)
    if not text:
        raise Rejected(Reason.SCRAMBLED_TEXT, extracted[:100])
    return replace(body, text=text), text != extracted


def _below(found: Body, kept: Sequence[bool]) -> list[str]:
    """The short lines of the page that follow the article: outlets sign agency copy there.

    A line that is one link names other things, and what follows an image may be its credit.
    """
    odds = found.odds
    last = max((place for place, is_kept in enumerate(kept) if is_kept), default=len(kept))
    while last + 1 < len(kept) and odds[last + 1] >= ENOUGH:
        last += 1  # a line that was cut, or joined to the one before
    image = min((picture.place for picture in found.page.pictures if picture.place > last), default=len(kept))
    below = found.page.blocks[last + 1 : min(image, last + 1 + _MOST_BELOW)]
    short = takewhile(lambda block: len(block.text) <= _LONGEST_BELOW, below)
    return [block.text for block in short if block.linked < len(block.text)]


def _first(*values: tuple[str | None, str] | tuple[str, str] | None) -> tuple[str, str] | None:
    """The first that is not empty, with its place."""
    for value in values:
        if value and value[0]:
            return value[0], value[1]
    return None


def _absolute(link: str | None, url: str) -> str | None:
    try:
        return absolute_url(link, url) if link else None
    except Rejected:
        return None


def _noted(origins: dict[str, str], field: str, value: tuple[str, str] | None) -> str | None:
    """The value without its place, which goes into ``origins``."""
    if value is None:
        return None
    text, origins[field] = value
    return text


def _outlets(site_names: tuple[str, ...], url: str) -> list[str]:
    """The names of the outlet, without the label of who writes on a platform, who may be a person."""
    labels = {*host(url).split(".")} - {*site(url).split(".")} | {writer_label(url)}
    return [name for name in site_names if name not in labels]


def _site_names(facts: Facts, page: Page) -> tuple[str, ...]:
    """The names of the site, which are neither headline nor author."""
    labels = host(page.url).split(".")
    named = [
        facts.first(name)
        for name in ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")
    ]
    stated = [name[0] for name in named if name]
    own = [page.entry.source.name, facts.article.publisher, *stated]
    return tuple(
        dict.fromkeys(
            name
            for name in (*own, *labels[-3:-1], ".".join(labels[-2:]))
            if name and len(name) <= _LONGEST_SITE_NAME and name not in ("www", "com", "co")
        )
    )
