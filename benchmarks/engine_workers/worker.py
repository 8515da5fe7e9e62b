"""Extracts pages with one engine, for ``benchmarks.engines``. Runs in the engine's own environment, so it imports nothing of Copydesk.

A request is a line of JSON with ``path`` (HTML, plain or gzip), ``id``, ``url`` and perhaps ``crawled``. The answer is one with ``body``,
``published_at``, ``authors``, ``credits`` and ``title``, as far as the engine has them, and ``cpu``: the seconds of processor time that
the extraction took.
"""

from __future__ import annotations

import gzip
import json
import re
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 60
"""An engine that takes longer has found nothing."""
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
Extract = Callable[[bytes, dict[str, Any]], dict[str, Any]]


def trafilatura(**options: Any) -> Extract:
    """The whole extraction, with metadata and without comments."""
    module = import_module("trafilatura")

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        document = module.bare_extraction(html, url=asked["url"], with_metadata=True, include_comments=False, **options)
        if document is None:
            return {}
        authors = document.author.split("; ") if document.author else []
        return {"body": document.text, "published_at": document.date, "authors": authors, "title": document.title}

    return extract


def newspaper4k() -> Extract:
    """An article that is given its page, without languages, images or requests of its own."""
    module = import_module("newspaper")

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        article = module.Article(asked["url"], fetch_images=False)
        article.download(input_html=decoded(html))
        article.parse()
        return {
            "body": lines(article.text),
            "published_at": stamp(article.publish_date),
            "authors": list(article.authors),
            "title": article.title,
        }

    return extract


def news_please() -> Extract:
    """All of its extractors, on a page that it is given."""
    module = import_module("newsplease")

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        article = module.NewsPlease.from_html(decoded(html), url=asked["url"], fetch_images=False)
        return {
            "body": lines(article.maintext),
            "published_at": stamp(article.date_publish),
            "authors": list(article.authors or []),
            "title": article.title,
        }

    return extract


def readability_lxml() -> Extract:
    """Its summary, as text by html-text. It knows no dates and no authors."""
    readability, html_text = import_module("readability"), import_module("html_text")

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        document = readability.Document(decoded(html), url=asked["url"])
        text = html_text.extract_text(document.summary(html_partial=True))
        return {"body": lines(text), "title": document.short_title()}

    return extract


def resiliparse() -> Extract:
    """Its text of the main content. It knows no dates and no authors."""
    encoding, html_tree = import_module("resiliparse.parse.encoding"), import_module("resiliparse.parse.html")
    plain_text = import_module("resiliparse.extract.html2text").extract_plain_text

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        tree = html_tree.HTMLTree.parse_from_bytes(html, encoding.detect_encoding(html, from_html_meta=True))
        text = plain_text(tree, main_content=True, alt_texts=False, links=False, list_bullets=False)
        return {"body": lines(text), "title": tree.title}

    return extract


def rs_trafilatura() -> Extract:
    """The Rust port of trafilatura, by its bindings."""
    module = import_module("rs_trafilatura")

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        found = module.extract_bytes(html, url=asked["url"])
        authors = found.author.split("; ") if found.author else []
        return {"body": lines(found.main_content), "published_at": found.date, "authors": authors, "title": found.title}

    return extract


def copydesk() -> Extract:
    """Copydesk as ``benchmarks.quality`` runs it: from the whole page to the whole article."""
    quality = import_module("benchmarks.quality")
    tables = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    for path in tables.glob("*.json") if tables else ():
        quality.table_of(path)  # read before it is timed

    def extract(html: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        if tables is not None:
            quality.use_table_without(asked["url"], tables)
        line: dict[str, Any] = quality.prediction(quality.page_of(asked, html))[0]
        return line

    return extract


ENGINES: dict[str, Callable[[], Extract]] = {
    "copydesk": copydesk,
    "trafilatura": trafilatura,
    "favor_precision": lambda: trafilatura(favor_precision=True),
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "readability-lxml": readability_lxml,
    "resiliparse": resiliparse,
    "rs-trafilatura": rs_trafilatura,
}


def decoded(html: bytes) -> str:
    """The page as text, by the charset that it declares: for engines that take text only."""
    declared = _CHARSET.search(html[:4096])
    try:
        return html.decode(declared[1].decode() if declared else "utf-8")
    except (LookupError, UnicodeDecodeError):
        return html.decode("utf-8", "replace")


def lines(text: str | None) -> str:
    """A text with one paragraph a line."""
    return "\n".join(" ".join(line.split()) for line in (text or "").split("\n") if line.strip())


def stamp(value: Any) -> str | None:
    """A datetime, or a text, as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value or None


def give_up(*_: object) -> None:
    """Ends an extraction."""
    raise TimeoutError(f"more than {LONGEST_SECONDS} s")


def main() -> None:
    """Answers requests until its input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # engines print
    extract = ENGINES[sys.argv[1]]()
    signal.signal(signal.SIGALRM, give_up)
    for request in sys.stdin:
        asked = json.loads(request)
        path = Path(asked["path"])
        html = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        signal.alarm(LONGEST_SECONDS)
        began = time.process_time()
        try:
            found = extract(html, asked)
        except Exception as error:  # whatever it fails with, it has found nothing
            found = {"error": f"{type(error).__name__}: {error}"[:200]}
        cpu = time.process_time() - began
        signal.alarm(0)
        answers.write(json.dumps({**found, "cpu": cpu}, default=str) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
