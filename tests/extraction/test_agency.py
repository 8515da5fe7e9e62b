"""Wire attribution: where copy is signed, and where an agency is only mentioned."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Source
from schemas.agencies import AGENCIES, Agency
from tests.support.pages import article_of, document
from transforms.extraction.agency import AgencyCredit, find_agency

OUTLET = Source(id="daily-example", kind="outlet", feeds=(), name="The Daily Example")
STORY = "The council agreed on Monday to build a new bridge over the river, and to close the old one for good."


def of(
    body: str = STORY,
    *,
    source: Source = OUTLET,
    byline: str | None = None,
    organizations: tuple[str, ...] = (),
    rights: str | None = None,
    credit: str | None = None,
) -> AgencyCredit:
    return find_agency(
        source=source, byline=byline, body=body, organizations=organizations, rights=rights, credit=credit
    )


def test_own_agencies_sign_too() -> None:
    own = (Agency(code="MPA", names=("Meridian Press Agency", "MPA"), ambiguous=("MPA",)),)
    body = f"PORT ALDER (MPA) — {STORY}"
    found = find_agency(source=OUTLET, byline="Jane Doe, Meridian Press Agency", body=body, agencies=own)
    assert found.agency == "MPA"
    assert found.evidence == ("byline: Jane Doe, Meridian Press Agency", "dateline: PORT ALDER (MPA)")
    assert find_agency(source=OUTLET, byline=None, body=body).agency is None


@pytest.mark.parametrize(
    ("printed", "agency", "place"),
    [
        ("LONDON (Reuters) - ", "Reuters", "LONDON"),
        ("LONDON (AP) — ", "AP", "LONDON"),
        ("(Reuters) - ", "Reuters", None),
        ("May 9 (Reuters) - ", "Reuters", None),
        ("CAIRO/THE HAGUE, May 9 (Reuters) - ", "Reuters", "CAIRO/THE HAGUE"),
        ("NEW YORK, May 9 (Reuters) - ", "Reuters", "NEW YORK"),
        ("WEST PALM BEACH, Fla. (AP) — ", "AP", "WEST PALM BEACH, Fla."),
        ("ST. LOUIS, Mo. (AP) — ", "AP", "ST. LOUIS, Mo."),
        ("BEIJING, Feb. 1 (Xinhua) -- ", "Xinhua", "BEIJING"),
        ("ABU DHABI, 1st February, 2024 (WAM) -- ", "WAM", "ABU DHABI"),
        ("ISTANBUL (AA) - ", "Anadolu", "ISTANBUL"),
        ("Kinshasa, 12 mars 2026 (ACP).- ", "ACP", "Kinshasa"),
        ("Ljubljana, 12. marca (STA) - ", "STA", "Ljubljana"),
        ("المنامة في 12 مارس / بنا / ", "BNA", "المنامة"),
        ("Chișinău, 12 mar. /MOLDPRES/. ", "Moldpres", "Chișinău"),
        ("TIRANË, 12 mars /ATSH/ - ", "ATA", "TIRANË"),
        ("TEHRAN, Mar. 12 (MNA) – ", "Mehr", "TEHRAN"),
        ("Accra, March 12, 2026 (GNA) – ", "GNA", "Accra"),
        ("Pretoria (SAnews.gov.za) - ", "SAnews", "Pretoria"),
        ("Washington (AFP) – ", "AFP", "Washington"),
        ("Berlin (dpa) ", "dpa", "Berlin"),
        ("Frankfurt am Main (dpa/tmn) - ", "dpa", "Frankfurt am Main"),
        ("Wien (APA) - ", "APA", "Wien"),
        ("Stockholm (TT) ", "TT", "Stockholm"),
        ("Madrid, 1 feb (EFE).- ", "EFE", "Madrid"),
        ("Nova Iorque, 01 fev 2024 (Lusa) - ", "Lusa", "Nova Iorque"),
        ("(ANSA) - ROMA, 01 FEB - ", "ANSA", "ROMA"),
        ("PARIS (AP, AFP) — ", "AP", "PARIS"),
        ("МОСКВА, 1 февраля. /ТАСС/. ", "TASS", "МОСКВА"),
        ("МОСКВА, 1 фев - РИА Новости. ", "RIA Novosti", "МОСКВА"),
        ("Москва. 1 февраля. INTERFAX.RU - ", "Interfax", "Москва"),
        ("KYIV. Feb 1 (Interfax-Ukraine) – ", "Interfax-Ukraine", "KYIV"),
        ("لندن (رويترز) - ", "Reuters", "لندن"),
        ("नई दिल्ली, 1 फरवरी (भाषा) ", "PTI", "नई दिल्ली"),
        ("（新华社北京电）", "Xinhua", "北京"),
        ("新华社北京2月1日电（记者张三）", "Xinhua", "北京"),
        ("（中央社記者王小明台北1日電）", "CNA", None),
        ("【共同社东京2月1日电】", "Kyodo", "东京"),
        ("【ワシントン共同】", "Kyodo", "ワシントン"),
        ("【ソウル時事】", "Jiji", "ソウル"),
        ("(서울=연합뉴스) 홍길동 기자 = ", "Yonhap", "서울"),
    ],
)
def test_an_agency_signs_in_the_dateline(printed: str, agency: str, place: str | None) -> None:
    found = of(printed + STORY)
    assert (found.agency, found.dateline) == (agency, place)
    assert len(found.evidence) == 1
    where, _, quoted = found.evidence[0].partition(": ")
    assert where == "dateline"
    assert printed.startswith(quoted)


@pytest.mark.parametrize(
    ("printed", "place"),
    [
        ("PARIS — ", "PARIS"),
        ("BERLIN -- ", "BERLIN"),
        ("NEW DELHI: ", "NEW DELHI"),
        ("ALBANY, N.Y. — ", "ALBANY, N.Y."),
        ("RAPID CITY, S.D. – ", "RAPID CITY, S.D."),
        ("PITTSBURGH, PA — ", "PITTSBURGH, PA"),
        ("HILO, Hawaii (IslandNewsNow) - ", "HILO, Hawaii"),
        ("Nairobi, 3 May 2024 — ", "Nairobi"),
        ("【ソウル＝田中太郎】", "ソウル"),
    ],
)
def test_an_outlet_has_datelines_too(printed: str, place: str) -> None:
    assert of(printed + STORY) == AgencyCredit(agency=None, evidence=(), dateline=place)


@pytest.mark.parametrize(
    "printed",
    [
        *(
            "EXCLUSIVE: ",
            "WARNING GRAPHIC CONTENT: ",
            "WATCH — ",
            "Q: ",
            "Köln (xyz) - ",
            "Paris — ",
            "The president (AP) ",
        ),
        *("Associated Press (AP) reported: ", "The Press Trust of India (PTI) said: ", "COVID-19 — ", "UPDATE (AP) — "),
        *(
            "NEW DATA FROM THE CITY COUNCIL SHOW: ",
            "He said: ",
            "“PARIS — ",
            "[미디어=홍길동 기자] ",
            "(Updates prices) ",
        ),
    ],
)
def test_other_openings_are_no_datelines(printed: str) -> None:
    assert of(printed + STORY) == AgencyCredit(agency=None, evidence=(), dateline=None)


def test_a_dateline_stands_below_a_byline_in_the_body() -> None:
    found = of(f"By Jane Doe\nLONDON (Reuters) - {STORY}\n{STORY}")
    assert (found.agency, found.dateline) == ("Reuters", "LONDON")


def test_a_dateline_further_down_is_not_the_articles() -> None:
    assert of(f"{STORY}\nLONDON (Reuters) - {STORY}\n{STORY}\n{STORY}\n{STORY}\n{STORY}").agency is None


@pytest.mark.parametrize(
    ("byline", "agency"),
    [
        ("By AP", "AP"),
        ("Associated Press", "AP"),
        ("By The Associated Press", "AP"),
        ("JANE DOE Associated Press", "AP"),
        ("Jane Doe, The Associated Press", "AP"),
        ("By Jane Doe, AP Business Writer", "AP"),
        ("Jane Doe, AP", "AP"),
        ("Jane Doe | AP", "AP"),
        ("Jane Doe AP", "AP"),
        ("Jane Doe via AP", "AP"),
        ("Jane Doe (AP)", "AP"),
        ("Jane Doe/PA", "PA"),
        ("Reuters Staff", "Reuters"),
        ("Reuters/abc Frankfurt", "Reuters"),
        ("Agence France-Presse", "AFP"),
        ("AFP-Agence France Presse", "AFP"),
        ("Felix Muster und Jörg Muster, dpa", "dpa"),
        ("APA/dpa", "APA"),
        ("PAP", "PAP"),
        ("新华社记者张三", "Xinhua"),
    ],
)
def test_an_agency_signs_in_the_byline(byline: str, agency: str) -> None:
    found = of(byline=byline)
    assert found.agency == agency
    assert found.evidence == (f"byline: {byline}",)


@pytest.mark.parametrize(
    "byline",
    [
        *("", "Jane Doe", "Jane Doe, PA", "Jane Doe, CNA", "Pittsburgh, PA", "Jane Pa", "TT Smith", "Antara Haldar"),
        *("Michael Bloomberg", "Photo: AP", "Jane Doe; Photo: Reuters", "former Reuters correspondent Jane Doe"),
    ],
)
def test_other_bylines_are_no_evidence(byline: str) -> None:
    assert of(byline=byline) == AgencyCredit(agency=None, evidence=(), dateline=None)


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("© 2026 AFP", "AFP"),
        ("(©NTB)", "NTB"),
        ("© 2019 Associated Press. All Rights Reserved.", "AP"),
        ("Copyright 2024 The Associated Press. All rights reserved.", "AP"),
        ("© dpa-infocom, dpa:240101-99-00001/1", "dpa"),
        ("(Source: Xinhua)", "Xinhua"),
        ("Quelle: dpa", "dpa"),
        ("来源：新华社", "Xinhua"),
        ("— Reuters", "Reuters"),
        ("--IANS", "IANS"),
        ("Bernama", "Bernama"),
        ("(dpa)", "dpa"),
        ("This story has not been edited and is auto-generated from a syndicated feed from PTI.", "PTI"),
    ],
)
def test_an_agency_signs_at_the_end(line: str, agency: str) -> None:
    found = of(f"{STORY}\n{STORY}\n{line}")
    assert found.agency == agency
    assert found.evidence == (f"credit: {line}",)


def test_an_agency_signs_behind_the_last_sentence() -> None:
    found = of(f"{STORY}\n{STORY} (AFP)")
    assert (found.agency, found.evidence) == ("AFP", ("credit: (AFP)",))
    assert of(f"{STORY} (dpa/lby)").evidence == ("credit: (dpa/lby)",)
    assert of(f"{STORY}\n{STORY} --(بترا)").agency == "Petra"
    assert of(f"{STORY}\n{STORY} --IANS").evidence == ("credit: --IANS",)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "The mayor told Reuters so.",
            "That is according to AFP.",
            "Reuters reported on Monday.",
            "As Reuters had it.",
        ),
        *("REUTERS/Jane Doe", "© REUTERS/Jane Doe", "Photo: AP", "Foto: dpa", "(AP Photo/Jane Doe)", "Image via AFP"),
        *("He lives in PA.", "He came with TT.", "(With agency inputs)", "Jane told AFP that she contributed to it."),
    ],
)
def test_a_mention_or_a_photo_credit_is_no_evidence(line: str) -> None:
    assert of(f"{STORY}\n{STORY}\n{line}") == AgencyCredit(agency=None, evidence=(), dateline=None)


@pytest.mark.parametrize(
    "line",
    [
        "With inputs from PTI",
        "(With inputs from ANI and PTI)",
        "With files from The Canadian Press",
        "With AP",
        "mit Material von dpa",
        "Con información de EFE",
        "По материалам ТАСС",
        "Associated Press writers Jane Doe and Max Moe contributed.",
        "The Associated Press contributed to this report.",
    ],
)
def test_a_contribution_is_evidence_and_not_the_origin(line: str) -> None:
    found = of(f"{STORY}\n{STORY}\n{line}")
    assert (found.agency, found.evidence) == (None, (f"contribution: {line}",))
    signed = of(f"LONDON (AP) — {STORY}\n{STORY}\n{line}")
    assert (signed.agency, signed.evidence) == ("AP", ("dateline: LONDON (AP)", f"contribution: {line}"))


def test_a_contributor_in_the_byline_is_not_the_origin() -> None:
    found = of(byline="Jane Doe with AP and Reuters")
    assert (found.agency, found.evidence) == (None, ("contribution: Jane Doe with AP and Reuters",))


def test_a_credit_counts_though_the_byline_names_a_person() -> None:
    found = find_agency(source=OUTLET, byline="By Jane Doe", credits=("Garden Desk", "AFP"), body=STORY)
    assert (found.agency, found.evidence) == ("AFP", ("byline: AFP",))


def test_metadata_names_the_agency() -> None:
    assert of(organizations=("The Daily Example", "Reuters")).evidence == ("json-ld: Reuters",)
    assert of(credit="AFP").evidence == ("feed: AFP",)
    assert of(credit="AP News: Top Stories").agency == "AP"
    assert of(rights="Copyright 2024 The Associated Press").agency == "AP"
    assert of(rights="© 2024 PA").evidence == ("rights: © 2024 PA",)
    assert of(rights="Copyright 2024 The Daily Example", credit="The Daily Example") == of()


def test_the_strongest_place_wins_and_all_evidence_is_kept() -> None:
    declared = Source(id="afp", kind="wire", feeds=(), agency="AFP")
    found = of(
        f"LONDON (AP) — {STORY}\n{STORY}\n(Source: Xinhua)",
        source=declared,
        byline="Reuters Staff",
        organizations=("Kyodo News",),
        credit="UPI",
        rights="© 2024 Deutsche Presse-Agentur",
    )
    assert found == AgencyCredit(
        agency="AFP",
        evidence=(
            "source: declared",
            "byline: Reuters Staff",
            "dateline: LONDON (AP)",
            "credit: (Source: Xinhua)",
            "json-ld: Kyodo News",
            "feed: UPI",
            "rights: © 2024 Deutsche Presse-Agentur",
        ),
        dateline="LONDON",
    )


def test_an_outlet_with_an_agencys_initials_is_not_that_agency() -> None:
    singapore = Source(id="cna", kind="outlet", feeds=(), name="CNA")
    assert of(source=singapore, byline="CNA", organizations=("CNA",)).agency is None
    assert of(source=singapore, byline="Reuters").agency == "Reuters"


PRINTS = st.text(max_size=60) | st.sampled_from([name for agency in AGENCIES.values() for name in agency.names])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(PRINTS | st.sampled_from(["LONDON (", ") - ", "\n", "©", "PARIS — ", "【", "／"]), max_size=12),
    PRINTS,
    PRINTS,
)
def test_any_print_can_be_attributed(prints: list[str], byline: str, other: str) -> None:
    found = of(" ".join(prints), byline=byline, organizations=(other,), rights=other, credit=other)
    assert found.agency is None or found.agency in AGENCIES
    assert (found.agency is None) == (found.evidence == ())
    assert len(set(found.evidence)) == len(found.evidence)
    assert found.dateline is None or found.dateline == found.dateline.strip() != ""


@pytest.mark.parametrize(
    ("below", "agency"),
    [
        (("aja/PAP",), "PAP"),
        (("(KNA, DR)",), "KNA"),
        (("Source: AFP", "More from Europe"), "AFP"),
        (("More from Europe", "dpa/lby"), "dpa"),
        (("REUTERS/Jane Doe",), None),
        (("The minister told Reuters that the bridge is safe",), None),
        (("AP Biology starts again",), None),
    ],
)
def test_a_line_below_the_article_may_sign_it(below: tuple[str, ...], agency: str | None) -> None:
    assert find_agency(source=OUTLET, byline=None, body=STORY, below=below).agency == agency


SIGNED = "<section><p>{}</p></section><section><p><a href='/a'>The fare will rise</a></p></section>"


@pytest.mark.parametrize(
    ("after", "agency"),
    [
        (SIGNED.format("abc/PAP"), "PAP"),
        (SIGNED.format("(<a href='https://www.kna.de'>KNA</a>, <a href='https://outlet.example'>DR</a>)"), "KNA"),
        (SIGNED.format("<a href='/tag/reuters'>Reuters</a>"), None),
        ("<figure><img src='/bridge.jpg' width=800 height=600></figure><p>Reuters</p>", None),
    ],
)
def test_a_page_signs_agency_copy_below_the_article(after: str, agency: str | None) -> None:
    html = document().replace("</article>", f"</article>{after}")
    assert article_of(html).agency == agency


def test_an_agency_that_the_metadata_and_the_headline_name_has_no_author_of_another_story() -> None:
    teaser = "<article><h2><a href='/a'>A hotel reopens</a></h2><p class='byline'>By Jane Doe</p></article>"
    page = document(
        head="<meta name='author' content='Reuters'>",
        above="<h1>Harbour bridge to close</h1><p class='byline'><a href='/author/reuters'>Reuters</a></p>" + teaser,
    )
    article = article_of(page)
    assert (article.agency, article.authors, article.credits) == ("Reuters", (), ("Reuters",))


def test_a_person_beside_the_headline_wrote_agency_copy() -> None:
    page = document(
        head="<meta name='author' content='Associated Press'>",
        above="<h1>Harbour bridge to close</h1><p class='byline'>By Jane Doe</p>",
    )
    assert article_of(page).authors == ("Jane Doe",)
