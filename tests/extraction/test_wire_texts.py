"""Whose copy articles in many languages are: all of ``wire_texts``."""

from __future__ import annotations

import pytest

from schemas import Source
from tests.extraction.wire_texts import TEXTS, Text, body_of
from transforms.extraction.agency import find_agency

OUTLET = Source(id="daily-example", kind="outlet", feeds=(), name="The Daily Example")


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: f"{text.language} {text.start or text.byline or text.end}")
def test_whose_copy_it_is(text: Text) -> None:
    found = find_agency(source=OUTLET, byline=text.byline or None, body=body_of(text))
    assert (found.agency or "", found.dateline or "") == (text.agency, text.place)


def test_many_languages_and_agencies_are_tested() -> None:
    assert len({text.language for text in TEXTS}) >= 25
    assert len({text.agency for text in TEXTS}) >= 60
    assert len(TEXTS) >= 250
