"""Articles with equal bodies are one story."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, OUTLET, WIRE, article
from transforms.lake.index import KnownBody
from transforms.stories.exact import MIN_WORDS, assign_stories

EARLY = article(WIRE, "http://wire.example/1", published_at=NOON - timedelta(hours=2), content_hash="h")
LATE = article(OUTLET, "http://post.example/1", published_at=NOON - timedelta(hours=1), content_hash="h")


def test_the_earliest_of_equal_bodies_is_the_original() -> None:
    original, copy = assign_stories([LATE, EARLY], {}, {})
    assert (original.article_id, original.relation, original.matched_article_id) == (EARLY.article_id, "original", None)
    assert (copy.article_id, copy.relation, copy.matched_article_id) == (LATE.article_id, "exact", EARLY.article_id)
    assert original.story_id == copy.story_id == EARLY.article_id
    assert (copy.similarity, copy.containment, original.similarity) == (1.0, 1.0, None)


def test_at_the_same_minute_the_wire_is_the_original() -> None:
    outlet = article(OUTLET, "http://post.example/0", published_at=EARLY.published_at, content_hash="h")
    assert next(assign_stories([outlet, EARLY], {}, {})).source == WIRE.id


def test_a_body_that_the_lake_knows_keeps_its_story() -> None:
    known = {"h": KnownBody("older", "story")}
    assert [(m.story_id, m.relation, m.matched_article_id) for m in assign_stories([EARLY, LATE], known, {})] == [
        ("story", "exact", "older"),
        ("story", "exact", "older"),
    ]


def test_bodies_of_a_few_words_are_no_story() -> None:
    short = [
        article(source, f"http://x.example/{source.id}", "Watch the video.", content_hash="h")
        for source in (WIRE, OUTLET)
    ]
    assert all(one.word_count < MIN_WORDS for one in short)
    assert {member.relation for member in assign_stories(short, {"h": KnownBody("a", "s")}, {})} == {"original"}


@given(st.permutations([article(OUTLET, f"http://post.example/{n}", content_hash="h") for n in range(5)]))
def test_the_order_of_arrival_changes_nothing(shuffled: list[object]) -> None:
    members = list(assign_stories(shuffled, {}, {}))  # type: ignore[arg-type]  # permutations of articles
    assert [member.article_id for member in members] == sorted(member.article_id for member in members)
    assert [member.relation for member in members] == ["original"] + ["exact"] * 4


def test_a_revision_stays_in_its_story() -> None:
    revised = replace(EARLY, revision=2)
    (own,) = assign_stories([revised], {"h": KnownBody("other", "other")}, {EARLY.article_id: EARLY.article_id})
    assert (own.relation, own.story_id, own.matched_article_id) == ("original", EARLY.article_id, None)
    (departed,) = assign_stories([revised], {}, {EARLY.article_id: "story"})
    assert (departed.relation, departed.story_id, departed.matched_article_id) == ("version", "story", "story")
