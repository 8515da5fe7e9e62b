"""``copydesk sources move``: writes the new addresses of feeds that have moved into the sources file, and changes nothing else in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from pipelines.sources import Sources, SourcesError, load_sources, parse_sources
from schemas import Source
from transforms.files import write_atomically
from transforms.lake.feed_history import feed_histories
from transforms.lake.layout import Lake
from transforms.urls import normalize_url

Moves = Mapping[str, str]
"""New addresses of feeds, by the address in the file."""


def moves_in_lake(lake: Lake, sources: Iterable[Source], now: datetime) -> dict[str, str]:
    """The feeds whose latest answer came through permanent redirects (301, 308) only."""
    moves = {}
    for (_, feed), history in feed_histories(
        lake, [(each.id, feed) for each in sources for feed in each.feeds], now
    ).items():
        answered = next((poll for poll in reversed(history.polls) if poll.outcome != "failed"), None)
        if answered and answered.moved_to:
            moves[feed] = answered.moved_to
    return moves


def without_doubles(moves: Moves, sources: Iterable[Source]) -> tuple[dict[str, str], dict[str, str]]:
    """The moves to make, and those to an address that the file, or another move, has already."""
    taken = {normalize_url(feed) for source in sources for feed in source.feeds}
    wanted, doubled = dict[str, str](), dict[str, str]()
    for feed, target in moves.items():
        address = normalize_url(target)
        is_free = address not in taken or address == normalize_url(feed)  # such as https instead of http
        (wanted if is_free else doubled)[feed] = target
        taken.add(address)
    return wanted, doubled


def write_moves(path: Path, moves: Moves) -> None:
    """Changes the addresses in a TOML file. Raises SourcesError, and leaves the file as it is, if that is not possible."""
    before = load_sources(path)
    try:
        content = path.read_bytes().decode("utf-8")
        document = tomlkit.parse(content)
        for table in document.get("source", ()):
            feeds = table["feeds"]
            for at, feed in enumerate(feeds):
                if str(feed) in moves:
                    feeds[at] = moves[str(feed)]
        changed = tomlkit.dumps(document)
    except TOMLKitError as error:
        raise SourcesError(path, [f"cannot be changed: {error}. Change it by hand."]) from error
    if _feeds(parse_sources(path, changed.encode(), is_opml=False)) != _feeds(before, moves):
        raise SourcesError(path, ["cannot be changed without changing more than the addresses. Change it by hand."])
    try:
        write_atomically(path, changed)
    except OSError as error:
        raise SourcesError(path, [f"cannot be written: {error.strerror or error}."]) from error


def _feeds(sources: Sources, moves: Moves | None = None) -> list[tuple[str, list[str]]]:
    return [
        (source.id, [(moves or {}).get(feed, feed) for feed in source.feeds])
        for source in (*sources.sources, *sources.disabled)
    ]
