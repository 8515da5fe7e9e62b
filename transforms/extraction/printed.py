"""What is printed beside the headline for people to read: the byline and the date line."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from transforms.extraction.printed_bylines import printed_bylines
from transforms.extraction.printed_dates import dated_elements, marked_times, only_time, printed_times
from transforms.extraction.surroundings import Surroundings
from transforms.extraction.timestamps import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What stands beside the headline for people to read."""

    bylines: tuple[str, ...]
    """Lines that may be the byline as printed, the likeliest first."""
    published: tuple[Candidate, ...]
    """Stamps of publication, the likeliest first."""
    modified: tuple[Candidate, ...]
    """Stamps that are called an update."""


def read_beside_headline(tree: HtmlElement, headline: str | None, zone: str | None) -> Printed:
    """Byline and stamps that stand around the headline; where there are none, stamps of elements
    that are called dates."""
    page = Surroundings(tree, headline)
    published, modified = marked_times(page, zone)
    printed_published, printed_modified = printed_times(page, zone)
    published += printed_published
    if not published:
        published = dated_elements(page, zone) or only_time(page, zone)
    return Printed(
        bylines=tuple(printed_bylines(page)),
        published=tuple(published),
        modified=(*modified, *printed_modified),
    )
