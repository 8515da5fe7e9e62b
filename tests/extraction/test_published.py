"""Which of several stamps is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from schemas.records import PublishedFrom
from tests.support.pages import ENTRY, article_of, document, page_of
from transforms.extraction.article import extract_article
from transforms.extraction.published import choose_modified, choose_published
from transforms.extraction.timestamps import Candidate, parse_stamp

FETCHED = datetime(2024, 5, 10, 12, 0, tzinfo=timezone.utc)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def candidate(text: str, origin: PublishedFrom = "meta", zone: str | None = None) -> Candidate:
    stamp = parse_stamp(text, zone)
    assert stamp is not None
    return Candidate(origin, origin, stamp)


def test_the_first_full_stamp_wins_over_one_that_differs_by_whole_hours() -> None:
    chosen = choose_published(
        [candidate("2024-05-03T12:00:00+02:00", "json-ld"), candidate("2024-05-03T12:00:00Z", "meta")], FETCHED
    )
    assert chosen is not None
    assert (chosen.origin, chosen.stamp.instant) == ("json-ld", utc("2024-05-03T10:00:00"))


@pytest.mark.parametrize("first", ["2024-05-03", "2024-05-03T00:00:00Z", "2024-05-03 09:00"])
def test_a_coarse_stamp_yields_to_a_full_one_of_the_same_day(first: str) -> None:
    chosen = choose_published([candidate(first, "json-ld"), candidate("2024-05-03T14:47:00+02:00")], FETCHED)
    assert chosen is not None
    assert chosen.stamp.instant == utc("2024-05-03T12:47:00")


def test_a_day_stands_against_a_full_stamp_of_another_week() -> None:
    chosen = choose_published([candidate("2024-05-01", "json-ld"), candidate("2024-05-09T10:00:00Z", "feed")], FETCHED)
    assert chosen is not None
    assert chosen.origin == "json-ld"


def test_a_day_in_the_address_never_outranks_a_full_stamp() -> None:
    stamps = [candidate("2024-05-03T23:30:00Z", "feed"), candidate("2024-05-04", "url")]
    chosen = choose_published(stamps, FETCHED)
    assert chosen is not None
    assert chosen.origin == "feed"


@pytest.mark.parametrize(("text", "survives"), [("2024-05-11T11:59:00Z", True), ("2024-05-11T12:01:00Z", False)])
def test_nothing_from_the_future_survives(text: str, survives: bool) -> None:
    chosen = choose_published([candidate(text, "json-ld"), candidate("2024-05-02", "url")], FETCHED)
    assert chosen is not None
    assert (chosen.origin == "json-ld") is survives


def test_without_candidates_nothing_is_chosen() -> None:
    assert choose_published([], FETCHED) is None
    assert choose_modified([], None, FETCHED) is None


@pytest.mark.parametrize(
    ("modified", "kept"),
    [("2024-05-03T10:00:00Z", True), ("2024-05-03T12:00:00Z", True), ("2024-05-03T09:59:00Z", False)],
)
def test_a_modification_before_publication_is_dropped(modified: str, kept: bool) -> None:
    published = candidate("2024-05-03T10:00:00Z")
    chosen = choose_modified([candidate(modified)], published, FETCHED)
    assert (chosen is not None) is kept


def test_the_feeds_stamp_serves_a_page_that_prints_none() -> None:
    article = article_of(document(), replace(ENTRY, published_raw="Fri, 03 May 2024 10:00:00 -0400"))
    assert (article.published_at, article.published_from) == (datetime(2024, 5, 3, 14, 0, tzinfo=timezone.utc), "feed")


def test_a_day_in_the_address_is_better_than_none() -> None:
    page = replace(page_of(document()), url="https://news.example/2024/05/03/bridge")
    article = extract_article(page, "run-1").article
    assert (article.published_from, article.published_precision) == ("url", "day")
