"""Which articles are one story: exact duplicates by the hash of the body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter

from schemas import Article, StoryArticle
from schemas.records import Relation
from transforms.lookup import KnownArticle, KnownBody
from transforms.outcomes import text_hash

MIN_WORDS = 20
"""Shorter bodies ("Watch the video above.") are alike without being one story."""

_FIELDS = [field.name for field in fields(Article)]


def next_revision(article: Article, known: KnownArticle | None) -> Article | None:
    """The article as it goes into the lake: as it is when new, as the next revision when its text changed, None when it did not."""
    if known is None:
        return article
    if text_hash(article) == known.text_hash:
        return None
    return replace(article, revision=known.revision + 1, first_seen_at=known.first_seen_at)


def assign_stories(
    same_body: Iterable[Article], known: Mapping[str, KnownBody], stories: Mapping[str, str]
) -> Iterator[StoryArticle]:
    """Articles with one content_hash to members of stories, first the original.

    The original is the one that the lake had first; without one the earliest published, a wire before an outlet. A revision stays in the
    story of its article, which ``stories`` tells by article_id, whatever its new text equals.
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
