"""Whole pages in the languages of the bundled sources, with the date as their newspapers print it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from tests.support.pages import document, page_of
from transforms.extraction.article import extract_article

PAGES = [
    ("ar", "example.eg", "الجمعة 3 مايو 2024 - 10:05 ص", "2024-05-03T07:05", 180),
    ("bg", "example.bg", "Петък, 3 май 2024 г., 10:05 ч.", "2024-05-03T07:05", 180),
    ("bn", "example.bd", "প্রকাশ: ০৩ মে ২০২৪, ১০:০৫", "2024-05-03T04:05", 360),
    ("bs", "example.ba", "3. maj 2024. u 10:05", "2024-05-03T08:05", 120),
    ("cs", "example.cz", "3. května 2024 v 10:05", "2024-05-03T08:05", 120),
    ("da", "example.dk", "Fredag den 3. maj 2024 kl. 10.05", "2024-05-03T08:05", 120),
    ("de", "example.de", "Freitag, 03.05.2024, 10:05 Uhr", "2024-05-03T08:05", 120),
    ("el", "example.gr", "Παρασκευή, 3 Μαΐου 2024, 10:05 π.μ.", "2024-05-03T07:05", 180),
    ("en", "example.co.uk", "Published 03/05/2024 at 10.05am", "2024-05-03T09:05", 60),
    ("en", "example.co.in", "Updated: 4 May 2024; Published: 3 May 2024 10:05 IST", "2024-05-03T04:35", 330),
    ("es", "example.es", "Publicado el 3 de mayo de 2024 a las 10:05", "2024-05-03T08:05", 120),
    ("et", "example.ee", "3. mai 2024 kell 10.05", "2024-05-03T07:05", 180),
    ("fa", "example.ir", "جمعه ۱۴ اردیبهشت ۱۴۰۳ - ۱۰:۰۵", "2024-05-03T06:35", 210),
    ("fi", "example.fi", "Julkaistu 3.5.2024 klo 10.05", "2024-05-03T07:05", 180),
    ("fr", "example.fr", "Publié le 3 mai 2024 à 10h05", "2024-05-03T08:05", 120),
    ("he", "example.co.il", "פורסם: 3 במאי 2024, 10:05", "2024-05-03T07:05", 180),
    ("hi", "example.in", "३ मई २०२४, सुबह १०:०५ बजे", "2024-05-03T04:35", 330),
    ("hr", "example.hr", "3. svibnja 2024. u 10:05", "2024-05-03T08:05", 120),
    ("hu", "example.hu", "2024. május 3., péntek 10:05", "2024-05-03T08:05", 120),
    ("id", "example.co.id", "Jumat, 3 Mei 2024 10:05 WIB", "2024-05-03T03:05", 420),
    ("is", "example.is", "3. maí 2024 kl. 10:05", "2024-05-03T10:05", 0),
    ("it", "example.it", "Pubblicato il 3 maggio 2024 alle ore 10:05", "2024-05-03T08:05", 120),
    ("ja", "example.jp", "2024年5月3日(金) 10時05分", "2024-05-03T01:05", 540),
    ("ko", "example.kr", "입력 2024.05.03. 오전 10:05", "2024-05-03T01:05", 540),
    ("lt", "example.lt", "2024 m. gegužės 3 d. 10:05 val.", "2024-05-03T07:05", 180),
    ("lv", "example.lv", "2024. gada 3. maijs, plkst. 10:05", "2024-05-03T07:05", 180),
    ("mk", "example.mk", "3 мај 2024 во 10:05", "2024-05-03T08:05", 120),
    ("nb", "example.no", "Publisert 3. mai 2024, kl. 10:05", "2024-05-03T08:05", 120),
    ("nl", "example.nl", "3 mei 2024 om 10:05 uur", "2024-05-03T08:05", 120),
    ("pl", "example.pl", "3 maja 2024, godz. 10:05", "2024-05-03T08:05", 120),
    ("pt", "example.pt", "3 de maio de 2024 às 10h05", "2024-05-03T09:05", 60),
    ("ro", "example.ro", "3 mai 2024, ora 10:05", "2024-05-03T07:05", 180),
    ("ru", "example.ru", "3 мая 2024 в 10:05 (МСК)", "2024-05-03T07:05", 180),
    ("sk", "example.sk", "3. mája 2024 o 10:05", "2024-05-03T08:05", 120),
    ("sl", "example.si", "3. maj 2024 ob 10:05", "2024-05-03T08:05", 120),
    ("sq", "example.al", "3 maj 2024, ora 10:05", "2024-05-03T08:05", 120),
    ("sr", "example.rs", "3. мај 2024. у 10:05", "2024-05-03T08:05", 120),
    ("sv", "example.se", "Publicerad 3 maj 2024 kl 10.05", "2024-05-03T08:05", 120),
    ("sw", "example.co.tz", "3 Mei 2024 saa 10:05", "2024-05-03T07:05", 180),
    ("th", "example.co.th", "3 พ.ค. 2567 เวลา 10:05 น.", "2024-05-03T03:05", 420),
    ("tr", "example.com.tr", "03 Mayıs 2024 Cuma, saat 10:05", "2024-05-03T07:05", 180),
    ("uk", "example.ua", "3 травня 2024 о 10:05", "2024-05-03T07:05", 180),
    ("ur", "example.pk", "شائع 3 مئی 2024 10:05", "2024-05-03T05:05", 300),
    ("vi", "example.vn", "Thứ sáu, 3/5/2024, 10:05 (GMT+7)", "2024-05-03T03:05", 420),
    ("zh", "example.cn", "2024年05月03日 星期五 10:05", "2024-05-03T02:05", 480),
    ("zh-TW", "example.tw", "發布時間：2024/05/03 10:05", "2024-05-03T02:05", 480),
]


@pytest.mark.parametrize("holder", ["div", "p", "span"])
@pytest.mark.parametrize(("language", "site", "line", "instant", "offset"), PAGES)
def test_the_printed_date_of_a_page(
    holder: str, language: str, site: str, line: str, instant: str, offset: int
) -> None:
    html = document(
        above=f"<h1>Harbour bridge to close</h1><{holder} class='x1'>{line}</{holder}>", attributes=f"lang='{language}'"
    )
    article = extract_article(replace(page_of(html), url=f"https://www.{site}/news/bridge"), "run-1").article
    assert (article.published_at, article.published_offset_minutes, article.published_precision) == (
        datetime.fromisoformat(instant).replace(tzinfo=timezone.utc),
        offset,
        "minute",
    )
