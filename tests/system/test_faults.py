"""Disks that may only be read or are full, and files that were damaged or lost: every command says so, and nothing is lost or hidden."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import cli
from transforms.archives.warc import read_records
from transforms.lake.layout import Lake

STRAY = "part-20261006T000000Z-cafe00.parquet"


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of today's version, in the form of those in tests/lakes. A process of its own makes it, because that stops the clock."""
    folder = tmp_path_factory.mktemp("made")
    subprocess.run([sys.executable, "-m", "tests.lakes.make", str(folder / "lake")], check=True, capture_output=True)
    return Path(shutil.copytree(folder / "lake", folder / "kept", ignore=shutil.ignore_patterns("_*")))


@pytest.fixture
def lake(made: Path, tmp_path: Path) -> Lake:
    return Lake(shutil.copytree(made, tmp_path / "lake"))


def command(name: str, lake: Lake, proxy: str) -> list[str]:
    """The command line of ``run``, ``compact``, ``verify``, ``repair`` or ``report`` for a lake."""
    more = {
        "run": ["--sources", str(NEWSROOM / "sources.toml"), "--proxy", proxy, "--pause", "0"],
        "repair": ["--repair"],
        "report": ["--out", os.devnull],
    }
    return ["verify" if name == "repair" else name, "--lake", str(lake.root), *more.get(name, [])]


def content(lake: Lake) -> dict[str, bytes]:
    """The data and the records of a lake."""
    files = [*lake.root.rglob("*.parquet"), *lake.runs.rglob("*.json")]
    return {file.relative_to(lake.root).as_posix(): file.read_bytes() for file in files}


@pytest.fixture
def disk(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB with a lake on it, which may be remounted; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk of its own is needed, and this user or machine cannot mount one")
    shutil.copytree(made, folder / "lake")
    yield folder
    subprocess.run(["/bin/umount", str(folder)], check=True)


def remount(disk: Path, option: str) -> None:
    subprocess.run(["/bin/mount", "-o", f"remount,{option}", str(disk)], check=True)


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("run", 2, "Read-only file system. Give --lake a writable folder"),
        ("compact", 2, "Read-only file system. Give --lake a writable folder"),
        ("repair", 2, "Read-only file system. Give --lake a writable folder"),
        ("verify", 0, "No problem in 15 files"),
        ("report", 0, "10 articles of 2 sources"),
    ],
)
@pytest.mark.parametrize("locked_before", [True, False])
def test_on_a_disk_that_may_only_be_read_writers_say_so_and_readers_work(
    name: str, status: int, said: str, locked_before: bool, disk: Path, proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = Lake(disk / "lake")
    (lake.root / "_staging").mkdir()
    if locked_before:
        (lake.root / "_lock").touch()
    before = content(lake)
    remount(disk, "ro")
    assert cli.main(command(name, lake, proxy)) == status
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert content(lake) == before


def fill_up(disk: Path, leave: int) -> None:
    """Leaves so many bytes on a disk."""
    (disk / "filler").unlink(missing_ok=True)
    room = os.statvfs(disk)
    with (disk / "filler").open("wb") as filler:
        filler.write(b"x" * max(0, room.f_bavail * room.f_frsize - leave))


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("run", 1, "the lake's disk is full. Free some space"),
        ("compact", 1, "the lake's disk is full. Free some space"),
        ("repair", 1, "the lake's disk is full. Free some space"),
        ("verify", 1, "1 of these can be repaired with --repair"),
        ("report", 0, "10 articles of 2 sources"),
    ],
)
@pytest.mark.parametrize("leave", [0, 12_000], ids=["full at once", "full on the way"])
def test_a_full_disk_is_told_and_all_is_well_once_there_is_space(
    name: str, status: int, said: str, leave: int, disk: Path, proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = Lake(disk / "lake")
    lost = forget_an_index_file(lake)
    before = content(lake)
    fill_up(disk, leave)
    assert cli.main(command(name, lake, proxy)) == status
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert content(lake) == before
    (disk / "filler").unlink()
    assert cli.main(command("repair", lake, proxy)) == 0
    assert cli.main(command("compact", lake, proxy)) == 0
    assert cli.main(command("verify", lake, proxy)) == 0
    assert lost not in content(lake)


def test_a_full_disk_of_the_archive_fails_the_pass_and_the_lake_stays_as_it_is(
    disk: Path, lake: Lake, proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(lake)
    fill_up(disk, leave=40_000)
    run = command("run", lake, proxy)
    archive = disk / "archive"
    assert cli.main([*run, "--archive", str(archive)]) == 1
    assert f"the disk of the archive {archive} is full. Free some space" in capsys.readouterr().err
    assert content(lake) == before
    for file in archive.iterdir():
        with file.open("rb") as stream:
            assert [one.flaw for one in read_records(stream, lambda _: True, 1 << 20) if one.flaw] == []
    (disk / "filler").unlink()
    assert cli.main([*run, "--archive", str(archive)]) == 0
    assert cli.main(["verify", "--lake", str(lake.root)]) == 0


def forget_an_index_file(lake: Lake) -> str:
    """Takes an index file away, from its run record too, so that there is something to repair; compaction has polls to join."""
    path = max(path for path in content(lake) if path.startswith("index/"))
    (lake.root / path).unlink()
    (record,) = (record for record in lake.runs.rglob("*.json") if record.stem in path)
    held = json.loads(record.read_text())
    held["written"] = [written for written in held["written"] if written["path"] != path]
    record.write_text(json.dumps(held))
    return path


@pytest.mark.parametrize("dataset", ["articles", "index", "polls", "rejects"])
@pytest.mark.parametrize("of_the_lake", [True, False], ids=["a file of the lake", "put in by hand"])
def test_a_truncated_file_is_named_by_whoever_reads_it_and_by_verify(
    dataset: str, of_the_lake: bool, lake: Lake, proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = lake.files(dataset)[0]  # type: ignore[arg-type]  # a Dataset
    damaged = whole if of_the_lake else whole.with_name(STRAY)
    damaged.write_bytes(whole.read_bytes()[:-1000])
    before = content(lake)
    readers: dict[str, dict[str, int]] = {
        "report": {"articles": 2, "polls": 2, "rejects": 2},
        "run": {"index": 1},
        # A file that need not be merged is not opened; with another file beside it, it is, and so are polls and index files.
        "compact": {} if of_the_lake and dataset in ("articles", "rejects") else {dataset: 1},
    }
    # A pass reads the polls of 30 days: only the calendar tells whether it meets these.
    for name in ("verify", "repair", "report", "compact", *(() if dataset == "polls" else ("run",))):
        status = readers[name].get(dataset, 0) if name in readers else 1
        assert cli.main(command(name, lake, proxy)) == status, name
        told = capsys.readouterr()
        assert (damaged.name in told.out + told.err) == (status != 0), name
        assert "Traceback" not in told.err
    assert content(lake)[damaged.relative_to(lake.root).as_posix()] == damaged.read_bytes()
    assert before.keys() - content(lake).keys() <= {path for path in before if dataset not in path}


@pytest.mark.parametrize(
    ("folder", "also"),
    [
        ("articles/date=2026-10-01/source=meridian", "no-article"),
        ("articles/date=2026-10-02", "no-article"),
        ("index/date=2026-10-05", "not-indexed"),
        ("polls", "counts"),
    ],
)
def test_a_missing_partition_is_named_and_never_made_up_for(
    folder: str, also: str, lake: Lake, proxy: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(lake.root / folder)
    for name in ("verify", "repair", "compact"):
        assert cli.main(command(name, lake, proxy)) == (0 if name == "compact" else 1)
        told = capsys.readouterr().out
        if name != "compact":
            assert f"missing-partition: {folder}: the whole folder is missing" in told
            assert also in told or name == "repair"  # which adds index rows, but to other days
