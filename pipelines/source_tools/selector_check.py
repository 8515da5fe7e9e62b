"""Tries the selectors of a source on some of its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from schemas import Page, Rejected, Source
from transforms.accounting.runs import now
from transforms.extraction.single_page import single_page
from transforms.steps.guarded import extract_article
from transforms.web.client import Web
from transforms.web.settings import Connect, Politeness

MOST_PAGES = 3
"""Pages of a feed on which its source's selectors are tried."""


def selector_lines(source: Source, urls: Sequence[str], connect: Connect, pause: float) -> Iterator[str]:
    """What the selectors of a source find on some of its pages, a sentence for each page. ``pause`` is in seconds."""
    if source.selectors is None:
        return
    for url, page in asyncio.run(_fetch(source, urls[:MOST_PAGES], connect, Politeness(pause=pause))):
        try:
            if isinstance(page, Rejected):
                raise page
            unmatched = extract_article(page, "check").unmatched
        except Rejected as rejected:
            yield f"selectors: {url}: no article: {rejected.reason.value}: {rejected.detail}"
            continue
        names = ", ".join(unmatched)
        yield f"selectors: {url}: " + (f"nothing matches {names}. Was the site rebuilt?" if names else "all match")


async def _fetch(
    source: Source, urls: Sequence[str], connect: Connect, politeness: Politeness
) -> list[tuple[str, Page | Rejected]]:
    pages: list[tuple[str, Page | Rejected]] = []
    async with Web(connect, politeness) as web:
        for url in urls:
            try:
                answer = await web.get(url, source=source)
            except Rejected as rejected:
                pages.append((url, rejected))
                continue
            page = single_page(
                answer.body,
                source,
                url,
                now(),
                final_url=answer.url,
                http_status=answer.status,
                content_type=answer.headers.get("content-type"),
            )
            pages.append((url, page))
    return pages
