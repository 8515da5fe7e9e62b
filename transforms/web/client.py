"""The HTTP client. Whatever a server does, a request ends with an Answer or with Rejected, in bounded time and memory."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from types import TracebackType
from urllib.parse import quote_from_bytes

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from schemas import Reason, Rejected, Source
from transforms.urls import registered_domain
from transforms.web.addresses import is_allowed, literal_address, redacted, request_host, request_url
from transforms.web.bodies import read_body
from transforms.web.certificates import tls_context
from transforms.web.cookies import ChainCookies
from transforms.web.decompress import ACCEPTED
from transforms.web.failures import BrokenConnectionError, RetryableError, connection_error, status_error
from transforms.web.heads import LenientConnector
from transforms.web.own_headers import added_headers
from transforms.web.politeness import Host, Site, Slots, SourceShares
from transforms.web.recording import Response, recording
from transforms.web.resolver import PublicResolver
from transforms.web.robots import ROBOTS_BYTES, RobotsFiles
from transforms.web.settings import HEADER_BYTES, HEADER_FIELDS, Connect, Politeness
from transforms.web.use import WebUse

Check = Callable[[Mapping[str, str]], None]
"""Looks at the headers of a success before the body is read. Raises Rejected when the body is not wanted."""
Next = Callable[["Answer"], str | None]
"""The address that an answer leads on to although its status is a success; None when the answer is the one that was asked for."""

MAX_CONNECTIONS = 8
"""Requests in flight, as a multiple of ``Connect.concurrency``, with those that hang (see transforms/web/politeness.py)."""
_LISTS = frozenset({"content-type", "content-encoding"})
"""Header fields of which every value counts."""
_PARTIAL = frozenset({202, 206})
"""Successes without the whole content: it is not ready (bot walls answer so too), or it is a part that we did not ask for."""
_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})
_ASCII = "".join(map(chr, range(0x80)))
_MOVED = frozenset({301, 308})
_REDIRECTS = _MOVED | {302, 303, 307}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success (2xx), or a 304 to a conditional request."""

    url: str
    """Final address, after redirects, without fragment and credentials."""
    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Header fields by lower-case name; of repeated fields the first, but all of those in _LISTS, joined by commas."""
    body: bytes
    """The body after decompression."""
    seconds: float
    """Seconds that the requests took, including redirects, without the waits between them."""
    moved_permanently: bool = False
    """True when ``url`` is the end of redirects that are all permanent (301, 308)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What all requests along a chain of redirects have in common."""

    address: str
    """The address with which the chain begins."""
    share: str
    """Id of the source that listed it, whose share of all requests it is."""
    headers: Mapping[str, str]
    max_bytes: int
    robots: bool
    check: Check | None = None
    leads_to: Next | None = None
    source: Source | None = None
    cut: bool = False
    """True to cut a longer body off at max_bytes, False to reject it."""
    has_slot: bool = False
    """True when the caller holds a slot of the source."""
    cookies: ChainCookies = field(default_factory=ChainCookies)

    @property
    def is_conditional(self) -> bool:
        """True when a 304 may answer it."""
        return not _VALIDATORS.isdisjoint(map(str.lower, self.headers))


class Web:
    """An open client. Turns at hosts, shares of sources and connections belong to it.

    No request begins while ``gate`` is closed: a caller that cannot keep up with the answers closes it. None begins after ``until``, a time
    of the event loop. ``robots`` has the robots.txt files; they outlive the client. ``before`` is what an earlier client of this pass used.
    """

    def __init__(
        self,
        connect: Connect,
        politeness: Politeness,
        *,
        gate: asyncio.Event | None = None,
        until: float = float("inf"),
        robots: RobotsFiles | None = None,
        before: WebUse | None = None,
    ) -> None:
        if gate is None:
            gate = asyncio.Event()
            gate.set()
        self._connect = connect
        self._politeness = politeness
        self._gate = gate
        self._allowed = [ipaddress.ip_network(network, strict=False) for network in connect.allow_networks]
        self._until = until
        self._slots = Slots(connect.concurrency)
        self._connections = asyncio.Semaphore(connect.concurrency * MAX_CONNECTIONS)
        self._hosts: dict[str, Host] = {}
        self._sites: defaultdict[str, Site] = defaultdict(lambda: Site(politeness))
        self._before = before or WebUse()
        self._shares = SourceShares(politeness, self._before.sources)
        self._robots = RobotsFiles() if robots is None else robots

    async def __aenter__(self) -> Web:
        self._env_proxies = urllib.request.getproxies()
        self._dns_threads = ThreadPoolExecutor(
            self._connect.concurrency * MAX_CONNECTIONS, thread_name_prefix="copydesk-dns"
        )
        # Only a direct connection resolves the target's name. A connection to a proxy, which may be on loopback, resolves
        # the proxy's name. With two sessions, neither resolver has to guess which of the two a name is.
        self._direct = self._session(PublicResolver(self._dns_threads, self._allowed))
        self._proxied = self._session(None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._direct.close()
        await self._proxied.close()
        self._dns_threads.shutdown(wait=False, cancel_futures=True)
        if self._connect.archive is not None:
            self._connect.archive.flush()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
        check: Check | None = None,
        leads_to: Next | None = None,
        source: Source | None = None,
    ) -> Answer:
        """Gets ``url`` in turn with other requests to its host, follows redirects and retries transient failures.

        ``source`` has a share of all requests, and may add header fields. ``robots`` obeys robots.txt. Raises Rejected for every answer but
        a success, or a 304 to a conditional request.
        """
        request = _Request(
            address=url,
            share=source.id if source else "",
            headers=dict(headers or {}),
            max_bytes=self._connect.max_bytes,
            robots=robots,
            check=check,
            leads_to=leads_to,
            source=source,
        )
        return await self._follow(request_url(url), request)

    @property
    def use(self) -> WebUse:
        """What hosts were asked in this pass so far, also by earlier clients."""
        hosts = {name: host.use for name, host in self._hosts.items()}
        return WebUse(hosts={**self._before.hosts, **hosts}, sources=self._shares.use)

    def pause_at(self, url: str) -> float:
        """Seconds between two requests to the host of ``url``, with the crawl-delay of its robots.txt if that has been read."""
        host = self._hosts.get(request_host(url))
        return self._politeness.pause if host is None else host.pause

    def _session(self, resolver: AbstractResolver | None) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=LenientConnector(ssl=tls_context(), limit=0, resolver=resolver, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(total=self._connect.seconds, sock_connect=self._connect.connect_seconds),
            headers={"User-Agent": self._connect.user_agent, "Accept-Encoding": ACCEPTED},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            max_field_size=HEADER_BYTES,
            max_line_size=HEADER_BYTES,
            max_headers=HEADER_FIELDS,
            middlewares=(_without_retry,),
            response_class=Response,
        )

    # -- redirects, and which addresses may be requested ---------------------------------------------------------

    async def _follow(self, url: URL, request: _Request) -> Answer:
        requested = {(url, "")}
        seconds = 0.0
        permanent = True
        for _ in range(1 + self._connect.max_redirects):
            self._refuse_private(url)
            if request.robots:
                await self._obey_robots(url, request.share)
            answer = await self._ask(url, request, is_redirect=len(requested) > 1)
            seconds += answer.seconds
            is_redirect = answer.status in _REDIRECTS
            target = answer.headers["location"] if is_redirect else request.leads_to and request.leads_to(answer)
            answer = replace(answer, seconds=seconds, moved_permanently=permanent and len(requested) > 1)
            if target is None:
                return answer
            url = request_url(target, base=url)
            step = (url, request.cookies.header(url))
            if not is_redirect and str(url) == answer.url:
                return answer  # a page that reloads
            permanent = permanent and answer.status in _MOVED
            if step in requested:
                raise Rejected(Reason.TOO_MANY_REDIRECTS, f"redirected back to {redacted(url)}", answer.status)
            requested.add(step)
        raise Rejected(Reason.TOO_MANY_REDIRECTS, f"more than {self._connect.max_redirects} redirects", answer.status)

    def _refuse_private(self, url: URL) -> None:
        """Checks a host that is a literal address: no resolver sees it, and a proxy would connect to it."""
        address = literal_address(request_host(url))
        if address is not None and not is_allowed(address, self._allowed):
            raise Rejected(Reason.PRIVATE_ADDRESS, f"{redacted(url)} is at the non-public address {address}")

    async def _obey_robots(self, url: URL, share: str) -> None:
        origin = url.origin()
        read = partial(self._read_robots, share)
        if self._robots.has(str(origin)):
            robots = await self._robots.at(str(origin), read)
        else:
            # The slot comes first: other sources wait for the same file, and must not wait for a slot of this one.
            async with self._shares[share].slots:
                robots = await self._robots.at(str(origin), read)
        if not robots.allows(str(url)):
            raise Rejected(Reason.ROBOTS_DISALLOW, f"{origin}/robots.txt disallows {redacted(url)}")
        host = self._host(url)
        host.pause = max(host.pause, robots.crawl_delay)

    async def _read_robots(self, share: str, address: str) -> bytes:
        request = _Request(
            address=address,
            share=share,
            headers={},
            max_bytes=ROBOTS_BYTES,
            robots=False,
            cut=True,
            has_slot=True,
        )
        return (await self._follow(URL(address), request)).body

    # -- one request and its retries -----------------------------------------------------------------------------

    async def _ask(self, url: URL, request: _Request, is_redirect: bool) -> Answer:
        """One request and its retries. Each retry waits for the host's turn again."""
        host, share = self._host(url), self._shares[request.share]
        for tries in count(1):
            try:
                answer = await self._exchange(host, url, request, not is_redirect)
                break
            except RetryableError as error:
                if tries > self._connect.retries:
                    host.record_result(request.share, share, error.rejected)
                    raise error.rejected from error.__cause__
                await asyncio.sleep(self._retry_wait(error.rejected, tries))
            except Rejected as rejected:
                host.record_result(request.share, share, rejected)
                raise
        host.record_result(request.share, share, None)
        return answer

    def _retry_wait(self, rejected: Rejected, tries: int) -> float:
        """Seconds before the next try: they grow, with jitter."""
        if rejected.retry_after is not None:
            return 0.0  # the host backs off for that time before its next turn
        return min(2.0 ** (tries - 1) + random.random(), self._connect.retry_wait)

    async def _exchange(self, host: Host, url: URL, request: _Request, counts: bool) -> Answer:
        proxy = self._proxy_for(url)
        session = self._direct if proxy is None else self._proxied
        own = added_headers(request.source, url) if request.source else {}
        status = None
        share = self._shares[request.share]
        await host.ready(request.share, share)
        slot = nullcontext() if request.has_slot else share.slots
        async with slot, host.turn(request.share, share, counts), self._connections:
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                async with session.get(
                    url, headers=self._headers(request, url, own), proxy=proxy, allow_redirects=False
                ) as response:
                    status = response.status
                    headers = _fields(response.headers)
                    request.cookies.store(response.cookies, url)
                    body = b""
                    with recording(self._connect.archive, response, request.address, proxy, own) as current:
                        if 200 <= status < 300 and status not in _PARTIAL:
                            if request.check is not None:
                                request.check(headers)
                            body = current.body = await read_body(response, headers, request.max_bytes, request.cut)
                            current.cut = request.cut and len(body) == request.max_bytes
                        elif not (status == 304 and request.is_conditional) and not (
                            status in _REDIRECTS and headers.get("location")
                        ):
                            raise self._status_error(host, url, status, headers)
                    final = str(url.with_user(None))
                    return Answer(url=final, status=status, headers=headers, body=body, seconds=clock() - began)
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
                raise connection_error(error, url, proxy, status, self._connect) from error

    def _headers(self, request: _Request, url: URL, own: Mapping[str, str]) -> dict[str, str]:
        """The header fields of a request; those of the source win over ours. Our name stays the first word of the User-Agent."""
        sent = {name.lower(): value for name, value in request.headers.items()}
        sent |= {name.lower(): value for name, value in own.items()}
        if request.source and request.source.user_agent:
            sent["user-agent"] = f"{self._connect.user_agent} {request.source.user_agent}"
        if cookie := request.cookies.header(url):
            sent["cookie"] = cookie
        return {name.title(): value for name, value in sent.items()}

    def _status_error(self, host: Host, url: URL, status: int, headers: Mapping[str, str]) -> Rejected | RetryableError:
        """The error for a status. A host that asks for time gets it: a wait before the retry, or no more requests."""
        error = status_error(url, status, headers)
        if not isinstance(error, RetryableError) or error.rejected.retry_after is None:
            return error
        rejected, wait = error.rejected, error.rejected.retry_after
        if wait > self._connect.retry_wait:
            host.rest(f"the host answered {status} and asked for a retry after {wait:.0f} s", wait)
            return Rejected(rejected.reason, f"{rejected.detail}, retry after {wait:.0f} s", status, wait)
        host.back_off(wait)
        return error

    def _host(self, url: URL) -> Host:
        name = request_host(url)
        if name not in self._hosts:
            site = self._sites[registered_domain(name)]
            before = self._before.hosts.get(name)
            self._hosts[name] = Host(self._politeness, site, self._slots, self._gate, self._until, before)
        return self._hosts[name]

    def _proxy_for(self, url: URL) -> URL | None:
        address = self._connect.proxy
        if address is None and not _bypasses_proxy(url):
            address = self._env_proxies.get(url.scheme) or self._env_proxies.get("all")
        if not address:
            return None
        try:
            proxy = URL(address if "://" in address else f"http://{address}")
        except ValueError as error:
            raise Rejected(Reason.PROXY, f"the proxy's address is not a URL: {error}") from error
        if proxy.scheme not in ("http", "https") or not proxy.raw_host:
            raise Rejected(Reason.PROXY, f"only HTTP proxies are supported, not {redacted(proxy)}")
        return proxy


def _bypasses_proxy(url: URL) -> bool:
    """True for a host that no_proxy lists, alone or with its port."""
    host = request_host(url)
    return bool(urllib.request.proxy_bypass(host if ":" in host else f"{host}:{url.port}"))


async def _without_retry(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keeps aiohttp from repeating a request at once: our own retries wait for the host's turn."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise BrokenConnectionError from error


def _fields(headers: Mapping[str, str]) -> dict[str, str]:
    """The fields by name, in lower case. Values that are not UTF-8 are Latin-1; in addresses, their bytes are escaped, as in browsers."""
    fields: dict[str, str] = {}
    for name, value in headers.items():
        key, raw = name.lower(), value.encode("utf-8", "surrogateescape")
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = quote_from_bytes(raw, _ASCII) if key == "location" else raw.decode("latin-1")
        fields[key] = f"{fields[key]}, {text}" if key in _LISTS and key in fields else fields.get(key, text)
    return fields
