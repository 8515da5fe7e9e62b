"""Names to the addresses that we may connect to. A module of its own, because what needs addresses only need not load the HTTP library."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

from schemas.reasons import Reason, Rejected
from transforms.web.addresses import Network, is_allowed


class PublicResolver(AbstractResolver):
    """Resolves a name when a connection is made, to those of its addresses that we may connect to.

    Raises Rejected(PRIVATE_ADDRESS) when there are none.
    """

    def __init__(self, threads: ThreadPoolExecutor, allowed: Sequence[Network]) -> None:
        self._threads = threads  # the event loop has only a handful, and a thousand feeds would queue for them
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        look_up = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        answers = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        public = [
            ResolveResult(hostname=host, host=str(address[0]), port=port, family=kind, proto=proto, flags=numeric)
            for kind, _, proto, _, address in answers
            if is_allowed(ipaddress.ip_address(address[0]), self._allowed)
        ]
        if not public:
            addresses = ", ".join(sorted({str(answer[4][0]) for answer in answers}))
            raise Rejected(Reason.PRIVATE_ADDRESS, f"{host} is at non-public addresses only: {addresses}")
        return public

    async def close(self) -> None:
        """Does nothing: the threads belong to the Web."""
