"""Why an article is as it is: for each value what the page offers and why one was chosen, for the body what became of each block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas import Agency, Page
from schemas.plain_text import printable
from transforms.extraction.article import Evidence, extract_article
from transforms.extraction.authors import byline_places, people_of_byline
from transforms.extraction.blocks import Blocks
from transforms.extraction.body import ENOUGH
from transforms.extraction.extraction import Extraction
from transforms.extraction.headline import headline_offers, stated_summary, without_site
from transforms.extraction.metadata import Offer, image_offers, language_offers, section_offers
from transforms.extraction.published import LATEST
from transforms.extraction.timestamps import Candidate
from transforms.urls import normalize_url

_MOST_OFFERS = 40
_LONGEST_OFFER = 300
_NAMES_OF_PLACE = 3
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the page offers for a value."""

    text: str
    """As printed, or as read from what is printed."""
    place: str
    """Where it stands."""
    is_chosen: bool
    reason: str
    """Why it was chosen, or why not."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the article."""

    name: str
    """Name of its column."""
    text: str | None
    """The value; None if there is none."""
    choices: tuple[Choice, ...]
    """What the page offers, the most trusted first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A block of the page."""

    text: str
    place: str
    """The elements around it, with their classes: ``div.story > p``."""
    line: int
    """Line of the page's source on which its element begins; 0 if unknown."""
    odds: float
    """Probability that it is part of the article."""
    is_kept: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The article of a page, and why it is as it is."""

    extraction: Extraction
    values: tuple[Value, ...]
    blocks: tuple[Verdict, ...]
    """All blocks of the page, in order."""


def explain(page: Page, run_id: str, agencies: tuple[Agency, ...] = ()) -> Explanation:
    """Extracts the article of a page, and explains it. Raises what ``extract_article`` raises."""
    seen: list[Evidence] = []
    extraction = extract_article(page, run_id, agencies, seen.append)
    values = (_limited(value) for value in _values(extraction, seen[0], page, agencies))
    return printable(Explanation(extraction, tuple(values), tuple(_verdicts(seen[0]))))


def _limited(value: Value) -> Value:
    choices = (replace(choice, text=choice.text[:_LONGEST_OFFER]) for choice in value.choices[:_MOST_OFFERS])
    return replace(value, choices=tuple(choices))


def _values(extraction: Extraction, evidence: Evidence, page: Page, agencies: tuple[Agency, ...]) -> Iterator[Value]:
    article, facts, origins = extraction.article, evidence.facts, extraction.origins

    def ranked(name: str, offers: Iterable[Offer]) -> Value:
        return Value(name, getattr(article, name), tuple(_ranked(offers, origins.get(name))))

    yield Value("headline", article.headline, tuple(_titles(extraction, evidence, page)))
    summary = stated_summary(facts)
    repeats = "" if article.standfirst else "repeats the headline or the beginning of the body"
    choice = [Choice(summary[0], summary[1], not repeats, repeats or "the only one that counts")] if summary else []
    yield Value("standfirst", article.standfirst, tuple(choice))
    yield Value("published_at", _iso(article.published_at), tuple(_stamps(evidence, page)))
    yield Value("modified_at", _iso(article.modified_at), tuple(_changes(evidence, article.modified_at)))
    yield from _people(extraction, evidence, page, agencies)
    yield Value("agency", article.agency, tuple(_agency(article.agency_evidence, article.agency)))
    yield ranked("language", language_offers(facts, page.entry.source.language))
    yield Value("canonical_url", article.canonical_url, tuple(_canonical(article.canonical_url, evidence, page)))
    yield ranked("section", section_offers(facts))
    yield ranked("image_url", image_offers(facts))
    for name in ("publisher_article_id", "rights"):
        value = getattr(article, name)
        yield ranked(name, [(value, origins[name])] if value else [])


def _ranked(offers: Iterable[Offer], chosen_place: str | None) -> Iterator[Choice]:
    """The first that can be read is chosen."""
    has_chosen = False
    for text, place in offers:
        is_chosen = place == chosen_place and not has_chosen
        has_chosen = has_chosen or is_chosen
        reason = "the most trusted place" if is_chosen else "a less trusted place" if has_chosen else "cannot be read"
        yield Choice(text, place, is_chosen, reason)


def _titles(extraction: Extraction, evidence: Evidence, page: Page) -> Iterator[Choice]:
    headline, chosen_place = extraction.article.headline or "", extraction.origins.get("headline")
    offers = headline_offers(evidence.facts, page.entry.title)
    for number, (text, place) in enumerate(offers):
        title = without_site(text, evidence.site_names)
        if place == chosen_place:
            if number == 0:
                reason = "the most trusted place"
            elif len(headline) > len(offers[0][0]):
                reason = f"whole, while {offers[0][1]} is cut off"
            elif offers[0][0].startswith(headline):
                reason = f"the title of {offers[0][1]} without its addition"
            else:
                reason = f"heading and meta tags agree on it, against {offers[0][1]}"
            reason += ", without the name of the site" if title != text else ""
        elif title == headline:
            reason = "the same"
        else:
            reason = "another text, in a place that counts less here"
        yield Choice(text, place, place == chosen_place, reason)


def _stamps(evidence: Evidence, page: Page) -> Iterator[Choice]:
    """The stamps of publication, by the rules of ``choose_published``."""
    chosen, first = evidence.chosen, None
    for candidate in evidence.published:
        is_possible = candidate.stamp.instant <= page.fetched_at + LATEST
        first = first or (candidate if is_possible else None)
        is_chosen = chosen is not None and _is_same(candidate, chosen)
        if is_chosen and chosen is not None:
            if candidate is first:
                reason = "the most trusted place"
            elif candidate.origin == "url" or first is None:
                reason = "the day in the address is much earlier than what other places state"
            else:
                reason = f"of the same day as {first.label}, and finer"
            chosen = None  # a second stamp like it is only the same
        elif not is_possible:
            reason = "later than the page was fetched"
        elif evidence.chosen and _is_same_instant(candidate, evidence.chosen):
            reason = "the same instant"
        elif evidence.chosen and abs(candidate.stamp.instant - evidence.chosen.stamp.instant) <= timedelta(days=1):
            reason = "of the same day, not finer"
        else:
            reason = "of another day, in a less trusted place"
        yield _stamp_choice(candidate, is_chosen, reason)


def _changes(evidence: Evidence, modified_at: datetime | None) -> Iterator[Choice]:
    """The stamps of a change, by the rules of ``choose_modified``."""
    published = evidence.chosen
    has_chosen = False
    for candidate in evidence.modified:
        is_chosen = candidate.stamp.instant == modified_at and not has_chosen
        has_chosen = has_chosen or is_chosen
        if is_chosen:
            reason = "the most trusted place, or the finest of its day"
        elif published and candidate.stamp.instant < published.stamp.instant:
            reason = "before publication"
        elif candidate.stamp.instant == modified_at:
            reason = "the same instant"
        else:
            reason = "a less trusted place, or coarser"
        yield _stamp_choice(candidate, is_chosen, reason)


def _stamp_choice(candidate: Candidate, is_chosen: bool, reason: str) -> Choice:
    stamp = candidate.stamp
    read = stamp.local.isoformat() if stamp.precision != "day" else stamp.local.date().isoformat()
    text = stamp.raw if stamp.raw == read else f"{stamp.raw} = {read}"
    zone = "" if stamp.zoned or stamp.precision == "day" else "; it prints no offset"
    return Choice(text, candidate.label or candidate.origin, is_chosen, reason + zone)


def _is_same(candidate: Candidate, other: Candidate) -> bool:
    return candidate.label == other.label and _is_same_instant(candidate, other)


def _is_same_instant(candidate: Candidate, other: Candidate) -> bool:
    return (candidate.stamp.instant, candidate.stamp.raw) == (other.stamp.instant, other.stamp.raw)


def _people(extraction: Extraction, evidence: Evidence, page: Page, agencies: tuple[Agency, ...]) -> Iterator[Value]:
    """Byline, authors and credits, each with what it is in every place that may name them."""
    article, origins = extraction.article, extraction.origins
    lines = [*evidence.printed.bylines]
    if article.byline and origins.get("byline") == "markup byline":
        lines += [line for line in evidence.printed.bylines_elsewhere() if line not in lines]
    places = [
        (place, ", ".join(texts), people_of_byline(", ".join(texts), place, evidence.outlets, agencies))
        for place, texts in byline_places(evidence.facts, lines, page.entry.byline)
        if texts
    ]
    if origins.get("byline") == "selector" and article.byline:
        places.insert(0, ("selector", article.byline, people_of_byline(article.byline, "selector", (), agencies)))
    byline = [
        Choice(text, place, people.byline == article.byline and place == origins.get("byline"), "")
        for place, text, people in places
    ]
    yield Value("byline", article.byline, tuple(_with_reasons(byline, "another text")))
    for name, chosen in (("authors", article.authors), ("credits", article.credits or ())):
        named = [(place, getattr(people, name)) for place, _, people in places]
        choices = [
            Choice(", ".join(names) or "nobody", place, names == chosen and place == origins.get(name), "")
            for place, names in named
        ]
        others = "names others, in a less trusted place"
        yield Value(name, ", ".join(chosen) or None, tuple(_with_reasons(choices, others, ", ".join(chosen))))


def _with_reasons(choices: Sequence[Choice], other: str, chosen: str = "") -> Iterator[Choice]:
    """The choices, each with its reason. Only the first of those that are chosen is."""
    has_chosen = False
    for choice in choices:
        is_chosen = choice.is_chosen and not has_chosen
        has_chosen = has_chosen or is_chosen
        if is_chosen:
            reason = (
                "the most trusted place that names them"
                if chosen
                else "the text in print that belongs to the chosen people"
            )
        elif choice.text == "nobody":
            reason = "names none"
        elif choice.text == chosen or choice.is_chosen:
            reason = "the same"
        else:
            reason = other
        yield Choice(choice.text, choice.place, is_chosen, reason)


def _agency(evidence: Sequence[str], agency: str | None) -> Iterator[Choice]:
    for number, piece in enumerate(evidence):
        where, _, text = piece.partition(": ")
        is_chosen = agency is not None and number == 0
        if where == "contribution":
            reason = "only contributed"
        else:
            reason = "the most trusted place that names an agency" if is_chosen else "a less trusted place"
        yield Choice(text, where, is_chosen, reason)


def _canonical(canonical: str, evidence: Evidence, page: Page) -> Iterator[Choice]:
    declared = evidence.facts.canonical
    final = normalize_url(page.url)
    if declared:
        is_chosen = canonical != final or declared.strip() == final
        reason = (
            "declared, and it can be this page's"
            if is_chosen
            else "the same"
            if declared == canonical
            else "not this page's own"
        )
        yield Choice(declared, "link canonical, or og:url", is_chosen, reason)
    is_final = canonical == final and (not declared or declared.strip() != final)
    yield Choice(
        final,
        "final address",
        is_final,
        "no other was declared for this page" if is_final else "the declared one counts first",
    )


def _verdicts(evidence: Evidence) -> Iterator[Verdict]:
    found = evidence.found
    for block, odds, is_kept in zip(found.page.blocks, found.odds.tolist(), evidence.kept, strict=True):
        node = found.page.nodes[block.node]
        yield Verdict(
            text=block.text,
            place=_path(found.page, block.node),
            line=node.element.sourceline or 0,
            odds=odds,
            is_kept=is_kept,
            reason=_reason(found.origin, odds, is_kept),
        )


def _reason(origin: str, odds: float, is_kept: bool) -> str:
    if origin == "selector":
        return "the selector picks it" if is_kept else "the selector does not pick it"
    if origin not in ("blocks", "trafilatura"):
        return "the data of a script has it" if is_kept else "not in the data of the script that has the article"
    by = "trafilatura" if origin == "trafilatura" else "the model"
    if is_kept:
        return f"{by} takes it"
    if odds >= ENOUGH:
        is_by_trafilatura = by == "trafilatura"
        return "trafilatura leaves it out" if is_by_trafilatura else "a notice, a repeated line or a text from above"
    return "set apart from the article, or its summary" if odds == 0.0 else f"{by} leaves it out"


def _path(page: Blocks, index: int) -> str:
    """The innermost elements around a block, with their classes."""
    names: list[str] = []
    while index >= 0 and len(names) < _NAMES_OF_PLACE:
        tag, _, name = page.nodes[index].name.partition(" ")
        names.append(f"{tag}.{'.'.join(name.split())}"[:_LONGEST_NAME] if name else tag)
        index = page.nodes[index].parent
    return " > ".join(reversed(names))


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
