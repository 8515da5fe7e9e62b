"""Hostile text in every place of a page and a feed: CPU seconds of the dearest, and how they grow.

    python -m benchmarks.hostile --characters 4000 16000

Each text repeats a short motif that one of our expressions begins with. Ends with status 1 when a reading takes more than a second, or more
than eight times as long for four times the text.
"""

from __future__ import annotations

import argparse
import html
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timezone
from functools import partial

from schemas import Entry, Page, Rejected, Source
from transforms.extraction.article import extract_article
from transforms.feeds.parse import read_feed

MOTIFS = (
    *(
        "a",
        "A",
        "1",
        "-",
        "/",
        "(",
        ")",
        "[",
        ".",
        ",",
        "|",
        "–",
        "©",
        "'",
        '"',
        "<",
        "&",
        "\u0301",
        "\u200b",
        "新",
        "é",
        "l'",
        "d’",
    ),
    *(
        "a ",
        "A ",
        "1 ",
        "- ",
        "( ",
        ". ",
        ", ",
        "· ",
        "J. ",
        "a.",
        "+0",
        "12:",
        "2026-",
        "@a",
        "a@b ",
        "and ",
        "von ",
        "By ",
        "Dr. ",
    ),
    *(
        "© 2026 ",
        "Copyright ",
        "January ",
        "1 January ",
        "Jane Doe ",
        "Jane Doe, ",
        "JANE ",
        "x\ny",
        "<b>",
        "<b",
        "<!--",
        "<script>",
    ),
    *(
        "AP ",
        "(AP) ",
        "Reuters/",
        "Associated Press ",
        "The Canadian Press/",
        "共同 ",
        "http://a ",
        "www.a.b/",
        "&amp;",
        "&lt;b&gt;",
        "]]",
    ),
    *('{"a":', '[{"@id":"a"},', '"@graph":['),
)
_SOURCE = Source(id="post", kind="outlet", feeds=("http://post.example/feed",), name="Post")
_NOW = datetime(2026, 10, 1, tzinfo=timezone.utc)
_BODY = "<p>The council met on Tuesday, and the vote was close, said the mayor of the town.</p>" * 8
_PAGE = (
    "<html><head>{head}</head><body><article><h1>The vote of the day</h1>{inside}" + _BODY + "</article></body></html>"
)
_PLACES = {
    "meta copyright": ("<meta name=copyright content='{}'>", ""),
    "meta author": ("<meta name=author content='{}'>", ""),
    "meta date": ("<meta name=date content='{}'>", ""),
    "title": ("<title>{}</title>", ""),
    "canonical": ("<link rel=canonical href='http://post.example/{}'>", ""),
    "byline": ("", "<p class=byline>{}</p>"),
    "time": ("", "<time>{}</time>"),
    "paragraph": ("", "<p>{}</p>"),
    "last paragraph": ("", _BODY + "<p>{}</p>"),
}
_FEED_PLACES = ("title", "description", "link", "guid", "author", "pubDate", "category")


def read_page(markup: str, byline: str | None = None) -> None:
    """Extracts the article of a page; a reject is an answer too."""
    url = "http://post.example/vote"
    entry = Entry(
        entry_key="k", url_key="u", source=_SOURCE, feed_url="", entry_id=None, url=url, byline=byline, seen_at=_NOW
    )
    page = Page(entry=entry, url=url, http_status=200, content_type="text/html", html=markup.encode(), fetched_at=_NOW)
    with suppress(Rejected):
        extract_article(page, "hostile")


def read_rss(inside: str) -> None:
    """Reads a feed of one item."""
    body = f"<rss version='2.0'><channel><item>{inside}</item></channel></rss>".encode()
    with suppress(Rejected):
        read_feed(body, {}, "http://post.example/feed", source=_SOURCE, feed_url="f", seen_at=_NOW)


def readings(motif: str, characters: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each place with the reading of a text there."""
    text = motif * (characters // len(motif))
    escaped = html.escape(text)
    for place, (head, inside) in _PLACES.items():
        yield place, partial(read_page, _PAGE.format(head=head.format(escaped), inside=inside.format(escaped)))
    yield "byline of the feed", partial(read_page, _PAGE.format(head="", inside=""), text)
    yield (
        "JSON-LD",
        partial(read_page, _PAGE.format(head=f"<script type='application/ld+json'>{text}</script>", inside="")),
    )
    yield "markup", partial(read_page, _PAGE.format(head="", inside=text))
    for place in _FEED_PLACES:
        yield f"feed {place}", partial(read_rss, f"<{place}>{escaped}</{place}>")
        yield f"feed {place}, markup", partial(read_rss, f"<{place}>{text}</{place}>")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Reads hostile text in every place of a page and a feed.")
    parser.add_argument(
        "--characters", type=int, nargs="+", default=[4000, 16000], metavar="N", help="sizes of the text"
    )
    parser.add_argument("--show", type=int, default=15, metavar="N", help="how many to print (default: %(default)s)")
    options = parser.parse_args()
    seconds: dict[tuple[str, str], list[float]] = {}
    for motif in MOTIFS:
        for characters in sorted(options.characters):
            for place, read in readings(motif, characters):
                began = time.process_time()
                read()
                seconds.setdefault((place, motif), []).append(time.process_time() - began)
    dearest = sorted(seconds.items(), key=lambda item: -max(item[1]))
    print(f"{'place':<28}{'motif':<24}CPU seconds for {options.characters} characters")
    for (place, motif), taken in dearest[: options.show]:
        print(f"{place:<28}{motif!r:<24}{'  '.join(f'{one:.2f}' for one in taken)}")
    bad = [key for key, taken in seconds.items() if taken[-1] > 1 or (taken[-1] > 0.3 and taken[-1] > 8 * taken[0])]
    print(f"{len(seconds)} texts, {len(bad)} too dear: {bad[:5]}" if bad else f"{len(seconds)} texts, none too dear")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
