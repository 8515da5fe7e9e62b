"""Keeps one version of each article: a new article, or the next revision of a known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from schemas import Article
from transforms.accounting.rows import page_key, text_hash
from transforms.lake.index import KnownArticle
from transforms.urls import site


def next_revision(article: Article, known: KnownArticle | None) -> Article | None:
    """The version to write: the article itself if it is new, the next revision if its text changed, None if it did not, or was removed.

    The page's text replaces that of the feed, but not the other way round.
    """
    if known is None:
        return article
    if known.removed_at is not None:
        return None
    if text_hash(article) == known.text_hash or (article.body_from == "feed" and known.body_from != "feed"):
        return None
    return replace(article, revision=known.revision + 1, first_seen_at=known.first_seen_at)


def keep_once(
    articles: Iterable[Article], known: Mapping[str, KnownArticle], pages: Mapping[str, str]
) -> Iterator[tuple[Article, Article | None]]:
    """Yields (article, version to write). The version is None for a second entry of the same article, and for an article in ``known`` (by
    article_id) whose text has not changed.

    Two sources may list one page. It is one article: of the source that had it first (``pages``: article_id by page_key), or else of the
    source whose feed is on the page's own site. The article of the other one is yielded under that id, without a version.
    """
    taken, owners = set[str](), dict(pages)
    for article in sorted(articles, key=_order):
        owner = owners.setdefault(page_key(article), article.article_id)
        if owner != article.article_id and article.article_id not in known:
            yield replace(article, article_id=owner), None
            continue
        version = None if article.article_id in taken else next_revision(article, known.get(article.article_id))
        if version is not None:
            taken.add(article.article_id)
        yield article, version


def _order(article: Article) -> tuple[object, ...]:
    """The source whose feed is on the page's own site comes first, and of several texts of an article, that of the page."""
    is_own = site(article.feed_url) == site(article.canonical_url)
    return not is_own, article.article_id, article.body_from == "feed", article.feed_url, article.url
