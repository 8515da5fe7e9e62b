"""Entries whose addresses lead elsewhere: several stories of a feed that all end at one page, such as an offer or the page of a topic.

One of them alone may be a story with a new address. Three are not the same story when the feed gives them different titles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator

from schemas import Article
from transforms.accounting.rows import article_entry_key, page_key
from transforms.extraction.text import overlap
from transforms.lake.index import entries_at
from transforms.lake.layout import Lake
from transforms.urls import leads_elsewhere, site, url_key

_MOST_STORIES = 3
"""Stories at one address from which on those that lead elsewhere are strays."""
_ANNOUNCED = 0.5
"""Share of words that a headline has in common with a title that does not announce it."""


def strays(articles: Collection[Article], lake: Lake) -> list[Article]:
    """The articles whose entries led elsewhere, to an address where at least three different entries end, here and in the lake.

    All articles of one page must be there. An article that is announced by its page's headline is no stray, nor is one whose address is
    another form of the page's own.
    """
    groups: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        groups[page_key(article)].append(article)
    suspects = {page: found for page, group in groups.items() if (found := list(_led_elsewhere(page, group)))}
    known = entries_at(lake, set(suspects)) if suspects else {}
    return [
        article
        for page, found in suspects.items()
        if _stories(groups[page], found, known.get(page, frozenset())) >= _MOST_STORIES
        for article in found
    ]


def _stories(group: list[Article], found: list[Article], known: frozenset[str]) -> int:
    """The number of different stories that end at one address. Several entries with one title are one story."""
    titles = {(article.feed_title or article.url).casefold() for article in found}
    others = known | {article_entry_key(article) for article in group}
    return len(titles) + len(others - {article_entry_key(article) for article in found})


def _led_elsewhere(page: str, group: list[Article]) -> Iterator[Article]:
    headline, count = Counter(article.headline for article in group).most_common(1)[0]
    for article in group:
        if article.body_from == "feed" or url_key("", article.url) == page:
            continue
        if not leads_elsewhere(article.url, article.canonical_url):
            continue
        if article.feed_title is None:
            if site(article.url) == site(article.canonical_url):
                yield article
        elif count == 1 < len(group) or overlap(article.feed_title, headline or "") <= _ANNOUNCED:
            yield article  # headlines that all differ are the feed's own: the page has none
