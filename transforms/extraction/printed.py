"""What a page prints beside its headline for people to read: the byline and the dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lxml.html import HtmlElement

from transforms.extraction.locales import Locale
from transforms.extraction.printed_bylines import bylines_beside, bylines_elsewhere
from transforms.extraction.printed_dates import printed_dates
from transforms.extraction.surroundings import Surroundings
from transforms.extraction.timestamps import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed beside the headline."""

    bylines: tuple[str, ...]
    """Lines that may be the byline, the most likely first."""
    bylines_elsewhere: Callable[[], tuple[str, ...]]
    """Reads the rest of the page for them: takes some milliseconds, and is needed only if nobody is named so far."""
    published: tuple[Candidate, ...]
    """Stamps of publication, the most likely first."""
    modified: tuple[Candidate, ...]
    """Stamps of a change, the most likely first."""


def read_beside_headline(
    tree: HtmlElement, headline: str | None, locale: Locale, is_dated: bool = False, is_settled: bool = False
) -> Printed:
    """Bylines and stamps beside the headline. Where there are no stamps, other places that are marked as date count.

    A page that ``is_dated`` states its full stamp in its head. On one that ``is_settled``, the stamps of its head are chosen whatever it
    prints: then no printed stamps are read.
    """
    page = Surroundings(tree, headline)
    published, modified = ([], []) if is_settled else printed_dates(page, locale, is_dated)
    return Printed(
        bylines=bylines_beside(page),
        bylines_elsewhere=partial(bylines_elsewhere, page),
        published=tuple(published),
        modified=tuple(modified),
    )
