"""Which of several stamps is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from itertools import product

import pytest

from schemas.records import PublishedFrom
from tests.support.pages import ENTRY, article_of, document, linked, page_of
from transforms.extraction.article import Evidence, extract_article
from transforms.extraction.locales import Locale
from transforms.extraction.published import choose_modified, choose_published, with_local_clock
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


def test_the_day_in_the_address_is_better_than_a_line_without_a_label() -> None:
    page = replace(
        page_of(document(above="<h1>Harbour bridge</h1><p>5 May 2024</p>")), url="https://news.example/2024/05/03/a"
    )
    assert extract_article(page, "run-1").article.published_raw == "2024-05-03"


def test_an_address_that_is_a_month_older_tells_the_first_publication() -> None:
    html = document(head=linked('{"@type": "NewsArticle", "datePublished": "2024-05-03T10:00:00Z"}'))
    assert (
        extract_article(replace(page_of(html), url="https://news.example/2019/5/3/bridge/"), "r").article.published_from
        == "url"
    )
    assert (
        extract_article(replace(page_of(html), url="https://news.example/2024/5/1/bridge/"), "r").article.published_from
        == "json-ld"
    )


@pytest.mark.parametrize(
    ("chosen", "others", "locale", "local", "zone_from"),
    [
        # The offset is printed
        ("2024-05-03T22:30:00-05:00", [], Locale("Europe/Paris", "country"), "2024-05-03T22:30", "stamp"),
        ("2024-05-04T03:30:00Z", [], Locale(), "2024-05-04T03:30", "stamp"),
        # Another stamp of the same instant
        ("2024-05-04T03:30:00Z", [("2024-05-03T22:30:00-05:00", "markup")], Locale(), "2024-05-03T22:30", "page"),
        ("2024-05-04T03:30:00Z", [("2024-05-03T22:31:00-05:00", "markup")], Locale(), "2024-05-04T03:30", "stamp"),
        # A stamp of the same minutes at another hour
        ("2024-05-04T03:30:00Z", [("3 May 2024 22:30", "page-text")], Locale(), "2024-05-03T22:30", "page"),
        ("2024-05-04T03:30:12Z", [("2024-05-03 22:30:14", "meta")], Locale(), "2024-05-04T03:30", "stamp"),
        # The clock of the country
        ("2024-05-03T22:30:00Z", [], Locale("Europe/Paris", "country"), "2024-05-04T00:30", "country"),
        ("2024-05-03T22:30:00Z", [], Locale("Europe/Paris", "source"), "2024-05-04T00:30", "source"),
        ("2024-05-03T00:00:00Z", [], Locale("America/Lima", "country"), "2024-05-03T00:00", "stamp"),
        # UTC is said, and the local clock printed
        (
            "2024-05-03T20:00:00Z",
            [("2024.05.03 20:00", "page-text")],
            Locale("Asia/Tokyo", "country"),
            "2024-05-03T20:00",
            "country",
        ),
        (
            "2024-05-03T20:00:00Z",
            [("May 3, 2024 20:00", "page-text")],
            Locale("Asia/Tokyo", "country"),
            "2024-05-04T05:00",
            "country",
        ),
        # The day in the address
        ("2024-05-04T03:30:00Z", [("2024-05-03", "url")], Locale(), "2024-05-03T23:30", "url"),
        ("2024-05-02T22:30:00Z", [("2024-05-03", "url")], Locale(), "2024-05-03T00:30", "url"),
        ("2024-05-04T11:30:00Z", [("2024-05-03", "url")], Locale(), "2024-05-04T11:30", "stamp"),
        ("2024-05-06T11:30:00Z", [("2024-05-03", "url")], Locale(), "2024-05-06T11:30", "stamp"),
    ],
)
def test_utc_is_moved_to_the_clock_of_the_place(
    chosen: str, others: list[tuple[str, PublishedFrom]], locale: Locale, local: str, zone_from: str
) -> None:
    first = candidate(chosen, zone=locale.zone)
    moved, origin = with_local_clock(
        first, [first, *(candidate(text, place, locale.zone) for text, place in others)], locale
    )
    assert (moved.stamp.local.isoformat()[:16], origin) == (local, zone_from)


@pytest.mark.parametrize(
    ("url", "language", "instant", "offset", "zone_from"),
    [
        ("https://news.example.jp/a", "ja", "2024-05-03T01:05:00", 540, "country"),
        ("https://news.example.com/a", "ja", "2024-05-03T01:05:00", 540, "country"),
        ("https://news.example.com/a", "en", "2024-05-03T10:05:00", None, None),
    ],
)
def test_a_stamp_without_an_offset_takes_the_clock_of_the_country(
    url: str, language: str, instant: str, offset: int | None, zone_from: str | None
) -> None:
    html = document(above="<h1>Harbour bridge to close</h1><p>2024-05-03 10:05</p>", attributes=f"lang='{language}'")
    article = extract_article(replace(page_of(html), url=url), "run-1").article
    assert (article.published_at, article.published_offset_minutes, article.published_zone_from) == (
        utc(instant),
        offset,
        zone_from,
    )


STATED = (
    "2024-05-03T10:05:00+02:00",
    "2024-05-03T08:05:00Z",
    "2024-05-03T00:00:00+02:00",
    "2024-06-09T10:05:00+02:00",
    "",
)
CHANGED = ("2024-05-04T11:00:00+02:00", "2024-05-04", "2024-06-09T11:00:00+02:00", "")
PRINTED = (
    "Published 3 May 2024 at 10:05 BST, updated 5 May 2024 at 12:00",
    "3 May 2024, 10:05",
    "1 March 2024 at 09:05",
)
PLACES = ("https://news.example/harbour-bridge", "https://news.example/2024/03/01/harbour-bridge")


@pytest.mark.parametrize("stated", STATED)
def test_a_printed_stamp_that_is_not_read_would_change_nothing(stated: str) -> None:
    """With ``look``, the extraction reads all of them."""
    read = 0
    for changed, printed, url in product(CHANGED, PRINTED, PLACES):
        head = f"<meta property='article:published_time' content='{stated}'><meta property='article:modified_time' content='{changed}'>"
        html = document(head=head, above=f"<h1>Harbour bridge to close</h1><p class='date'>{printed}</p>")
        page = replace(page_of(html), url=url)
        evidence: list[Evidence] = []
        assert extract_article(page, "run-1") == extract_article(page, "run-1", look=evidence.append)
        read += bool(evidence[0].printed.published)
    assert read == len(CHANGED) * len(PRINTED) * len(PLACES)
