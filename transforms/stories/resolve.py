"""Articles to what the lake gets: each article once, as a member of its story. A pass, a stream and a replay all resolve articles this way.

A pass shards both halves: ``keep_new`` by page, ``assign_to_stories`` by the hash of the body. A stream calls ``resolve_articles``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from schemas import Article, StoryArticle
from transforms.accounting.rows import page_key
from transforms.lake.index import KnownArticle, articles_known, bodies_known, pages_known
from transforms.lake.layout import Lake
from transforms.stories.exact import stories_of
from transforms.stories.revisions import keep_once


@dataclass(slots=True)
class NewArticles:
    """Articles, split by what the lake knows."""

    versions: list[Article] = field(default_factory=list)
    """The versions to write: new articles, and next revisions of known ones."""
    duplicates: list[Article] = field(default_factory=list)
    """Articles that the lake, or another entry here, already has."""
    known: dict[str, KnownArticle] = field(default_factory=dict)
    """What the lake has, by article_id."""


def keep_new(articles: Collection[Article], lake: Lake) -> NewArticles:
    """Looks the articles up, and keeps one version of each that is new. All articles of one page must be there."""
    new = NewArticles(known=articles_known(lake, {article.article_id for article in articles}))
    pages = pages_known(lake, {page_key(article) for article in articles if article.article_id not in new.known})
    for article, version in keep_once(articles, new.known, pages):
        if version is None:
            new.duplicates.append(article)
        else:
            new.versions.append(version)
    return new


def assign_to_stories(versions: Collection[Article], lake: Lake, now: datetime) -> Iterator[StoryArticle]:
    """Every version as a member of its story. All versions of one content_hash must be there.

    Bodies are looked up in the days before ``now``, or before the first sight of the oldest new article: articles of an archive were first
    seen long ago, and so were their duplicates.
    """
    since = min((now, *(article.first_seen_at for article in versions if article.revision == 1)))
    bodies = bodies_known(lake, {article.content_hash for article in versions}, since)
    revised = articles_known(lake, {article.article_id for article in versions if article.revision > 1})
    stories = {article_id: known.story_id for article_id, known in revised.items()}
    yield from stories_of(versions, bodies, stories)


def resolve_articles(
    articles: Iterable[Article], lake: Lake, now: datetime
) -> tuple[list[StoryArticle], list[Article]]:
    """The members of stories to write, and the articles that are already there."""
    new = keep_new(list(articles), lake)
    return list(assign_to_stories(new.versions, lake, now)), new.duplicates
