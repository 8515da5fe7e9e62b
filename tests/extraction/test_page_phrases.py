"""Headings and sentences of pages that are not the article. tests/pipelines/test_page_kinds.py has the pages."""

from __future__ import annotations

import pytest

from transforms.extraction import page_phrases

HEADINGS = (
    page_phrases.NOT_FOUND,
    page_phrases.MAINTENANCE,
    page_phrases.CONSENT,
    page_phrases.LOGIN,
    page_phrases.CHALLENGE,
)
SENTENCES = (
    page_phrases.CHALLENGE_TEXT.search,
    page_phrases.NEEDS_JAVASCRIPT.search,
    page_phrases.CONSENT_SENTENCE.search,
    page_phrases.asks_for_login,
)


@pytest.mark.parametrize(
    "heading",
    [
        "Page not found",
        "404 - Page Not Found",
        "Error 404 (Not Found)!!1",
        "Oops! That page can’t be found.",
        "Sorry, the page you were looking for could not be found",
        "This story is no longer available",
        "Die gewünschte Seite wurde leider nicht gefunden",
        "Cette page n’existe plus",
        "Página no encontrada",
        "Pagina niet gevonden",
        "Страница не найдена",
    ],
)
def test_a_heading_says_that_the_page_is_missing(heading: str) -> None:
    assert page_phrases.NOT_FOUND.fullmatch(heading)


@pytest.mark.parametrize(
    "headline",
    [
        "Page not found: how 404s became art",
        "404 people died in the quake",
        "Link between coffee and cancer not found, study says",
        "Story of the missing girl",
        "Post office file missing",
        "Site of the battle is under water",
        "Log in the eye of the neighbour",
        "Access denied to the harbour for a day",
    ],
)
def test_a_headline_with_such_words_is_no_such_heading(headline: str) -> None:
    assert not any(pattern.fullmatch(headline) for pattern in HEADINGS)


@pytest.mark.parametrize(
    "words", ["404 ", "404 error ", "error status 4", "not ", "the page you ", "- ", "we our cookie ", "sign in "]
)
def test_hostile_headings_take_no_longer_than_others(words: str) -> None:
    """Ends at all: what doubles with each word here would take years."""
    for pattern in HEADINGS:
        pattern.fullmatch(words * (200 // len(words)) + "x")
    for search in SENTENCES:
        search(words * (600 // len(words)) + "x")
