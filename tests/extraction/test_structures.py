"""What belongs to an article and what stands in its column, by structure: pages of our own."""

from __future__ import annotations

from html import escape

import pytest

from tests.support.columns import STORY, TEASERS, page, paragraphs
from tests.support.pages import article_of


def body(html: str) -> list[str]:
    return article_of(html).body.split("\n")


@pytest.mark.parametrize("language", STORY)
def test_an_article_is_found_in_every_script(language: str) -> None:
    column = f'<div class="article-body">{paragraphs(STORY[language])}</div>'
    assert body(page(column, language=language)) == list(STORY[language])


def test_text_that_is_split_over_containers_is_one_article() -> None:
    parts = "".join(
        f'<div class="text-block"><p>{escape(line)}</p></div><div class="ad-slot">Advertisement</div>'
        for line in STORY["en"]
    )
    assert body(page(parts)) == list(STORY["en"])


_OTHERS = {
    "gallery": '<h2>The harbour in pictures</h2><ul class="gallery">'
    + "".join(
        f'<li><img src="/{n}.jpg"><h3>{n}/9 Pier {n}</h3><p>Pier {n} was built by the crews of nine ships that lay in ice.</p></li>'
        for n in range(1, 6)
    )
    + "</ul>",
    "offer": '<div class="paywall"><h3>Subscribe to read on</h3><p>Get unlimited access to all our stories for one pound a week.</p></div>',
    "related": f'<section class="related"><h2>Related stories</h2>{TEASERS}</section>',
    "figure": '<figure><img src="/ferry.jpg"><figcaption>The ferry in the yard on Monday. Photo: Ana Ruiz</figcaption></figure>',
}


@pytest.mark.parametrize("kind", _OTHERS)
def test_what_stands_in_the_column_is_not_the_article(kind: str) -> None:
    column = f'<div class="article-body">{paragraphs(STORY["en"])}{_OTHERS[kind]}</div>'
    assert body(page(column)) == list(STORY["en"])


def test_readers_comments_are_not_the_article_however_many() -> None:
    comments = "".join(
        f'<li class="comment"><div class="comment-content"><p>I took that ferry {n} years ago, and the captain told us that the '
        "hull would not last another winter, which nobody wanted to hear.</p></div></li>"
        for n in range(2, 40)
    )
    after = f'<section class="comments-area"><h2>Comments</h2><ol class="comment-list">{comments}</ol></section>'
    assert body(page(f'<div class="article-body">{paragraphs(STORY["en"])}</div>', after)) == list(STORY["en"])


def test_what_a_browser_does_not_show_is_not_the_article() -> None:
    copy = f'<div style="display: none">{paragraphs(STORY["en"])}</div>'
    line = "The office has a list of the sailings <a href='/list'>on its site<span class='sr-only'>, opens new tab</span></a>."
    column = f'<div class="article-body">{paragraphs(STORY["en"])}<p>{line}</p></div>{copy}'
    assert body(page(column)) == [*STORY["en"], "The office has a list of the sailings on its site."]


def test_a_heading_that_states_the_summary_is_the_standfirst() -> None:
    summary = "The hull needs repairs until March."
    html = page(f'<h2 class="deck">{summary}</h2><div class="article-body">{paragraphs(STORY["en"])}</div>')
    html = html.replace("</title>", f'</title><meta name="description" content="{summary}">')
    article = article_of(html)
    assert article.body.split("\n") == list(STORY["en"])
    assert article.standfirst == summary


def test_lines_between_two_breaks_are_paragraphs_and_items_of_lists_are_lines() -> None:
    first, second, *rest = STORY["en"]
    items = "".join(f"<li>{escape(line)}</li>" for line in rest)
    column = f'<div class="article-body"><p>{escape(first)}<br><br>{escape(second)}</p><ul>{items}</ul></div>'
    assert body(page(column)) == list(STORY["en"])
