"""One request of the client to the test server."""

import asyncio
import socket
from typing import Any

import pytest

from schemas import Rejected
from tests.support.web_server import WebServer
from transforms.web.client import Answer, Connect, Web
from transforms.web.politeness import Politeness

HASTE = Politeness(pause=0.0)


PAGE = b"<html><p>The council met on Tuesday.</p></html>"


def connect(web: WebServer, **changes: Any) -> Connect:
    """To the test server as a proxy, with little patience."""
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
