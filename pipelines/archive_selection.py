"""Which archives, and which parts of them, a replay reads."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from operator import attrgetter

from apache_beam.io.filesystem import BeamIOError
from apache_beam.io.filesystems import FileSystems

from transforms.accounting.run_record import ArchiveRead
from transforms.archives.entries import Selection
from transforms.archives.warc import ArchiveError, check_archive
from transforms.lake.layout import DAMAGED_JSON, Lake, read_record, record_place, run_ids
from transforms.steps.read_archives import Archive, open_archive

COMMIT_BYTES = 512 << 20
"""Larger archives are committed in parts of this size: about 14,000 pages, three minutes for two workers. A crash loses no more.
Each commit starts new workers, which takes seconds."""
_START_BYTES = 64 << 10
_THREADS = 16
_LOGGER = logging.getLogger(__name__)


def find_archives(patterns: Iterable[str]) -> list[Archive]:
    """The files that match paths and patterns, each once, sorted by path. Raises ArchiveError for a pattern that matches nothing."""
    archives: dict[str, Archive] = {}
    problems = []
    for pattern in patterns:
        try:
            matched = FileSystems.match([_absolute(pattern)])[0].metadata_list
        except (BeamIOError, ValueError, ImportError, OSError) as error:
            problems.append(f"{pattern}: {error}")
            continue
        files = [Archive(path=file.path, size=file.size_in_bytes) for file in matched if not os.path.isdir(file.path)]
        if not files:
            problem = (
                "is a folder. Give its files, such as" if matched else "there is no such file. Check the path, or try"
            )
            problems.append(f"{pattern}: {problem} archive/*.warc.gz")
        archives |= {file.path: file for file in files}
    if problems:
        raise ArchiveError("\n".join(problems))
    return [archives[path] for path in sorted(archives)]


def _absolute(pattern: str) -> str:
    return pattern if "://" in pattern else os.path.abspath(os.path.expanduser(pattern))


def archives_done(lake: Lake, selection: Selection) -> dict[Archive, list[Archive]]:
    """The archives that earlier runs read for the same selection, each with the parts of it that they read.

    A record that cannot be read counts as one without archives: to read an archive again doubles nothing.
    """

    def archives_of(run_id: str) -> list[ArchiveRead]:
        try:
            return read_record(lake, run_id).archives
        except DAMAGED_JSON as error:
            _LOGGER.warning("%s cannot be read: %s. copydesk verify says more.", record_place(lake, run_id), error)
            return []

    with ThreadPoolExecutor(_THREADS) as threads:
        read = [
            Archive(path=archive.path, size=archive.size, begin=archive.begin, end=archive.end)
            for archives in threads.map(archives_of, run_ids(lake))
            for archive in archives
            if archive.selection == selection.fingerprint
        ]
    done: dict[Archive, list[Archive]] = {}
    for part in read:
        done.setdefault(part.whole, []).append(part)
    return done


def check_archives(archives: Iterable[Archive]) -> None:
    """Looks at the first bytes of each file. Raises ArchiveError with the names of those that are not archives."""
    with ThreadPoolExecutor(_THREADS) as threads:
        problems = [problem for problem in threads.map(_problem, archives) if problem]
    if problems:
        raise ArchiveError("\n".join([*problems, "Nothing was read. Leave these files out, and replay again."]))


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
    """The parts of an archive, none larger than COMMIT_BYTES; the archive itself when it is not larger."""
    count = max(1, math.ceil(archive.size / COMMIT_BYTES))
    places = [archive.size * number // count for number in range(count)]
    return [replace(archive, begin=begin, end=end) for begin, end in zip(places, [*places[1:], None], strict=True)]


def is_done(part: Archive, done: Mapping[Archive, Sequence[Archive]]) -> bool:
    """True for an archive or a part whose bytes were all read before, in whatever parts: their size may have been another one."""
    parts = done.get(part.whole, ())
    reached = part.begin
    for each in sorted(parts, key=attrgetter("begin")):
        if each.begin <= reached:
            reached = max(reached, each.begin + each.share)
    return bool(parts) and reached >= part.begin + part.share


def group_archives(archives: Sequence[Archive], room: int, commit_every: int | None) -> Iterator[list[Archive]]:
    """Groups archives that are committed together: ``commit_every`` files, or else up to ``room`` bytes, but at least one file."""
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
