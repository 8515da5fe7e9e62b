"""What the lake knows of earlier articles: those that may be like the new ones, and a sample that shows what is common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import Sketch
from schemas.arrow import arrow_schema
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import column_in, read_batches, retry_during_compaction
from transforms.stories.candidates import NewKeys
from transforms.stories.sketch import SCHEME, hashes
from transforms.stories.texts import Ints
from transforms.stories.words import Hashes

SAMPLE = 16_384
"""Texts of the background sample."""
_IDENTITY = ["article_id", "revision"]
_MOMENT = ["published_at", "first_seen_at"]


@dataclass(frozen=True, slots=True)
class KnownSketches:
    """Articles that were published before."""

    alike: list[Sketch]
    """Those that share keys or all words with one of the new articles."""
    sample: list[Sketch]
    """Those of the smallest article_ids, which are hashes: the same for all articles of a run."""


def known_sketches(lake: Lake, new: Sequence[Sketch], look_back: timedelta) -> KnownSketches:
    """The articles of a lake that were published within the look-back of the new ones.

    Reads keys of one day at a time, in small batches, and then the whole sketches of the articles that are wanted. So memory follows the
    new articles, not those of the look-back.
    """
    moments = [sketch.published_at or sketch.first_seen_at for sketch in new]
    first, last = (f"{moment.date()}" for moment in (min(moments) - look_back, max(moments) + look_back))
    days: dict[str, list[str]] = defaultdict(list)
    for path in lake.paths("sketches", first):
        if (day := day_and_source(path)[0]) <= last:
            days[day].append(path)
    return retry_during_compaction(lambda: _Query(lake, new).run([sorted(days[day]) for day in sorted(days)]))


class _Query:
    def __init__(self, lake: Lake, new: Sequence[Sketch]) -> None:
        self._lake = lake
        self._keys = NewKeys([hashes(sketch.keys) for sketch in new])
        self._bodies = pa.array({sketch.content_hash for sketch in new}, pa.string())
        self._found = [arrow_schema(Sketch).empty_table().select(_IDENTITY)]
        """The articles that share keys or all words; the keys know them by their numbers in this table."""
        self._rows = 0
        self._same = pa.array([], pa.string())
        self._sample = pa.array([], pa.string())

    def run(self, days: list[list[str]]) -> KnownSketches:
        for paths in days:
            self._read_day(paths)
        found = pa.concat_tables(self._found)["article_id"]
        numbers = np.unique(self._keys.pairs().right)
        alike = {*found.take(pa.array(numbers)).to_pylist(), *self._same.to_pylist()}
        sample = set(self._sample.to_pylist())
        paths = [path for day in days for path in day]
        where = column_in("article_id", alike | sample) & (pc.field("scheme") == SCHEME)
        columns = [item.name for item in fields(Sketch)]
        rows = [
            Sketch(**row)
            for batch in read_batches(self._lake, Sketch, paths, columns, where)
            for row in batch.to_pylist()
        ]
        return KnownSketches(
            [sketch for sketch in rows if sketch.article_id in alike],
            [sketch for sketch in rows if sketch.article_id in sample],
        )

    def _read_day(self, paths: list[str]) -> None:
        found: list[tuple[pa.Table, Ints, Ints]] = []
        columns = [*_IDENTITY, *_MOMENT, "content_hash", "keys"]
        for batch in read_batches(self._lake, Sketch, paths, columns, pc.field("scheme") == SCHEME):
            ids = pa.concat_arrays([self._sample, batch["article_id"]]).unique()
            self._sample = ids.take(pc.bottom_k_unstable(ids, SAMPLE)) if len(ids) > SAMPLE else ids
            same = batch.filter(pc.is_in(batch["content_hash"], self._bodies))
            self._same = pa.concat_arrays([self._same, same["article_id"]])
            key, row = self._keys.matches(*_flat(batch["keys"]))
            rows, number = np.unique(row, return_inverse=True)
            matched = pa.Table.from_batches([batch.select([*_IDENTITY, *_MOMENT])]).take(pa.array(rows))
            found.append((matched, key, number + sum(table.num_rows for table, _, _ in found)))
        if not found:
            return
        # By time, so that the same texts are the first ones of a hot key, however the day lies in files.
        table = pa.concat_tables([table for table, _, _ in found])
        moment = pc.coalesce(table["published_at"], table["first_seen_at"])
        table = table.select(_IDENTITY).append_column("moment", moment)
        order = pc.sort_indices(table, [(name, "ascending") for name in ("moment", *_IDENTITY)]).to_numpy()
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        key = np.concatenate([key for _, key, _ in found])
        number = place[np.concatenate([number for _, _, number in found])]
        in_time = np.argsort(number, kind="stable")
        self._keys.add_matches(key[in_time], number[in_time] + self._rows)
        self._found.append(table.select(_IDENTITY).take(pa.array(order)))
        self._rows += table.num_rows


def _flat(column: Any) -> tuple[Hashes, Ints]:
    """The hashes in a column ``keys``, without an object of Python for each row, and the row of each."""
    _, offsets, values = column.buffers()
    places = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64) // 4
    if values is None or not len(column):
        return np.empty(0, np.uint32), np.empty(0, np.int64)
    flat = np.frombuffer(values, "<u4", places[-1])[places[0] :]
    return flat, np.repeat(np.arange(len(column)), np.diff(places))
