"""Whole pages of our own in many languages: who wrote them, who is credited, whose copy they are. Floors for the figures of a corpus."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from copydesk import extract
from tests.extraction.wire_texts import STORIES

LINKED = '<script type="application/ld+json">{}</script>'


class Expected(NamedTuple):
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    agency: str | None = None


def page(language: str, *, head: str = "", byline: str = "", above: str = "", after: str = "", start: str = "") -> str:
    story = STORIES[language]
    text = "".join(f"<p>{start if not at else ''}{story} {story}</p>" for at in range(4))
    headline = " ".join(story.split()[:6]) if " " in story else story[:14]
    teasers = (
        "<aside class='related'><p class='author'>Zoe Teaser</p><a href='/author/max-teaser'>Max Teaser</a></aside>"
    )
    footer = "<footer><p>© 2026 The Daily Example</p><a href='/contact'>Contact</a></footer>"
    return (
        f"<!DOCTYPE html><html lang='{language}'><head><meta charset='utf-8'><title>{headline} | The Daily Example</title>"
        f"<meta property='og:site_name' content='The Daily Example'>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"{above}<main><article><h1>{headline}</h1>{byline}<div class='content'>{text}{after}</div></article>{teasers}</main>"
        f"{footer}</body></html>"
    )


def block(author: str, publisher: str = '{"@type": "Organization", "name": "The Daily Example"}') -> str:
    return LINKED.format(f'{{"@type": "NewsArticle", "author": {author}, "publisher": {publisher}}}')


PAGES = {
    "en, two in JSON-LD": (
        page("en", head=block('[{"@type": "Person", "name": "Nora Finch"}, {"@type": "Person", "name": "Sam Holt"}]')),
        Expected(("Nora Finch", "Sam Holt")),
    ),
    "en, an agency in JSON-LD, a dateline": (
        page("en", head=block('{"@type": "Person", "name": "Reuters"}'), start="LONDON, Nov 20 (Reuters) - "),
        Expected((), ("Reuters",), "Reuters"),
    ),
    "en, JSON-LD with a comment": (
        page(
            "en",
            head=LINKED.format(
                '/* x */ {"@type": "NewsArticle", "author": {"givenName": "Nora", "familyName": "Finch"}}'
            ),
        ),
        Expected(("Nora Finch",)),
    ),
    "en, buttons beside the byline": (
        page(
            "en",
            byline="<div class='byline'>By Nora Finch, Theatre Editor</div><div class='author-tools'>Size Small Medium Large</div>",
        ),
        Expected(("Nora Finch",)),
    ),
    "en, a contributor": (
        page(
            "en",
            byline="<p class='byline'>By Nora Finch</p>",
            after="<p>The Associated Press contributed to this report.</p>",
        ),
        Expected(("Nora Finch",)),
    ),
    "de, person and agency": (
        page(
            "de",
            head="<meta name='author' content='The Daily Example'>",
            byline="<span class='author'>Von Lena Voss, dpa</span>",
        ),
        Expected(("Lena Voss",), ("dpa",), "dpa"),
    ),
    "de, a label in a list": (
        page(
            "de",
            byline="<ul><li><strong>Autorin/Autor</strong> Lena Voss</li><li><strong>Datum</strong> 20.11.2026</li></ul>",
        ),
        Expected(("Lena Voss",)),
    ),
    "de, the newsroom": (page("de", byline="<p class='author'>Redaktion</p>"), Expected((), ("Redaktion",))),
    "fr, with an agency": (
        page("fr", byline="<p class='article-author'>Par Claire Petit avec AFP</p>"),
        Expected(("Claire Petit",), ("AFP",)),
    ),
    "fr, text and photos": (
        page("fr", byline="<p class='auteur'>Texte : Claire Petit, photos : Marc Roy</p>"),
        Expected(("Claire Petit",)),
    ),
    "es, a link": (page("es", byline="<a href='/autor/clara-rios'>Clara Ríos</a>"), Expected(("Clara Ríos",))),
    "es, an agency's dateline": (
        page("es", start="Madrid, 20 nov (EFE).- ", byline="<p class='autor'>Agencia EFE</p>"),
        Expected((), ("Agencia EFE",), "EFE"),
    ),
    "pt": (page("pt", byline="<p>Por Rita Lopes e Nuno Dias — Lisboa</p>"), Expected(("Rita Lopes", "Nuno Dias"))),
    "it": (page("it", byline="<span itemprop='author'>di Lucia Ferri</span>"), Expected(("Lucia Ferri",))),
    "nl": (page("nl", byline="<span>Door</span> <span>Sanne Bos</span>"), Expected(("Sanne Bos",))),
    "sv": (page("sv", byline="<p class='byline'>Elin Berg/TT</p>"), Expected(("Elin Berg",), ("TT",), "TT")),
    "nb": (page("nb", byline="<p class='byline'>NTB</p>", after="<p>(©NTB)</p>"), Expected((), ("NTB",), "NTB")),
    "da": (page("da", byline="<p>Af Mette Holm</p>"), Expected(("Mette Holm",))),
    "fi": (page("fi", byline="<p class='author'>Teksti: Aino Salo, kuvat: Timo Laine</p>"), Expected(("Aino Salo",))),
    "pl": (page("pl", after="<p>Źródło: PAP</p>"), Expected((), (), "PAP")),
    "cs": (page("cs", byline="<p class='authors'>Lenka Malá, ČTK</p>"), Expected(("Lenka Malá",), ("ČTK",), "CTK")),
    "sk": (page("sk", byline="<p class='author'>Autorka: Jana Hrušková</p>"), Expected(("Jana Hrušková",))),
    "hu": (page("hu", byline="<p>Szerző: Nagy Réka</p>"), Expected(("Nagy Réka",))),
    "ro": (page("ro", byline="<p class='autor'>de Ioana Munteanu</p>"), Expected(("Ioana Munteanu",))),
    "ru": (
        page("ru", byline="<p class='author'>Автор: Ольга Белова, фото: Пётр Рудин</p>"),
        Expected(("Ольга Белова",)),
    ),
    "uk": (page("uk", byline="<p>Авторка: Олена Гриць</p>"), Expected(("Олена Гриць",))),
    "bg": (page("bg", after="<p>/БТА/</p>"), Expected((), (), "BTA")),
    "el": (page("el", byline="<p>Συντάκτης: Νίκος Ρήγας</p>"), Expected(("Νίκος Ρήγας",))),
    "tr": (page("tr", byline="<p class='yazar author'>Haber: Elif Demir</p>"), Expected(("Elif Demir",))),
    "ar": (page("ar", byline="<p class='author'>بقلم: سلمى حداد</p>"), Expected(("سلمى حداد",))),
    "fa": (page("fa", byline="<p>نویسنده: سارا کریمی</p>"), Expected(("سارا کریمی",))),
    "hi": (page("hi", byline="<p class='author'>लेखक: सीमा वर्मा</p>"), Expected(("सीमा वर्मा",))),
    "id": (page("id", byline="<p>Penulis: Dewi Sari, Editor: Budi Hartono</p>"), Expected(("Dewi Sari",))),
    "vi": (page("vi", byline="<p class='author'>Tác giả: Trần Thu Hà</p>"), Expected(("Trần Thu Hà",))),
    "ja": (page("ja", byline="<p class='author'>記者 森田恵子</p>"), Expected(("森田恵子",))),
    "ko": (page("ko", byline="<p class='author'>박지수 기자</p>"), Expected(("박지수",))),
    "zh": (page("zh", start="新华社北京11月20日电"), Expected((), (), "Xinhua")),
    "sr": (page("sr", byline="<p>Аутор: Јелена Савић</p>"), Expected(("Јелена Савић",))),
    "en, a signature": (page("en", after="<p><em>Nora Finch</em></p>"), Expected(("Nora Finch",))),
    "en, teasers above": (
        page(
            "en",
            above="<div><a href='/author/x'>Max Teaser</a> 3 May 2026</div>",
            byline="<a href='/author/n'>Nora Finch</a>",
        ),
        Expected(("Nora Finch",)),
    ),
    "en, nobody": (page("en"), Expected()),
    "en, an own site": (
        page(
            "en",
            head=block(
                '{"@type": ["Person", "Organization"], "name": "Nora Finch"}',
                '{"@type": "Person", "name": "Nora Finch"}',
            ),
        ),
        Expected(("Nora Finch",)),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_people_credits_and_agency_of_a_page(name: str) -> None:
    html, expected = PAGES[name]
    article = extract(html.encode(), url="https://www.daily.example/news/2026/bridge-over-the-river")
    assert Expected(article.authors, article.credits or (), article.agency) == expected


def test_twenty_languages_are_tested() -> None:
    assert len({name.partition(",")[0] for name in PAGES}) >= 20
