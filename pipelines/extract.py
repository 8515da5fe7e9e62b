"""``copydesk extract``: one page as JSON, with where each value came from."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pipelines.sources import SourcesError, load_sources
from schemas import Page, Rejected, Source
from transforms.accounting.runs import now
from transforms.extraction.article import extract_article
from transforms.extraction.single_page import saved_page, single_page
from transforms.web.client import Answer, Connect, Web
from transforms.web.politeness import Politeness

DESCRIPTION = "One page's article as JSON, and where each value came from: the same code as in every pipeline."


def main(argv: Sequence[str]) -> int:
    """The command: 0 with an article, 1 when the page has none or cannot be had, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="copydesk extract", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument(
        "page", metavar="FILE_OR_URL", help="a saved page, '-' for standard input, or an http(s) address"
    )
    parser.add_argument(
        "--url", metavar="URL", help="address of a saved page (default: the one that the page declares)"
    )
    parser.add_argument("--source", metavar="ID", help="take zone, language and agency from this source of --sources")
    parser.add_argument(
        "--sources", metavar="FILE", default="sources.toml", help="sources file for --source (default: %(default)s)"
    )
    parser.add_argument("--proxy", metavar="URL", help="HTTP proxy (default: that of the environment)")
    parser.add_argument("--contact", metavar="WHO", help="e-mail or web address for the User-Agent")
    options = parser.parse_args(argv)
    try:
        source = _source(options.sources, options.source)
        page = _page(options, source)
        extraction = extract_article(page, run_id="extract")
    except SourcesError as error:
        print(f"copydesk: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"copydesk: {options.page} cannot be read: {error.strerror or error}. Give a file or an address.",
            file=sys.stderr,
        )
        return 2
    except Rejected as rejected:
        told = {"reason": rejected.reason.value, "detail": rejected.detail, "http_status": rejected.status}
        print(json.dumps({"rejected": told}, ensure_ascii=False, indent=1))
        return 1
    article = asdict(extraction.article)
    print(json.dumps(article | {"origins": extraction.origins}, ensure_ascii=False, indent=1, default=_iso))
    return 0


def _source(file: str, source_id: str | None) -> Source:
    if source_id is None:
        return Source(id="page", kind="outlet", feeds=())
    found = {source.id: source for source in load_sources(file).sources}
    if source_id not in found:
        raise SourcesError(Path(file), [f"has no source {source_id!r}. It has: {', '.join(sorted(found))}."])
    return found[source_id]


def _page(options: argparse.Namespace, source: Source) -> Page:
    if options.page.startswith(("http://", "https://")):
        answer = asyncio.run(_fetch(options.page, Connect(contact=options.contact, proxy=options.proxy)))
        content_type = answer.headers.get("content-type")
        return single_page(
            answer.body,
            source,
            options.page,
            now(),
            final_url=answer.url,
            http_status=answer.status,
            content_type=content_type,
        )
    html = sys.stdin.buffer.read() if options.page == "-" else Path(options.page).read_bytes()
    return saved_page(html, options.url, source, now())


async def _fetch(url: str, connect: Connect) -> Answer:
    async with Web(connect, Politeness()) as web:
        return await web.get(url)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
