"""Articles to what the lake gets: each article once, as a member of its story. A pass, a stream and a replay all resolve articles this way.

A pass shards ``keep_new`` by page, and sketches articles in all workers. Their sketches meet in one place, in ``memberships_of``,
because any two articles may be alike. A stream calls ``resolve_articles``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

from schemas import Article, Reason, Reject, Rejected, Sketch, StoryArticle
from transforms.accounting.rows import article_reject, page_key
from transforms.lake.index import KnownArticle, articles_known, bodies_known, pages_known
from transforms.lake.layout import Lake
from transforms.stories.group import LOOK_BACK, group_articles
from transforms.stories.known import known_sketches
from transforms.stories.relations import Membership
from transforms.stories.repeated import repeated_lines, without_repeated
from transforms.stories.revisions import keep_once
from transforms.stories.sketch import sketch_of
from transforms.stories.strays import strays

_FIELDS = [item.name for item in fields(Article)]
_PLACE = [item.name for item in fields(Membership) if item.name not in ("article_id", "revision", "repeated")]


@dataclass(slots=True)
class NewArticles:
    """Articles, split by what the lake knows."""

    versions: list[Article] = field(default_factory=list)
    """The versions to write: new articles, and next revisions of known ones."""
    duplicates: list[Article] = field(default_factory=list)
    """Articles that the lake, or another entry here, already has."""
    strays: list[Article] = field(default_factory=list)
    """Articles of entries whose address leads elsewhere, to the page where other entries end too."""
    known: dict[str, KnownArticle] = field(default_factory=dict)
    """What the lake has, by article_id."""


def keep_new(articles: Collection[Article], lake: Lake) -> NewArticles:
    """Looks the articles up, and keeps one version of each that is new. All articles of one page must be there."""
    new = NewArticles(strays=strays(articles, lake), known=articles_known(lake, {each.article_id for each in articles}))
    astray = set(map(id, new.strays))
    articles = [article for article in articles if id(article) not in astray]
    pages = pages_known(lake, {page_key(article) for article in articles if article.article_id not in new.known})
    for article, version in keep_once(articles, new.known, pages):
        if version is None:
            new.duplicates.append(article)
        else:
            new.versions.append(version)
    return new


def memberships_of(
    new: Sequence[Sketch], lake: Lake, look_back: timedelta = LOOK_BACK
) -> tuple[list[Membership], list[Sketch]]:
    """The place of each new article among the stories, with its repeated lines, and the sketches with their stories.

    All new articles of a run must be there.
    """
    if not new:
        return [], []
    known = known_sketches(lake, new, look_back)
    ids = {sketch.article_id for sketch in new}
    alike = [sketch for sketch in known.alike if sketch.article_id not in ids]  # a revision is not a copy of itself
    revised = articles_known(lake, {sketch.article_id for sketch in new if sketch.revision > 1})
    stories = {article_id: article.story_id for article_id, article in revised.items()}
    earlier = [*alike, *_without_sketch(new, alike, lake, look_back)]
    places = group_articles(new, earlier, known.sample, stories, look_back)
    sketches = in_stories(new, places)
    repeated = repeated_lines(sketches, lake)
    return [
        replace(place, repeated=repeated[place.article_id]) if place.article_id in repeated else place
        for place in places
    ], sketches


def in_stories(sketches: Sequence[Sketch], places: Iterable[Membership]) -> list[Sketch]:
    """The sketches, each with its story."""
    stories = {place.article_id: place.story_id for place in places}
    return [replace(sketch, story_id=stories[sketch.article_id]) for sketch in sketches]


def _without_sketch(
    new: Sequence[Sketch], alike: Sequence[Sketch], lake: Lake, look_back: timedelta
) -> Iterator[Sketch]:
    """Articles with the words of a new one that a version of Copydesk without sketches has written."""
    by_hash = {sketch.content_hash: sketch for sketch in new}
    ids = {sketch.article_id for sketch in new}
    sketched = {(sketch.article_id, sketch.revision) for sketch in alike}
    since = min(sketch.first_seen_at for sketch in new) - look_back
    for body in bodies_known(lake, by_hash.keys(), since):
        if (body.article_id, body.revision) not in sketched and body.article_id not in ids:
            yield replace(
                by_hash[body.content_hash],
                article_id=body.article_id,
                revision=body.revision,
                story_id=body.story_id,
                source=body.source,
                source_kind="outlet",
                agency=None,
                published_at=body.published_at,
                first_seen_at=body.first_seen_at,
            )


def story_article(article: Article, place: Membership) -> StoryArticle:
    """An article in its story, without its repeated lines."""
    if place.repeated:
        article = without_repeated(article, place.repeated)
    return StoryArticle(
        **dict(zip(_FIELDS, attrgetter(*_FIELDS)(article), strict=True)),
        **dict(zip(_PLACE, attrgetter(*_PLACE)(place), strict=True)),
    )


def resolve_articles(
    articles: Iterable[Article], lake: Lake, look_back: timedelta = LOOK_BACK
) -> tuple[list[StoryArticle], list[Sketch], NewArticles]:
    """The members of stories and the sketches to write, and how the articles were split."""
    new = keep_new(list(articles), lake)
    sketches = [sketch_of(article) for article in new.versions]
    memberships, sketches = memberships_of(sketches, lake, look_back)
    places = {place.article_id: place for place in memberships}
    members = [story_article(article, places[article.article_id]) for article in new.versions]
    return members, sketches, new


def stray_rejects(new: NewArticles, now: datetime, run_id: str) -> Iterator[Reject]:
    """The rejects of the entries whose address leads elsewhere."""
    for article in new.strays:
        rejected = Rejected(
            Reason.REDIRECTED_AWAY, f"redirected to {article.canonical_url[:200]}, as other entries are"
        )
        yield article_reject(article, rejected, now, run_id)
