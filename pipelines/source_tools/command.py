"""``copydesk sources``: tools for a sources file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipelines.command.console import Terminal, print_json, print_line
from pipelines.command.parsers import sources_parser
from pipelines.command.shell import run_command, set_up_logging
from pipelines.failed_feeds import advice
from pipelines.opml import bad_url, write_opml
from pipelines.remote_sources import is_address, sources_at
from pipelines.source_tools.discover import discover, is_unreachable, proposed, unique_id
from pipelines.source_tools.health import explanation, health
from pipelines.source_tools.moves import moves_in_lake, without_doubles, write_moves
from pipelines.source_tools.probe import UNKNOWN, Probe, probe
from pipelines.source_tools.selector_check import selector_lines
from pipelines.source_tools.tables import append_sources, source_table, sources_in
from pipelines.sources import Sources, SourcesError
from schemas import Source, UsageError
from schemas.plain_text import printable
from transforms.accounting.runs import now
from transforms.lake.opening import existing_lake
from transforms.web.settings import Connect

_Work = Callable[[argparse.Namespace, Terminal], int]


def main(argv: Sequence[str]) -> int:
    """The command: 0 when it worked; 1 when a feed that was checked failed, or nothing was found; 2 for wrong usage; 130 when stopped."""
    options = sources_parser().parse_args(argv)
    terminal = Terminal(quiet=False)
    set_up_logging("error")
    work: dict[str, _Work] = {
        "list": _list,
        "check": _check,
        "add": _add,
        "explain": _explain,
        "move": _move,
        "export": _export,
        "import": _import,
    }
    return run_command(lambda: work[options.task](options, terminal), terminal, "stopped.", "it failed: {}")


def _load(options: argparse.Namespace, terminal: Terminal) -> Sources:
    loaded = sources_at(options.file, _connect(options, None))
    terminal.lines(loaded.warnings)
    return loaded


def _list(options: argparse.Namespace, terminal: Terminal) -> int:
    loaded = _load(options, terminal)
    every = (*loaded.sources, *loaded.disabled)
    states = health(existing_lake(options.lake), every, now()) if options.lake else []
    by_feed = {(state.source, state.feed): state for state in states}
    off = {source.id for source in loaded.disabled}
    if options.json:
        rows: list[dict[str, Any]] = [
            {
                "source": source.id,
                "feed": feed,
                "kind": source.kind,
                "tags": source.tags,
                "enabled": source.id not in off,
            }
            | (asdict(by_feed[source.id, feed]) if states else {})
            for source in every
            for feed in source.feeds
        ]
        print_json(rows)
        return 0
    for source in every:
        marks = [source.kind, *source.tags, *(["disabled"] if source.id in off else [])]
        _say(f"{source.id}  {source.name or ''}  [{', '.join(marks)}]")
        for feed in source.feeds:
            _say(f"  {feed}")
            if states:
                _say(f"    {by_feed[source.id, feed].line()}")
    return 0


def _check(options: argparse.Namespace, terminal: Terminal) -> int:
    loaded = _load(options, terminal)
    every = (*loaded.sources, *loaded.disabled)
    wanted = [source for source in every if options.id in (None, source.id)]
    if not wanted:
        raise SourcesError(options.file, [f"has no source {options.id!r}."])
    feeds = [(source, feed) for source in wanted for feed in source.feeds]
    connect = _connect(options, loaded)
    answers = probe(feeds, connect, options.pause)
    for (source, feed), answer in zip(feeds, answers, strict=True):
        _say(f"{source.id}: {feed}")
        for line in (*_check_lines(answer), *selector_lines(source, answer.pages, connect, options.pause)):
            _say(f"  {line}")
    return 1 if any(answer.rejected for answer in answers) else 0


def _check_lines(answer: Probe) -> list[str]:
    lines = []
    if answer.rejected is None:
        latest = (
            f", the latest of {answer.latest:%Y-%m-%d %H:%M} {answer.latest:%Z}" if answer.latest else ", without times"
        )
        lines.append(f"{answer.format or 'feed'} with {answer.entries} entries{latest if answer.entries else ''}")
    else:
        lines.append(f"failed: {answer.rejected.reason.value}: {answer.rejected.detail}")
        if answer.named:
            lines.append(f"The page at this address names a feed. Write {answer.named[0]}")
        else:
            lines.append(advice(answer.rejected.reason.value))
    if answer.moved and not answer.rejected:
        lines.append(f"It has moved permanently. Write {answer.final_url}")
    return lines


def _add(options: argparse.Namespace, terminal: Terminal) -> int:
    is_whole = "://" in options.url
    url = options.url if is_whole else f"https://{options.url}"
    if problem := bad_url(url):
        raise UsageError(problem)
    path = _file(options.sources) if options.sources else None
    before = sources_in(path) if path else ()
    ask = partial(_ask, connect=_connect(options, None), pause=options.pause)
    found = discover(url, ask)
    if isinstance(found, Probe) and is_unreachable(found) and not is_whole:
        found = discover(f"http://{options.url}", ask)
    if isinstance(found, Probe):
        why = f"{found.rejected.reason.value}: {found.rejected.detail}" if found.rejected else "it names no feed"
        terminal.error(f"no feed was found at {url}, nor at the usual places of its site ({why}).")
        return 1
    source = proposed(found, {each.id for each in before})
    for other in before:
        if set(other.feeds) & set(source.feeds):
            terminal.error(f"{path} has this feed already, in source {other.id!r}: {source.feeds[0]}")
            return 1
    terminal.say(f"Found: {_check_lines(found.feed)[0]} at {source.feeds[0]}")
    if found.others:
        terminal.say(f"Other feeds of the site: {', '.join(found.others[:5])}")
    if path is None:
        _say(source_table(source).rstrip("\n"))
        return 0
    append_sources(path, [source])
    terminal.say(f"Added source {source.id!r} to {path}. Check its kind, and set zone if its stamps have no offset.")
    return 0


def _ask(urls: list[str], connect: Connect, pause: float) -> list[Probe]:
    return probe([(UNKNOWN, url) for url in urls], connect, pause)


def _move(options: argparse.Namespace, terminal: Terminal) -> int:
    path = Path(options.file)
    if is_address(options.file) or path.suffix.lower() in (".opml", ".xml"):
        raise UsageError(f"{options.file} is not a TOML file. Only that can be changed.")
    loaded = _load(options, terminal)
    every = (*loaded.sources, *loaded.disabled)
    if options.lake:
        moved = moves_in_lake(existing_lake(options.lake), every, now())
    else:
        feeds = [(source, feed) for source in every for feed in source.feeds]
        answers = probe(feeds, _connect(options, loaded), options.pause)
        moved = {each.url: each.final_url for each in answers if each.moved and not each.rejected}
    moves, doubled = without_doubles(moved, every)
    for feed, target in moves.items():
        _say(f"{feed} -> {target}")
    for feed, target in doubled.items():
        _say(f"{feed} has moved to {target}, which the file has already. Remove it.")
    if moves and not options.dry_run:
        write_moves(path, moves)
    if moves:
        terminal.say(f"{'Would write' if options.dry_run else 'Wrote'} {len(moves)} new addresses to {path}.")
    elif not doubled:
        terminal.say("No feed has moved permanently.")
    return 0


def _explain(options: argparse.Namespace, terminal: Terminal) -> int:
    lines = list(explanation(existing_lake(options.lake), options.id, now()))
    for line in lines:
        _say(line)
    if not lines:
        terminal.error(f"the lake has no poll of a source {options.id!r} in the last 30 days.")
    return 0 if lines else 1


def _export(options: argparse.Namespace, terminal: Terminal) -> int:
    print_line(write_opml(_load(options, terminal).sources).rstrip("\n"))
    return 0


def _import(options: argparse.Namespace, terminal: Terminal) -> int:
    path = _file(options.sources)
    before = sources_in(path)
    feeds, ids = {feed for source in before for feed in source.feeds}, {source.id for source in before}
    added: list[Source] = []
    for source in _load(options, terminal).sources:
        new = tuple(feed for feed in source.feeds if feed not in feeds)
        if new:
            added.append(replace(source, id=unique_id(source.id, ids), feeds=new))
            ids.add(added[-1].id)
    if added:
        append_sources(path, added)
    terminal.say(f"Added {len(added)} sources with {sum(len(source.feeds) for source in added)} feeds to {path}.")
    return 0


def _file(place: str) -> Path:
    if is_address(place):
        raise UsageError(f"{place} is an address. Sources can be added to a file only.")
    return Path(place)


def _connect(options: argparse.Namespace, sources: Sources | None) -> Connect:
    return Connect(
        contact=options.contact or (sources.contact if sources else None),
        proxy=options.proxy,
        allow_networks=tuple(options.allow_networks),
        retries=0,
    )


def _say(line: str) -> None:
    print_line(printable(line))
