"""How much of an article a page gives, and text whose letters are scrambled."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas import Reason, Rejected
from tests.support.pages import PARAGRAPHS, SENTENCES, article_of, document, linked
from transforms.extraction.scrambled import is_scrambled, without_scrambled

TEASER = f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p>"
OFFER = "<div class='c-paywall'><p>Subscribe now to keep reading.</p><p>Already a subscriber? Log in.</p></div>"


def stated(**values: Any) -> str:
    return linked(json.dumps({"@type": "NewsArticle", "headline": "Harbour bridge to close", **values}))


def paid(selector: str, **values: Any) -> str:
    part = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": selector}
    return stated(isAccessibleForFree=False, hasPart=part, **values)


def shifted(text: str, by: int) -> str:
    return "".join(chr((ord(c) - 97 + by) % 26 + 97) if "a" <= c <= "z" else c for c in text.lower())


@pytest.mark.parametrize(
    ("head", "body", "access"),
    [
        ("", PARAGRAPHS, None),
        ("", PARAGRAPHS + OFFER, None),
        (stated(), PARAGRAPHS, None),
        (stated(isAccessibleForFree=True), PARAGRAPHS, "free"),
        (stated(isAccessibleForFree="https://schema.org/True"), PARAGRAPHS, "free"),
        ("<meta itemprop='isAccessibleForFree' content='true'>", PARAGRAPHS, "free"),
        ("<meta property='article:content_tier' content='free'>", PARAGRAPHS, "free"),
        ("<meta property='article:content_tier' content='metered'>", PARAGRAPHS, "metered"),
        ("<meta property='article:content_tier' content='locked'>", PARAGRAPHS, "metered"),
        (stated(isAccessibleForFree="False"), PARAGRAPHS, "metered"),
        (paid(".rest"), f"{TEASER}<div class='rest'>{PARAGRAPHS}</div>", "metered"),
        (paid(".rest"), TEASER, "stub"),
        (paid("main > #rest"), f"{TEASER}<div id='rest'></div>", "stub"),
        (paid(".rest, .other"), TEASER, "stub"),
        (paid("a[b", wordCount=40), TEASER, "metered"),
        (stated(isAccessibleForFree=False, wordCount=900), TEASER, "stub"),
        (stated(isAccessibleForFree=False, wordCount="101"), PARAGRAPHS, "metered"),
        (stated(isAccessibleForFree=False), TEASER + OFFER, "stub"),
        ("<meta property='article:content_tier' content='locked'>", f"{TEASER}<p>{SENTENCES[2][:-1]}…</p>", "stub"),
        ("", f"{TEASER}<p>{SENTENCES[2][:-1]}...</p>{OFFER}", "stub"),
        ("", f"{TEASER}<p>{SENTENCES[2][:-1]}...</p>", None),
    ],
)
def test_a_page_says_or_shows_how_much_of_the_article_it_gives(head: str, body: str, access: str | None) -> None:
    assert article_of(document(body, head)).access == access


@pytest.mark.parametrize("by", [1, 2, 3, 13, 25])
def test_scrambled_text_is_cut_off_and_the_rest_is_a_stub(by: int) -> None:
    rest = "".join(f"<p>{shifted(' '.join(SENTENCES), by)}</p>" for _ in range(3))
    article = article_of(document(TEASER + f"<p>{SENTENCES[2]} {SENTENCES[3]}</p>" + rest))
    assert article.access == "stub"
    assert set(article.body.split("\n")) <= {SENTENCES[0], SENTENCES[1], f"{SENTENCES[2]} {SENTENCES[3]}"}
    assert article.body


def test_a_page_of_scrambled_text_alone_is_a_reject() -> None:
    with pytest.raises(Rejected) as caught:
        article_of(document(f"<p>{shifted(' '.join(SENTENCES), 1)}</p>" * 3))
    assert caught.value.reason is Reason.SCRAMBLED_TEXT


NATURAL = (
    "Most przez zatokę zostanie w poniedziałek zamknięty dla ciężarówek, poinformował zarząd portu po nocnej kontroli.",
    "Die Brücke über den Hafen wird am Montag für Lastwagen gesperrt, teilte die Hafenbehörde nach einer Nacht der.",
    "Liikenne sillalla katkeaa maanantaina raskaalta kalustolta, kertoo satamaviranomainen sukeltajien yöllisten.",
    "Cây cầu qua cảng sẽ đóng cửa đối với xe tải vào thứ hai, ban quản lý cảng cho biết sau một đêm thợ lặn kiểm tra.",
    "Limandaki köprü pazartesi günü kamyonlara kapatılacak, liman idaresi dalgıçların bir gece süren incelemelerinin.",
    "Bydd y bont dros yr harbwr yn cau i lorïau ddydd Llun, meddai awdurdod y porthladd ar ôl noson o archwiliadau gan.",
    "Daraja la bandari litafungwa kwa malori siku ya Jumatatu, mamlaka ya bandari imesema baada ya usiku wa ukaguzi.",
    "Sadamasild suletakse esmaspäeval veoautodele, teatas sadamaamet pärast seda, kui tuukrid olid terve öö silla.",
    "Мост через гавань закроют для грузовиков в понедельник, сообщили в порту после ночного осмотра опор водолазами.",
)


@pytest.mark.parametrize("line", NATURAL)
def test_no_language_looks_scrambled(line: str) -> None:
    assert not is_scrambled(line * 2)


def test_one_strange_line_cuts_nothing_off() -> None:
    body = "\n".join((SENTENCES[0], "zqxj wkvb " * 20, *SENTENCES * 3))
    assert without_scrambled(body) == body
