"""What a source adds to its requests, and where it does not go."""

import asyncio
import gzip
from pathlib import Path

import pytest
from yarl import URL

from schemas import Source
from tests.support.client import HASTE, connect
from tests.support.web_server import Reply, WebServer, serving
from transforms.archives.write import WarcArchive
from transforms.web.client import Web
from transforms.web.own_headers import added_headers
from transforms.web.settings import Connect

SECRET = "open-sesame"
SOURCE = Source(
    id="post",
    kind="outlet",
    feeds=("http://feeds.example.org/rss", "https://cdn.example.net/rss"),
    headers=(("Authorization", f"Bearer {SECRET}"), ("Accept", "text/html")),
    user_agent="archive-study/2.1",
)


def ask(url: str, settings: Connect) -> None:
    async def once() -> None:
        async with Web(settings, HASTE) as client:
            await client.get(url, headers={"accept": "*/*"}, source=SOURCE)

    asyncio.run(once())


def sent(web: WebServer, host: str) -> list[dict[str, str]]:
    return [asked.headers for asked in web.asked if asked.host.startswith(host) and asked.path != "/robots.txt"]


def test_its_headers_go_to_its_own_site_and_not_along_a_redirect_to_another_one() -> None:
    answers = {
        "http://www.example.org/story": Reply(status=302, headers={"Location": "http://elsewhere.example.com/story"}),
        "http://elsewhere.example.com/story": Reply(body=b"text"),
    }
    with serving(answers) as web:
        ask("http://www.example.org/story", connect(web))
        (own,), (other,) = sent(web, "www.example.org"), sent(web, "elsewhere.example.com")
        robots = [asked.headers for asked in web.asked if asked.path == "/robots.txt"]
    assert (own["authorization"], own["accept"]) == (f"Bearer {SECRET}", "text/html")
    assert ("authorization" in other, other["accept"]) == (False, "*/*")
    assert len(robots) == 2
    assert not any("authorization" in headers for headers in robots)


def test_our_name_stays_the_first_word_of_the_user_agent() -> None:
    with serving({"http://example.org/": Reply(body=b"text")}) as web:
        ask("http://example.org/", connect(web, contact="desk@example.org"))
        (own,) = sent(web, "example.org")
    product, contact, added = own["user-agent"].split()
    assert product.startswith("copydesk/")
    assert (contact, added) == ("(+desk@example.org)", "archive-study/2.1")


@pytest.mark.parametrize(
    ("url", "is_own"),
    [
        ("http://example.org/a", True),
        ("https://www.example.org/a", True),
        ("https://example.net/a", True),
        ("http://example.net/a", False),  # its configured address is encrypted
        ("https://example.org.example.com/a", False),
        ("https://notexample.org/a", False),
    ],
)
def test_its_sites_are_those_of_its_feeds(url: str, is_own: bool) -> None:
    assert bool(added_headers(SOURCE, URL(url))) == is_own


def test_its_headers_are_neither_in_archives_nor_in_messages(tmp_path: Path) -> None:
    with serving({"http://example.org/": Reply(body=b"text")}) as web:
        archive = WarcArchive(folder=str(tmp_path), run_id="r", user_agent="copydesk", contact=None)
        ask("http://example.org/", connect(web, archive=archive))
        archive.close()
        assert sent(web, "example.org")[0]["authorization"] == f"Bearer {SECRET}"
    content = b"".join(gzip.decompress(file.read_bytes()) for file in tmp_path.rglob("*.warc.gz"))
    assert b"GET / HTTP/1.1" in content
    assert SECRET.encode() not in content
    assert SECRET not in repr(SOURCE)
