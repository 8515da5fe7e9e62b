"""Whether a page is the article that its entry leads to, or another kind of page: a wall, a missing page, a shell without text.

A page says that in its address, its headings and its structure. A page that states an article in its markup, or has the title that the
feed announced, is rejected only for what no article has. Phrases are in ``page_phrases``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from schemas import Page, Reason, Rejected
from transforms.extraction import page_phrases as phrases
from transforms.extraction.metadata import Facts
from transforms.extraction.text import element_text
from transforms.urls import host, is_front_page, leads_to_section, path_names, site

_LARGEST_WALL, _LARGEST_FORM = 400, 1_500
"""Elements of a bot wall, and of a page that asks for consent or a login."""
_LONGEST_WALL, _LONGEST_FORM, _LONGEST_SHELL = 2_000, 8_000, 300
"""Characters of text on such a page, and on one that shows nothing without JavaScript."""
_LONGEST_CHALLENGE = 400
"""Characters of text on a page that is a bot wall by its markup alone: pages of articles have the same scripts."""
_LEAST_SERVICE = 0.75
"""Share of a text that is such sentences."""
_LONGEST_SERVICE_TEXT = 1_500
_SHORTEST_PARAGRAPH, _LONG_PARAGRAPH = 30, 60
_LONGEST_MARKUP = 300_000
_LONGEST_HEADING = 200
_LONGEST_SENTENCE = 600

_COUNT = etree.XPath("count(descendant-or-self::*)")
_TITLE_PARTS = re.compile(r"\s+[|–—·•»:-]+\s+|\s*\|\s*|: ")
_SENTENCES = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n")
_WORD = re.compile(r"\w+")
_MOUNTS = frozenset("root app __next __nuxt app-root react-root main-app".split())
"""Ids of the element that a JavaScript framework fills."""

_ADDRESSES = (
    (
        Reason.SOFT_404,
        frozenset("404 error error404 error-404 not-found notfound page-not-found pagenotfound gone".split()),
    ),
    (
        Reason.CONSENT_WALL,
        frozenset("consent collectconsent cookiewall cookie-wall cookie-consent privacy-gate privacygate".split()),
    ),
    (
        Reason.LOGIN_WALL,
        frozenset("login log-in signin sign-in subscribe subscription register paywall anmelden connexion sso".split()),
    ),
    (Reason.MAINTENANCE, frozenset("maintenance wartung unavailable".split())),
)
"""Names at the end of the address to which a site redirects its readers, by the reason for that."""
_CONSENT_HOST = re.compile(r"(?:consent|guce|myprivacy|privacy-?gate|cmp)\.")


def require_article_page(tree: HtmlElement, facts: Facts, page: Page) -> None:
    """Raises Rejected for a page that is certainly not the article of its entry. The detail is the address or the phrase that shows it."""
    states_article = facts.article.is_article or facts.first("article:published_time", "datepublished") is not None
    may_be_article = states_article or (facts.first("og:type") or ("",))[0].lower() == "article"
    _check_address(page, states_article)
    if states_article:
        return
    titles = [facts.title, *_TITLE_PARTS.split(facts.title)[:2]] if facts.title else []
    headings = [*titles, *_headings(tree, facts)]
    if _is_announced(page.entry.title, headings):
        return
    _check_missing(headings, facts.title or "")
    elements = _COUNT(tree)
    if elements >= _LARGEST_FORM:
        return
    is_small = elements < _LARGEST_WALL
    if may_be_article and not is_small:
        return
    body = tree.find("body")
    text = (element_text(body) if body is not None else None) or ""
    if is_small and len(text) < _LONGEST_WALL:
        _check_small_page(tree, headings, text)
    if not may_be_article and len(text) < _LONGEST_FORM:
        _check_form(tree, titles, headings, text)


def reject_service_text(body: str, states_article: bool) -> None:
    """Raises Rejected for an article text that is only what a site says to its readers: subscribe, accept cookies, enable JavaScript."""
    if len(body) > _LONGEST_SERVICE_TEXT:
        return
    sentences = [sentence for part in _SENTENCES.split(body) if (sentence := part.strip())]
    kinds, whole = [], sum(map(len, sentences))
    left = whole  # characters that may be such sentences
    for sentence in sentences:
        if reason := _service(sentence):
            kinds.append((reason, sentence))
            continue
        left -= len(sentence)
        if left < _LEAST_SERVICE * whole:
            return
    if kinds and not (len(kinds) < 2 and states_article):
        raise Rejected(*kinds[0])


def missing_text(rejected: Rejected, tree: HtmlElement) -> Rejected:
    """The rejection of a page without text, with a better reason if the page asks for a login or a subscription."""
    if rejected.reason is not Reason.NO_TEXT or _COUNT(tree) >= _LARGEST_FORM:
        return rejected
    text = (element_text(tree) or "")[:_LONGEST_FORM]
    wall = next((part for part in _SENTENCES.split(text) if phrases.asks_for_login(part[:_LONGEST_SENTENCE])), None)
    return Rejected(Reason.LOGIN_WALL, wall[:100]) if wall else rejected


def _service(sentence: str) -> Reason | None:
    sentence = sentence[:_LONGEST_SENTENCE]
    if phrases.asks_for_login(sentence):
        return Reason.LOGIN_WALL
    if phrases.CONSENT_SENTENCE.search(sentence):
        return Reason.CONSENT_WALL
    if phrases.CHALLENGE_TEXT.search(sentence):
        return Reason.BOT_WALL
    return Reason.NEEDS_JAVASCRIPT if phrases.NEEDS_JAVASCRIPT.search(sentence) else None


def _check_address(page: Page, states_article: bool) -> None:
    asked, final = page.entry.url, page.url
    if asked == final or is_front_page(asked):
        return
    if is_front_page(final):
        raise Rejected(Reason.REDIRECTED_AWAY, f"redirected to the front page {final[:200]}")
    if states_article:
        return
    names = path_names(final)[-2:]
    for reason, listed in _ADDRESSES:
        if any(name in listed for name in names) and not listed.intersection(path_names(asked)):
            raise Rejected(reason, f"redirected to {final[:200]}")
    if _CONSENT_HOST.match(host(final)) and host(final) != host(asked):
        raise Rejected(Reason.CONSENT_WALL, f"redirected to {final[:200]}")
    if site(asked) == site(final) and leads_to_section(asked, final):
        raise Rejected(Reason.REDIRECTED_AWAY, f"redirected to the section {final[:200]}")


def _headings(tree: HtmlElement, facts: Facts) -> Iterator[str]:
    for level in ("h1", "h2"):
        if level == "h1" or facts.h1 is None:
            for element in islice(tree.iter(level), 3):
                if text := element_text(element, _LONGEST_HEADING):
                    yield text


def _is_announced(title: str | None, headings: list[str]) -> bool:
    """True when a heading has most words of the title in the feed."""
    words = set(_WORD.findall((title or "").casefold()))
    if not words:
        return False
    return any(len(words & set(_WORD.findall(heading.casefold()))) > len(words) / 2 for heading in headings)


def _check_missing(headings: list[str], title: str) -> None:
    says_so = _matching(phrases.NOT_FOUND, headings)
    others = (
        text for text in headings if text != title and len(text.split()) > 2 and not _fits(phrases.NOT_FOUND, text)
    )
    if says_so and not any(text in title for text in others if not _fits(phrases.NOT_FOUND, title)):
        raise Rejected(Reason.SOFT_404, says_so)


def _check_small_page(tree: HtmlElement, headings: list[str], text: str) -> None:
    if mark := phrases.CHALLENGE_TEXT.search(" ".join((*headings[:1], text))):
        raise Rejected(Reason.BOT_WALL, mark[0][:100])
    if heading := _matching(phrases.CHALLENGE, headings):
        raise Rejected(Reason.BOT_WALL, heading)
    if len(text) < _LONGEST_CHALLENGE:
        markup = etree.tostring(tree, encoding="unicode")[:_LONGEST_MARKUP]
        if mark := phrases.CHALLENGE_MARKUP.search(markup):
            raise Rejected(Reason.BOT_WALL, mark[0][:100])
    if heading := _matching(phrases.MAINTENANCE, headings):
        raise Rejected(Reason.MAINTENANCE, heading)
    if mark := phrases.SERVER_ERROR.search(text):
        raise Rejected(Reason.MAINTENANCE, mark[0][:100])
    if mark := phrases.NO_SITE.search(text):
        raise Rejected(Reason.SOFT_404, mark[0][:100])
    if len(text) < _LONGEST_SHELL:
        _check_shell(tree, text)


def _check_shell(tree: HtmlElement, text: str) -> None:
    if mark := phrases.NEEDS_JAVASCRIPT.search(text):
        raise Rejected(Reason.NEEDS_JAVASCRIPT, mark[0][:100])
    if sentence := _matching(phrases.NOT_FOUND, _SENTENCES.split(text)):
        raise Rejected(Reason.SOFT_404, sentence)
    if any(len(element_text(element) or "") > _SHORTEST_PARAGRAPH for element in tree.iter("p")):
        return
    noscript = " ".join(element.text_content() for element in islice(tree.iter("noscript"), 20))[:_LONGEST_FORM]
    if mark := phrases.NEEDS_JAVASCRIPT.search(noscript):
        raise Rejected(Reason.NEEDS_JAVASCRIPT, mark[0][:100])
    if not text and any(element.get("id") in _MOUNTS for element in tree.iter("div", "main", "app-root")):
        raise Rejected(Reason.NEEDS_JAVASCRIPT, "an empty element that a script fills")
    scripts = (element.text or "" for element in islice(tree.iter("script"), 20))
    if not text and any(phrases.LEADS_ON.search(script[:_LONGEST_MARKUP]) for script in scripts):
        raise Rejected(Reason.NEEDS_JAVASCRIPT, "a script that leads on to another address")


def _check_form(tree: HtmlElement, titles: list[str], headings: list[str], text: str) -> None:
    words = len(phrases.CONSENT_WORD.findall(text))
    if words > 1 and _other_prose(tree) < 0.3 * len(text):
        if heading := _matching(phrases.CONSENT, headings):
            raise Rejected(Reason.CONSENT_WALL, heading)
        if words > 3 and words > 0.04 * len(_WORD.findall(text)) and _has_accept(tree):
            raise Rejected(Reason.CONSENT_WALL, f"{words} words about consent in {len(text)} characters")
    if tree.xpath("boolean(//input[@type='password'])") and (heading := _matching(phrases.LOGIN, titles)):
        raise Rejected(Reason.LOGIN_WALL, heading)


def _other_prose(tree: HtmlElement) -> int:
    """Characters of paragraphs that are not about consent."""
    paragraphs = (element_text(element) or "" for element in tree.iter("p"))
    return sum(
        len(text) for text in paragraphs if len(text) > _LONG_PARAGRAPH and not phrases.CONSENT_WORD.search(text)
    )


def _has_accept(tree: HtmlElement) -> bool:
    controls = islice(tree.iter("button", "a", "input"), 200)
    labels = (element.get("value") or element_text(element, _LONGEST_HEADING) or "" for element in controls)
    return any(phrases.ACCEPT.fullmatch(label[:_LONGEST_HEADING]) for label in labels)


def _matching(pattern: re.Pattern[str], headings: list[str]) -> str | None:
    return next((heading[:100] for heading in headings if _fits(pattern, heading)), None)


def _fits(pattern: re.Pattern[str], heading: str) -> bool:
    return len(heading) <= _LONGEST_HEADING and pattern.fullmatch(heading.strip()) is not None
