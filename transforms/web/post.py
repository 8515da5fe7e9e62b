"""Posts JSON to an address that the user gave. Unlike the client, it may reach private addresses, and it follows no redirects."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from yarl import URL

from schemas.reasons import Rejected
from transforms.web.certificates import tls_context
from transforms.web.failures import RetryableError, connection_error, status_reason
from transforms.web.settings import Connect

_SECONDS = 10.0


def post_json(address: str, value: Any, connect: Connect) -> None:
    """Posts a value, within ten seconds. Raises Rejected if the answer is not a success.

    A proxy is taken from the environment only: the proxy of ``connect`` is for the web, and this address is often inside.
    """
    asyncio.run(_post(URL(address), value, connect))


async def _post(url: URL, value: Any, connect: Connect) -> None:
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    headers = {"User-Agent": connect.user_agent}
    try:
        async with (
            aiohttp.ClientSession(
                timeout=timeout,
                headers=headers,
                trust_env=True,
                connector=aiohttp.TCPConnector(ssl=tls_context()),
            ) as session,
            session.post(url, json=value, allow_redirects=False) as response,
        ):
            status = response.status
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        failure = connection_error(error, url, None, None, Connect(seconds=_SECONDS, connect_seconds=_SECONDS))
        raise (failure.rejected if isinstance(failure, RetryableError) else failure) from error
    if not 200 <= status < 300:
        raise Rejected(status_reason(status), f"the answer is {status}", status)
