"""Lines of a body that are no article text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pages import PARAGRAPHS, SENTENCES, article_of, document
from transforms.extraction.boilerplate import clean_body


def test_lines_about_other_stories_and_of_promotion_are_dropped() -> None:
    extra = """<p><strong><a href="/1">READ MORE: Why the old bridge was never repaired</a></strong></p>
        <p><strong><a href="/2">MAYOR TELLS COUNCIL THAT HE IS WORKING ON A NEW BRIDGE</a></strong></p>
        <p><strong><a href="/3">CLICK HERE TO GET THE EXAMPLE APP</a></strong></p>
        <p>Cracks were found in two of the nine piers, and a third is being watched</p>"""
    assert article_of(document(PARAGRAPHS + extra + f"<p>{SENTENCES[0].upper()}</p>")).body.split("\n") == list(
        SENTENCES
    )


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("THE SECOND SURVEY", True),
        ("She asked readers to subscribe to the idea that a bridge is a promise.", True),
        ("Read more books, the minister told the pupils of the school.", True),
        ("Advertisement", False),
        ("See also: Bridges of the north", False),
        ("Photo: Ana Ruiz / Example Wire", False),
        ("Copyright 2024 The Example", False),
        ("Sign up for our daily newsletter and get the news in your inbox", False),
    ],
)
def test_only_notices_are_dropped_from_a_body(line: str, kept: bool) -> None:
    text = "\n".join((*SENTENCES[:2], line, *SENTENCES[2:]))
    assert (line in clean_body(text).split("\n")) is kept


def test_a_body_of_notices_stays_as_it_is() -> None:
    text = "See also: one thing\nRead more: another thing\nThe end."
    assert clean_body(text) == text


@given(st.lists(st.sampled_from([*SENTENCES, "READ MORE: x", "Advertisement", "A short line", ""]), max_size=12))
@settings(max_examples=100)
def test_cleaning_twice_is_cleaning_once_and_invents_nothing(lines: list[str]) -> None:
    once = clean_body("\n".join(lines))
    assert set(once.split("\n")) <= {*lines, ""}
    assert 2 * len(once) >= len("\n".join(line for line in lines if line)) - len(lines)
