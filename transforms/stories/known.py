"""What is known of earlier articles: those that may be like the new ones, and a sample that shows what is common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from schemas import Sketch
from schemas.arrow import arrow_schema
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import column_in, read_rows, retry_during_compaction
from transforms.stories.candidates import pairs_with_known
from transforms.stories.sketch import SCHEME, hashes
from transforms.stories.words import Hashes

SAMPLE = 16_384
"""Texts of the background sample."""


class Known(Protocol):
    """Articles that were published before."""

    def like(self, new: Sequence[Sketch]) -> list[Sketch]:
        """Those that share keys or all words with one of the new articles."""

    def sample(self) -> list[Sketch]:
        """Some of them, the same for all articles of a run."""


@dataclass(slots=True)
class KnownSketches:
    """Known articles in memory."""

    sketches: list[Sketch] = field(default_factory=list)

    def like(self, new: Sequence[Sketch]) -> list[Sketch]:
        """See Known."""
        numbers = similar(new, [s.content_hash for s in self.sketches], [hashes(s.keys) for s in self.sketches])
        return [self.sketches[number] for number in numbers]

    def sample(self) -> list[Sketch]:
        """See Known."""
        return sorted(self.sketches, key=lambda sketch: sketch.article_id)[:SAMPLE]


def similar(new: Sequence[Sketch], content_hashes: Sequence[str], keys: Sequence[Hashes]) -> list[int]:
    """The numbers of the known texts that share keys or all words with a new one, in order."""
    wanted = {sketch.content_hash for sketch in new}
    same = {number for number, content_hash in enumerate(content_hashes) if content_hash in wanted}
    found = pairs_with_known([hashes(sketch.keys) for sketch in new], keys)
    return sorted(same | set(found.right.tolist()))


class LakeSketches:
    """The articles of a lake that were published within the look-back of the new ones. Reads one file at a time."""

    def __init__(self, lake: Lake, new: Sequence[Sketch], look_back: timedelta) -> None:
        moments = [sketch.published_at or sketch.first_seen_at for sketch in new]
        first, last = (f"{moment.date()}" for moment in (min(moments) - look_back, max(moments) + look_back))
        self._lake = lake
        self._paths = [path for path in lake.paths("sketches", first) if day_and_source(path)[0] <= last]

    def like(self, new: Sequence[Sketch]) -> list[Sketch]:
        """See Known."""

        def keep(table: pa.Table) -> pa.Table:
            keys = [hashes(packed) for packed in table["keys"].to_pylist()]
            return table.take(pa.array(similar(new, table["content_hash"].to_pylist(), keys), pa.int64()))

        def query() -> pa.Table:
            where = pc.field("scheme") == SCHEME
            columns = ["article_id", "revision", "content_hash", "keys"]
            found = pa.concat_tables(
                [
                    _columns(columns[:2]),
                    *(
                        read_rows(self._lake, Sketch, [path], columns, where, keep).select(columns[:2])
                        for path in self._paths
                    ),
                ]
            )
            return self._whole(column_in("article_id", set(found["article_id"].to_pylist())))

        return _sketches(retry_during_compaction(query))

    def sample(self) -> list[Sketch]:
        """See Known. The sample is that of the smallest article_ids, which are hashes."""

        def query() -> pa.Table:
            ids = _columns(["article_id"])
            for path in self._paths:
                more = read_rows(self._lake, Sketch, [path], ["article_id"], pc.field("scheme") == SCHEME)
                ids = pa.concat_tables([ids, more]).sort_by("article_id").slice(0, SAMPLE)
            last = ids["article_id"][-1].as_py() if ids.num_rows else ""
            return self._whole(pc.field("article_id") <= last)

        return _sketches(retry_during_compaction(query))

    def _whole(self, where: Any) -> pa.Table:
        columns = [item.name for item in fields(Sketch)]
        return read_rows(self._lake, Sketch, self._paths, columns, where & (pc.field("scheme") == SCHEME))


def _columns(names: list[str]) -> pa.Table:
    return arrow_schema(Sketch).empty_table().select(names)


def _sketches(table: pa.Table) -> list[Sketch]:
    return [Sketch(**row) for row in table.to_pylist()]
