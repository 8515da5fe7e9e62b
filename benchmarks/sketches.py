"""Sketches of generated texts, for the benchmarks of stories and lookups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa

from schemas import SCHEMA_VERSION, Sketch
from transforms.lake.layout import file_schema
from transforms.stories.sketch import SCHEME, SHINGLE, keys_of
from transforms.stories.words import Hashes

_OWN_LINES, _OFFERS, _SUBHEADINGS = 14, 5, 1_000


def sketch_of_words(
    article_id: str,
    source: str,
    words: Hashes,
    *,
    content_hash: str,
    published_at: datetime,
    first_seen_at: datetime,
    run_id: str = "",
) -> Sketch:
    """The sketch of an outlet's article that has these words, given as hashes, and no story yet."""
    return Sketch(
        article_id=article_id,
        revision=1,
        story_id="",
        source=source,
        source_kind="outlet",
        agency=None,
        pub_status=None,
        content_hash=content_hash,
        published_at=published_at,
        first_seen_at=first_seen_at,
        words=words.tobytes(),
        shingle=SHINGLE,
        keys=keys_of(words, True).tobytes(),
        scheme=SCHEME,
        run_id=run_id,
    )


def sketches_with_lines(draw: np.random.Generator, count: int, sources: int, moment: datetime, run_id: str) -> pa.Table:
    """Sketches with lines and without words, sorted as in a file. Each article is a story.

    It has lines of its own, lines that its source puts into each article, and a subheading of which the source has a thousand.
    """
    source = np.arange(count) % sources
    lines = np.empty((count, _OFFERS + 1 + _OWN_LINES), "<u4")
    lines[:, :_OFFERS] = source[:, None] * _OFFERS + np.arange(_OFFERS)
    lines[:, _OFFERS] = 2**31 + source * _SUBHEADINGS + draw.integers(0, _SUBHEADINGS, count)
    lines[:, _OFFERS + 1 :] = draw.integers(0, 2**32, (count, _OWN_LINES), np.uint32)
    names = draw.bytes(16 * count)
    ids = pa.array([names[at : at + 16].hex() for at in range(0, len(names), 16)], pa.string())
    own = {"article_id": ids, "story_id": ids, "content_hash": ids}
    own |= {"source": pa.array([f"s{number}" for number in source]), "lines": [row.tobytes() for row in lines]}
    same = {"revision": 1, "source_kind": "outlet", "shingle": SHINGLE, "scheme": SCHEME, "run_id": run_id}
    same |= {"words": b"", "keys": b"", "schema_version": SCHEMA_VERSION}
    same |= {"published_at": moment, "first_seen_at": moment}
    return table_of(own, same, count).sort_by("article_id")


def table_of(own: Mapping[str, object], same: Mapping[str, object], count: int) -> pa.Table:
    """A table of so many sketches: columns with a value for each one, and columns with the same value for all; the others are null."""
    schema = file_schema("sketches")
    columns = [
        pa.array(own[field.name], field.type)
        if field.name in own
        else pa.repeat(pa.scalar(same.get(field.name), field.type), count)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)
