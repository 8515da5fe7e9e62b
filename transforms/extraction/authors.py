"""The people of an article, and who is credited: which place on the page, or in the feed, to believe, and the byline as printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from schemas.agencies import Agency
from transforms.extraction.agency_names import agency_names
from transforms.extraction.bylines import is_cluttered, printed_byline, read_byline
from transforms.extraction.json_ld import LinkedArticle
from transforms.extraction.metadata import Facts
from transforms.extraction.person_names import bare

_AUTHOR_META = tuple(
    "author article:author og:article:author parsely-author sailthru.author dc.creator "
    "dcterms.creator byl cxenseparse:author og:author "
    "dcsext.author analyticsattributes.author author.name dable:author".split()
)
_COPYRIGHT_META = ("copyright", "dcterms.rights", "dc.rights", "rights")
_LABEL_META = re.compile(
    r"(?:written|posted|published) by|(?:geschrieben|verfasst|veröffentlicht) von|(?:écrit|rédigé) par|"
    r"(?:escrito|publicado) por|scritto da|geschreven door|skrevet av|skriven av|napisane przez|автор|autor|author",
    re.IGNORECASE,
)
"""``twitter:label1`` if ``twitter:data1`` is an author."""
_LINKED = "json-ld author"
_PRINTED = "markup byline"
_MOST_MORE = 4
"""People that a printed byline may add to an article's authors. With more it is a list of the authors of other articles."""
_MOST_CHARACTERS = 4_000
"""Characters that are read from one place. No article's authors need as many; pages made to keep their reader busy have more."""
_MOST_AUTHORS = 100
"""People that are read from one place."""
_LONGEST_RIGHTS, _MOST_RIGHTS = 1_000, 5
"""Characters of a statement of rights, and statements of one kind, in which the holder of the copyright is searched."""
_LONGEST_CREDIT = 120
_ARTICLE = re.compile(r"(?:the|der|die|das|le|la|les|el|los|las|il|de|het)\s", re.IGNORECASE)
"""The beginning of an outlet's name that no person's has."""
_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people of an article."""

    byline: str | None
    """The byline as printed, else the names from the metadata."""
    authors: tuple[str, ...]
    """Names of persons, each once."""
    credits: tuple[str, ...] = ()
    """Organizations and desks that the byline names, each once."""
    origins: dict[str, str] = field(default_factory=dict)
    """The places of ``byline``, ``authors`` and ``credits``, for those that the page has."""


@dataclass(frozen=True, slots=True)
class _Offer:
    place: str
    texts: tuple[str, ...]
    authors: tuple[str, ...]
    credits: tuple[str, ...]


def name_people(
    facts: Facts,
    printed: Sequence[str],
    feed_byline: str | None,
    outlets: Sequence[str],
    agencies: tuple[Agency, ...] = (),
    elsewhere: Callable[[], Sequence[str]] = tuple,
) -> People:
    """The people of a page, from its metadata, the lines ``printed`` beside its headline and the byline in its feed.

    If these name nobody and no agency, the lines that ``elsewhere`` returns count too. The first place that names a person is chosen. A
    later one is chosen if the first has only log-ins, first names or the holder of the copyright and the later one has more. If a printed
    byline names the same people and a few more, all of them count. ``outlets`` are names of the outlet, ``agencies`` the user's own
    agencies: neither are persons.
    """
    outlets = _without_person(outlets, facts)
    names = agency_names(agencies)

    def is_agency(credit: str) -> bool:
        return names.agency_of(credit) is not None

    read = partial(_read, outlets=outlets, agencies=agencies, headline=bare((facts.h1 or "")[:_LONGEST_CREDIT]))
    offers = [offer for place in byline_places(facts, printed, feed_byline) if (offer := read(*place, facts.article))]
    if not any(offer.authors or any(map(is_agency, offer.credits)) for offer in offers):
        more = elsewhere()
        printed = [*printed, *more]
        offers += [offer for line in more if (offer := read(_PRINTED, (line,), facts.article))]
    named = [offer for offer in offers if offer.authors]
    rights = " ".join(
        text[:_LONGEST_RIGHTS] for name in _COPYRIGHT_META for text in facts.meta.get(name, ())[:_MOST_RIGHTS]
    )
    chosen = next((offer for offer in named if not _is_doubtful(offer, named, rights)), named[0] if named else None)
    if copy := _agency_copy(offers, is_agency):
        chosen = copy
    elif chosen:
        chosen = _fuller(chosen, named)
    elif credited := [offer for offer in offers if offer.credits]:
        # An outlet puts its own name into the metadata of agency copy.
        chosen = next((offer for offer in credited if any(map(is_agency, offer.credits))), credited[0])
    byline, place = _byline(chosen, printed, offers)
    credits = _credits(chosen, offers)
    places = (
        ("byline", place),
        ("authors", chosen and chosen.authors and chosen.place),
        ("credits", chosen and credits and chosen.place),
    )
    return People(
        byline=byline,
        authors=chosen.authors if chosen else (),
        credits=credits,
        origins={field: place for field, place in places if place},
    )


def people_of_byline(byline: str, place: str, outlets: Sequence[str], agencies: tuple[Agency, ...] = ()) -> People:
    """The people of a byline that is known to be one, such as what a user's selector found at ``place``."""
    named = read_byline(byline[:_MOST_CHARACTERS], outlets, agencies)
    people = People(
        byline=printed_byline(byline), authors=named.people[:_MOST_AUTHORS], credits=_each_once(named.credits)
    )
    return replace(people, origins={name: place for name in ("byline", "authors", "credits") if getattr(people, name)})


def _without_person(outlets: Sequence[str], facts: Facts) -> list[str]:
    """The names of the outlet without those of the person who writes it: an author that is no organization, by its type."""
    article = facts.article
    outlet = bare(article.publisher) if article.publisher and not article.is_published_by_person else ""
    people = {bare(name) for name in article.stated_persons if " " in name and not _ARTICLE.match(name)} - {outlet}
    return [name for name in outlets if bare(name) not in people]


def byline_places(
    facts: Facts, printed: Sequence[str], feed_byline: str | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The places that may name authors, the most trusted first, with their texts."""
    article = facts.article
    yield _LINKED, article.persons
    for name in _AUTHOR_META:
        yield f"meta {name}", tuple(text for text in facts.meta.get(name, ()) if not _is_address(text))
    if _LABEL_META.search(next(iter(facts.meta.get("twitter:label1", ())), "")):
        named = facts.meta.get("twitter:data1", ())
        yield "meta twitter:data1", tuple(name for name in named if name not in article.organizations)
    for line in printed:
        yield _PRINTED, (line,)
    if feed_byline:
        yield "feed", (feed_byline,)


def _read(
    place: str,
    texts: tuple[str, ...],
    article: LinkedArticle,
    *,
    outlets: Sequence[str],
    agencies: tuple[Agency, ...],
    headline: str,
) -> _Offer | None:
    """What a place names; None for a place without texts. The headline is nobody's name."""
    if not texts and place != _LINKED:
        return None
    texts = tuple(_beginning(texts))
    bylines = [read_byline(text, outlets, agencies) for text in texts]
    people = tuple(dict.fromkeys(name for byline in bylines for name in byline.people if bare(name) != headline))
    credits = [name for byline in bylines for name in byline.credits]
    if place == _LINKED:
        credits += [name for name in article.organizations if len(name) <= _LONGEST_CREDIT]
        texts += article.organizations
    return _Offer(place, texts, people[:_MOST_AUTHORS], _each_once(credits)) if texts else None


def _each_once(credits: Iterable[str]) -> tuple[str, ...]:
    unique: dict[str, str] = {}
    for name in credits:
        unique.setdefault(bare(name), name)
    return tuple(unique.values())[:_MOST_AUTHORS]


def _credits(chosen: _Offer | None, offers: Sequence[_Offer]) -> tuple[str, ...]:
    """The credits of the chosen place, and of the printed bylines with the same people; an organization that is an author is none."""
    if chosen is None:
        return ()
    credits = list(chosen.credits)
    if chosen.authors:
        people = {bare(name) for name in chosen.authors}
        same = [
            offer for offer in offers if offer.place == _PRINTED and {bare(name) for name in offer.authors} == people
        ]
        credits += [name for offer in same for name in offer.credits]
        credits = [name for name in credits if not any(person in bare(name) for person in people)]
    return _each_once(credits)


def _beginning(texts: Iterable[str]) -> Iterator[str]:
    """The first texts, with at most _MOST_CHARACTERS in all."""
    left = _MOST_CHARACTERS
    for text in texts:
        left -= len(text)
        if left < 0:
            return
        yield text


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://", "/", "@"))


def _agency_copy(offers: Sequence[_Offer], is_agency: Callable[[str], bool]) -> _Offer | None:
    """The place in the metadata that names an agency, if the first printed byline names one too, and neither names a person.

    Then the people of other printed bylines wrote other stories.
    """
    stated = [offer for offer in offers if offer.place not in (_PRINTED, "feed")]
    printed = [offer for offer in offers if offer.place == _PRINTED][:1]
    if any(offer.authors for offer in (*stated, *printed)):
        return None
    signed = [[offer for offer in part if any(map(is_agency, offer.credits))] for part in (stated, printed)]
    return signed[0][0] if all(signed) else None


def _is_doubtful(offer: _Offer, offers: Sequence[_Offer], rights: str) -> bool:
    """True if it names only the holder of the copyright, or only log-ins and first names of people that another place names in full."""
    if all(name in rights for name in offer.authors):
        return any(not set(other.authors) & set(offer.authors) for other in offers)
    if any(" " in name for name in offer.authors):
        return False
    full = [_letters(name) for other in offers for name in other.authors if " " in name]
    own = [(name.islower(), _letters(name)) for name in offer.authors]
    return bool(full) and all(is_login or any(other.startswith(name) for other in full) for is_login, name in own)


def _letters(name: str) -> str:
    return _LETTERS.sub("", name).casefold()


def _fuller(chosen: _Offer, offers: Sequence[_Offer]) -> _Offer:
    """The most likely of the printed bylines with the same people, if it names a few more; else the chosen place."""
    lines = (offer for offer in offers if offer.place == _PRINTED and set(chosen.authors) <= set(offer.authors))
    first = next(lines, chosen)
    return first if 0 < len(first.authors) - len(chosen.authors) <= _MOST_MORE else chosen


def _byline(chosen: _Offer | None, printed: Sequence[str], offers: Sequence[_Offer]) -> tuple[str | None, str | None]:
    """The byline of the chosen people, as printed, with its place; without people, the first text that is in a byline's place."""
    if chosen is not None:
        same = [offer for offer in offers if offer.place == _PRINTED and _agrees(offer, chosen)]
        # Many pages print the byline twice, once of them with a date or a button.
        ranked = [*sorted(same, key=lambda offer: is_cluttered(offer.texts[0])), chosen]
    else:
        ranked = [_Offer(_PRINTED, (line,), (), ()) for line in printed[:1]]
        ranked += [offer for offer in offers if offer.place in ("feed", _LINKED)]
    for offer in ranked:
        if byline := printed_byline(", ".join(dict.fromkeys(offer.texts))):
            return byline, offer.place
    return None, None


def _agrees(offer: _Offer, chosen: _Offer) -> bool:
    """True if both places name the same people; without people, if they have a credit in common."""
    if chosen.authors:
        return set(offer.authors) == set(chosen.authors)
    return not offer.authors and not {bare(name) for name in offer.credits}.isdisjoint(map(bare, chosen.credits))
