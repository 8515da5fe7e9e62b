"""GroupStories: articles to members of stories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.window import GlobalWindows

from schemas import Article, IndexRow, Sketch, StoryArticle
from transforms.accounting.counts import Tally
from transforms.accounting.rows import duplicate_index_row, page_key
from transforms.accounting.runs import now
from transforms.lake.handover import hand_over, handed_over
from transforms.lake.index import seen_keys
from transforms.lake.layout import Lake
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, shard_of
from transforms.stories.group import LOOK_BACK
from transforms.stories.relations import Membership
from transforms.stories.resolve import keep_new, memberships_of, story_article, stray_rejects
from transforms.stories.sketch import sketch_of

_SKETCHES_OF_FILE = 5_000
"""About 15 MB."""


class GroupStories(beam.PTransform):
    """Articles to members of stories.

    Groups by shard of page, to keep each article once. All workers sketch articles; the sketches, a few kilobytes each, meet in one
    place, because any two articles may be alike. They go there in files. Article texts cross two shuffles.
    """

    def __init__(self, run: RunContext, ledger: Ledger, look_back: timedelta = LOOK_BACK) -> None:
        """Two articles that were published further apart than ``look_back`` are not compared."""
        super().__init__()
        self._run = run
        self._ledger = ledger
        self._look_back = look_back

    def expand(self, articles: PCollection[Article]) -> PCollection[StoryArticle]:
        """Wires the step."""
        by_article = partial(_article_shard, self._run.shards)
        kept = (
            articles
            | "Group by page shard" >> GroupRecords(partial(_page_shard, self._run.shards))
            | "Keep new"
            >> beam.ParDo(KeepNew(self._run)).with_outputs("duplicates", "rejects", "tallies", main="articles")
        )
        self._ledger.rejects.append(kept["rejects"])
        self._ledger.index.append(kept["duplicates"])
        self._ledger.tallies.append(kept["tallies"])
        placed = (
            kept["articles"]
            | "Sketch" >> beam.ParDo(SketchArticles(self._run))
            | "All together" >> beam.WithKeys("all")
            | "Gather sketches" >> beam.GroupByKey()
            | "Place in stories"
            >> beam.ParDo(PlaceInStories(self._run.lake, self._look_back)).with_outputs("sketches", main="places")
        )
        self._ledger.sketches.append(placed["sketches"])
        return (
            (kept["articles"], placed["places"])
            | "Group by article shard again" >> GroupRecords(by_article)
            | "Join" >> beam.ParDo(JoinStories(self._run))
        )


def _page_shard(shards: int, article: Article) -> str:
    return shard_of(page_key(article), shards)


def _article_shard(shards: int, record: Article | Membership) -> str:
    return shard_of(record.article_id, shards)


class KeepNew(beam.DoFn):
    """Keeps one version of each new article of one shard; drops the other entries that led to it, and what the lake has."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._duplicates = Metrics.counter("group", "duplicates")
        self._strays = Metrics.counter("group", "strays")

    def process(self, shard: tuple[str, Iterable[Article]]) -> Iterator[Article | TaggedOutput]:
        """Yields articles; in tagged outputs the index rows and tallies of the others."""
        articles = list(shard[1])
        new = keep_new(articles, self._run.lake)
        yield from new.versions
        for article in new.duplicates:
            self._duplicates.inc()
            self._run.progress.add("seen")
            yield TaggedOutput("duplicates", duplicate_index_row(article))
            yield TaggedOutput("tallies", Tally(article.source, "seen"))
        for reject in stray_rejects(new, now(), self._run.run_id):
            self._strays.inc()
            self._run.progress.add("rejects")
            yield TaggedOutput("rejects", reject)
        if self._run.known_since is not None:
            for row in self._from_before([article for article in articles if article.article_id in new.known]):
                yield TaggedOutput("tallies", Tally(row.source, "refetched"))

    def _from_before(self, articles: list[Article]) -> Iterator[IndexRow]:
        """Yields rows of the entries that the index has, but not within the look-back."""
        if not articles:
            return
        rows = [duplicate_index_row(article) for article in articles]
        keys = {row.entry_key for row in rows}
        ever = seen_keys(self._run.lake, keys, ()).entries
        lately = seen_keys(self._run.lake, keys, (), self._run.known_since).entries
        yield from (row for row in rows if row.entry_key in ever and row.entry_key not in lately)


class SketchArticles(beam.DoFn):
    """Sketches articles."""

    def __init__(self, run: RunContext) -> None:
        self._run = run

    def start_bundle(self) -> None:
        """Forgets the sketches of a bundle that failed."""
        self._sketches: list[Sketch] = []

    def process(self, article: Article) -> Iterator[str]:
        """Yields the path of a file of sketches when there are enough for one."""
        self._sketches.append(sketch_of(article))
        if len(self._sketches) >= _SKETCHES_OF_FILE:
            yield self._file()

    def finish_bundle(self) -> Iterator[Any]:
        """Yields the path of a file with the rest."""
        if self._sketches:
            yield GlobalWindows.windowed_value_at_end_of_window(self._file())

    def _file(self) -> str:
        sketches, self._sketches = self._sketches, []
        return hand_over(self._run.lake, self._run.run_id, sketches)


class PlaceInStories(beam.DoFn):
    """Finds the story of each new article of a run."""

    def __init__(self, lake: Lake, look_back: timedelta) -> None:
        self._lake = lake
        self._look_back = look_back

    def process(self, group: tuple[str, Iterable[str]]) -> Iterator[Membership | TaggedOutput]:
        """Reads the files of sketches. Yields the memberships; in a tagged output the sketches, with their stories."""
        new = handed_over(self._lake, Sketch, group[1])
        places, sketches = memberships_of(new, self._lake, self._look_back)
        yield from places
        for sketch in sketches:
            yield TaggedOutput("sketches", sketch)


class JoinStories(beam.DoFn):
    """Puts each article of a shard into its story."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._exact = Metrics.counter("group", "exact duplicates")

    def process(self, shard: tuple[str, Iterable[Article | Membership]]) -> Iterator[StoryArticle]:
        """Yields every article, with its story."""
        # Two reads, because the places are small and the articles are not.
        places = {record.article_id: record for record in shard[1] if isinstance(record, Membership)}
        for record in shard[1]:
            if isinstance(record, Article):
                place = places[record.article_id]
                if place.relation == "exact":
                    self._exact.inc()
                    self._run.progress.add("exact")
                yield story_article(record, place)
        self._run.progress.flush()
