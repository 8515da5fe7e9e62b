"""Organizations and desks in bylines."""

from __future__ import annotations

import pytest

from transforms.extraction.bylines import read_byline

OUTLETS = ("The Daily Example", "Example.com", "MDX")


@pytest.mark.parametrize(
    ("printed", "people", "credits"),
    [
        ("Jane Doe, Associated Press", ("Jane Doe",), ("Associated Press",)),
        ("Jane Doe of The Associated Press", ("Jane Doe",), ("The Associated Press",)),
        ("Jane Doe, AFP; Max Moe, dpa", ("Jane Doe", "Max Moe"), ("AFP", "dpa")),
        ("Von Jane Doe und Max Moe, dpa", ("Jane Doe", "Max Moe"), ("dpa",)),
        ("By Jane Doe MDX News, Nairobi", ("Jane Doe",), ("MDX News",)),
        ("By Jane Doe ZDT News, Nairobi", ("Jane Doe",), ("ZDT News",)),
        ("Jane Doe, Garden Team", ("Jane Doe",), ("Garden Team",)),
        ("Jane Doe, Special to The Daily Example", ("Jane Doe",), ("Special to The Daily Example",)),
        ("Jane Doe, Staff Writer", ("Jane Doe",), ()),
        ("Jane Doe, Nairobi", ("Jane Doe",), ()),
        ("Jane Doe, Photo: AFP", ("Jane Doe",), ()),
        ("AFP, Reuters", (), ("AFP", "Reuters")),
        ("AP and Reuters", (), ("AP", "Reuters")),
        ("dpa/lby", (), ("dpa/lby",)),
        ("AFP/The Daily Example", (), ("AFP", "The Daily Example")),
        ("The Daily Example", (), ("The Daily Example",)),
        ("By Example Staff", (), ("Example Staff",)),
        ("MDX NORTH", (), ("MDX NORTH",)),
        ("example.com", (), ("example.com",)),
        ("Staff Writer", (), ("Staff Writer",)),
        ("By Staff and news service reports", (), ("Staff and news service reports",)),
        ("Por Redacción", (), ("Redacción",)),
        ("Deutscher Ruderbund", (), ("Deutscher Ruderbund",)),
        ("Pressestelle des Bauernverbandes", (), ("Pressestelle des Bauernverbandes",)),
        ("Harbour Freight International Corporation", (), ("Harbour Freight International Corporation",)),
        ("例日新聞", (), ("例日新聞",)),
        ("뉴스팀", (), ("뉴스팀",)),
        ("स्पोर्ट्स डेस्क", (), ("स्पोर्ट्स डेस्क",)),
        ("J. R.", ("J. R.",), ()),
        ("By JR", ("JR",), ()),
        ("By AP", (), ("AP",)),
    ],
)
def test_who_is_credited(printed: str, people: tuple[str, ...], credits: tuple[str, ...]) -> None:
    assert read_byline(printed, OUTLETS) == (people, credits)


@pytest.mark.parametrize(
    "printed",
    [
        *("", "By", "Von", "null", "admin", "Unknown", "Size Small Medium Large", "Alle Artikel", "kontaktieren"),
        *("Get author RSS feed", "View author archive", "Read More", "jane@example.org", "3 May 2024", "other.example"),
        *("Leave Comments", "Newsletter", "We use cookies to improve your experience.", "function(a){return a}"),
        *("https://example.org/authors/jane-doe", "12 High Street, 4020", "Photo: AFP"),
    ],
)
def test_furniture_code_and_addresses_name_nobody(printed: str) -> None:
    assert read_byline(printed, OUTLETS) == ((), ())
