"""A web on one loopback port, for tests: a forward proxy that answers for many hosts, well or badly.

    with serving({"http://a.test/story": Reply(body=b"...")}) as web:
        ... Connect(proxy=web.proxy) ...            # any http:// host that is listed
        ... f"{web.direct}/story" ...               # without a proxy: listed as http://127.0.0.1/story
        assert [asked.path for asked in web.asked] == ["/robots.txt", "/story"]

The server runs in a thread of its own, so tests need no event loop.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a host answers."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Header fields; Content-Length is added."""
    body: bytes = b""
    raw: Iterable[bytes | float] | None = None
    """Instead of all the above: bytes as they go over the wire, and seconds to wait between them; then the end."""
    reset: bool = False
    """After ``raw``: a reset instead of an orderly end."""
    together: int = 0
    """Wait until that many requests with this number are in flight at once."""


@dataclass(kw_only=True)
class Asked:
    """A request as it came."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    began: float
    """When it had come, on time.monotonic()."""
    alone: bool
    """True when the host had no other request in flight."""
    body: bytes = b""
    """The body of a POST."""


Answers = Mapping[str, Reply | list[Reply] | Callable[[Asked], Reply]]
"""By address: a reply, a list of them (one after the other, the last one for ever), or a function."""

NEVER = (3600.0,)
"""For Reply.raw: say nothing for ever."""


class WebServer:
    """A running server; ``asked`` lists the requests so far."""

    def __init__(self, answers: Answers, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.port = 0
        self.answers = answers
        self._tls = tls
        self.in_flight: dict[str, int] = {}
        self._met: dict[int, int] = {}

    @property
    def proxy(self) -> str:
        """Address of the server as a proxy."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def direct(self) -> str:
        """Address of the server as an origin; its host is 127.0.0.1."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def paths(self, host: str) -> list[str]:
        """Paths that were asked of a host, in order."""
        return [asked.path for asked in self.asked if asked.host == host]

    async def run(self, ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Serve until ``stop``."""
        tasks: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._serve(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        ready()
        await stop.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # for the connections to close

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first = await reader.readexactly(1)
        if first == b"\x16":  # a TLS handshake, to which plain servers say this
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return False
        lines = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, address, _ = lines[0].split(" ", 2)
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        if method == "CONNECT":
            host, path = address.rpartition(":")[0], address
        else:
            parts = urlsplit(address if "://" in address else f"http://{headers.get('host', '')}{address}")
            host, path = parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        before = self.in_flight.get(host, 0)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(
            method=method,
            host=host,
            path=path,
            headers=headers,
            began=time.monotonic(),
            alone=before == 0,
            body=body,
        )
        self.asked.append(asked)
        self.in_flight[host] = before + 1
        try:
            return await self._reply(self._answer(asked), writer)
        finally:
            self.in_flight[host] -= 1

    def _answer(self, asked: Asked) -> Reply:
        address = asked.path if asked.method == "CONNECT" else f"http://{asked.host}{asked.path}"
        answer = self.answers.get(address, Reply(status=404))
        if callable(answer):
            return answer(asked)
        if isinstance(answer, Reply):
            return answer
        return answer.pop(0) if len(answer) > 1 else answer[0]

    async def _reply(self, reply: Reply, writer: asyncio.StreamWriter) -> bool:
        if reply.together:
            self._met[reply.together] = self._met.get(reply.together, 0) + 1
            while self._met[reply.together] < reply.together:
                await asyncio.sleep(0.005)
        if reply.raw is None:
            fields = {"Content-Length": str(len(reply.body)), **reply.headers}
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            body = b"" if reply.status == 304 else reply.body
            writer.write(f"HTTP/1.1 {reply.status} X\r\n{head}\r\n".encode("latin-1") + body)
            await writer.drain()
            return True
        for part in reply.raw:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                writer.write(part)
                await writer.drain()
        if reply.reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        return False


@contextmanager
def serving(answers: Answers, tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """A server that runs while the block does."""
    web = WebServer(answers, tls)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(web.run(ready.set, stop),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield web
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
