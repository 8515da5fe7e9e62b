"""Compaction: the same rows in fewer files, whatever is killed on the way."""

from __future__ import annotations

import itertools
import json
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipelines import cli
from schemas import StoryArticle
from tests.support.compacting import (
    PASSES,
    Killed,
    carry_out,
    content,
    die_within_a_commit,
    lake_of_passes,
    put,
    rows_of_pass,
    seen,
)
from tests.support.samples import NOON, OUTLET, RUN, article, poll, reject, story_article
from transforms.accounting.rows import article_index_row
from transforms.lake.commit import recover
from transforms.lake.index import articles_known, seen_keys
from transforms.lake.layout import RECORDS, Lake, record_path, sort_keys
from transforms.lake.maintenance import merge
from transforms.lake.maintenance.compaction import partitions, to_compact
from transforms.lake.opening import open_lake
from transforms.lake.polls import last_polls
from transforms.lake.stores.local import swap_folders


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_of_passes(tmp_path / "lake")


@pytest.fixture
def small_lake(tmp_path: Path) -> Lake:
    """Two partitions of two files."""
    made = open_lake(tmp_path / "small")
    for number in range(2):
        put(made, f"{RUN}-{number}", *(row for row in rows_of_pass(number)[2:4]))
    return made


def test_every_partition_becomes_one_sorted_file_with_the_same_rows(lake: Lake) -> None:
    before = content(lake)
    schemas = {dataset: pq.read_schema(lake.files(dataset)[0]) for dataset in RECORDS}
    outcomes = carry_out(lake)
    assert content(lake) == before
    assert len(outcomes) == 8
    assert all(
        (done.files_before, done.files, done.dropped) in {(PASSES, 1, 0), (PASSES - 1, 1, 0)} for done in outcomes
    )
    assert [len(partition.files) for partition in partitions(lake)] == [1] * len(partitions(lake))
    for dataset in RECORDS:
        for file in lake.files(dataset):
            rows = pq.ParquetFile(file).read()
            assert rows.schema.equals(schemas[dataset], check_metadata=True)
            assert rows.equals(rows.sort_by(sort_keys(dataset)))
    assert list(lake.staging.iterdir()) == []


def test_two_revisions_of_one_run_keep_their_index_rows(lake: Lake) -> None:
    member = rows_of_pass(PASSES)[0]
    assert isinstance(member, StoryArticle)
    second = replace(member, revision=2, headline="Corrected", fingerprint="f2")
    put(lake, f"{RUN}-{PASSES}", member, second, article_index_row(member), article_index_row(second))
    before = content(lake)
    carry_out(lake)
    assert content(lake) == before


def test_compacting_again_does_nothing(lake: Lake) -> None:
    carry_out(lake)
    files = [file for partition in partitions(lake) for file in partition.files]
    assert carry_out(lake) == []
    assert [file for partition in partitions(lake) for file in partition.files] == files
    assert len(list(lake.runs.rglob("*.json"))) == PASSES + 1


def test_a_pass_after_compaction_leads_to_another(lake: Lake) -> None:
    carry_out(lake)
    put(lake, f"{RUN}-{PASSES}", *rows_of_pass(PASSES))
    before = content(lake)
    assert {done.files_before for done in carry_out(lake)} == {2}
    assert content(lake) == before


def test_the_record_of_a_compaction_names_what_came_and_went(lake: Lake) -> None:
    old = {path for partition in to_compact(partitions(lake)) for path in partition.files}
    passes = set(lake.runs.rglob("*.json"))
    carry_out(lake)
    (path,) = set(lake.runs.rglob("*.json")) - passes
    record = json.loads(path.read_text())
    assert record["engine"] == "compact"
    assert record["balanced"]
    assert set(record["removed"]) == old
    assert {file["path"] for file in record["written"]} <= {
        path for partition in partitions(lake) for path in partition.files
    }
    assert not any(record["total"].values())


def kill_after(monkeypatch: pytest.MonkeyPatch, steps: int, swaps: bool) -> None:
    """Lets this many steps change the disk, and none after them: the code that tidies up is dead too."""
    left = steps

    def dying(step: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return step(*arguments, **named)

        return wrapped

    for name in ("replace", "unlink", "rename"):
        monkeypatch.setattr(Path, name, dying(getattr(Path, name)))
    monkeypatch.setattr(shutil, "rmtree", dying(shutil.rmtree))
    monkeypatch.setattr(
        "transforms.lake.stores.local.swap_folders", dying(swap_folders if swaps else lambda one, other: False)
    )


@pytest.mark.parametrize("swaps", [True, False], ids=["folder by folder", "file by file"])
def test_killed_at_any_step_recovery_makes_it_whole(
    small_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swaps: bool
) -> None:
    before = content(small_lake)
    outcomes = set()
    for steps in itertools.count():
        copy = Lake(Path(shutil.copytree(small_lake.root, tmp_path / f"{steps}")))
        with monkeypatch.context() as patch:
            kill_after(patch, steps, swaps)
            survived = False
            with suppress(Killed):
                carry_out(copy)
                survived = True
        messages = recover(copy)
        outcomes.add(messages[0].split()[0] if messages else "")
        assert content(copy) == before, f"killed after {steps} steps"
        assert list(copy.staging.iterdir()) == []
        assert {len(partition.files) for partition in partitions(copy)} in ({1}, {2})
        carry_out(copy)
        assert {len(partition.files) for partition in partitions(copy)} == {1}
        assert content(copy) == before
        if survived:
            break
    assert steps > 12
    assert outcomes == {"", "Discarded", "Finished"}


def test_recovery_itself_may_be_killed_at_any_step(
    small_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(small_lake)
    die_within_a_commit(small_lake)
    for steps in itertools.count():
        copy = Lake(Path(shutil.copytree(small_lake.root, tmp_path / f"{steps}")))
        with monkeypatch.context() as patch:
            kill_after(patch, steps, swaps=steps % 2 == 0)
            survived = False
            with suppress(Killed):
                recover(copy)
                survived = True
        assert len(recover(copy)) == (0 if survived else 1)
        assert content(copy) == before
        assert carry_out(copy) == []
        if survived:
            break
    assert steps > 6


def test_a_reader_never_sees_a_partition_twice_or_half(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {dataset: len(rows) for dataset, rows in content(lake).items()}
    seen_by_reader = []

    def look(step: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            result = step(*arguments, **named)
            counts = {
                dataset: sum(pq.read_metadata(file).num_rows for file in lake.files(dataset)) for dataset in RECORDS
            }
            seen_by_reader.append(counts == expected)
            return result

        return wrapped

    with monkeypatch.context() as patch:
        for name in ("replace", "unlink", "rename"):
            patch.setattr(Path, name, look(getattr(Path, name)))
        patch.setattr("transforms.lake.stores.local.swap_folders", look(swap_folders))
        patch.setattr("transforms.lake.stores.local.AT_ONCE", 1)  # nothing changes while the reader looks
        carry_out(lake)
    assert len(seen_by_reader) > 20
    assert all(seen_by_reader)


def test_two_folders_change_places(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"in-{name}").write_text("")
    assert swap_folders(tmp_path / "one", tmp_path / "other")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["in-other"]
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["in-one"]
    assert not swap_folders(tmp_path / "one", tmp_path / "none")


def test_rows_that_are_there_twice_are_kept_once(lake: Lake) -> None:
    before = content(lake)
    again = rows_of_pass(1)
    put(lake, f"{RUN}-9", *(row for row in again if not isinstance(row, (type(poll()), type(reject())))))
    outcomes = carry_out(lake)
    assert content(lake) == before
    assert sum(done.dropped for done in outcomes) == 3 * 3 + 1  # articles, sketches, index rows, and that of the reject


def test_another_text_under_the_same_id_and_revision_stays(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    for number, body in enumerate(("one", "two")):
        put(lake, f"{RUN}-{number}", story_article(article(body=body)))
    carry_out(lake)
    assert {row["body"] for row in content(lake)["articles"]} == {"one", "two"}


@pytest.mark.parametrize("rows_at_once", [1, 100_000])
def test_retries_are_settled_to_the_last_one_and_lookups_do_not_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    monkeypatch.setattr(merge, "_ROWS_AT_ONCE", rows_at_once)
    lake = open_lake(tmp_path)
    moments = [NOON + timedelta(minutes=10 * number) for number in range(4)]
    member = story_article(first_seen_at=moments[3])
    gone = [
        seen(reject(entry_key="gone", url_key="u2", attempts=n + 1, rejected_at=moments[n], final=n == 2))
        for n in range(3)
    ]
    waiting = [
        seen(reject(entry_key="waiting", url_key="u3", attempts=n + 1, rejected_at=moments[n])) for n in range(2)
    ]
    changed = [replace(gone[2], fingerprint="new", final=False, seen_at=moments[3])]
    late = [replace(article_index_row(member), run_id=f"{RUN}-late", revision=2), article_index_row(member)]
    for number, row in enumerate([*gone, *waiting, *changed, *late]):
        put(lake, f"{RUN}-{number}", row, poll(polled_at=NOON + timedelta(seconds=number)))

    def known() -> Any:
        keys = seen_keys(lake, ["gone", "waiting", late[0].entry_key], ["u2", "u3"])
        return (
            {key: (history.done, history.in_line, history.latest) for key, history in keys.entries.items()},
            keys.addresses,
            articles_known(lake, [member.article_id]),
            last_polls(lake, [(OUTLET.id, OUTLET.feeds[0])], moments[3]),
        )

    before = known()
    dropped = {done.folder: done.dropped for done in carry_out(lake)}
    assert dropped == {"index/date=2026-10-01": 3, "polls/date=2026-10-01": 0}
    assert known() == before
    kept = sorted(
        (row["entry_key"], row["attempts"], row["final"])
        for row in content(lake)["index"]
        if row["outcome"] == "reject"
    )
    assert kept == [("gone", 3, False), ("gone", 3, True), ("waiting", 2, False)]


def test_a_file_of_an_older_version_gets_its_missing_columns_as_nulls(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    put(lake, RUN, poll(), poll(polled_at=NOON + timedelta(minutes=1), moved_to="http://x.example/"))
    (file,) = lake.files("polls")
    rows = pq.ParquetFile(file).read()
    old = rows.drop_columns(["moved_to"]).replace_schema_metadata({"copydesk.schema_version": "0"})
    pq.write_table(old.sort_by([("polled_at", "descending")]), file)
    record = lake.root / record_path(RUN)
    record.write_text(json.dumps(json.loads(record.read_text()) | {"schema_version": 0}))
    (done,) = carry_out(lake)
    assert (done.files_before, done.files) == (1, 1)
    (file,) = lake.files("polls")
    expected = rows.set_column(
        rows.column_names.index("moved_to"), rows.schema.field("moved_to"), pa.nulls(2, pa.string())
    )
    assert pq.ParquetFile(file).read().equals(expected)
    assert pq.read_schema(file).metadata == rows.schema.metadata
    assert carry_out(lake) == []


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("cut", "cannot be read"),
        ("bit", "cannot be read"),
        ("empty", "cannot be read"),
        ("column", "has unknown columns: sentiment"),
        ("required", "lacks article_id"),
        ("null", "has rows without url"),
        ("type", "cannot be read"),
    ],
)
def test_a_damaged_file_keeps_its_partition_from_changing_and_no_other(
    lake: Lake, harm: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = lake.files("articles")[1]
    damage(victim, harm)
    harmed = victim.parent.relative_to(lake.root).as_posix()
    before = {file: file.read_bytes() for file in victim.parent.iterdir()}
    assert cli.main(["compact", "--lake", str(lake.root), "--json"]) == 1
    output = capsys.readouterr()
    report = json.loads(output.out)
    assert list(report["damaged"]) == [harmed]
    assert f"{victim} {reason}" in " ".join(output.err.split())
    assert {file: file.read_bytes() for file in victim.parent.iterdir()} == before
    assert {len(partition.files) for partition in partitions(lake) if partition.folder != harmed} == {1}
    assert list(lake.staging.iterdir()) == []
    assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 1


def damage(file: Path, harm: str) -> None:
    if harm in ("cut", "bit", "empty"):
        column = pq.read_metadata(file).row_group(0).column(0)
        content = bytearray(file.read_bytes())
        # Within the page: its checksum does not cover its header.
        content[(column.dictionary_page_offset or column.data_page_offset) + column.total_compressed_size - 2] ^= 1
        file.write_bytes({"cut": bytes(content[: len(content) // 2]), "bit": bytes(content), "empty": b""}[harm])
        return
    rows = pq.ParquetFile(file).read()
    url = rows.column_names.index("url")
    changed = {
        "column": lambda: rows.append_column("sentiment", pa.nulls(rows.num_rows, pa.string())),
        "required": lambda: rows.drop_columns(["article_id"]),
        "null": lambda: rows.set_column(url, "url", pa.nulls(rows.num_rows, pa.string())),
        "type": lambda: rows.set_column(rows.column_names.index("revision"), "revision", rows["url"]),
    }
    pq.write_table(changed[harm](), file)


def test_a_large_partition_is_split_and_stays_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.lake.parquet.GROUP_ROWS", 50)
    lake = open_lake(tmp_path / "lake")
    bodies = random.Random(1)
    rows = [
        story_article(
            article(url=f"http://post.example/{number}", body=f"{bodies.getrandbits(4000):x}"),
            published_at=NOON + timedelta(seconds=number % 977),
        )
        for number in range(1000)
    ]
    put(lake, RUN, *rows[:600], target_bytes=100_000)
    names = [file.name for file in lake.files("articles")]
    assert names == [f"part-{RUN}-{number:05}.parquet" for number in range(1, len(names) + 1)]
    assert len(names) > 2
    assert carry_out(lake) == []
    put(lake, f"{RUN}-2", *rows[600:])
    before = content(lake)
    (done,) = carry_out(lake, 100_000)
    files = lake.files("articles")
    assert len(files) == done.files > 4
    assert all(60_000 < file.stat().st_size <= 100_000 for file in files[:-1])
    assert content(lake) == before
    moments = [pc.min_max(pq.read_table(file, columns=["published_at"])["published_at"]).as_py() for file in files]
    assert all(one["max"] <= other["min"] for one, other in itertools.pairwise(moments))
    assert carry_out(lake, 100_000) == []
