"""Staged files become part of the lake all at once, and what recovery does after a death."""

from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from schemas import SCHEMA_VERSION
from tests.support.samples import RUN, poll, reject, story_article, summary
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit, recover, stage
from transforms.lake.layout import partition
from transforms.lake.opening import open_lake


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
    (message,) = recover(lake)
    assert RUN in message
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
