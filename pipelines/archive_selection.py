"""Which archives, and which parts of them, a replay reads."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from transforms.archives.entries import Selection
from transforms.archives.warc import ArchiveError, check_archive
from transforms.lake.layout import Lake, read_record, run_ids
from transforms.steps.read_archives import Archive, open_archive

COMMIT_BYTES = 256 << 20
"""Larger archives are committed in parts: some 7,000 pages, what a crash costs and two workers hold."""
_START_BYTES = 64 << 10
_LOOKING = 16


# -- which archives ------------------------------------------------------------------------------------------------------------------


def find_archives(patterns: Iterable[str]) -> list[Archive]:
    """The files behind paths and patterns, each once, in order; raises ArchiveError for one that matches nothing."""
    found: dict[str, Archive] = {}
    problems = []
    for pattern in patterns:
        try:
            matched = FileSystems.match([_absolute(pattern)])[0].metadata_list
        except (BeamIOError, ValueError, ImportError, OSError) as error:
            problems.append(f"{pattern}: {error}")
            continue
        files = [Archive(path=file.path, size=file.size_in_bytes) for file in matched if not os.path.isdir(file.path)]
        if not files:
            why = "is a folder; write its files, such as" if matched else "there is no such file; check the path, or"
            problems.append(f"{pattern}: {why} archive/*.warc.gz")
        found |= {file.path: file for file in files}
    if problems:
        raise ArchiveError("\n".join(problems))
    return [found[path] for path in sorted(found)]


def _absolute(pattern: str) -> str:
    return pattern if "://" in pattern else os.path.abspath(os.path.expanduser(pattern))


def archives_done(lake: Lake, selection: Selection) -> set[Archive]:
    """The archives, and parts of archives, that earlier runs read for the same selection."""
    with ThreadPoolExecutor(_LOOKING) as threads:
        records = threads.map(lambda run_id: read_record(lake, run_id).archives, run_ids(lake))
        return {
            Archive(path=archive.path, size=archive.size, begin=archive.begin, end=archive.end)
            for archives in records
            for archive in archives
            if archive.selection == selection.fingerprint
        }


def check_archives(archives: Iterable[Archive]) -> None:
    """Looks at the first bytes of each; raises ArchiveError that names those which are no archives."""
    with ThreadPoolExecutor(_LOOKING) as threads:
        problems = [said for said in threads.map(_problem, archives) if said]
    if problems:
        raise ArchiveError("\n".join([*problems, "Leave such files out; nothing was read."]))


def _problem(archive: Archive) -> str | None:
    try:
        with open_archive(archive.path) as stream:
            check_archive(stream.read(_START_BYTES))
    except (ArchiveError, BeamIOError) as error:
        return f"{archive.path} {error}"
    except OSError as error:
        return f"{archive.path} cannot be read: {error.strerror or error}"
    return None


def split_archive(archive: Archive) -> list[Archive]:
    """An archive in parts that are no larger than a commit: itself, unless it is large."""
    count = max(1, math.ceil(archive.size / COMMIT_BYTES))
    places = [archive.size * number // count for number in range(count)]
    return [replace(archive, begin=begin, end=end) for begin, end in zip(places, [*places[1:], None], strict=True)]


def is_done(part: Archive, done: set[Archive]) -> bool:
    """True for what was read before, whether whole or in parts."""
    return part in done or part.whole in done or done.issuperset(split_archive(part.whole))


def grouped(archives: Sequence[Archive], room: int, commit_every: int | None) -> Iterator[list[Archive]]:
    """Archives that are committed together: ``commit_every`` files, or as many as have ``room`` bytes, but one at least."""
    group: list[Archive] = []
    size = 0
    for archive in archives:
        full = len(group) >= commit_every if commit_every else size + archive.share > room
        if group and full:
            yield group
            group, size = [], 0
        group.append(archive)
        size += archive.share
    if group:
        yield group
