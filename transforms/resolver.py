"""Names to addresses, at the moment of connecting."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

from schemas.reasons import Reason, Rejected
from transforms.addresses import Network, may_reach


class PublicResolver(AbstractResolver):
    """Resolves names at the moment of connecting, and gives only addresses that we may reach."""

    def __init__(self, threads: ThreadPoolExecutor, allowed: Sequence[Network]) -> None:
        self._threads = threads  # the loop's own are a handful, and a thousand feeds would queue for them
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        look_up = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        public = [
            ResolveResult(hostname=host, host=str(at[0]), port=port, family=kind, proto=proto, flags=numeric)
            for kind, _, proto, _, at in found
            if may_reach(ipaddress.ip_address(at[0]), self._allowed)
        ]
        if not public:
            raise Rejected(Reason.PRIVATE_ADDRESS, f"{host} is at {', '.join(sorted({str(at[4][0]) for at in found}))}")
        return public

    async def close(self) -> None:
        """Nothing to close: the threads belong to the Web."""
