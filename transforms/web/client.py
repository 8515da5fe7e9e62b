"""The one HTTP client. Whatever the web does, a caller gets an Answer or a Rejected, in bounded time and memory."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from importlib import metadata
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import LineTooLong
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from yarl import URL

from schemas.reasons import Reason, Rejected
from transforms.web.addresses import PublicResolver, is_allowed, literal_address, redacted, request_host, request_url
from transforms.web.bodies import read_body
from transforms.web.failures import (
    BrokenConnectionError,
    RetryableError,
    causes,
    reason_of_status,
    retry_after_seconds,
    system_message,
)
from transforms.web.politeness import Host, Politeness
from transforms.web.robots import PRODUCT, ROBOTS_BYTES, RobotsFiles

Check = Callable[[Mapping[str, str]], None]
"""Looks at the headers of a success before its body is read; raises Rejected when the body is not wanted."""

_HEADER_BYTES = 32 << 10  # of one field; aiohttp's 8 KiB is less than some sites' Content-Security-Policy
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """How we reach the web, and how much of it we take."""

    contact: str | None = None
    """E-mail or address for the User-Agent, so that a site can complain to somebody."""
    proxy: str | None = None
    """Address of an HTTP proxy for everything; None honours http_proxy, https_proxy and no_proxy of the environment."""
    allow_networks: tuple[str, ...] = ()
    """Networks (CIDR) that may be reached although they are not public."""
    max_bytes: int = 10 << 20
    """Bytes of a body, before and after decompression."""
    seconds: float = 30.0
    """Seconds of one request, from looking up the name to the last byte."""
    connect_seconds: float = 10.0
    """Seconds to connect to one address of a host."""
    max_redirects: int = 5
    """Redirects that are followed."""
    retries: int = 2
    """Times that a request is repeated when its connection broke, or the site was busy or failed (5xx)."""
    retry_wait: float = 30.0
    """Longest wait in seconds before a repetition; a site that asks for more is HTTP_BUSY, and not asked again."""
    concurrency: int = 64
    """Requests in flight at once, over all hosts."""

    @property
    def user_agent(self) -> str:
        """What we call ourselves; never disguised."""
        try:
            version = metadata.version(PRODUCT)
        except metadata.PackageNotFoundError:  # run from a checkout that is not installed
            version = "0"
        return f"{PRODUCT}/{version}" + (f" (+{self.contact})" if self.contact else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success (2xx), or 304 when the request was conditional."""

    url: str
    """Final address, after redirects, without fragment and credentials."""
    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Header fields by lower-case name; of repeated fields the first."""
    body: bytes
    """The body after decompression."""
    seconds: float
    """Seconds that the requests took, those of redirects included, without the waits between them."""


class Web:
    """An open client; its turns, its robots.txt files and its connections live as long as it does.

    No request begins while ``gate`` is closed: a caller that lags behind closes it.
    """

    def __init__(self, connect: Connect, politeness: Politeness, *, gate: asyncio.Event | None = None) -> None:
        self._connect = connect
        self._politeness = politeness
        self._allowed = [ipaddress.ip_network(network, strict=False) for network in connect.allow_networks]
        if gate is None:
            gate = asyncio.Event()
            gate.set()
        self._gate = gate
        self._slots = asyncio.Semaphore(connect.concurrency)
        self._hosts: dict[str, Host] = {}
        self._robots = RobotsFiles(self._read_robots)

    async def __aenter__(self) -> Web:
        self._env_proxies = urllib.request.getproxies()
        self._names = ThreadPoolExecutor(self._connect.concurrency, thread_name_prefix="copydesk-dns")
        # Only a direct connection resolves the target's name; towards a proxy, which may well be on loopback, it is
        # the proxy's name. Two sessions, so that neither resolver has to guess which one it is asked for.
        self._direct = self._session(PublicResolver(self._names, self._allowed))
        self._proxied = self._session(None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._direct.close()
        await self._proxied.close()
        self._names.shutdown(wait=False, cancel_futures=True)

    def _session(self, resolver: AbstractResolver | None) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, resolver=resolver, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(total=self._connect.seconds, sock_connect=self._connect.connect_seconds),
            headers={"User-Agent": self._connect.user_agent, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_field_size=_HEADER_BYTES,
            max_line_size=_HEADER_BYTES,
            middlewares=(_once,),
        )

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, robots: bool = True, check: Check | None = None
    ) -> Answer:
        """Get ``url`` politely: at its host's turn, if robots.txt allows, redirects followed, transient failures retried.

        Raises Rejected for everything but a success or a 304, with the reason at which it ended.
        """
        return await self._follow(
            request_url(url), dict(headers or {}), self._connect.max_bytes, robots=robots, check=check
        )

    def pause_at(self, url: str) -> float:
        """Seconds between two requests to the host of ``url``, as far as its robots.txt has been read."""
        host = self._hosts.get(request_host(url))
        return self._politeness.pause if host is None else host.pause

    async def _follow(
        self,
        url: URL,
        headers: Mapping[str, str],
        max_bytes: int,
        *,
        robots: bool = False,
        check: Check | None = None,
        cut: bool = False,
    ) -> Answer:
        seen = {url}
        seconds = 0.0
        for _ in range(1 + self._connect.max_redirects):
            self._refuse_private(url)
            if robots:
                await self._obey_robots(url)
            answer = await self._ask(url, headers, max_bytes, check, cut)
            seconds += answer.seconds
            if answer.status not in _REDIRECTS:
                return replace(answer, seconds=seconds)
            url = request_url(answer.headers["location"], base=url)
            if url in seen:
                raise Rejected(Reason.TOO_MANY_REDIRECTS, f"redirected back to {redacted(url)}", answer.status)
            seen.add(url)
        raise Rejected(Reason.TOO_MANY_REDIRECTS, f"more than {self._connect.max_redirects}", answer.status)

    def _host(self, url: URL) -> Host:
        name = request_host(url)
        if name not in self._hosts:
            self._hosts[name] = Host(self._politeness, self._slots, self._gate)
        return self._hosts[name]

    # -- whom we may ask -----------------------------------------------------------------------------------------

    def _refuse_private(self, url: URL) -> None:
        """Check a host that is a literal address: those are never resolved, and a proxy takes them as they are."""
        address = literal_address(request_host(url))
        if address is not None and not is_allowed(address, self._allowed):
            raise Rejected(Reason.PRIVATE_ADDRESS, f"{redacted(url)} is at {address}")

    async def _obey_robots(self, url: URL) -> None:
        origin = url.origin()
        robots = await self._robots.at(str(origin))
        if not robots.allows(str(url)):
            raise Rejected(Reason.ROBOTS_DISALLOW, f"{origin}/robots.txt forbids {redacted(url)}")
        host = self._host(url)
        host.pause = max(host.pause, robots.crawl_delay)

    async def _read_robots(self, address: str) -> bytes:
        return (await self._follow(URL(address), {}, ROBOTS_BYTES, cut=True)).body

    # -- asking --------------------------------------------------------------------------------------------------

    async def _ask(
        self, url: URL, headers: Mapping[str, str], max_bytes: int, check: Check | None, cut: bool
    ) -> Answer:
        """One request, repeated as long as that may help; each repetition takes its host's turn again."""
        host = self._host(url)
        repeat = AsyncRetrying(
            retry=retry_if_exception_type(RetryableError),
            stop=stop_after_attempt(1 + self._connect.retries),
            wait=self._retry_wait,
            reraise=True,
        )
        try:
            answer: Answer = await repeat(self._exchange, host, url, headers, max_bytes, check, cut)
        except RetryableError as again:
            host.record_result(again.rejected)
            raise again.rejected from again.__cause__
        except Rejected as rejected:
            host.record_result(rejected)
            raise
        host.record_result(None)
        return answer

    def _retry_wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, RetryableError) and error.rests:
            return 0.0  # the host's next turn is late enough
        return wait_exponential_jitter(max=self._connect.retry_wait)(state)

    async def _exchange(
        self, host: Host, url: URL, headers: Mapping[str, str], max_bytes: int, check: Check | None, cut: bool
    ) -> Answer:
        proxy = self._proxy_for(url)
        session = self._direct if proxy is None else self._proxied
        status = None
        async with host.turn():
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                async with session.get(url, headers=headers, proxy=proxy, allow_redirects=False) as response:
                    status = response.status
                    fields = _fields(response.headers)
                    body = b""
                    if 200 <= status < 300:
                        if check is not None:
                            check(fields)
                        body = await read_body(response, fields, max_bytes, cut)
                    elif status != 304 and not (status in _REDIRECTS and "location" in fields):
                        raise self._refusal(host, url, status, fields)
                    final = str(url.with_user(None))
                    return Answer(url=final, status=status, headers=fields, body=body, seconds=clock() - began)
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                raise self._failure(error, url, proxy, status) from error

    def _proxy_for(self, url: URL) -> URL | None:
        address = self._connect.proxy
        if address is None and not urllib.request.proxy_bypass(request_host(url)):
            address = self._env_proxies.get(url.scheme)
        if not address:
            return None
        try:
            proxy = URL(address if "://" in address else f"http://{address}")
        except ValueError as error:
            raise Rejected(Reason.PROXY, f"the proxy's address is no URL: {error}") from error
        if proxy.scheme not in ("http", "https") or not proxy.raw_host:
            raise Rejected(Reason.PROXY, f"only HTTP proxies are supported, not {redacted(proxy)}")
        return proxy

    # -- what went wrong -----------------------------------------------------------------------------------------

    def _refusal(self, host: Host, url: URL, status: int, fields: Mapping[str, str]) -> Exception:
        """What to raise for a status that is not a success; a host that asks for time gets it."""
        rejected = Rejected(reason_of_status(status), f"{status} from {redacted(url)}", status)
        if rejected.reason not in (Reason.HTTP_BUSY, Reason.HTTP_SERVER_ERROR):
            return rejected
        wait = retry_after_seconds(fields.get("retry-after", ""), datetime.now(timezone.utc))
        if wait is None:
            return RetryableError(rejected)
        if wait > self._connect.retry_wait:
            host.close(f"it answered {status} and asked us to come back in {wait:.0f} s")
            return Rejected(rejected.reason, f"{rejected.detail}, come back in {wait:.0f} s", status)
        host.back_off(wait)
        return RetryableError(rejected, rests=True)

    def _failure(self, error: Exception, url: URL, proxy: URL | None, status: int | None) -> Exception:
        """What to raise for whatever aiohttp raises: exactly one reason for each."""
        found = causes(error)
        at = redacted(url) if proxy is None else f"{redacted(url)} through proxy {redacted(proxy)}"

        def rejected(reason: Reason, what: str) -> Rejected:
            one_line = " ".join(what.split())  # parsers draw their errors over many
            return Rejected(reason, f"{at}: {one_line}", status)

        if isinstance(error, aiohttp.InvalidURL):
            return rejected(Reason.BAD_URL, str(error))
        if proxy is not None and isinstance(error, aiohttp.ClientHttpProxyError):
            return Rejected(Reason.PROXY, f"proxy {redacted(proxy)} answered {error.status} {error.message}")
        if proxy is not None and isinstance(error, aiohttp.ClientConnectorError) and error.host == proxy.raw_host:
            return Rejected(Reason.PROXY, f"proxy {redacted(proxy)}: {system_message(error)}")
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return rejected(Reason.DNS, f"{error.host}: {system_message(error)}")
        if any(isinstance(cause, ssl.SSLError) for cause in found):
            return rejected(Reason.TLS, system_message(error))
        if isinstance(error, aiohttp.ConnectionTimeoutError) or getattr(error, "errno", None) == errno.ETIMEDOUT:
            return rejected(Reason.TIMEOUT, f"no connection within {self._connect.connect_seconds:g} s")
        if isinstance(error, asyncio.TimeoutError):
            return rejected(Reason.TIMEOUT, f"no complete answer within {self._connect.seconds:g} s")
        if isinstance(error, aiohttp.ClientConnectorError):
            return rejected(Reason.CONNECT, system_message(error))
        if any(isinstance(cause, LineTooLong) for cause in found):
            return rejected(Reason.TOO_LARGE, f"a header field of more than {_HEADER_BYTES} bytes")
        if isinstance(error, aiohttp.ClientResponseError):
            # The parser's complaint; http_parser has no type of its own for chunks that are none.
            reason = Reason.BAD_ENCODING if "chunk" in error.message else Reason.CONNECT
            return rejected(reason, f"this is not HTTP: {error.message}")
        if isinstance(error, aiohttp.ClientPayloadError) and "Not enough data" not in str(error):
            return rejected(Reason.BAD_ENCODING, str(error))
        return RetryableError(rejected(Reason.CONNECT, "the connection broke off"))


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a request by itself, at once: our repetitions wait for their turn."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise BrokenConnectionError from error


def _fields(headers: Mapping[str, str]) -> dict[str, str]:
    """Header fields by lower-case name, the first of each; bytes that are no UTF-8 replaced, so that they can be stored."""
    fields: dict[str, str] = {}
    for name, value in headers.items():
        fields.setdefault(name.lower(), value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    return fields
