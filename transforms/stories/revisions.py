"""Keeps one version of each article: a new article, or the next revision of a known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from schemas import Article
from transforms.accounting.rows import text_hash
from transforms.lake.index import KnownArticle


def next_revision(article: Article, known: KnownArticle | None) -> Article | None:
    """The article as it goes into the lake: as it is when new, as the next revision when its text changed, None when it did not."""
    if known is None:
        return article
    if text_hash(article) == known.text_hash:
        return None
    return replace(article, revision=known.revision + 1, first_seen_at=known.first_seen_at)


def keep_once(
    articles: Iterable[Article], known: Mapping[str, KnownArticle]
) -> Iterator[tuple[Article, Article | None]]:
    """Each article with the version of it that goes into the lake, or None: one of the entries that led to it is enough, and of an
    article that the lake has, as ``known`` tells by article_id, only a new revision."""
    taken: set[str] = set()
    for article in sorted(articles, key=lambda article: (article.article_id, article.feed_url, article.url)):
        version = None if article.article_id in taken else next_revision(article, known.get(article.article_id))
        if version is not None:
            taken.add(article.article_id)
        yield article, version
