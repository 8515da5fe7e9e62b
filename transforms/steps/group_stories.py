"""GroupStories: articles to members of stories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Article, IndexRow, StoryArticle
from transforms.accounting.counts import Tally
from transforms.accounting.rows import duplicate_index_row, page_key
from transforms.lake.index import seen_keys
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, shard_of
from transforms.stories.resolve import assign_to_stories, keep_new


class GroupStories(beam.PTransform):
    """Articles to members of stories.

    Groups by shard of page, to keep each article once, and then by shard of body hash. Each shard looks into the index once. Article
    texts cross both shuffles.
    """

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._run = run
        self._ledger = ledger

    def expand(self, articles: PCollection[Article]) -> PCollection[StoryArticle]:
        """Wires the step."""
        kept = (
            articles
            | "Group by page shard" >> GroupRecords(partial(_page_shard, self._run.shards))
            | "Keep new" >> beam.ParDo(KeepNew(self._run)).with_outputs("duplicates", "tallies", main="articles")
        )
        self._ledger.duplicates.append(kept["duplicates"])
        self._ledger.tallies.append(kept["tallies"])
        return (
            kept["articles"]
            | "Group by body shard" >> GroupRecords(partial(_body_shard, self._run.shards))
            | "Assign to stories" >> beam.ParDo(AssignToStories(self._run))
        )


def _page_shard(shards: int, article: Article) -> str:
    return shard_of(page_key(article), shards)


def _body_shard(shards: int, article: Article) -> str:
    return shard_of(article.content_hash, shards)


class KeepNew(beam.DoFn):
    """Keeps one version of each new article of one shard; drops the other entries that led to it, and what the lake has."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._duplicates = Metrics.counter("group", "duplicates")

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


class AssignToStories(beam.DoFn):
    """Makes the articles of one shard of body hashes members of stories."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._exact = Metrics.counter("group", "exact duplicates")

    def process(self, shard: tuple[str, Iterable[Article]]) -> Iterator[StoryArticle]:
        """Yields every article, with its story."""
        for member in assign_to_stories(list(shard[1]), self._run.lake, self._run.started_at):
            if member.relation == "exact":
                self._exact.inc()
                self._run.progress.add("exact")
            yield member
        self._run.progress.flush()
