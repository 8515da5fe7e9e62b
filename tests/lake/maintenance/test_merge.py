"""Files merged into sorted ones, in little memory."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compacting import carry_out, content, lake_of_passes, put, rows_of_pass
from tests.support.samples import NOON, RUN, article, poll, story_article
from transforms.lake.layout import Lake, sort_keys
from transforms.lake.maintenance.compaction import partitions
from transforms.lake.maintenance.merge import Merge
from transforms.lake.opening import open_lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_of_passes(tmp_path / "lake")


def test_memory_is_a_batch_of_each_file_not_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.lake.parquet.GROUP_BYTES", 1_000_000)
    monkeypatch.setattr("transforms.lake.maintenance.merge._BATCH_BYTES", 100_000)
    lake, bodies = open_lake(tmp_path / "lake"), random.Random(1)
    for run in range(4):
        members = [
            story_article(
                article(url=f"http://post.example/{run}-{number}", body=bodies.randbytes(10_000).hex()),
                published_at=NOON + timedelta(seconds=number),
            )
            for number in range(400)
        ]
        put(lake, f"{RUN}-{run}", *members)
    before, sizes = pa.total_allocated_bytes(), []
    with Merge("articles", lake.files("articles"), lake.staging) as merge:
        for group in merge.groups():
            size = group.nbytes
            sizes.append(pa.total_allocated_bytes() - before)
    assert 500_000 < size < 2_000_000
    assert max(sizes) < 10_000_000  # of 32 MB


def test_more_files_than_may_be_open_are_merged_in_rounds(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.lake.maintenance.merge.FILES_AT_ONCE", 2)
    put(lake, f"{RUN}-9", *rows_of_pass(1)[:3])
    before = content(lake)
    assert sum(done.dropped for done in carry_out(lake)) == 3
    after = content(lake)
    assert [row for rows in after.values() for row in rows] == [
        row for dataset, rows in before.items() for row, _ in itertools.groupby(rows)
    ]
    assert {len(partition.files) for partition in partitions(lake)} == {1}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), min_size=1, max_size=12), min_size=1, max_size=5
    ),
    st.integers(1, 7),
)
def test_merging_is_sorting_all_rows_at_once(
    tmp_path_factory: pytest.TempPathFactory, passes: list[list[tuple[int, int]]], group: int
) -> None:
    lake = open_lake(tmp_path_factory.mktemp("merge"))
    for number, polled in enumerate(passes):
        rows = [
            poll(source=f"s{source}", polled_at=NOON + timedelta(seconds=second), run_id=f"{RUN}-{number}")
            for source, second in polled
        ]
        put(lake, f"{RUN}-{number}", *rows)
    files = lake.files("polls")
    with pytest.MonkeyPatch.context() as patch, Merge("polls", files, lake.staging) as merge:
        patch.setattr("transforms.lake.parquet.GROUP_ROWS", group)
        merged = list(merge.groups())
    together = [pq.ParquetFile(file).read() for file in files]
    # Arrow's sort is stable: what equals stays in the order of the files.
    assert pa.concat_tables(merged).equals(pa.concat_tables(together).sort_by(sort_keys("polls")))
    assert all(table.num_rows == group for table in merged[:-1])
