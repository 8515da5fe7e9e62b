"""Exact duplicates: articles whose bodies have the same hash are one story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from operator import attrgetter

from schemas import Article, StoryArticle
from schemas.records import Relation
from transforms.lake.index import KnownBody

MIN_WORDS = 20
"""Bodies with fewer words ("Watch the video above.") may be equal without being one story."""

_FIELDS = [field.name for field in fields(Article)]


def stories_of(
    articles: Iterable[Article], bodies: Mapping[str, KnownBody], stories: Mapping[str, str]
) -> Iterator[StoryArticle]:
    """Yields all articles as members of their stories. ``bodies`` and ``stories`` come from the lake; see assign_stories."""
    by_body: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        by_body[article.content_hash].append(article)
    for same_body in by_body.values():
        yield from assign_stories(same_body, bodies, stories)


def assign_stories(
    same_body: Iterable[Article], known: Mapping[str, KnownBody], stories: Mapping[str, str]
) -> Iterator[StoryArticle]:
    """Yields articles with one content_hash as members of their story, the original first.

    The original is the article that the lake had first. If the lake has none, it is the earliest published one, a wire before an outlet. A
    revision stays in the story of its article (``stories``, by article_id), whatever its new text equals.
    """
    first: KnownBody | None = None
    for article in sorted(same_body, key=_seniority):
        story = stories.get(article.article_id)
        if story is not None:
            own = story == article.article_id
            yield _member(article, story, "original" if own else "version", None if own else story)
            continue
        if article.word_count < MIN_WORDS:
            yield _member(article, article.article_id, "original", None)
            continue
        first = first or known.get(article.content_hash)
        if first is None:
            first = KnownBody(article.article_id, article.article_id)
            yield _member(article, first.story_id, "original", None)
        else:
            yield _member(article, first.story_id, "exact", first.article_id)


def _seniority(article: Article) -> tuple[object, ...]:
    return article.published_at or article.first_seen_at, article.source_kind != "wire", article.article_id


def _member(article: Article, story_id: str, relation: Relation, matched: str | None) -> StoryArticle:
    held = dict(zip(_FIELDS, attrgetter(*_FIELDS)(article), strict=True))
    alike = 1.0 if relation == "exact" else None
    return StoryArticle(
        **held, story_id=story_id, relation=relation, matched_article_id=matched, similarity=alike, containment=alike
    )
