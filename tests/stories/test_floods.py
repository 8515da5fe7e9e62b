"""Hundreds of copies of one text are one story, although all that they share is then common. Reports from one template are not."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import numpy as np

from schemas import Sketch
from tests.support.samples import NOON
from transforms.stories.group import group_articles
from transforms.stories.sketch import SCHEME, SHINGLE, keys_of
from transforms.stories.words import Hashes

COPIES, SOURCES, WORDS = 600, 60, 150
Draw = np.random.Generator


def largest(text_of: Callable[[Draw], Hashes]) -> int:
    """The number of articles in the largest story of so many texts."""
    draw = np.random.default_rng(3)
    sketches = []
    for number in range(COPIES):
        words = text_of(draw)
        sketches.append(
            Sketch(
                article_id=f"{number:032}",
                revision=1,
                story_id="",
                source=f"paper-{number % SOURCES}",
                source_kind="outlet",
                agency=None,
                pub_status=None,
                content_hash=words.tobytes().hex(),
                published_at=NOON + timedelta(seconds=number),
                first_seen_at=NOON,
                words=words.astype("<u4").tobytes(),
                shingle=SHINGLE,
                keys=keys_of(words, spaced=True).tobytes(),
                scheme=SCHEME,
                run_id="run",
            )
        )
    return Counter(place.story_id for place in group_articles(sketches, [], [], {})).most_common(1)[0][1]


def some_words(draw: Draw, count: int) -> Hashes:
    return draw.integers(0, 2**31, count, np.uint32) * np.uint32(2)  # even: not figures


TEXT = some_words(np.random.default_rng(1), WORDS)
SLOTS = np.arange(6, WORDS, 15)
VALUES = some_words(np.random.default_rng(2), 4 * len(SLOTS)).reshape(-1, 4)


def test_edited_copies_of_one_text_are_one_story() -> None:
    def edited(draw: Draw) -> Hashes:
        words = TEXT.copy()
        words[draw.choice(WORDS, 6, replace=False)] = some_words(draw, 6)
        return words

    assert largest(edited) > 0.95 * COPIES


def test_reports_from_one_template_are_separate() -> None:
    def report(draw: Draw) -> Hashes:
        words = TEXT.copy()
        words[SLOTS] = some_words(draw, len(SLOTS))
        return words

    assert largest(report) < 5


def test_reports_whose_values_are_often_the_same_are_separate() -> None:
    def report(draw: Draw) -> Hashes:
        words = TEXT.copy()
        words[SLOTS] = VALUES[np.arange(len(SLOTS)), draw.choice(4, len(SLOTS), p=[0.6, 0.2, 0.15, 0.05])]
        words[SLOTS[::3]] = some_words(draw, len(SLOTS[::3]))
        return words

    assert largest(report) < 5
