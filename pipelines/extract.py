"""``copydesk extract``: one page as JSON, and where each value came from; or why each value was chosen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.command.console import Terminal, print_json, print_line
from pipelines.command.parsers import extract_parser
from pipelines.command.shell import run_command
from pipelines.explained_text import text_lines
from pipelines.remote_sources import sources_at
from pipelines.sources import Sources, SourcesError
from schemas import Page, Rejected, Source, UsageError
from transforms.accounting.runs import now
from transforms.extraction.article import extract_article
from transforms.extraction.explain import Explanation, explain
from transforms.extraction.single_page import on_agency_site, saved_page, single_page
from transforms.web.settings import Connect, Politeness

if TYPE_CHECKING:
    from transforms.web.client import Answer


def main(argv: Sequence[str]) -> int:
    """The command: 0 with an article, 1 when the page has none, 2 for wrong usage or a page that cannot be read."""
    options = extract_parser().parse_args(argv)
    return run_command(lambda: _extract(options), Terminal(quiet=False), "stopped.")


def _extract(options: argparse.Namespace) -> int:
    sources = _sources(options)
    explanation = None
    try:
        page = _page(options, sources)
        if options.explain or options.explain_html:
            explanation = explain(page, "extract", sources.agencies)
            extraction = explanation.extraction
        else:
            extraction = extract_article(page, run_id="extract", agencies=sources.agencies)
    except Rejected as rejected:
        reject = {"reason": rejected.reason.value, "detail": rejected.detail, "http_status": rejected.status}
        print_json({"rejected": reject})
        return 1
    except OSError as error:
        raise UsageError(
            f"{options.page} cannot be read: {error.strerror or error}. Give a file or an address."
        ) from error
    if explanation and options.explain_html:
        _write_page(explanation, Path(options.explain_html))
    if explanation and options.explain:
        print_line("\n".join(text_lines(explanation)))
    else:
        print_json(asdict(extraction.article) | {"origins": extraction.origins}, default=_iso)
    return 0


def _write_page(explanation: Explanation, out: Path) -> None:
    try:
        from pipelines.explained_page import html_page
    except ModuleNotFoundError as missing:
        raise UsageError(f"--explain-html needs {missing.name}. Install it with: pip install '.[report]'") from missing
    try:
        out.write_text(html_page(explanation, now()), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}. Give --explain-html a file.") from error


def _sources(options: argparse.Namespace) -> Sources:
    """The sources file; empty when no option needs it."""
    if options.source is None and options.sources is None:
        return Sources(contact=None, sources=())
    return sources_at(options.sources or "sources.toml", _connect(options))


def _page(options: argparse.Namespace, sources: Sources) -> Page:
    if options.source is None:
        return on_agency_site(_read(options, Source(id="page", kind="outlet", feeds=())), sources.agencies)
    by_id = {source.id: source for source in sources.sources}
    if options.source not in by_id:
        problem = f"has no source {options.source!r}. It has: {', '.join(sorted(by_id))}."
        raise SourcesError(options.sources or "sources.toml", [problem])
    return _read(options, by_id[options.source])


def _read(options: argparse.Namespace, source: Source) -> Page:
    if options.page.startswith(("http://", "https://")):
        answer = _fetch(options.page, _connect(options), source)
        return single_page(
            answer.body,
            source,
            options.page,
            now(),
            final_url=answer.url,
            http_status=answer.status,
            content_type=answer.headers.get("content-type"),
        )
    html = sys.stdin.buffer.read() if options.page == "-" else Path(options.page).read_bytes()
    return saved_page(html, options.url, source, now())


def _connect(options: argparse.Namespace) -> Connect:
    return Connect(contact=options.contact, proxy=options.proxy, allow_networks=tuple(options.allow_networks))


def _fetch(url: str, connect: Connect, source: Source) -> Answer:
    # Only here: a saved page needs neither aiohttp nor asyncio, which take 0.2 s to load.
    import asyncio

    from transforms.web.client import Web

    async def answer() -> Answer:
        async with Web(connect, Politeness()) as web:
            return await web.get(url, source=source)

    return asyncio.run(answer())


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
