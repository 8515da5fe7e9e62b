"""What a page prints beside its headline for people to read: the byline and the dates."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.extraction.locales import Locale
from transforms.extraction.printed_bylines import printed_bylines
from transforms.extraction.printed_dates import printed_dates
from transforms.extraction.surroundings import Surroundings
from transforms.extraction.timestamps import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed beside the headline."""

    bylines: tuple[str, ...]
    """Lines that may be the byline, the most likely first."""
    published: tuple[Candidate, ...]
    """Stamps of publication, the most likely first."""
    modified: tuple[Candidate, ...]
    """Stamps of a change, the most likely first."""


def read_beside_headline(tree: HtmlElement, headline: str | None, locale: Locale) -> Printed:
    """Bylines and stamps beside the headline. Where there are none, other places that are marked as byline or date count."""
    page = Surroundings(tree, headline)
    published, modified = printed_dates(page, locale)
    return Printed(bylines=tuple(printed_bylines(page)), published=tuple(published), modified=tuple(modified))
