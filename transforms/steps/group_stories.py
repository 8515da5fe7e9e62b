"""GroupStories: articles to members of stories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput

from schemas import Article, IndexRow, StoryArticle
from transforms.accounting.counts import Tally
from transforms.accounting.rows import duplicate_index_row
from transforms.lake.index import articles_known, bodies_known, seen_keys
from transforms.steps.context import RunContext
from transforms.steps.grouping import GroupRecords
from transforms.steps.ledger import Ledger, shard_of
from transforms.stories.exact import stories_of
from transforms.stories.revisions import keep_once


class GroupStories(beam.PTransform):
    """Articles to members of stories. Groups first by shard of article_id, to keep each article once, then by shard of body hash;
    each shard looks once into the index. Article texts cross both shuffles."""

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._run = run
        self._ledger = ledger

    def expand(self, articles: PCollection[Article]) -> PCollection[StoryArticle]:
        """Wires the step."""
        kept = (
            articles
            | "Group by article shard" >> GroupRecords(partial(_article_shard, self._run.shards))
            | "Keep once" >> beam.ParDo(KeepOnce(self._run)).with_outputs("duplicates", "tallies", main="articles")
        )
        self._ledger.duplicates.append(kept["duplicates"])
        self._ledger.tallies.append(kept["tallies"])
        return (
            kept["articles"]
            | "Group by body shard" >> GroupRecords(partial(_body_shard, self._run.shards))
            | "Assign stories" >> beam.ParDo(AssignStories(self._run))
        )


def _article_shard(shards: int, article: Article) -> str:
    return shard_of(article.article_id, shards)


def _body_shard(shards: int, article: Article) -> str:
    return shard_of(article.content_hash, shards)


class KeepOnce(beam.DoFn):
    """Keeps one of the entries that led to one article, and of an article that the lake has only what is a new revision."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._duplicates = Metrics.counter("group", "duplicates")

    def process(self, shard: tuple[str, Iterable[Article]]) -> Iterator[Article | TaggedOutput]:
        """Articles, and in tagged outputs the index rows and tallies of the others."""
        articles = list(shard[1])
        known = articles_known(self._run.lake, {article.article_id for article in articles})
        for article, version in keep_once(articles, known):
            if version is None:
                self._duplicates.inc()
                self._run.progress.add("seen")
                yield TaggedOutput("duplicates", duplicate_index_row(article))
                yield TaggedOutput("tallies", Tally(article.source, "seen"))
            else:
                yield version
        if self._run.known_since is not None:
            for row in self._from_before([article for article in articles if article.article_id in known]):
                yield TaggedOutput("tallies", Tally(row.source, "refetched"))

    def _from_before(self, articles: list[Article]) -> Iterator[IndexRow]:
        """Rows of the entries that the index has, but not within the look-back."""
        if not articles:
            return
        rows = [duplicate_index_row(article) for article in articles]
        keys = {row.entry_key for row in rows}
        ever = seen_keys(self._run.lake, keys, ()).entries
        lately = seen_keys(self._run.lake, keys, (), self._run.known_since).entries
        yield from (row for row in rows if row.entry_key in ever and row.entry_key not in lately)


class AssignStories(beam.DoFn):
    """Articles of one shard of body hashes to members of stories."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._exact = Metrics.counter("group", "exact duplicates")

    def process(self, shard: tuple[str, Iterable[Article]]) -> Iterator[StoryArticle]:
        """Every article, with its story."""
        articles = list(shard[1])
        # Those of an archive were first seen long ago, and so were their duplicates.
        since = min((self._run.started_at, *(article.first_seen_at for article in articles)))
        bodies = bodies_known(self._run.lake, {article.content_hash for article in articles}, since)
        revised = {article.article_id for article in articles if article.revision > 1}
        stories = {article_id: held.story_id for article_id, held in articles_known(self._run.lake, revised).items()}
        for member in stories_of(articles, bodies, stories):
            if member.relation == "exact":
                self._exact.inc()
                self._run.progress.add("exact")
            yield member
        self._run.progress.flush()
