"""When a known article becomes a revision."""

from dataclasses import replace
from datetime import timedelta

from tests.support.samples import NOON, OUTLET, WIRE, article
from transforms.accounting.rows import page_key, text_hash
from transforms.lake.index import KnownArticle
from transforms.stories.revisions import keep_once, next_revision

EARLY = article(WIRE, "http://wire.example/1", published_at=NOON - timedelta(hours=2), content_hash="h")


KNOWN = KnownArticle(
    revision=2,
    text_hash=text_hash(EARLY),
    body_from="page",
    story_id="story",
    first_seen_at=NOON - timedelta(days=1),
)


def test_a_known_article_becomes_a_revision_only_when_its_text_changed() -> None:
    assert next_revision(EARLY, None) == EARLY
    assert next_revision(EARLY, KNOWN) is None
    assert next_revision(replace(EARLY, headline=" ONE "), KNOWN) is None  # case and spacing are no change
    for changed in (replace(EARLY, headline="Two"), replace(EARLY, content_hash="other")):
        revised = next_revision(changed, KNOWN)
        assert revised is not None
        assert (revised.revision, revised.first_seen_at) == (3, KNOWN.first_seen_at)


def test_of_two_sources_with_one_page_the_one_of_its_site_has_the_article() -> None:
    own = article(OUTLET, "http://post.example/one")
    listed = article(WIRE, "http://post.example/one")
    assert own.article_id != listed.article_id
    for articles in ([own, listed], [listed, own]):
        kept = list(keep_once(articles, {}, {}))
        assert kept == [(own, own), (replace(listed, article_id=own.article_id), None)]
    (only,) = keep_once([own], {}, {page_key(own): listed.article_id})
    assert only == (replace(own, article_id=listed.article_id), None)
