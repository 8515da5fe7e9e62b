"""Which small files of an index are cached, and that queries give the same rows as without the cache."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import IndexRow
from tests.support.compacting import carry_out, put
from tests.support.samples import NOON, RUN, article, story_article
from transforms.accounting.rows import article_index_row
from transforms.lake import index, row_cache
from transforms.lake.index import seen_keys
from transforms.lake.maintenance.compaction import Outcome
from transforms.lake.opening import open_lake
from transforms.lake.row_cache import RowCache
from transforms.lake.stores.protocol import FileInfo


class Files:
    """Files of one row, which is their path. Keeps the paths of those that were read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, paths: list[str]) -> pa.Table:
        self.read += paths
        return pa.table({"path": paths})


def listed(*paths: str, size: int = 100, updated: float = 1.0) -> dict[str, FileInfo]:
    return {path: FileInfo(size, updated) for path in paths}


def rows_of(cache: RowCache, files: Files, listing: dict[str, FileInfo]) -> tuple[list[str], list[str]]:
    tables, others = cache.rows(listing, files)
    return sorted(path for table in tables for path in table["path"].to_pylist()), others


def test_a_file_is_read_once() -> None:
    cache, files = RowCache(), Files()
    for paths in (["1/a"], ["1/a", "1/b"], ["1/a", "1/b", "2/a"], ["2/a"]):
        assert rows_of(cache, files, listed(*paths)) == (paths, [])
    assert files.read == ["1/a", "1/b", "2/a"]


def test_a_day_is_read_again_when_one_of_its_files_is_gone_or_changed() -> None:
    cache, files = RowCache(), Files()
    rows_of(cache, files, listed("1/a", "1/b", "2/a"))
    assert rows_of(cache, files, listed("1/b", "1/c", "2/a")) == (["1/b", "1/c", "2/a"], [])
    assert files.read == ["2/a", "1/a", "1/b", "1/b", "1/c"]
    assert rows_of(cache, files, listed("1/b", "1/c", "2/a", updated=2.0)) == (["1/b", "1/c", "2/a"], [])
    assert files.read[5:] == ["2/a", "1/b", "1/c"]


def test_large_files_and_those_without_room_are_not_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_cache, "MAX_TOTAL_BYTES", 250)
    cache, files = RowCache(), Files()
    large = listed("1/large", size=row_cache.MAX_FILE_BYTES + 1)
    assert rows_of(cache, files, listed("1/a") | large) == (["1/a"], ["1/large"])
    # Files of the latest day come first, and what is cached stays.
    assert rows_of(cache, files, listed("1/a", "1/b", "1/c", "2/a") | large) == (
        ["1/a", "2/a"],
        ["1/b", "1/c", "1/large"],
    )
    assert rows_of(cache, files, listed("1/a", "1/b", "2/a", "3/a")) == (["1/a", "2/a"], ["3/a", "1/b"])
    assert files.read == ["1/a", "2/a"]


ADDRESSES = [f"http://post.example/{number}" for number in range(4)]
IDS = [article(url=url).article_id for url in ADDRESSES]
STEPS = st.lists(st.sampled_from([*range(len(ADDRESSES)), "compact", "ask"]), max_size=12)


def row_of(number: int, at: int = 0) -> IndexRow:
    """An index row of an article, on one of three days."""
    return article_index_row(story_article(article(url=ADDRESSES[number], fetched_at=NOON + timedelta(days=at % 3))))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_queries_find_the_same_with_a_cache_whatever_happens_to_the_files(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | str]
) -> None:
    lake = open_lake(tmp_path_factory.mktemp("lake"))
    put_so_far = set()
    for at, step in enumerate([*steps, "ask"]):
        if isinstance(step, int):
            put(lake, f"{RUN}-{at:02}", row_of(step, at))
            put_so_far.add(IDS[step])
        elif step == "compact":
            carry_out(lake)
        else:
            assert seen_keys(lake, [], IDS).addresses == put_so_far


def test_a_file_that_is_compacted_before_it_is_read_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = open_lake(tmp_path)
    for number in range(3):
        put(lake, f"{RUN}-{number}", row_of(number))
    compacted: list[Outcome] = []

    class CompactedMeanwhile(RowCache):
        def rows(self, files: Mapping[str, FileInfo], read: Callable[[list[str]], pa.Table]) -> Any:
            if not compacted:
                compacted.extend(carry_out(lake))
            return super().rows(files, read)

    cache = CompactedMeanwhile()
    monkeypatch.setattr(index, "_row_cache", lambda _: cache)
    assert seen_keys(lake, [], IDS).addresses == set(IDS[:3])
    assert compacted
