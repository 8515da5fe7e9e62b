"""Pages for the extraction, and what it makes of them."""

from __future__ import annotations

from datetime import datetime, timezone

from lxml.html import HtmlElement

from schemas import Article, Entry, Page, Source
from transforms.extraction.article import extract_article
from transforms.extraction.html import parse_page
from transforms.extraction.metadata import Facts, read_facts

FETCHED = datetime(2024, 5, 10, 12, 0, tzinfo=timezone.utc)


URL = "https://news.example/local/harbour-bridge"


SENTENCES = (
    "The harbour bridge will close to lorries on Monday, the port authority said after a night of inspections by divers.",
    "Cracks were found in two of the nine piers, and a third is being watched by engineers with sensors on its footing.",
    "Ferries will run every ten minutes from six in the morning, and the fare will be waived until the end of the month.",
    "Shopkeepers on the north bank said that they had been told nothing, and asked the council to answer for the delay.",
    "A decision on whether the bridge can be saved is expected by the autumn, when the second survey will be complete.",
)


PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


SOURCE = Source(id="example", kind="outlet", feeds=("https://news.example/rss",), name="The Example")


ENTRY = Entry(
    entry_key="key",
    url_key="url",
    source=SOURCE,
    feed_url="https://news.example/rss",
    entry_id="guid-1",
    url=URL,
    fingerprint="",
    seen_at=FETCHED,
)


def page_of(html: bytes | str, content_type: str | None = "text/html; charset=utf-8", entry: Entry = ENTRY) -> Page:
    raw = html.encode() if isinstance(html, str) else html
    return Page(entry=entry, url=URL, http_status=200, content_type=content_type, html=raw, fetched_at=FETCHED)


def tree_of(html: str) -> HtmlElement:
    return parse_page(html.encode("utf-8", "replace"))


def document(
    body: str = PARAGRAPHS, head: str = "", above: str = "<h1>Harbour bridge to close</h1>", attributes: str = ""
) -> str:
    return (
        f"<!doctype html><html {attributes}><head><title>Harbour bridge to close | The Example</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a></nav><main><article>{above}{body}</article></main><footer>The Example</footer></body></html>"
    )


def article_of(html: bytes | str, entry: Entry = ENTRY) -> Article:
    return extract_article(page_of(html, entry=entry), "run-1").article


def facts_of(head: str, body: str = "<h1>Flood reaches the old town</h1>", attributes: str = "") -> Facts:
    return read_facts(tree_of(f"<html {attributes}><head>{head}</head><body>{body}</body></html>"), URL)


def linked(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'
