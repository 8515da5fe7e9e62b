"""The corpus of the tests: every kind of copy is found in every language, whatever the order, the runs and the pipeline."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from schemas import Article
from tests.support.small_lakes import add
from tests.support.steps import pipeline, run_of
from tests.support.story_corpus import by_story, corpus
from transforms import GroupStories, Ledger
from transforms.accounting.rows import article_index_row
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake
from transforms.stories.resolve import resolve_articles

DOCUMENTS = corpus()
ARTICLES = [document.article for document in DOCUMENTS]
LEAST_PRECISION, LEAST_RECALL = 1.0, 0.95
"""Floors for pairs of articles of one story."""


def committed(lake: Lake, articles: list[Article], run_id: str) -> dict[str, tuple[str, str]]:
    """Story and relation of these articles after a run that commits them."""
    members, sketches, new = resolve_articles([replace(each, run_id=run_id) for each in articles], lake)
    assert not new.duplicates
    add(lake, [*members, *map(article_index_row, members), *sketches], run_id)
    return {member.article_id: (member.story_id, member.relation) for member in members}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "lake")


@pytest.fixture
def at_once(lake: Lake) -> dict[str, tuple[str, str]]:
    return committed(lake, ARTICLES, "20261002T120000Z-abcdef")


def test_copies_in_every_language_are_found(at_once: dict[str, tuple[str, str]]) -> None:
    true, found = set(), set()
    for one, two in combinations(DOCUMENTS, 2):
        pair = (one.article.headline, two.article.headline)
        if one.story == two.story:
            true.add(pair)
        if at_once[one.article.article_id][0] == at_once[two.article.article_id][0]:
            found.add(pair)
    assert len(found & true) >= LEAST_PRECISION * len(found)
    assert len(found & true) >= LEAST_RECALL * len(true), true - found


def test_each_copy_has_its_relation(at_once: dict[str, tuple[str, str]]) -> None:
    told = {document.article.headline: at_once[document.article.article_id][1] for document in DOCUMENTS}
    assert told == {document.article.headline: document.relation for document in DOCUMENTS}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_changes_nothing(tmp_path: Path, at_once: dict[str, tuple[str, str]], seed: int) -> None:
    shuffled = random.Random(seed).sample(ARTICLES, len(ARTICLES))
    assert committed(open_lake(tmp_path / "other"), shuffled, "20261002T120000Z-abcdef") == at_once


@pytest.mark.parametrize("newest_first", [False, True])
def test_one_commit_or_ten_give_the_same_groups(
    tmp_path: Path, at_once: dict[str, tuple[str, str]], newest_first: bool
) -> None:
    ordered = sorted(ARTICLES, key=lambda each: each.published_at or each.first_seen_at, reverse=newest_first)
    lake, stories = open_lake(tmp_path / "other"), {}
    for number in range(10):
        part = ordered[number::10] if newest_first else ordered[number * 3 : number * 3 + 3]
        for name, (story, _) in committed(lake, part, f"2026100{number}T120000Z-abcdef").items():
            stories[name] = story
    names = {article.article_id: article.headline for article in ARTICLES}
    one = {
        frozenset(names[name] for name in group) for group in by_story({k: story for k, (story, _) in at_once.items()})
    }
    ten = {frozenset(names[name] for name in group) for group in by_story(stories)}
    assert ten == one


def test_the_step_of_a_pass_groups_as_a_stream_does(lake: Lake, tmp_path: Path) -> None:
    stream = committed(open_lake(tmp_path / "stream"), ARTICLES, "20261002T120000Z-abcdef")
    expected = [(name, *place) for name, place in stream.items()]
    with pipeline() as p:
        members = p | beam.Create(ARTICLES) | GroupStories(run_of(lake), Ledger())
        assert_that(members | beam.Map(lambda m: (m.article_id, m.story_id, m.relation)), equal_to(expected))


def test_copies_that_lie_further_apart_than_the_look_back_are_separate(lake: Lake) -> None:
    wire, copy = ARTICLES[0], ARTICLES[2]
    late = [wire, replace(copy, published_at=(wire.published_at or wire.first_seen_at) + timedelta(days=8))]
    assert len({story for story, _ in committed(lake, late, "20261002T120000Z-abcdef").values()}) == 2
