import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import pyarrow.parquet as pq
import pytest

from schemas import SCHEMA_VERSION
from tests.support.samples import RUN, poll, reject, story_article, summary
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import commit, recover, stage
from transforms.lake.layout import LakeBusyError, LakeError, partition
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake


def test_a_new_folder_becomes_a_lake_and_opens_again(tmp_path: Path) -> None:
    lake = open_lake(tmp_path / "a" / "lake")
    assert json.loads((lake.root / "lake.json").read_text())["schema_version"] == SCHEMA_VERSION
    assert open_lake(lake.root) == lake


def test_a_lake_path_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("x")
    with pytest.raises(LakeError, match="is a file"):
        open_lake(tmp_path / "lake")


@pytest.mark.parametrize("path", ["/proc/copydesk-lake", "/dev/null/lake"])
def test_a_lake_path_that_cannot_be_written_says_so(path: str) -> None:
    with pytest.raises(LakeError, match=r"cannot be written|is a file"):
        open_lake(path)


def test_a_folder_of_other_files_is_not_taken_for_a_lake(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(LakeError, match=r"thesis\.doc"):
        open_lake(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_lake_whose_making_was_killed_is_made(tmp_path: Path) -> None:
    (tmp_path / ".lake.json.e117f71f").write_text("{")
    assert open_lake(tmp_path).staging.exists()


def test_a_lake_of_a_newer_schema_version_is_left_alone(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (lake.root / "lake.json").write_text(json.dumps({"format": "copydesk lake", "schema_version": SCHEMA_VERSION + 1}))
    with pytest.raises(LakeError, match="newer Copydesk"):
        open_lake(tmp_path)


@pytest.mark.parametrize("marker", ["", "{}", "[]", '{"format": "x", "schema_version": 1}'])
def test_a_damaged_marker_is_an_error(tmp_path: Path, marker: str) -> None:
    lake = open_lake(tmp_path)
    (lake.root / "lake.json").write_text(marker)
    with pytest.raises(LakeError, match=r"lake\.json"):
        open_lake(tmp_path)


def test_two_writers_at_once_are_one_too_many_and_a_dead_one_does_not_count(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    holder = (
        "import sys\nfrom transforms.lake.locking import writing\nfrom transforms.lake.opening import open_lake\n"
        f"with writing(open_lake({str(tmp_path)!r}), 'run-of-the-other'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    other = subprocess.Popen([sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(LakeBusyError, match="run-of-the-other"), writing(lake, RUN):
        pass
    other.kill()
    other.wait()
    with writing(lake, RUN):
        assert json.loads((lake.root / "_owner.json").read_text())["run_id"] == RUN


@pytest.mark.filterwarnings("ignore:flock not supported")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_disk_without_locks_is_told_before_work_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    lake = open_lake(tmp_path)
    monkeypatch.setattr("fcntl.flock", Mock(side_effect=OSError(number, "no such thing here")))
    with (
        pytest.raises(LakeError, match=r"without locks\. A lake needs a disk with locks and renames"),
        writing(lake, RUN),
    ):
        pytest.fail("work began")
    assert not list(tmp_path.glob("_owner*"))


def test_a_disk_without_renames_is_told_before_work_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path)
    monkeypatch.setattr(Path, "replace", Mock(side_effect=OSError(errno.EXDEV, "Invalid cross-device link")))
    with pytest.raises(LakeError, match=r"cannot be renamed: Invalid cross-device link\. A lake"), writing(lake, RUN):
        pytest.fail("work began")
    monkeypatch.undo()
    with writing(lake, RUN):
        assert lake.staging.exists()


def test_rows_go_to_the_partition_of_their_day_and_source() -> None:
    assert partition(story_article()) == "articles/date=2026-10-01/source=post"
    assert partition(story_article(published_at=None)) == "articles/date=2026-10-01/source=post"
    assert partition(reject()) == "rejects/date=2026-10-01"
    assert partition(poll()) == "polls/date=2026-10-01"


def test_a_staged_file_is_in_the_lake_only_after_the_commit(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    late, early = story_article(article_id="b"), story_article(article_id="a")
    (written,) = stage(lake, RUN, partition(late), [late, early])
    assert written.rows == 2
    assert lake.files("articles") == []
    commit(lake, summary(written))
    (file,) = lake.files("articles")
    assert file == lake.root / written.path
    assert pq.read_table(file)["article_id"].to_pylist() == ["a", "b"]
    assert pq.read_schema(file).metadata[b"copydesk.schema_version"] == str(SCHEMA_VERSION).encode()
    assert RunRecord.from_json((lake.runs / f"{RUN}.json").read_text()) == summary(written)
    assert list(lake.staging.iterdir()) == []


def test_staging_again_gives_the_same_file(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    rows = [story_article(article_id=name) for name in "cab"]
    (first,) = stage(lake, RUN, partition(rows[0]), rows)
    bytes_before = (lake.staging / RUN / first.path).read_bytes()
    assert stage(lake, RUN, partition(rows[0]), rows[::-1]) == [first]
    assert (lake.staging / RUN / first.path).read_bytes() == bytes_before


def test_committing_again_changes_nothing(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = stage(lake, RUN, partition(poll()), [poll()])
    commit(lake, summary(*written))
    commit(lake, summary(*written))
    assert [file.name for file in lake.runs.iterdir()] == [f"{RUN}.json"]
    assert len(lake.files("polls")) == 1


def test_a_run_that_died_before_its_intent_is_discarded(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    stage(lake, RUN, partition(poll()), [poll()])
    (said,) = recover(lake)
    assert RUN in said
    assert list(lake.staging.iterdir()) == []
    assert lake.files("polls") == []


@pytest.mark.parametrize("renamed_before_death", [0, 1, 2])
def test_a_run_that_died_within_its_commit_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renamed_before_death: int
) -> None:
    lake = open_lake(tmp_path)
    written = [file for row in (poll(), reject()) for file in stage(lake, RUN, partition(row), [row])]
    renames = 0
    true_replace = Path.replace

    def dying_replace(self: Path, target: Path) -> Path:
        nonlocal renames
        if self.suffix == ".parquet":
            if renames == renamed_before_death:
                raise KeyboardInterrupt
            renames += 1
        elif target.parent == lake.runs:
            raise KeyboardInterrupt
        return true_replace(self, target)

    monkeypatch.setattr(Path, "replace", dying_replace)
    with pytest.raises(KeyboardInterrupt):
        commit(lake, summary(*written))
    monkeypatch.undo()
    assert len(recover(lake)) == 1
    assert (len(lake.files("polls")), len(lake.files("rejects"))) == (1, 1)
    assert (lake.runs / f"{RUN}.json").exists()
    assert recover(lake) == []


def test_a_worker_that_outlives_its_run_cannot_commit_after_recovery(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    written = stage(lake, RUN, partition(poll()), [poll()])
    recover(lake)
    with pytest.raises(FileNotFoundError):
        commit(lake, summary(*written))
    assert lake.files("polls") == []
    assert recover(lake) == []


def test_names_of_runs_sort_by_time() -> None:
    assert new_run_id(now()) > "20261001T000000Z"
    assert os.sep not in new_run_id(now())


def test_files_that_a_run_replaces_go_when_its_own_are_there(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (old,) = stage(lake, RUN, partition(poll()), [poll()])
    commit(lake, summary(old))
    later = f"{RUN}-later"
    (new,) = stage(lake, later, partition(poll()), [poll()])
    commit(lake, replace(summary(new, run_id=later), removed=[old.path]))
    assert lake.files("polls") == [lake.root / new.path]


def test_what_a_cut_off_write_of_json_left_behind_goes(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    (lake.root / "_streams").mkdir()
    partials = [
        lake.runs / f".{RUN}.json.0123abcd",
        lake.root / "._owner.json.0123abcd",
        lake.root / ".lake.json.0123abcd",
        lake.root / "_streams" / f".{RUN}.end.0123abcd",
    ]
    for partial in partials:
        partial.write_text("{")
    recover(lake)
    assert not any(partial.exists() for partial in partials)
