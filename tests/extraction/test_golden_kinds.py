"""Floors for kinds of articles that extraction easily loses: pages of our own, each in the markup of several content systems.

The score of a page is the F1 of its four-word sequences, and so is a floor. Nobody lowers a floor silently: it is what was measured when
the page was written, rounded down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape

import pytest

from tests.support.columns import STORY, TEASERS, page, paragraphs
from tests.support.pages import article_of

LANGUAGES = ("en", "de", "el", "ar", "hi")


FLOORS = {
    "live articles": 1.0,
    "live list": 1.0,
    "live divs": 0.81,
    **dict.fromkeys((f"brief {kind}" for kind in ("a paragraph", "no class", "a flash", "text in a div")), 1.0),
    **dict.fromkeys((f"quote {kind}" for kind in ("blockquote", "aside", "div", "figure")), 1.0),
    **dict.fromkeys((f"bio {kind}" for kind in ("box", "last line", "footer", "after a rule")), 1.0),
    **dict.fromkeys((f"split {kind}" for kind in ("text blocks", "sections", "components", "rows")), 1.0),
}


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = text.split()
    return Counter(tuple(words[place : place + 4]) for place in range(max(1, len(words) - 3)))


def f1(wanted: str, found: str) -> float:
    """The share of four-word sequences that both texts have."""
    expected, got = shingles(wanted), shingles(found)
    return 2 * sum((expected & got).values()) / (sum(expected.values()) + sum(got.values()))


def score(html: str, wanted: list[str]) -> float:
    return f1("\n".join(wanted), article_of(html).body)


def mean(scores: Iterator[float]) -> float:
    values = list(scores)
    return sum(values) / len(values)


LIVE = {
    "articles": (
        '<div class="live-blog">{}</div>',
        '<article class="live-post"><time datetime="2024-05-09T1{n}:05:00Z">1{n}:05</time><h2>{head}</h2><p>{text}</p></article>',
    ),
    "list": (
        '<ol class="lb-timeline" itemtype="https://schema.org/LiveBlogPosting">{}</ol>',
        '<li class="lb-post"><span class="lb-time">1{n}:05</span><h3>{head}</h3><div class="lb-body"><p>{text}</p></div></li>',
    ),
    "divs": (
        '<section id="ticker">{}</section>',
        '<div class="entry" id="e{n}"><div class="entry__time">1{n}.05</div><div class="entry__title">{head}</div><p>{text}</p>'
        '<div class="entry__share"><a href="#">Share</a></div></div>',
    ),
}
HEADS = (
    "The harbour office speaks",
    "Three boats on offer",
    "What islanders say",
    "When it ends",
    "The winter of 1987",
)


@pytest.mark.parametrize("kind", LIVE)
def test_live_blogs(kind: str) -> None:
    holder, post = LIVE[kind]

    def scores() -> Iterator[float]:
        for language in LANGUAGES:
            posts = list(zip(range(5), HEADS, STORY[language], strict=True))
            html = holder.format("".join(post.format(n=n, head=head, text=escape(text)) for n, head, text in posts))
            yield score(page(html, language=language), [line for _, head, text in posts for line in (head, text)])

    assert mean(scores()) >= FLOORS[f"live {kind}"]


BRIEFS = {
    "a paragraph": '<div class="article-body"><p>{}</p></div>',
    "no class": "<p>{}</p>",
    "a flash": '<div class="flash"><span class="flash-label">Flash</span><p>{}</p></div>',
    "text in a div": '<div itemprop="articleBody">{}</div>',
}


@pytest.mark.parametrize("kind", BRIEFS)
def test_very_short_briefs(kind: str) -> None:
    scores = (
        score(page(BRIEFS[kind].format(escape(STORY[language][0])), language=language), [STORY[language][0]])
        for language in LANGUAGES
    )
    assert mean(scores) >= FLOORS[f"brief {kind}"]


QUOTES = {
    "blockquote": '<blockquote class="pullquote"><p>{}</p></blockquote>',
    "aside": '<aside class="pull-quote">{}</aside>',
    "div": '<div class="quote-box"><span class="quote-mark">“</span>{}<cite>Ida Holm</cite></div>',
    "figure": '<figure class="wp-block-pullquote"><blockquote><p>{}</p><cite>Ida Holm</cite></blockquote></figure>',
}


@pytest.mark.parametrize("kind", QUOTES)
def test_pull_quotes_are_not_read_twice(kind: str) -> None:
    def scores() -> Iterator[float]:
        for language in LANGUAGES:
            first, second, third, *rest = STORY[language]
            quote = QUOTES[kind].format(escape(" ".join(third.split()[:9])))
            column = f'<div class="article-body">{paragraphs((first, second))}{quote}{paragraphs((third, *rest))}</div>'
            yield score(page(column, language=language), list(STORY[language]))

    assert mean(scores()) >= FLOORS[f"quote {kind}"]


BIOGRAPHIES = {
    "box": '<div class="author-bio"><img src="/ana.jpg"><h4>Ana Ruiz</h4><p>{}</p></div>',
    "last line": '<p class="bio"><em>{}</em></p>',
    "footer": '<footer class="entry-footer"><div class="about-author"><p>{}</p></div></footer>',
    "after a rule": "<hr><p><em>{}</em></p>",
}
BIO = {
    "en": "Ana Ruiz covers the coast for Example News. She has reported from the islands since 2009 and lives in the harbour town.",
    "de": "Ana Ruiz berichtet für Example News von der Küste. Sie schreibt seit 2009 über die Inseln und lebt in der Hafenstadt.",
}


@pytest.mark.parametrize("kind", BIOGRAPHIES)
def test_biographies_of_authors_at_the_end(kind: str) -> None:
    def scores() -> Iterator[float]:
        for language, bio in BIO.items():
            column = f'<div class="article-body">{paragraphs(STORY[language])}{BIOGRAPHIES[kind].format(bio)}</div>'
            yield score(page(column, language=language), list(STORY[language]))

    assert mean(scores()) >= FLOORS[f"bio {kind}"]


SPLITS = {
    "text blocks": '<div class="text-block"><p>{}</p></div><div class="ad-slot">Advertisement</div>',
    "sections": '<section class="c-section"><div class="c-section__inner"><p>{}</p></div></section>',
    "components": '<div data-component="text"><div class="sc-1a"><p>{}</p></div></div><div data-component="ad"></div>',
    "rows": '<div class="row"><div class="col-8"><p>{}</p></div><div class="col-4"><a href="/x">Harbour fees rise again</a></div></div>',
}


@pytest.mark.parametrize("kind", SPLITS)
def test_text_that_is_split_over_containers(kind: str) -> None:
    scores = (
        score(
            page("".join(SPLITS[kind].format(escape(line)) for line in STORY[language]), TEASERS, language),
            list(STORY[language]),
        )
        for language in LANGUAGES
    )
    assert mean(scores) >= FLOORS[f"split {kind}"]
