"""Keeps one version of each article: a new article, or the next revision of a known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from schemas import Article
from transforms.accounting.rows import text_hash
from transforms.lake.index import KnownArticle


def next_revision(article: Article, known: KnownArticle | None) -> Article | None:
    """The version to write: the article itself if it is new, the next revision if its text changed, None if it did not.

    The page's text replaces that of the feed, but not the other way round.
    """
    if known is None:
        return article
    if text_hash(article) == known.text_hash or (article.body_from == "feed" and known.body_from != "feed"):
        return None
    return replace(article, revision=known.revision + 1, first_seen_at=known.first_seen_at)


def keep_once(
    articles: Iterable[Article], known: Mapping[str, KnownArticle]
) -> Iterator[tuple[Article, Article | None]]:
    """Yields (article, version to write). The version is None for a second entry of the same article, and for an article in ``known`` (by
    article_id) whose text has not changed."""
    taken: set[str] = set()
    for article in sorted(articles, key=_order):
        version = None if article.article_id in taken else next_revision(article, known.get(article.article_id))
        if version is not None:
            taken.add(article.article_id)
        yield article, version


def _order(article: Article) -> tuple[object, ...]:
    """Of several texts of an article, the page's comes first."""
    return article.article_id, article.body_from == "feed", article.feed_url, article.url
