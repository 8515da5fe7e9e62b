"""Which articles are one story, and what they are to each other."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Article, Sketch
from tests.support.samples import NOON, OUTLET, WIRE, article
from transforms.stories.group import LOOK_BACK, group_articles
from transforms.stories.relations import Membership
from transforms.stories.sketch import MIN_WORDS, sketch_of

EARLY = article(WIRE, "http://wire.example/1", published_at=NOON - timedelta(hours=2), content_hash="h")
LATE = article(OUTLET, "http://post.example/1", published_at=NOON - timedelta(hours=1), content_hash="h")


def places(
    *articles: Article, known: tuple[Sketch, ...] = (), stories: dict[str, str] | None = None
) -> dict[str, Membership]:
    found = group_articles([sketch_of(each) for each in articles], known, known, stories or {})
    return {place.article_id: place for place in found}


def test_the_earliest_of_equal_bodies_is_the_original() -> None:
    found = places(LATE, EARLY)
    original, copy = found[EARLY.article_id], found[LATE.article_id]
    assert (original.relation, original.matched_article_id, original.similarity) == ("original", None, None)
    assert (copy.relation, copy.matched_article_id) == ("exact", EARLY.article_id)
    assert original.story_id == copy.story_id == EARLY.article_id
    assert (copy.similarity, copy.containment, copy.matched_containment) == (1.0, 1.0, 1.0)


def test_at_the_same_minute_the_wire_is_the_original() -> None:
    outlet = article(OUTLET, "http://post.example/0", published_at=EARLY.published_at, content_hash="h")
    assert places(outlet, EARLY)[EARLY.article_id].relation == "original"


def test_a_body_that_the_lake_knows_keeps_its_story() -> None:
    older = replace(sketch_of(EARLY), article_id="older", story_id="story", first_seen_at=NOON - timedelta(days=1))
    older = replace(older, published_at=NOON - timedelta(days=1))
    found = places(EARLY, LATE, known=(older,))
    assert {(m.story_id, m.relation, m.matched_article_id) for m in found.values()} == {("story", "exact", "older")}


def test_the_limit_of_days_is_for_each_pair() -> None:
    days = [article(OUTLET, f"http://post.example/{n}", published_at=NOON + n * timedelta(days=6)) for n in range(3)]
    assert {place.story_id for place in places(*days).values()} == {days[0].article_id}
    assert len({place.story_id for place in places(days[0], days[2]).values()}) == 2
    undated = replace(days[2], published_at=None, first_seen_at=NOON + 2 * LOOK_BACK)
    assert len({place.story_id for place in places(days[0], undated).values()}) == 1


def test_bodies_of_a_few_words_are_no_story() -> None:
    short = [
        article(source, f"http://x.example/{source.id}", "Watch the video.", content_hash="h")
        for source in (WIRE, OUTLET)
    ]
    assert all(one.word_count < MIN_WORDS for one in short)
    assert {place.relation for place in places(*short).values()} == {"original"}


@settings(deadline=None)
@given(st.permutations([article(OUTLET, f"http://post.example/{n}", content_hash="h") for n in range(5)]))
def test_the_order_of_arrival_changes_nothing(shuffled: list[Article]) -> None:
    found = places(*shuffled)
    assert [found[name].relation for name in sorted(found)] == ["original"] + ["exact"] * 4


def test_a_revision_stays_in_its_story() -> None:
    revised = replace(EARLY, revision=2)
    other = replace(sketch_of(EARLY), article_id="other", story_id="other", published_at=NOON - timedelta(days=1))
    own = places(revised, known=(other,), stories={EARLY.article_id: EARLY.article_id})[EARLY.article_id]
    assert (own.relation, own.story_id, own.matched_article_id) == ("original", EARLY.article_id, None)
    departed = places(revised, stories={EARLY.article_id: "story"})[EARLY.article_id]
    assert (departed.relation, departed.story_id, departed.matched_article_id) == ("version", "story", "story")


def test_a_copy_of_a_revision_that_comes_with_it_joins_its_story() -> None:
    revised = replace(EARLY, revision=2)
    found = places(revised, LATE, stories={EARLY.article_id: "story"})
    assert {place.story_id for place in found.values()} == {"story"}
