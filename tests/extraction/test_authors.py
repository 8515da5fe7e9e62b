"""The people of an article, and which of the places that name them is believed."""

from __future__ import annotations

import pytest

from schemas.agencies import Agency
from tests.support.pages import tree_of
from transforms.extraction.authors import People, name_people
from transforms.extraction.metadata import read_facts


def people(head: str = "", printed: tuple[str, ...] = (), fed: str | None = None) -> People:
    facts = read_facts(tree_of(f"<html><head>{head}</head><body><p>x</p></body></html>"), "https://news.example/one")
    return name_people(facts, printed, fed, ("The Example",))


def linked(*names: str) -> str:
    authors = ", ".join(f'{{"@type": "Person", "name": "{name}"}}' for name in names)
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": [{authors}]}}</script>'


def meta(name: str, content: str) -> str:
    return f"<meta name='{name}' content='{content}'>"


def test_an_own_agency_is_nobody() -> None:
    facts = read_facts(tree_of("<html><body><p>x</p></body></html>"), "https://news.example/one")
    own = (Agency(code="MPA", names=("Meridian Press",)),)
    assert name_people(facts, ("By Meridian Press",), None, ()).authors == ("Meridian Press",)
    assert name_people(facts, ("By Meridian Press",), None, (), own) == People(
        byline="By Meridian Press",
        authors=(),
        credits=("Meridian Press",),
        origins={"byline": "markup byline", "credits": "markup byline"},
    )


@pytest.mark.parametrize(
    ("head", "printed", "fed", "authors", "place"),
    [
        (linked("Ana Ruiz") + meta("author", "Max Moe"), ("By Bo Poe",), "Jo Roe", ("Ana Ruiz",), "json-ld author"),
        (meta("author", "Max Moe"), ("By Bo Poe",), "Jo Roe", ("Max Moe",), "meta author"),
        ("", ("By Bo Poe",), "Jo Roe", ("Bo Poe",), "markup byline"),
        ("", (), "Jo Roe", ("Jo Roe",), "feed"),
        (
            meta("twitter:label1", "Written by") + meta("twitter:data1", "Ana Ruiz"),
            (),
            None,
            ("Ana Ruiz",),
            "meta twitter:data1",
        ),
        (
            linked("The Example") + meta("author", "https://news.example/ana"),
            ("By Bo Poe",),
            None,
            ("Bo Poe",),
            "markup byline",
        ),
    ],
)
def test_the_first_place_that_names_a_person_counts(
    head: str, printed: tuple[str, ...], fed: str | None, authors: tuple[str, ...], place: str
) -> None:
    found = people(head, printed, fed)
    assert (found.authors, found.origins["authors"]) == (authors, place)


@pytest.mark.parametrize(
    "head",
    [
        linked("anaruiz"),
        linked("Ana"),
        meta("author", "ana.r1"),
        meta("author", "Nova Verde") + meta("copyright", "Copyright (c) Nova Verde 2024"),
    ],
)
def test_a_log_in_a_first_name_and_the_copyrights_holder_give_way_to_a_byline(head: str) -> None:
    assert people(head, ("By Ana Ruiz",)).authors == ("Ana Ruiz",)


def test_the_copyrights_holder_counts_where_nobody_else_is_named() -> None:
    assert people(meta("author", "Ana Ruiz") + meta("copyright", "Ana Ruiz"), ("By Ana Ruiz",)).authors == ("Ana Ruiz",)


def test_a_printed_byline_that_names_more_is_fuller() -> None:
    assert people(linked("Ana Ruiz"), ("By Ana Ruiz and Max Moe",)).authors == ("Ana Ruiz", "Max Moe")


@pytest.mark.parametrize(
    "printed",
    [
        ("By Ana Ruiz", "Ana Ruiz, Max Moe"),
        ("Ana Ruiz, Max Moe, Bo Poe, Jo Roe, Al Coe, Ed Loe",),
        ("By Max Moe and Bo Poe",),
    ],
)
def test_a_list_of_other_articles_authors_is_not_fuller(printed: tuple[str, ...]) -> None:
    assert people(linked("Ana Ruiz"), printed).authors == ("Ana Ruiz",)


@pytest.mark.parametrize(
    ("head", "printed", "byline", "place"),
    [
        (linked("Ana Ruiz"), ("Ana Ruiz 3 May 2024", "By Ana Ruiz"), "By Ana Ruiz", "markup byline"),
        (linked("Ana Ruiz"), ("By Ana Ruiz · 3 May 2024",), "By Ana Ruiz", "markup byline"),
        (linked("Ana Ruiz", "Max Moe"), (), "Ana Ruiz, Max Moe", "json-ld author"),
        (meta("author", "Ana Ruiz &amp;amp; Max Moe"), (), "Ana Ruiz & Max Moe", "meta author"),
        ("", ("By staff and agencies",), "By staff and agencies", "markup byline"),
        (linked("Reuters"), (), "Reuters", "json-ld author"),
    ],
)
def test_the_byline_is_as_printed_and_names_the_authors(
    head: str, printed: tuple[str, ...], byline: str, place: str
) -> None:
    found = people(head, printed)
    assert (found.byline, found.origins["byline"]) == (byline, place)


def test_nobody_is_made_up() -> None:
    assert people() == People(byline=None, authors=())


def test_the_headline_is_nobodys_name() -> None:
    page = "<html><body><h1>Ana Ruiz</h1><p>x</p></body></html>"
    facts = read_facts(tree_of(page), "https://news.example/one")
    assert name_people(facts, ("By Max Moe | Ana Ruiz",), None, ()).authors == ("Max Moe",)


@pytest.mark.parametrize(
    ("publisher", "authors"),
    [
        ('{"@type": "Person", "name": "Ana Ruiz"}', ("Ana Ruiz",)),
        ('{"@type": "Organization", "name": "Harbour Blogs"}', ("Ana Ruiz",)),
        ('{"@type": "Organization", "name": "Ana Ruiz"}', ()),
    ],
)
def test_a_person_whose_site_bears_their_name_is_kept(publisher: str, authors: tuple[str, ...]) -> None:
    block = f'{{"@type": "NewsArticle", "author": {{"@type": "Person", "name": "Ana Ruiz"}}, "publisher": {publisher}}}'
    page = f'<html><head><script type="application/ld+json">{block}</script></head><body><p>x</p></body></html>'
    facts = read_facts(tree_of(page), "https://anaruiz.example/one")
    found = name_people(facts, (), None, ("Ana Ruiz", "anaruiz"))
    assert (found.authors, found.credits) == (authors, () if authors else ("Ana Ruiz",))


def test_an_outlets_name_gives_way_to_the_agency_that_is_printed() -> None:
    found = people(linked("The Example"), ("Von dpa",))
    assert (found.authors, found.credits, found.byline) == ((), ("dpa",), "Von dpa")


def test_credits_stand_beside_the_people() -> None:
    found = people(linked("Ana Ruiz"), ("By Ana Ruiz, Associated Press",))
    assert (found.authors, found.credits) == (("Ana Ruiz",), ("Associated Press",))
    assert found.origins["credits"] == "json-ld author"


def test_the_rest_of_the_page_is_read_only_if_nobody_is_named() -> None:
    facts = read_facts(tree_of("<html><body><p>x</p></body></html>"), "https://news.example/one")
    elsewhere = ["Ana Ruiz"].copy
    assert name_people(facts, (), None, (), (), elsewhere).authors == ("Ana Ruiz",)
    assert name_people(facts, ("By Bo Poe",), None, (), (), elsewhere).authors == ("Bo Poe",)
    assert name_people(facts, ("AFP",), None, (), (), elsewhere).authors == ()
