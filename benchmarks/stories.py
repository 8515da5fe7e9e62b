"""Groups a set of documents into stories with the real steps of a pass, and writes one prediction a line.

    python -m benchmarks.stories SET.parquet --out predictions.jsonl [--passes 3 --look-back 7] [--shuffle SEED] [--shards 5]
    python -m benchmarks.stories SET.parquet --out predictions.jsonl --runner=PrismRunner

The set has the columns doc_id, source, published_at (or published_day), title, body and, if known, is_wire. ``../shared/stories`` has such
sets; benchmarks.stories_report scores the predictions. Each pass runs GroupStories over its documents and commits their sketches and index
rows to a lake in a temporary folder, where the next pass finds them. An undated document comes in any of the passes, and is first seen at
its end. Further options are those of Beam; without them, all runs in this process. ``--stream`` takes the way of a stream instead, which
needs no Beam. ``--without-wire`` leaves out the agencies' own articles.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import apache_beam as beam
import psutil
import pyarrow.parquet as pq
from apache_beam.options.pipeline_options import PipelineOptions

from benchmarks.measure import PeakMemory
from pipelines.engines.choose import choose_engine
from schemas import Article, Row, Sketch, StoryArticle
from transforms import GroupStories, Ledger
from transforms.accounting.rows import article_index_row
from transforms.accounting.runs import new_run_id, now
from transforms.extraction.headline import publication_status
from transforms.extraction.words import content_hash, word_count
from transforms.lake.layout import Lake, partition
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.lake.reading import read_rows
from transforms.lake.writing import commit_parts, stage_rows
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.write_lake import CommitRun, StageFiles
from transforms.stories.resolve import resolve_articles

_FIRST_DAY = datetime(2000, 1, 1, tzinfo=timezone.utc)
_CHUNK = 500
"""Documents in a file that one worker reads."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where a document was put."""

    doc_id: str
    story_id: str
    relation: str
    matched_doc_id: str | None

    def line(self) -> str:
        """The prediction as the scorers read it."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


def article_of(row: dict[str, Any]) -> Article:
    """A row of a set as an article."""
    day = row.get("published_day")
    published = row.get("published_at") or (_day(day) if day else None)
    published = published.replace(tzinfo=timezone.utc) if published else None
    body = row["body"] or ""
    url = f"http://{row['source']}.example/{row['doc_id']}"
    return Article(
        article_id=str(row["doc_id"]),
        content_hash=content_hash(body),
        source=row["source"],
        source_kind="wire" if row.get("is_wire") else "outlet",
        feed_url="",
        entry_id=None,
        url=url,
        canonical_url=url,
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
        first_seen_at=published or _FIRST_DAY,
        fetched_at=published or _FIRST_DAY,
        byline=None,
        fingerprint="",
        run_id="",
        extractor="",
    )


def _day(printed: str) -> datetime:
    """A day as ``2018-10-20``, or as American newspapers print it: ``10/20/18``."""
    return datetime.strptime(printed, "%m/%d/%y") if "/" in printed else datetime.fromisoformat(printed)  # noqa: DTZ007


def passes_of(articles: Sequence[Article], days: float | None, seed: int | None) -> list[list[Article]]:
    """The articles in passes of some days, or in one. ``seed`` shuffles each pass. Which pass an article is in does not depend on it."""
    dated = [article.published_at for article in articles if article.published_at]
    first, last = min(dated, default=_FIRST_DAY), max(dated, default=_FIRST_DAY)
    length = timedelta(days=days) if days else last - first + timedelta(days=1)
    passes: list[list[Article]] = [[] for _ in range((last - first) // length + 1)]
    for article in articles:
        if article.published_at is None:
            number = zlib.crc32(article.article_id.encode()) % len(passes)
            seen = min(first + (number + 1) * length, last)
            article = replace(article, first_seen_at=seen, fetched_at=seen)
        else:
            number = (article.published_at - first) // length
        passes[number].append(article)
    if seed is not None:
        shuffled = random.Random(seed)
        for each in passes:
            shuffled.shuffle(each)
    return [each for each in passes if each]


class Pass:
    """One pass over some articles, to the lake."""

    def __init__(self, lake: Lake, articles: Sequence[Article], look_back: timedelta) -> None:
        self._lake = lake
        self._run_id = new_run_id(now())
        self._articles = [replace(article, run_id=self._run_id) for article in articles]
        self._look_back = look_back

    def streamed(self) -> list[Prediction]:
        """Resolves the articles as a stream does, and commits their sketches and index rows."""
        members, sketches, _ = resolve_articles(self._articles, self._lake, self._look_back)
        rows: list[Row] = [*sketches, *map(article_index_row, members)]
        began = now()
        with writing(self._lake, self._run_id):
            parts = stage_rows(self._lake, self._run_id, began, rows)
            commit_parts(self._lake, self._run_id, began, "benchmark", parts)
        return [_prediction(member) for member in members]

    def run(self, options: Sequence[str], shards: int) -> list[Prediction]:
        """Runs GroupStories on an engine of Beam, and commits the sketches and index rows."""
        beam_options = PipelineOptions(list(options))
        context = RunContext(run_id=self._run_id, lake=self._lake, started_at=now(), shards=shards)
        ledger = Ledger()
        with tempfile.TemporaryDirectory() as folder:
            chunks = []
            for start in range(0, len(self._articles), _CHUNK):
                chunks.append(Path(folder, f"{start}.pickle"))
                chunks[-1].write_bytes(pickle.dumps(self._articles[start : start + _CHUNK]))
            out = Path(folder, "predictions")
            self._articles.clear()
            engine = choose_engine(beam_options)
            with writing(self._lake, self._run_id), beam.Pipeline(engine.runner, beam_options) as pipeline:
                members = (
                    pipeline
                    | "Files" >> beam.Create(list(map(str, chunks)))
                    | "Read" >> beam.FlatMap(_read)
                    | "Group stories" >> GroupStories(context, ledger, self._look_back)
                )
                _ = (
                    members
                    | "Lines" >> beam.Map(_line)
                    | "Write" >> beam.io.WriteToText(str(out), shard_name_template="")
                )
                rows = (*ledger.sketches, members | "Index" >> beam.Map(article_index_row))
                _ = (
                    rows
                    | "Group by partition" >> GroupRecords(partition)
                    | "Stage files" >> beam.ParDo(StageFiles(context))
                    | "Key by run" >> beam.WithKeys(self._run_id)
                    | "Group by run" >> beam.GroupByKey()
                    | "Commit" >> beam.ParDo(CommitRun(context))
                )
            return [Prediction(**json.loads(line)) for line in out.read_text(encoding="utf-8").splitlines()]


def _read(path: str) -> list[Article]:
    articles: list[Article] = pickle.loads(Path(path).read_bytes())
    return articles


def _line(member: StoryArticle) -> str:
    return _prediction(member).line()


def _prediction(member: StoryArticle) -> Prediction:
    return Prediction(member.article_id, member.story_id, member.relation, member.matched_article_id)


def changed(lake: Lake, predictions: Iterable[Prediction]) -> int:
    """The number of documents that are in another story of the lake than their pass said."""
    table = read_rows(lake, Sketch, lake.paths("sketches"), ["article_id", "story_id"])
    stories = dict(zip(table["article_id"].to_pylist(), table["story_id"].to_pylist(), strict=True))
    return sum(stories.get(each.doc_id) != each.story_id for each in predictions)


def documents(path: Path) -> Iterator[Article]:
    """The documents of a set."""
    for batch in pq.ParquetFile(path).iter_batches(1_000):
        yield from map(article_of, batch.to_pylist())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="file of the predictions")
    parser.add_argument("--passes", type=float, metavar="DAYS", help="group in passes of so many days, not all at once")
    parser.add_argument("--look-back", type=float, default=7, metavar="DAYS", help="limit for each pair; default 7")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="shuffle the documents of each pass")
    parser.add_argument("--shards", type=int, default=2, help="shards of the run; default 2")
    parser.add_argument(
        "--without-wire", action="store_true", help="leave out what wires published: copies must find each other"
    )
    parser.add_argument("--stream", action="store_true", help="take the way of a stream, without Beam")
    options, of_beam = parser.parse_known_args()
    predictions: list[Prediction] = []
    with tempfile.TemporaryDirectory() as folder, options.out.open("w", encoding="utf-8") as out:
        lake = open_lake(Path(folder, "lake"))
        articles = [
            each for each in documents(options.set) if not (options.without_wire and each.source_kind == "wire")
        ]
        passes = passes_of(articles, options.passes, options.shuffle)
        count = sum(map(len, passes))
        seconds = cpu = 0.0
        with PeakMemory() as peak:
            while passes:
                each = Pass(lake, passes.pop(0), timedelta(days=options.look_back))
                began, used = time.monotonic(), processor_time()
                found = each.streamed() if options.stream else each.run(of_beam, options.shards)
                seconds, cpu = seconds + time.monotonic() - began, cpu + processor_time() - used
                predictions += found
        for prediction in predictions:
            print(prediction.line(), file=out)
        print(f"{count:,} documents in {seconds:.1f} s, {cpu:.1f} s of CPU, peak {peak.megabytes:,.0f} MB")
        print(f"story_ids changed by later passes: {changed(lake, predictions)}")


def processor_time() -> float:
    """Processor time of this process and of the workers that it has ended, in seconds."""
    times = psutil.Process().cpu_times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
