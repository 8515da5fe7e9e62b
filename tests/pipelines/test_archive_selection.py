"""Which archives are read, and which are committed together."""

from pathlib import Path

import pytest

from pipelines.archive_selection import find_archives, group_archives
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
