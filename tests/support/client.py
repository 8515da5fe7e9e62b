"""Requests of the client to the test server: one, or many pages at once."""

import asyncio
import socket
import zlib
from dataclasses import replace
from typing import Any

import pytest

from schemas import Entry, Page, Reason, Rejected
from tests.support.samples import NOON, OUTLET, entry
from tests.support.web_server import Reply, WebServer
from transforms.web.client import Answer, Web
from transforms.web.crawl import Crawl
from transforms.web.pages import FailedPage, page_request
from transforms.web.settings import Connect, Politeness

HASTE = Politeness(pause=0.0)


PAGE = b"<html><p>The council met on Tuesday.</p></html>"


def connect(web: WebServer, **changes: Any) -> Connect:
    """Connects to the test server as a proxy, with short timeouts."""
    return Connect(**{"proxy": web.proxy, "seconds": 5.0, "retry_wait": 0.01, **changes})


def get(address: str, how: Connect, **options: Any) -> Answer:
    async def once() -> Answer:
        async with Web(how, HASTE) as web:
            return await web.get(address, **options)

    return asyncio.run(once())


def refused(address: str, how: Connect, **options: Any) -> Rejected:
    with pytest.raises(Rejected) as caught:
        get(address, how, **options)
    return caught.value


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(text: str = "story") -> Reply:
    return Reply(headers=HTML, body=f"<p>{text}</p>".encode())


def linking(url: str, source: str = OUTLET.id) -> Entry:
    """An entry of a source with this link, which may be any text."""
    return replace(entry(), url=url, source=replace(OUTLET, id=source))


def pages_of(
    web: WebServer, urls: list[str], politeness: Politeness = HASTE, **changes: Any
) -> list[Page | FailedPage]:
    connect = Connect(**{"proxy": web.proxy, "retries": 0, "seconds": 5.0, **changes})
    with Crawl[Page | FailedPage](connect, politeness) as crawl:
        crawl.add(page_request(linking(url), lambda: NOON) for url in urls)
        return list(crawl.results())


def outcomes(results: list[Page | FailedPage]) -> dict[str, Reason | int]:
    return {
        result.entry.url: result.http_status if isinstance(result, Page) else result.rejected.reason
        for result in results
    }


def gzipped(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
