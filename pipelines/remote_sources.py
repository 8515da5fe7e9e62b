"""``--sources`` with an address: the sources file is fetched by the client that also fetches feeds, with its limits."""

from __future__ import annotations

import asyncio

from pipelines.command.beam_options import RunOptions
from pipelines.sources import Sources, SourcesError, load_sources, parse_sources
from schemas import Rejected
from transforms.web.client import Web
from transforms.web.settings import Connect, Politeness


def sources_of(options: RunOptions) -> Sources:
    """The sources of a command, from a file or an http(s) address. Raises SourcesError."""
    place = options.sources
    if not place.startswith(("http://", "https://")):
        return load_sources(place)
    connect = Connect(
        contact=options.contact,
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        seconds=options.page_seconds,
    )
    try:
        content = asyncio.run(_fetch(place, connect))
    except Rejected as rejected:
        raise SourcesError(place, [f"cannot be fetched ({rejected.reason.value}: {rejected.detail})."]) from rejected
    return parse_sources(place, content, is_opml=content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"))


async def _fetch(url: str, connect: Connect) -> bytes:
    async with Web(connect, Politeness()) as web:
        return (await web.get(url, robots=False)).body
