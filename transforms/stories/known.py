"""What the lake knows of earlier articles: those that may be like the new ones, and a sample that shows what is common."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas import Sketch
from transforms.accounting.runs import now
from transforms.lake.derived import MIN_BYTES, UnusableError
from transforms.lake.layout import Lake, day_and_source
from transforms.lake.reading import column_in, read_batches, retry_during_compaction
from transforms.stories.arrays import Ints
from transforms.stories.candidates import NewKeys
from transforms.stories.sketch import SCHEME, hashes
from transforms.stories.sketch_index import (
    DAY,
    StoredSketches,
    article_number,
    article_of,
    first_day,
    keys_of_rows,
    moments_of,
    numbers_of,
    sketch_index,
)

SAMPLE = 16_384
"""Texts of the background sample."""
_IDENTITY = ["article_id", "revision", "published_at", "first_seen_at"]
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnownSketches:
    """Articles that were published before."""

    alike: list[Sketch]
    """Those that share keys or all words with one of the new articles."""
    sample: list[Sketch]
    """Those of the smallest article_ids, which are hashes: the same for all articles of a run."""


def known_sketches(lake: Lake, new: Sequence[Sketch], look_back: timedelta) -> KnownSketches:
    """The articles of a lake that were published within the look-back of the new ones.

    In a large lake, those of recent days are looked up in its index of sketches. All others are read: the keys of one day at a time, in
    small batches, and then the whole sketches of the articles that are wanted. So memory follows the new articles, not those of the
    look-back.
    """
    moments = {sketch.published_at or sketch.first_seen_at for sketch in new}
    spans = {((moment - look_back).date(), (moment + look_back).date()) for moment in moments}
    days = {f"{first + timedelta(days)}" for first, last in spans for days in range((last - first).days + 1)}
    return retry_during_compaction(lambda: _known(lake, new, days, first_day(now().date(), look_back)))


def _known(lake: Lake, new: Sequence[Sketch], days: Collection[str], recent: str) -> KnownSketches:
    files = lake.listing("sketches", min([*days, recent]))
    wanted = {path for path in files if day_and_source(path)[0] in days}
    indexed = {path: info for path, info in files.items() if day_and_source(path)[0] >= recent}
    index = sketch_index(lake) if sum(files[path].bytes for path in wanted & indexed.keys()) >= MIN_BYTES else None
    if index is not None:
        try:
            with index.reading(indexed, [day for day in days if day >= recent]) as (stored, left):
                return _Query(lake, new, stored).run(wanted - (indexed.keys() - left))
        except UnusableError as error:
            _LOGGER.info("all sketches of the look-back are read: %s", error)
    return _Query(lake, new, None).run(wanted)


class _Query:
    """One lookup: in an index, if there is one, and in files."""

    def __init__(self, lake: Lake, new: Sequence[Sketch], stored: StoredSketches | None) -> None:
        self._lake = lake
        self._stored = stored
        self._keys = NewKeys([hashes(sketch.keys) for sketch in new])
        self._bodies = {sketch.content_hash for sketch in new}
        self._texts = [np.empty(0, np.int64)]
        """The numbers of the texts that share keys; the keys know them by their places here."""
        self._places = 0
        self._read = [pa.array([], pa.string())]
        """The articles that were found in files."""
        self._same: set[int] = set()
        self._smallest = [pa.array([], pa.string())]
        """The smallest article_ids of all files, and the last ones that were read, which may not be among them."""
        self._unsorted = 0

    def run(self, paths: Collection[str]) -> KnownSketches:
        """Looks up what the index has, and reads these files."""
        files: dict[int, list[str]] = defaultdict(list)
        for path in sorted(paths):
            files[date.fromisoformat(day_and_source(path)[0]).toordinal()].append(path)
        key, moment, text = self._stored_matches()
        day = moment // DAY + date(1970, 1, 1).toordinal()
        for ordinal in sorted({*files, *day.tolist()}):
            of_day = np.flatnonzero(day == ordinal)
            self._add_day([(key[of_day], moment[of_day], text[of_day]), *self._read_matches(files[ordinal])])
        texts = np.concatenate(self._texts)[np.unique(self._keys.pairs().right)]
        alike = {*article_of(texts).tolist(), *self._same}
        read = {article_number(name): name for name in _smallest(self._smallest).to_pylist()}
        sample = set(sorted({*read, *(self._stored.smallest(SAMPLE) if self._stored else ())})[:SAMPLE])
        found = self._stored.sketches(alike | sample) if self._stored else []
        read |= {article_number(name): name for name in pa.concat_arrays(self._read).unique().to_pylist()}
        names = {read[article] for article in (alike | sample) & read.keys()} | {each.article_id for each in found}
        found += self._read_whole(sorted(paths), names)
        numbers = [article_number(sketch.article_id) for sketch in found]
        return KnownSketches(
            [sketch for number, sketch in zip(numbers, found, strict=True) if number in alike],
            [sketch for number, sketch in zip(numbers, found, strict=True) if number in sample],
        )

    def _stored_matches(self) -> tuple[Ints, Ints, Ints]:
        """The number of a key, and the moment and number of a text, for each key of a text in the index that a new text has."""
        if self._stored is None:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64)
        self._same |= self._stored.same(self._bodies)
        return self._stored.matches(self._keys.distinct)

    def _read_matches(self, paths: list[str]) -> Iterator[tuple[Ints, Ints, Ints]]:
        """The same for texts in files."""
        bodies = pa.array(self._bodies, pa.string())
        columns = [*_IDENTITY, "content_hash", "keys"]
        for batch in read_batches(self._lake, Sketch, paths, columns, pc.field("scheme") == SCHEME):
            self._smallest.append(batch["article_id"])
            self._unsorted += len(batch)
            if self._unsorted > SAMPLE:  # not for each of many small files
                self._smallest, self._unsorted = [_smallest(self._smallest)], 0
            same = batch.filter(pc.is_in(batch["content_hash"], bodies))["article_id"]
            self._same |= set(map(article_number, same.to_pylist()))
            key, row = self._keys.matches(*keys_of_rows(batch["keys"]))
            rows, place = np.unique(row, return_inverse=True)
            matched = pa.Table.from_batches([batch.select(_IDENTITY)]).take(pa.array(rows)).combine_chunks()
            self._read += [same, *matched["article_id"].chunks]
            yield key, moments_of(matched)[place], numbers_of(matched)[place]

    def _add_day(self, matches: list[tuple[Ints, Ints, Ints]]) -> None:
        """Adds the matches of a day by time, so that the same texts are the first ones of a hot key, wherever they are stored."""
        key, moment, text = (np.concatenate(values) for values in zip(*matches, strict=True))
        order = np.lexsort((text, moment))
        text = text[order]
        is_first = np.ones(len(text), bool)
        is_first[1:] = text[1:] != text[:-1]
        self._keys.add_matches(key[order], np.cumsum(is_first) - 1 + self._places)
        self._texts.append(text[is_first])
        self._places += int(is_first.sum())

    def _read_whole(self, paths: list[str], article_ids: Collection[str]) -> list[Sketch]:
        where = column_in("article_id", article_ids) & (pc.field("scheme") == SCHEME)
        columns = [item.name for item in fields(Sketch)]
        return [
            Sketch(**row)
            for batch in read_batches(self._lake, Sketch, paths, columns, where)
            for row in batch.to_pylist()
        ]


def _smallest(article_ids: list[pa.Array]) -> pa.Array:
    """The SAMPLE smallest ones, each once."""
    ids = pa.concat_arrays(article_ids).unique()
    return ids.take(pc.bottom_k_unstable(ids, SAMPLE)) if len(ids) > SAMPLE else ids
