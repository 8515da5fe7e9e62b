"""Groups a set of documents into stories with the real functions, and writes one prediction a line.

python -m benchmarks.stories SET.parquet --out predictions.jsonl [--passes 3 --look-back 7] [--shuffle SEED]

The set has the columns doc_id, source, published_at (or published_day), title, body and, if known, is_wire. ``../shared/stories`` has such
sets, and the programs that score the predictions.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from schemas import Article, Sketch
from transforms.extraction.body import content_hash, word_count
from transforms.extraction.headline import publication_status
from transforms.stories.group import group_articles
from transforms.stories.known import KnownSketches
from transforms.stories.relations import Membership
from transforms.stories.sketch import sketch_of

_EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)


def article_of(row: dict[str, Any]) -> Article:
    """A row of a set as an article."""
    day = row.get("published_day")
    published = row.get("published_at") or (_day(day) if day else None)
    published = published.replace(tzinfo=timezone.utc) if published else None
    body = row["body"] or ""
    return Article(
        article_id=str(row["doc_id"]),
        content_hash=content_hash(body),
        source=row["source"],
        source_kind="wire" if row.get("is_wire") else "outlet",
        feed_url="",
        entry_id=None,
        url="",
        canonical_url="",
        headline=row["title"],
        standfirst=None,
        body=body,
        language=None,
        word_count=word_count(body),
        section=None,
        image_url=None,
        pub_status=publication_status(row["title"], body),
        published_at=published,
        published_raw=None,
        published_offset_minutes=None,
        published_precision=None,
        published_from="feed",
        modified_at=None,
        first_seen_at=published or _EPOCH,
        fetched_at=published or _EPOCH,
        byline=None,
        fingerprint="",
        run_id="",
        extractor="",
    )


def _day(printed: str) -> datetime:
    """A day as ``2018-10-20``, or as American newspapers print it: ``10/20/18``."""
    return datetime.strptime(printed, "%m/%d/%y") if "/" in printed else datetime.fromisoformat(printed)  # noqa: DTZ007


def passes_of(sketches: Sequence[Sketch], days: float | None, seed: int | None) -> Iterator[list[Sketch]]:
    """The sketches in passes of some days, or in one. Without a date, an article comes in any of the passes."""
    shuffled = random.Random(seed or 0)
    if days is None:
        chosen = list(sketches)
        if seed is not None:
            shuffled.shuffle(chosen)
        yield chosen
        return
    dated = [sketch.published_at for sketch in sketches if sketch.published_at]
    first, last = min(dated), max(dated)
    count = int((last - first) / timedelta(days=days)) + 1
    passes: list[list[Sketch]] = [[] for _ in range(count)]
    for sketch in sketches:
        if sketch.published_at is None:
            number = shuffled.randrange(count)
            sketch = replace(sketch, first_seen_at=first + timedelta(days=days) * number)
        else:
            number = int((sketch.published_at - first) / timedelta(days=days))
        passes[number].append(sketch)
    if seed is not None:
        for each in passes:
            shuffled.shuffle(each)
    yield from passes


def grouped(sketches: Sequence[Sketch], days: float | None, look_back: timedelta, seed: int | None) -> list[Membership]:
    """The memberships of all sketches, pass by pass."""
    members: list[Membership] = []
    published: list[Sketch] = []
    for new in passes_of(sketches, days, seed):
        latest = max((sketch.first_seen_at for sketch in new), default=_EPOCH)
        earliest = min((sketch.first_seen_at for sketch in new), default=_EPOCH)
        near = [each for each in published if earliest - look_back <= each.first_seen_at <= latest + look_back]
        known = KnownSketches(near)
        found = group_articles(new, known.like(new), known.sample(), {}, look_back)
        members += found
        stories = {member.article_id: member.story_id for member in found}
        published += [replace(sketch, story_id=stories[sketch.article_id]) for sketch in new]
    return members


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passes", type=float, metavar="DAYS", help="group in passes of so many days, not all at once")
    parser.add_argument("--look-back", type=float, default=7, metavar="DAYS")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="shuffle the documents first")
    options = parser.parse_args()
    articles = [article_of(row) for row in pq.read_table(options.set).to_pylist()]
    began = time.process_time()
    sketches = [sketch_of(article) for article in articles]
    sketched = time.process_time()
    members = grouped(sketches, options.passes, timedelta(days=options.look_back), options.shuffle)
    ended = time.process_time()
    with options.out.open("w", encoding="utf-8") as out:
        for member in members:
            line = {
                "doc_id": member.article_id,
                "story_id": member.story_id,
                "relation": member.relation,
                "matched_doc_id": member.matched_article_id,
            }
            print(json.dumps(line), file=out)
    print(
        f"sketching {len(sketches) / (sketched - began):,.0f} documents a second; grouping {ended - sketched:.1f} s of CPU"
    )
    print(f"largest size in memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:,.0f} MB")


if __name__ == "__main__":
    main()
