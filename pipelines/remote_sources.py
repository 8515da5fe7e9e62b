"""``--sources`` with an address: the sources file is fetched by the client that also fetches feeds, with its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources import Sources, SourcesError, load_sources, parse_sources
from schemas import Rejected
from transforms.web.settings import Connect, Politeness

if TYPE_CHECKING:
    from pipelines.command.beam_options import RunOptions


def sources_of(options: RunOptions) -> Sources:
    """The sources of a command that polls feeds. Raises SourcesError."""
    connect = Connect(
        contact=options.contact,
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        seconds=options.page_seconds,
    )
    return sources_at(options.sources, connect)


def sources_at(place: str, connect: Connect) -> Sources:
    """The sources in a file or at an http(s) address. Raises SourcesError."""
    if not is_address(place):
        return load_sources(place)
    # Only here: a file needs neither aiohttp nor asyncio, which take 0.2 s to load.
    import asyncio

    from transforms.web.client import Web

    async def fetch() -> bytes:
        async with Web(connect, Politeness()) as web:
            return (await web.get(place, robots=False)).body

    try:
        content = asyncio.run(fetch())
    except Rejected as rejected:
        raise SourcesError(place, [f"cannot be fetched ({rejected.reason.value}: {rejected.detail})."]) from rejected
    return parse_sources(place, content, is_opml=content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"))


def is_address(place: str) -> bool:
    """True for an http(s) address, False for the path of a file."""
    return place.startswith(("http://", "https://"))
