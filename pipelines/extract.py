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

from pipelines.sources import Sources, SourcesError, load_sources
from schemas import Page, Rejected, Source
from transforms.accounting.runs import now
from transforms.extraction.article import extract_article
from transforms.extraction.single_page import on_agency_site, saved_page, single_page
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
        "--sources",
        metavar="FILE",
        help="sources file with --source, or with agencies of your own (default: sources.toml)",
    )
    parser.add_argument("--proxy", metavar="URL", help="HTTP proxy (default: that of the environment)")
    parser.add_argument("--contact", metavar="WHO", help="e-mail or web address for the User-Agent")
    options = parser.parse_args(argv)
    try:
        listed = _sources(options)
        page = _page(options, listed)
        extraction = extract_article(page, run_id="extract", agencies=listed.agencies)
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


def _sources(options: argparse.Namespace) -> Sources:
    """The sources file, if an option needs it."""
    if options.source is None and options.sources is None:
        return Sources(contact=None, sources=())
    return load_sources(options.sources or "sources.toml")


def _page(options: argparse.Namespace, listed: Sources) -> Page:
    if options.source is None:
        return on_agency_site(_read(options, Source(id="page", kind="outlet", feeds=())), listed.agencies)
    sources = {source.id: source for source in listed.sources}
    if options.source not in sources:
        problem = f"has no source {options.source!r}. It has: {', '.join(sorted(sources))}."
        raise SourcesError(Path(options.sources or "sources.toml"), [problem])
    return _read(options, sources[options.source])


def _read(options: argparse.Namespace, source: Source) -> Page:
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
