"""Lines of a body that are no article text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pages import PARAGRAPHS, SENTENCES, article_of, document
from transforms.extraction.boilerplate import clean_body, without_biography


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


NAMED = ("Ana Ruiz", "Max Moe", "")


@pytest.mark.parametrize(
    ("ending", "is_dropped"),
    [
        ("Ana Ruiz covers the coast for Example News.", True),
        ("* Max Moe is a reporter. Follow him.", True),
        ("Ana Ruiz covers the coast.\nMax Moe contributed to this article.", True),
        ("ANA RUIZ covers the coast for Example News.", True),
        ("Ana said that the ferry would run again.", False),
        ("Anna Ruizer said that the ferry would run again.", False),
        ("The ferry was named after Ana Ruiz.", False),
        ("Ana Ruiz " + "said that the ferry would run again. " * 30, False),
        ("", False),
    ],
)
def test_the_biography_of_an_author_at_the_end(ending: str, is_dropped: bool) -> None:
    text = (
        "The ferry stops on Monday, the harbour office said, and nobody knows for how long it will be in the yard.\n"
        * 3
    )
    body = (text + ending).strip()
    assert without_biography(body, NAMED) == (text.strip() if is_dropped else body)


def test_a_text_that_is_mostly_about_its_author_stays() -> None:
    body = "He was ninety.\nAna Ruiz was born on the islands and wrote about them for all of her long life."
    assert without_biography(body, NAMED) == body
    assert without_biography("Ana Ruiz was born on the islands.", NAMED) == "Ana Ruiz was born on the islands."
    assert without_biography(body, ()) == body


@pytest.mark.parametrize("clock", ["10:05", "9.30 Uhr", "11:05 a.m.", "14h30", "10:05 GMT", "(23:59)", "10:05:30"])
def test_a_line_that_is_only_a_clock_is_no_text(clock: str) -> None:
    lines = ["The ferry stops on Monday, the harbour office said today."] * 2 + ["It ended 2:1 for the islands."]
    assert clean_body("\n".join([*lines[1:], clock, lines[0]])).split("\n")[:2] == lines[1:]
    assert clock not in clean_body("\n".join([*lines[1:], clock, "And more of it was told in the evening."]))


@pytest.mark.parametrize("line", ["2:1", "It ended 10:05 for them", "10:75", "31:12", "1984"])
def test_other_numbers_are_text(line: str) -> None:
    before = "The ferry stops on Monday, the harbour office said today.\n" + "It will lie in the yard for the winter.\n"
    assert line in clean_body(f"{before}{line}\nAnd more of it was told in the evening.").split("\n")
