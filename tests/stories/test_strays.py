"""Entries that all end at one address."""

from dataclasses import replace
from pathlib import Path

import pytest

from schemas import Article
from tests.support.samples import OUTLET, article
from tests.support.steps import put
from transforms.accounting.rows import duplicate_index_row
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake
from transforms.stories.strays import strays
from transforms.urls import url_key

OFFER = "http://post.example/offers/autumn"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path)


def ended_at(page: str, path: str, title: str | None, headline: str = "Read on for one euro") -> Article:
    """The article of an entry that was redirected from ``path`` to ``page``."""
    url = f"http://post.example/{path}"
    made = article(OUTLET, url, headline=headline, feed_title=title)
    return replace(made, article_id=url_key(OUTLET.id, page), canonical_url=page)


VOTE = ended_at(OFFER, "news/council-votes-on-budget-1", "Council votes on the budget")
FERRY = ended_at(OFFER, "news/ferry-is-late-again-2", "The ferry is late again")
RAIN = ended_at(OFFER, "news/rain-for-three-days-3", "Rain for three days")


def test_three_stories_at_one_address_are_strays(lake: Lake) -> None:
    other = article(OUTLET, "http://post.example/other")
    assert strays([VOTE, other, FERRY, RAIN], lake) == [VOTE, FERRY, RAIN]


def test_two_stories_at_one_address_may_be_one_with_two_titles(lake: Lake) -> None:
    assert strays([VOTE, FERRY], lake) == []


def test_entries_of_earlier_passes_count(lake: Lake) -> None:
    for seen in (VOTE, FERRY):
        put(lake, duplicate_index_row(seen))
    assert strays([RAIN], lake) == [RAIN]
    assert strays([FERRY], lake) == []  # the same entry once more


def test_the_story_that_is_there_is_none(lake: Lake) -> None:
    announced = ended_at(OFFER, "news/our-offer-of-the-autumn-4", "Now: read on for one euro")
    direct = ended_at(OFFER, "offers/autumn?utm_source=rss", "Something else")
    amp = ended_at(OFFER, "amp/offers/autumn", "Something else again")
    assert strays([announced, direct, amp, VOTE, FERRY], lake) == [VOTE, FERRY]


def test_one_story_under_several_addresses_is_none(lake: Lake) -> None:
    story = "http://post.example/news/council-votes-on-budget-1"
    tracked = [
        ended_at(story, f"click/91827364{n}", "Comment: it had to come", "Council votes on budget") for n in range(5)
    ]
    assert strays(tracked, lake) == []


def test_a_page_without_a_headline_has_that_of_each_entry(lake: Lake) -> None:
    named = [replace(each, headline=each.feed_title) for each in (VOTE, FERRY, RAIN)]
    assert strays(named, lake) == named


def test_entries_without_titles_are_told_apart_by_their_addresses(lake: Lake) -> None:
    nameless = [replace(each, feed_title=None) for each in (VOTE, FERRY, RAIN)]
    assert strays(nameless, lake) == nameless
    elsewhere = [replace(each, url=each.url.replace("post.example", "links.example")) for each in nameless]
    assert strays(elsewhere, lake) == []  # links of a service say nothing


def test_a_text_from_the_feed_is_of_its_own_entry(lake: Lake) -> None:
    own = [replace(each, body_from="feed") for each in (VOTE, FERRY, RAIN)]
    assert strays(own, lake) == []
