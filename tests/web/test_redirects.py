"""Chains of redirects: with cookies on the way, and over pages that lead on without a status."""

import asyncio
import time
from collections.abc import Callable

import pytest

from schemas import Page, Reason
from tests.support.client import HASTE, HTML, PAGE, connect, get, outcomes, pages_of, refused
from tests.support.web_server import Asked, Reply, serving
from transforms.web.client import Web
from transforms.web.pages import FailedPage
from transforms.web.refresh import refresh_target


def gate(name: str, location: str, attributes: str = "; Path=/") -> Callable[[Asked], Reply]:
    """Redirects to ``location`` and sets a cookie, until the cookie comes."""

    def answer(asked: Asked) -> Reply:
        if f"{name}=1" in asked.headers.get("cookie", ""):
            return Reply(headers=HTML, body=PAGE)
        return Reply(status=302, headers={"Location": location, "Set-Cookie": f"{name}=1{attributes}"})

    return answer


def cookies_sent(location: str, *fields: str, first: str = "http://www.a.test/start") -> str | None:
    """The cookies that ``location`` gets when the page before it has set these."""
    setting = "\r\nSet-Cookie: ".join(fields)
    redirect = Reply(status=302, headers={"Location": location, "Set-Cookie": setting})
    with serving({first: redirect, location: Reply(body=PAGE)}) as web:
        get(first, connect(web), robots=False)
        return web.asked[-1].headers.get("cookie")


def test_a_redirect_to_itself_that_sets_a_cookie_is_followed() -> None:
    with serving({"http://a.test/story": gate("seen", "/story")}) as web:
        assert get("http://a.test/story", connect(web)).body == PAGE
        assert web.paths("a.test") == ["/robots.txt", "/story", "/story"]


def test_a_redirect_to_itself_without_a_new_cookie_is_a_loop() -> None:
    again = Reply(status=302, headers={"Location": "/story", "Set-Cookie": "seen=1"})
    with serving({"http://a.test/story": again}) as web:
        assert refused("http://a.test/story", connect(web), robots=False).reason is Reason.TOO_MANY_REDIRECTS
        assert len(web.asked) == 2


def test_ever_new_cookies_end_with_the_limit_of_redirects() -> None:
    count = iter(range(99))

    def again(_: Asked) -> Reply:
        return Reply(status=302, headers={"Location": "/story", "Set-Cookie": f"n={next(count)}"})

    with serving({"http://a.test/story": again}) as web:
        assert refused("http://a.test/story", connect(web), robots=False).reason is Reason.TOO_MANY_REDIRECTS
        assert len(web.asked) == 6


def test_a_gate_on_another_host_may_lead_back() -> None:
    with serving(
        {
            "http://a.test/story": gate("token", "http://gate.test/enter"),
            "http://gate.test/enter": Reply(status=302, headers={"Location": "http://a.test/story"}),
        }
    ) as web:
        assert get("http://a.test/story", connect(web)).body == PAGE


def test_cookies_end_with_their_chain() -> None:
    with serving({"http://a.test/1": gate("seen", "/1"), "http://a.test/2": gate("seen", "/2")}) as web:

        async def both() -> None:
            async with Web(connect(web), HASTE) as client:
                await client.get("http://a.test/1")
                await client.get("http://a.test/2")

        asyncio.run(both())
        sent = [(asked.path, asked.headers.get("cookie")) for asked in web.asked]
    assert sent == [("/robots.txt", None), ("/1", None), ("/1", "seen=1"), ("/2", None), ("/2", "seen=1")]


@pytest.mark.parametrize(
    ("location", "field", "expected"),
    [
        ("http://www.a.test/next", "c=1", "c=1"),
        ("http://www.a.test/next", 'c="a b"; Path=/', 'c="a b"'),
        ("http://www.a.test/next", "c=1; Path=/other", None),
        ("http://www.a.test/next", "c=1; Secure", None),
        ("http://www.a.test/next", "c=1; Max-Age=0", None),
        ("http://www.a.test/next", f"c={'x' * 5000}", None),
        ("http://b.test/next", "c=1; Path=/", None),
        ("http://a.test/next", "c=1; Path=/", None),
        ("http://a.test/next", "c=1; Path=/; Domain=a.test", "c=1"),
        ("http://b.test/next", "c=1; Path=/; Domain=b.test", None),
        ("http://b.test/next", "c=1; Path=/; Domain=test", None),
    ],
)
def test_a_cookie_is_sent_by_the_rules_of_domain_path_and_secure(
    location: str, field: str, expected: str | None
) -> None:
    assert cookies_sent(location, field) == expected


def test_a_cookie_of_a_public_suffix_is_not_sent_to_other_sites() -> None:
    field = "c=1; Path=/; Domain=co.uk"
    assert cookies_sent("http://b.co.uk/next", field, first="http://a.co.uk/start") is None


def test_several_cookies_are_sent_together() -> None:
    assert cookies_sent("http://www.a.test/next", "a=1; Path=/", "b=2; Path=/") == "a=1; b=2"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("headers", [{}, {"Location": ""}], ids=["no Location", "empty Location"])
def test_a_redirect_to_nowhere_is_no_page(status: int, headers: dict[str, str]) -> None:
    with serving({"http://a.test/": Reply(status=status, headers=headers)}) as web:
        assert refused("http://a.test/", connect(web), robots=False).reason is Reason.HTTP_OTHER


def test_credentials_stay_with_the_address_that_the_user_configured() -> None:
    def authorization(asked: Asked) -> str | None:
        return asked.headers.get("authorization")

    with serving(
        {
            "http://a.test/feed": Reply(status=301, headers={"Location": "/new"}),
            "http://a.test/new": Reply(status=301, headers={"Location": "http://x:y@a.test/newer"}),
            "http://a.test/newer": Reply(status=301, headers={"Location": "http://x:y@b.test/"}),
            "http://b.test/": Reply(body=PAGE),
        }
    ) as web:
        assert get("http://desk:secret@a.test/feed", connect(web), robots=False).url == "http://b.test/"
        sent = [authorization(asked) for asked in web.asked]
    assert sent[0] is not None
    assert sent == [sent[0], sent[0], sent[0], None]


# -- pages that lead on --------------------------------------------------------------------------------------------------------------


def stub(content: str, text: str = "Redirecting…") -> bytes:
    return f"<html><head><title>x</title><meta http-equiv='refresh' content=\"{content}\"></head>{text}".encode()


@pytest.mark.parametrize(
    ("html", "target"),
    [
        (stub("0; url=http://a.test/story"), "http://a.test/story"),
        (stub("0;URL='/story'"), "/story"),
        (stub("5, url = story?a=1&amp;b=2"), "story?a=1&b=2"),
        (stub("0.5;\nurl=/story"), "/story"),
        (stub(";url=/story"), "/story"),
        (b'<META CONTENT="1;url=/story" HTTP-EQUIV=Refresh>', "/story"),
        (b"<meta http-equiv=refresh content=0;url=/story>", "/story"),
        (b"<script>" + b"x" * 9999 + b"</script>" + stub("0;url=/story"), "/story"),
        (stub("6; url=/story"), None),
        (stub("0"), None),
        (stub("0; url="), None),
        (stub("0; url=/story", "The council met on Tuesday. " * 30), None),
        (stub("0; url=/story") + b" " * (64 << 10), None),
        (b"<!-- " + stub("0; url=/story") + b" -->", None),
        (b"<noscript>" + stub("0; url=/story") + b"</noscript>", None),
        (b"<script>'" + stub("0; url=/story"), None),
        (b"<meta name=refresh content='0;url=/story'>", None),
        (b"", None),
    ],
)
def test_a_page_that_only_leads_on_has_a_target(html: bytes, target: str | None) -> None:
    assert refresh_target(html) == target


@pytest.mark.parametrize(
    "part", ["<", "<meta ", "<script", "<!--", "<meta " + "a" * 900 + ">", "<meta content='" + " " * 900 + "'>"]
)
def test_the_time_for_a_hostile_page_is_bounded(part: str) -> None:
    page = b"refresh" + (part.encode() * (64 << 10))[: 60 << 10]
    began = time.process_time()
    assert refresh_target(page) is None
    assert time.process_time() - began < 1.0


def test_a_page_that_only_leads_on_is_followed_like_a_redirect() -> None:
    with serving(
        {
            "http://a.test/1": Reply(headers=HTML, body=stub("0; url=http://b.test/story")),
            "http://b.test/story": Reply(headers=HTML, body=PAGE),
            "http://a.test/2": Reply(headers=HTML, body=stub("0; url=http://127.0.0.1/admin")),
            "http://c.test/robots.txt": Reply(body=b"User-agent: *\nDisallow: /"),
            "http://a.test/3": Reply(headers=HTML, body=stub("0; url=http://c.test/story")),
            "http://a.test/4": Reply(headers=HTML, body=stub("0; url=javascript:alert(1)")),
            "http://a.test/5": Reply(headers=HTML, body=stub("5; url=/5")),
        }
    ) as web:
        results = pages_of(web, [f"http://a.test/{number}" for number in range(1, 6)])
    assert outcomes(results) == {
        "http://a.test/1": 200,
        "http://a.test/2": Reason.PRIVATE_ADDRESS,
        "http://a.test/3": Reason.ROBOTS_DISALLOW,
        "http://a.test/4": 200,  # no browser follows a page to a script
        "http://a.test/5": 200,
    }
    addresses = {result.entry.url: result.url for result in results if isinstance(result, Page)}
    assert addresses == {
        "http://a.test/1": "http://b.test/story",
        "http://a.test/4": "http://a.test/4",
        "http://a.test/5": "http://a.test/5",
    }


@pytest.mark.parametrize("header", ["0; url=/story", "0;URL='/story'", " 3 ; Url = /story "])
def test_a_refresh_in_the_header_leads_on_too(header: str) -> None:
    assert refresh_target(b"<p>Please wait.</p>", header) == "/story"
    assert refresh_target(b"<p>The council met on Tuesday.</p>" * 30, header) is None


@pytest.mark.parametrize(
    "header", ["300", "0; url=javascript:alert(1)", "0; url=data:text/html,a", "0; url=app://story", "60; url=/story"]
)
def test_a_header_that_no_browser_follows_does_not_lead_on(header: str) -> None:
    assert refresh_target(b"<p>Please wait.</p>", header) is None


def test_two_pages_that_lead_to_each_other_are_a_loop() -> None:
    hops = {f"http://a.test/{n}": Reply(headers=HTML, body=stub(f"0; url=/{1 - n}")) for n in range(2)}
    with serving(hops) as web:
        (result,) = pages_of(web, ["http://a.test/0"])
    assert isinstance(result, FailedPage)
    assert result.rejected.reason is Reason.TOO_MANY_REDIRECTS


@pytest.mark.parametrize(
    ("location", "path"), [(b"/\xc3\xa9", "/%C3%A9"), (b"/\xe9%20", "/%E9%20"), (b"/a b", "/a%20b")]
)
def test_bytes_beyond_ascii_in_a_redirect_are_escaped(location: bytes, path: str) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    with serving({"http://a.test/": Reply(raw=(redirect,)), f"http://a.test{path}": Reply(body=PAGE)}) as web:
        assert get("http://a.test/", connect(web), robots=False).body == PAGE


def test_pages_that_lead_on_count_as_redirects() -> None:
    hops = {f"http://a.test/{n}": Reply(headers=HTML, body=stub(f"0; url=/{n + 1}")) for n in range(20)}
    with serving(hops) as web:
        (result,) = pages_of(web, ["http://a.test/0"])
        assert len(web.asked) == 7
    assert isinstance(result, FailedPage)
    assert result.rejected.reason is Reason.TOO_MANY_REDIRECTS
