"""What belongs to an article and what stands in its column, by structure: pages of our own."""

from __future__ import annotations

from html import escape

import pytest

from tests.support.pages import article_of

TITLE = "Ferry to the outer islands stops for the winter"
STORY = {
    "en": (
        "The last ferry to the outer islands will leave on Saturday, the harbour office said, because the hull needs repairs.",
        "Islanders had asked for a smaller boat, but none of the three that were offered could carry the weekly freight.",
        "“We have been told to stock up by Friday evening,” said Ida Holm, who runs the only shop on the largest island.",
        "The office expects the yard to finish by March, and promised a helicopter for the sick and for the post.",
        "In the winter of 1987 the islands were cut off for eleven weeks, and the school was taught over the radio.",
    ),
    "de": (
        "Die letzte Fähre zu den äußeren Inseln fährt am Samstag, teilte das Hafenamt mit, weil der Rumpf repariert werden muss.",
        "Die Bewohner hatten um ein kleineres Schiff gebeten, doch keines der drei angebotenen trägt die wöchentliche Fracht.",
        "„Wir sollen uns bis Freitagabend eindecken“, sagte Ida Holm, die den einzigen Laden der größten Insel führt.",
        "Das Amt rechnet damit, dass die Werft bis März fertig wird, und versprach einen Hubschrauber für Kranke und Post.",
        "Im Winter 1987 waren die Inseln elf Wochen lang abgeschnitten, und die Schule kam über das Radio.",
    ),
    "el": (
        "Το τελευταίο πλοίο για τα εξωτερικά νησιά θα φύγει το Σάββατο, είπε το λιμεναρχείο, γιατί το σκάφος χρειάζεται επισκευή.",
        "Οι κάτοικοι ζήτησαν μικρότερο πλοίο, αλλά κανένα από τα τρία που προσφέρθηκαν δεν μεταφέρει το εβδομαδιαίο φορτίο.",
        "«Μας είπαν να προμηθευτούμε τρόφιμα ως την Παρασκευή το βράδυ», είπε η Ίντα Χολμ, που έχει το μόνο μαγαζί του νησιού.",
        "Το γραφείο περιμένει ότι το ναυπηγείο θα τελειώσει τον Μάρτιο και υποσχέθηκε ελικόπτερο για τους αρρώστους.",
        "Τον χειμώνα του 1987 τα νησιά έμειναν αποκομμένα έντεκα εβδομάδες και το σχολείο γινόταν από το ραδιόφωνο.",
    ),
    "ar": (
        "ستغادر العبّارة الأخيرة إلى الجزر الخارجية يوم السبت، كما قال مكتب الميناء، لأن هيكلها يحتاج إلى إصلاح طويل هذا الشتاء.",
        "وكان سكان الجزر قد طلبوا قاربا أصغر، لكن أيا من القوارب الثلاثة المعروضة لا يستطيع حمل البضائع الأسبوعية.",
        "وقالت إيدا هولم، التي تدير المتجر الوحيد في أكبر الجزر: «طُلب منا أن نخزن ما نحتاج إليه قبل مساء الجمعة».",
        "ويتوقع المكتب أن ينتهي العمل في مارس، ووعد بطائرة مروحية لنقل المرضى والبريد إلى جميع الجزر.",
        "وفي شتاء عام 1987 انقطعت الجزر عن البر أحد عشر أسبوعا، وكانت دروس المدرسة تبث عبر الإذاعة.",
    ),
    "hi": (
        "बाहरी द्वीपों के लिए आखिरी नौका शनिवार को रवाना होगी, बंदरगाह कार्यालय ने कहा, क्योंकि उसके ढांचे की मरम्मत होनी है।",
        "द्वीप के लोगों ने छोटी नाव मांगी थी, लेकिन पेश की गई तीन नावों में से कोई भी हफ्ते का सामान नहीं ले जा सकती थी।",
        "“हमें शुक्रवार शाम तक सामान जमा करने को कहा गया है,” सबसे बड़े द्वीप की इकलौती दुकान चलाने वाली इडा होल्म ने कहा।",
        "कार्यालय को उम्मीद है कि मरम्मत मार्च तक पूरी हो जाएगी, और उसने बीमारों और डाक के लिए हेलीकॉप्टर का वादा किया।",
        "साल 1987 की सर्दियों में द्वीप ग्यारह हफ्ते तक कटे रहे थे, और स्कूल की पढ़ाई रेडियो पर हुई थी।",
    ),
}
"""The same article in five scripts."""
_MENU = "".join(f'<li><a href="/s/{name.lower()}">{name}</a></li>' for name in ("News", "Sport", "Business", "Culture"))
_TEASERS = "".join(
    f'<div class="card"><a href="/{number}"><h3>Council number {number} votes on the harbour fees again</h3></a>'
    f"<p>The fees rise by {number} percent, and shipowners said that they would take their boats elsewhere next year.</p></div>"
    for number in range(2, 7)
)


def paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def page(column: str, after: str = "", language: str = "en") -> str:
    """A page as publishers build it, around the article's column."""
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{TITLE}</title></head><body>
        <header class="site-header"><nav><ul>{_MENU}</ul></nav></header>
        <main><article class="article"><h1>{TITLE}</h1><div class="meta"><span class="author">By Ana Ruiz</span></div>
        {column}</article>{after}</main><aside class="sidebar"><h2>Most read</h2>{_TEASERS}</aside>
        <footer class="site-footer"><p>Copyright Example News. All rights reserved.</p><ul>{_MENU}</ul></footer></body></html>"""


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
    "related": f'<section class="related"><h2>Related stories</h2>{_TEASERS}</section>',
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
