"""A lake of several passes, for the tests of compaction."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pyarrow.dataset as ds
import pytest

from schemas import IndexRow, Row
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, story_article, summary
from tests.support.small_lakes import stage_all
from transforms.accounting.rows import article_index_row, reject_index_row
from transforms.lake.commit import commit
from transforms.lake.layout import RECORDS, Lake
from transforms.lake.maintenance.compaction import Outcome, compact, partitions, to_compact
from transforms.lake.opening import open_lake
from transforms.stories.sketch import sketch_of

PASSES = 5


def put(lake: Lake, run_id: str, *rows: Row, target_bytes: int = 10**9) -> None:
    commit(lake, summary(*stage_all(lake, run_id, rows, target_bytes), run_id=run_id))


def seen(row: Any) -> IndexRow:
    made = reject_index_row(row)
    assert made is not None
    return made


def rows_of_pass(number: int) -> list[Row]:
    """An outlet's two articles and a wire's, on two days, a poll and a reject; later passes publish earlier ones in between."""
    run_id, moment = f"{RUN}-{number}", NOON + timedelta(minutes=(number * 7) % 10)
    members = [
        story_article(
            article(source, f"http://{source.id}.example/{number}-{day}", authors=("Jane Doe",) * (number % 3)),
            published_at=None if number == 2 else moment - timedelta(days=day),
            first_seen_at=moment,
            keywords=tuple(f"k{n}" for n in range(number)),
            similarity=number / 10 if number % 2 else None,
            run_id=run_id,
        )
        for source, day in ((OUTLET, 0), (OUTLET, 1), (WIRE, 0))
    ]
    stopped = reject(entry_key=f"e{number}", rejected_at=moment, run_id=run_id)
    return [
        *members,
        poll(polled_at=moment, run_id=run_id),
        stopped,
        seen(stopped),
        *(article_index_row(member) for member in members),
        *(sketch_of(member, member.story_id) for member in members),
    ]


def lake_of_passes(folder: Path, passes: int = PASSES) -> Lake:
    """A lake after this many passes."""
    made = open_lake(folder)
    for number in range(passes):
        put(made, f"{RUN}-{number}", *rows_of_pass(number))
    return made


def content(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """All rows with the columns of their folders, in an order that does not depend on files."""
    datasets: dict[str, list[dict[str, Any]]] = {}
    for dataset in RECORDS:
        rows = ds.dataset(lake.files(dataset), partitioning="hive", partition_base_dir=str(lake.root)).to_table()
        datasets[dataset] = sorted(rows.to_pylist(), key=lambda row: json.dumps(row, default=str))
    return datasets


def carry_out(lake: Lake, target_bytes: int = 10**9) -> list[Outcome]:
    todo = to_compact(partitions(lake))
    return list(compact(lake, todo, lambda: NOON, target_bytes))


class Killed(BaseException):
    """Stands for kill -9: nothing in the code under test catches it."""


def die_within_a_commit(lake: Lake) -> None:
    """Compacts, and is killed once the first commit is decided."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transforms.lake.commit._finish", Mock(side_effect=Killed))
        with pytest.raises(Killed):
            carry_out(lake)
