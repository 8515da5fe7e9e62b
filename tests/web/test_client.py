"""The client against servers that misbehave: each fault has one reason, in bounded time and memory."""

import asyncio
import gzip
import itertools
import pickle
import zlib
from collections.abc import Mapping

import pytest

from schemas import Reason, Rejected
from tests.support.client import HASTE, PAGE, connect, get, gzipped, refused, unused_port
from tests.support.web_server import NEVER, Asked, Reply, serving
from transforms.web.client import Answer, Web
from transforms.web.settings import Connect, Politeness

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
ZIPPED = gzip.compress(PAGE, mtime=0)  # with the time in it, no two test workers would collect the same tests
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def test_an_answer_has_address_status_headers_and_body() -> None:
    page = Reply(body=PAGE, headers={"Content-Type": "text/html", "X-Twice": "first", "x-twice": "second"})
    with serving({"http://a.test/story?x=1": page}) as web:
        answer = get("http://A.test/story?x=1#top", connect(web))
    assert (answer.url, answer.status, answer.body) == ("http://a.test/story?x=1", 200, PAGE)
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["x-twice"] == "first"


def test_requests_identify_us_and_carry_no_cookies() -> None:
    with serving({"http://a.test/": Reply(headers={"Set-Cookie": "id=1; Path=/"})}) as web:

        async def twice() -> None:
            async with Web(connect(web, contact="desk@example.org"), HASTE) as client:
                await client.get("http://a.test/")
                await client.get("http://a.test/")

        asyncio.run(twice())
        headers = web.asked[-1].headers
    assert headers["user-agent"].startswith("copydesk/")
    assert headers["user-agent"].endswith(" (+desk@example.org)")
    assert headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "cookie" not in headers


def test_without_a_contact_the_user_agent_is_name_and_version() -> None:
    assert Connect().user_agent.partition("/")[0] == "copydesk"
    assert " " not in Connect().user_agent


def test_header_bytes_that_are_not_utf8_can_be_stored() -> None:
    with serving({"http://a.test/": Reply(headers={"ETag": '"caf\xe9"'})}) as web:
        etag = get("http://a.test/", connect(web)).headers["etag"]
    assert etag.encode("utf-8")


FAULTS: dict[str, tuple[Reply, Reason, int | None]] = {
    "reset": (Reply(raw=(), reset=True), Reason.CONNECT, None),
    "closed": (Reply(raw=()), Reason.CONNECT, None),
    "half a head": (Reply(raw=(OK,)), Reason.CONNECT, None),
    "not HTTP": (Reply(raw=(b"SSH-2.0-OpenSSH_9.6\r\n\r\n",)), Reason.CONNECT, None),
    "truncated": (Reply(raw=(OK + b"Content-Length: 999\r\n\r\n", PAGE)), Reason.CONNECT, 200),
    "reset in the body": (Reply(raw=(OK + b"Content-Length: 999\r\n\r\n", PAGE), reset=True), Reason.CONNECT, 200),
    "chunks break off": (Reply(raw=(CHUNKED + b"3\r\nabc\r\n",)), Reason.CONNECT, 200),
    "bad first chunk": (Reply(raw=(CHUNKED + b"ZZZ\r\nabc",)), Reason.BAD_ENCODING, None),
    "bad later chunk": (Reply(raw=(CHUNKED + b"3\r\nabc\r\n", 0.2, b"ZZZ\r\n", *NEVER)), Reason.BAD_ENCODING, 200),
    "bad gzip": (Reply(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b\x08" + PAGE), Reason.BAD_ENCODING, 200),
    "half a gzip": (
        Reply(headers={"Content-Encoding": "gzip"}, body=ZIPPED[:-9]),
        Reason.BAD_ENCODING,
        200,
    ),
    "bad brotli": (Reply(headers={"Content-Encoding": "br"}, body=b"\xff" * 99), Reason.BAD_ENCODING, 200),
    "silence": (Reply(raw=NEVER), Reason.TIMEOUT, None),
    "slow drip": (Reply(raw=(OK + b"\r\n", *((b"<p>", 0.05) * 200))), Reason.TIMEOUT, 200),
    "too large, and says so": (Reply(raw=(OK + b"Content-Length: 2000000\r\n\r\n", *NEVER)), Reason.TOO_LARGE, 200),
    "endless": (Reply(raw=itertools.chain([OK + b"\r\n"], itertools.repeat(b"x" * 65536))), Reason.TOO_LARGE, 200),
    "endless header": (Reply(raw=(OK + b"X: " + b"x" * 100_000,)), Reason.TOO_LARGE, None),
    "gzip bomb": (Reply(headers={"Content-Encoding": "gzip"}, body=gzipped(8 << 20)), Reason.TOO_LARGE, 200),
    "endless nothing": (
        Reply(
            raw=itertools.chain(
                [OK + b"Content-Encoding: deflate\r\n\r\n\x78\x9c"], itertools.repeat(b"\0\0\0\xff\xff" * 9999)
            )
        ),
        Reason.TOO_LARGE,
        200,
    ),
    "redirect to nowhere": (Reply(status=302), Reason.HTTP_OTHER, 302),
    "redirect to itself": (Reply(status=302, headers={"Location": "/"}), Reason.TOO_MANY_REDIRECTS, 302),
    "redirect to a file": (Reply(status=302, headers={"Location": "file:///etc/passwd"}), Reason.BAD_URL, None),
    "redirect to a bad port": (Reply(status=301, headers={"Location": "http://a.test:99999/"}), Reason.BAD_URL, None),
    "redirect to loopback": (
        Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        Reason.PRIVATE_ADDRESS,
        None,
    ),
    "redirect to metadata": (
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        Reason.PRIVATE_ADDRESS,
        None,
    ),
    "status 999": (Reply(status=999), Reason.HTTP_OTHER, 999),
}


@pytest.mark.parametrize(("reply", "reason", "status"), FAULTS.values(), ids=FAULTS)
def test_each_fault_has_its_reason(reply: Reply, reason: Reason, status: int | None) -> None:
    seconds = 0.5 if reason is Reason.TIMEOUT else 5.0
    with serving({"http://a.test/": reply}) as web:
        rejected = refused("http://a.test/", connect(web, max_bytes=1 << 20, seconds=seconds, retries=0), robots=False)
    assert (rejected.reason, rejected.status) == (reason, status)
    assert rejected.detail


STATUSES = {
    Reason.HTTP_GONE: (404, 410, 451),
    Reason.HTTP_DENIED: (401, 402, 403, 407),
    Reason.BOT_WALL: (202,),
    Reason.HTTP_BUSY: (408, 425, 429, 503),
    Reason.HTTP_SERVER_ERROR: (500, 502, 504, 599),
    Reason.HTTP_OTHER: (206, 300, 304, 305, 400, 405, 418),
}


@pytest.mark.parametrize(("reason", "statuses"), STATUSES.items())
def test_each_status_has_its_reason(reason: Reason, statuses: tuple[int, ...]) -> None:
    with serving({f"http://a.test/{status}": Reply(status=status) for status in statuses}) as web:
        for status in statuses:
            rejected = refused(f"http://a.test/{status}", connect(web, retries=0), robots=False)
            assert (rejected.reason, rejected.status) == (reason, status)


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        (Reply(raw=(), reset=True), 2),
        (Reply(raw=(OK + b"Content-Length: 999\r\n\r\n", PAGE)), 2),
        (Reply(status=503), 2),
        (Reply(status=500), 2),
        (Reply(status=429, headers={"Retry-After": "0"}), 2),
        (Reply(status=404), 1),
        (Reply(raw=(b"this is not HTTP\r\n\r\n",)), 1),
        (Reply(raw=NEVER), 1),
    ],
)
def test_transient_failures_are_retried(first: Reply, asked: int) -> None:
    with serving({"http://a.test/": [first, Reply(body=PAGE)]}) as web:
        how = connect(web, seconds=0.3 if first.raw == NEVER else 5.0)
        if asked == 2:
            assert get("http://a.test/", how, robots=False).body == PAGE
        else:
            refused("http://a.test/", how, robots=False)
        assert len(web.asked) == asked


def test_a_page_that_is_not_ready_is_left_for_a_later_pass() -> None:
    with serving({"http://a.test/": Reply(status=202, headers={"Retry-After": "0"}, body=PAGE)}) as web:
        rejected = refused("http://a.test/", connect(web), robots=False)
        assert (rejected.reason, rejected.reason.early) == (Reason.BOT_WALL, True)
        assert len(web.asked) == 1


@pytest.mark.parametrize(
    "interim", ["100 Continue", "102 Processing", "103 Early Hints\r\nLink: </a.css>; rel=preload"]
)
def test_interim_answers_are_ignored(interim: str) -> None:
    final = OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE
    with serving({"http://a.test/": Reply(raw=(f"HTTP/1.1 {interim}\r\n\r\n".encode(), final))}) as web:
        assert get("http://a.test/", connect(web), robots=False).body == PAGE


def test_retries_are_bounded() -> None:
    with serving({"http://a.test/": Reply(raw=(), reset=True)}) as web:
        assert refused("http://a.test/", connect(web, retries=2), robots=False).reason is Reason.CONNECT
        assert len(web.asked) == 3


def test_a_host_that_asks_for_too_much_time_gets_no_more_requests() -> None:
    async def two(how: Connect) -> list[Reason]:
        reasons = []
        async with Web(how, HASTE) as client:
            for path in ("one", "two"):
                with pytest.raises(Rejected) as caught:
                    await client.get(f"http://a.test/{path}", robots=False)
                reasons.append(caught.value.reason)
        return reasons

    busy = Reply(status=503, headers={"Retry-After": "3600"})
    with serving({"http://a.test/one": busy, "http://a.test/two": Reply()}) as web:
        assert asyncio.run(two(connect(web))) == [Reason.HTTP_BUSY, Reason.HOST_DEFERRED]
        assert web.paths("a.test") == ["/one"]


def test_redirects_are_followed_across_hosts() -> None:
    with serving(
        {
            "http://a.test/": Reply(status=301, headers={"Location": "/moved#part"}),
            "http://a.test/moved": Reply(status=302, headers={"Location": "//b.test/story"}),
            "http://b.test/story": Reply(body=PAGE),
        }
    ) as web:
        answer = get("http://a.test/", connect(web))
        assert (answer.url, answer.body) == ("http://b.test/story", PAGE)
        assert web.paths("b.test") == ["/robots.txt", "/story"]


@pytest.mark.parametrize(("redirects", "allowed"), [(5, True), (6, False)])
def test_redirects_are_followed_up_to_a_limit(redirects: int, allowed: bool) -> None:
    hops: dict[str, Reply] = {
        f"http://a.test/{n}": Reply(status=307, headers={"Location": f"/{n + 1}"}) for n in range(redirects)
    }
    with serving({**hops, f"http://a.test/{redirects}": Reply(body=PAGE)}) as web:
        if allowed:
            assert get("http://a.test/0", connect(web), robots=False).body == PAGE
        else:
            assert refused("http://a.test/0", connect(web), robots=False).reason is Reason.TOO_MANY_REDIRECTS


def test_a_redirect_back_is_noticed_at_once() -> None:
    there = Reply(status=302, headers={"Location": "/b"})
    with serving({"http://a.test/a": there, "http://a.test/b": Reply(status=302, headers={"Location": "/a"})}) as web:
        assert refused("http://a.test/a", connect(web), robots=False).reason is Reason.TOO_MANY_REDIRECTS
        assert web.paths("a.test") == ["/a", "/b"]


def test_a_conditional_request_may_be_answered_with_304() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(status=304) if asked.headers.get("if-none-match") == '"1"' else Reply(body=PAGE)

    moved = Reply(status=301, headers={"Location": "/new.xml"})
    with serving({"http://a.test/feed.xml": moved, "http://a.test/new.xml": answer}) as web:
        unchanged = get("http://a.test/feed.xml", connect(web), headers={"If-None-Match": '"1"'}, robots=False)
    assert (unchanged.status, unchanged.body, unchanged.url) == (304, b"", "http://a.test/new.xml")


@pytest.mark.parametrize(
    ("hops", "permanent"), [((), False), ((301,), True), ((308, 301), True), ((301, 302), False), ((307, 308), False)]
)
def test_an_address_has_moved_when_every_hop_is_permanent(hops: tuple[int, ...], permanent: bool) -> None:
    answers = {
        f"http://a.test/{n}": Reply(status=status, headers={"Location": f"/{n + 1}"}) for n, status in enumerate(hops)
    }
    with serving({**answers, f"http://a.test/{len(hops)}": Reply(body=PAGE)}) as web:
        assert get("http://a.test/0", connect(web)).moved_permanently is permanent


def test_a_check_of_the_headers_saves_the_body() -> None:
    def no_video(headers: Mapping[str, str]) -> None:
        if headers["content-type"] == "video/mp4":
            raise Rejected(Reason.NOT_HTML, "a video")

    with serving({"http://a.test/": Reply(raw=(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", *NEVER))}) as web:
        assert refused("http://a.test/", connect(web), check=no_video).reason is Reason.NOT_HTML


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", ZIPPED),
        ("x-gzip", ZIPPED),
        ("gzip", ZIPPED + b"trailing bytes"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),  # without the zlib frame
        ("GZIP", ZIPPED),
        ("identity", PAGE),
        ("utf-8", PAGE),  # seen in the wild
        ("", PAGE),
    ],
)
def test_encodings_that_servers_send_are_read(encoding: str, body: bytes) -> None:
    with serving({"http://a.test/": Reply(headers={"Content-Encoding": encoding}, body=body)}) as web:
        assert get("http://a.test/", connect(web)).body == PAGE


def test_a_refused_connection_is_not_retried_and_is_named() -> None:
    rejected = refused(f"http://127.0.0.1:{unused_port()}/", Connect(allow_networks=("127.0.0.0/8",)))
    assert rejected.reason is Reason.CONNECT
    assert "refused" in rejected.detail.lower()


def test_no_more_requests_than_allowed_are_in_flight() -> None:
    in_flight: list[int] = []

    async def many(how: Connect) -> None:
        async with Web(how, HASTE) as client:
            await asyncio.gather(*(client.get(f"http://h{n}.test/", robots=False) for n in range(9)))

    with serving({}) as web:

        def answer(asked: Asked) -> Reply:
            in_flight.append(sum(web.in_flight.values()))
            return Reply(raw=(0.02, OK + b"Content-Length: 0\r\n\r\n"))

        web.answers = {f"http://h{n}.test/": answer for n in range(9)}
        asyncio.run(many(connect(web, concurrency=3)))
    assert len(in_flight) == 9
    assert max(in_flight) <= 3


def test_settings_answers_and_rejects_can_be_pickled() -> None:
    answer = Answer(url="http://a.test/", status=200, headers={"etag": '"1"'}, body=PAGE, seconds=0.1)
    for thing in (Connect(contact="desk@example.org"), Politeness(), answer):
        assert pickle.loads(pickle.dumps(thing)) == thing
