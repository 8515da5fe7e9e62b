"""Pages as publishers build them around the column of an article, and one article in five scripts."""

from __future__ import annotations

from html import escape

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
TEASERS = "".join(
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
        {column}</article>{after}</main><aside class="sidebar"><h2>Most read</h2>{TEASERS}</aside>
        <footer class="site-footer"><p>Copyright Example News. All rights reserved.</p><ul>{_MENU}</ul></footer></body></html>"""
