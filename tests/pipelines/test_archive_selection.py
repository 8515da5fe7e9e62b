"""Which archives are read, and which are committed together."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import archive_selection
from pipelines.archive_selection import find_archives, group_archives, is_done, split_archive
from tests.support.replays import page, put
from tests.support.warc import record
from transforms.steps.read_archives import Archive


def test_a_path_that_is_named_twice_is_one_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = put(tmp_path, "a", record("http://www.a.org/1", page("One")))
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in find_archives(["a.warc.gz", "*.warc.gz", str(archive)])] == [str(archive)]


@pytest.mark.parametrize(
    ("sizes", "room", "every", "expected"),
    [
        ([1, 1, 1], 256, None, [[1, 1, 1]]),
        ([200, 200, 200], 256, None, [[200], [200], [200]]),
        ([200, 200, 200], 512, None, [[200, 200], [200]]),
        ([120, 120, 120], 256, None, [[120, 120], [120]]),
        ([300, 10, 10], 256, None, [[300], [10, 10]]),
        ([1, 1, 1], 256, 2, [[1, 1], [1]]),
        ([], 256, None, []),
    ],
)
def test_small_archives_are_committed_together(
    sizes: list[int], room: int, every: int | None, expected: list[list[int]]
) -> None:
    archives = [Archive(path=str(number), size=size << 20) for number, size in enumerate(sizes)]
    assert [
        [archive.size >> 20 for archive in group] for group in group_archives(archives, room << 20, every)
    ] == expected


@pytest.mark.parametrize(
    ("read", "left"),
    [
        ([(0, None)], []),
        ([(0, 250), (250, 500), (500, 750), (750, None)], []),
        ([(0, 600), (400, None)], []),
        ([(0, 250), (250, 500), (500, 750)], [(500, None)]),
        ([(0, 250)], [(0, 500), (500, None)]),
        ([(0, 250), (300, None)], [(0, 500)]),
        ([], [(0, 500), (500, None)]),
    ],
)
def test_an_archive_that_was_read_in_parts_of_another_size_is_not_read_again(
    read: list[tuple[int, int | None]], left: list[tuple[int, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_selection, "COMMIT_BYTES", 500)
    archive, other = Archive(path="a.warc.gz", size=1000), Archive(path="b.warc.gz", size=1000)
    done = {archive: [replace(archive, begin=begin, end=end) for begin, end in reversed(read)], other: [other]}
    waiting = [part for part in split_archive(archive) if not is_done(part, done)]
    assert [(part.begin, part.end) for part in waiting] == left
    assert is_done(archive, done) == (left == [])
