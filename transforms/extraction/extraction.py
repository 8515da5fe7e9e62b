"""What extraction returns. The module is small, because the processes that only pass it on need not load the extraction."""

from __future__ import annotations

from dataclasses import dataclass

from schemas import Article
from schemas.pickling import quickly_pickled


@quickly_pickled
@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """An article, and where its values came from."""

    article: Article
    origins: dict[str, str]
    """Field names, each with the place of its value in words:
    ``{"published_at": "json-ld datePublished", "body": "blocks"}``."""
    unmatched: tuple[str, ...] = ()
    """Names of the source's selectors that found nothing on the page."""
