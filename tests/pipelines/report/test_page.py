"""The page of a report as a reader and a browser meet it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import html

from pipelines.html_pages import share, span, web_address
from pipelines.report.figures import Figures
from pipelines.report.page import report_page
from pipelines.report.queries import read_figures
from schemas import Row
from schemas.plain_text import printable
from tests.support.reports import EVIL, HOUR, write
from tests.support.samples import NOON, RUN, WIRE, article, poll, reject, story_article
from transforms.lake.opening import open_lake

CHROMIUM = shutil.which("chromium")


def parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


@pytest.fixture(scope="module")
def page(found: Figures) -> html.HtmlElement:
    return parsed(report_page(found, "lake", NOON))


def test_nothing_on_the_page_can_be_loaded_or_run(page: html.HtmlElement) -> None:
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none';")
    assert "script-src" not in policy
    assert page.xpath("//script | //iframe | //object | //embed | //base | //form") == []
    for element in page.iter(html.etree.Element):
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            if re.match(r"\s*(https?:)?//", value) and not name.startswith("xmlns"):
                assert (element.tag, name) == ("a", "href")
    assert not any("url(" in style.text and "url(#" not in style.text for style in page.iter("style"))
    links = page.xpath("//a[not(starts-with(@href, '#'))]")
    assert links
    assert all(re.match("https?://", link.get("href")) for link in links)
    assert {link.get("rel") for link in links} == {"noopener noreferrer"}


def test_a_hostile_headline_is_shown_as_it_is_and_its_address_is_no_link(found: Figures) -> None:
    written = report_page(found, EVIL, NOON)
    assert "<script" not in written
    assert "javascript:" not in written
    assert EVIL in [" ".join(element.text_content().split()) for element in parsed(written).iter("bdi")]


def test_no_control_character_reaches_the_page(tmp_path: Path) -> None:
    lake, forged = open_lake(tmp_path), "a\x1b[31mb\u202ec\x9bd"
    wire = story_article(article(WIRE, "http://wire.example/1", headline=forged, agency=forged, authors=(forged,)))
    copy = article(url="http://post.example/1", headline=forged, agency=forged, section=forged, language=forged)
    rows: list[Row] = [
        wire,
        story_article(copy, story_id=wire.story_id, relation="exact"),
        poll(outcome="failed", entries=0, moved_to=f"http://post.example/{forged}"),
        reject(detail=forged, url=f"http://post.example/{forged}"),
    ]
    write(lake, RUN, rows)
    written = report_page(read_figures(lake, 30, NOON), forged, NOON)
    assert "a[31mbc›d" in written
    assert printable(written) == written


def test_tables_have_captions_and_headings_with_scope(page: html.HtmlElement) -> None:
    tables = page.xpath("//table")
    assert len(tables) >= 8
    for table in tables:
        assert table.findtext("caption")
        assert table.xpath(".//th[not(@scope)]") == []
        assert all(row.xpath("th[@scope='row']") for row in table.iter("tr") if row.getparent().tag == "tbody")


def test_ids_are_unique_and_references_lead_somewhere(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', html.tostring(page, encoding="unicode")))
    assert used <= set(ids)


def test_charts_carry_their_figures_as_tooltips(page: html.HtmlElement) -> None:
    tips = [title.text for title in page.xpath("//*[local-name()='svg']//*[local-name()='title']")]
    assert "Thu 01 Oct: 3 from post" in tips
    assert "post: 1 of 4 articles are agency copy" in tips


def test_the_same_figures_give_the_same_page(found: Figures) -> None:
    assert report_page(found, "lake", NOON) == report_page(found, "lake", NOON)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [poll(outcome="failed", entries=0), reject(reason="dns", entry_key=None, url=None)],
        [story_article(article(published_at=None))],
        [story_article(article(WIRE, agency="MPA", published_at=NOON + HOUR))],
    ],
    ids=["nothing", "no article", "one article", "one wire"],
)
def test_a_lake_with_little_in_it_has_a_page_too(tmp_path: Path, rows: list[Row]) -> None:
    lake = open_lake(tmp_path)
    if rows:
        write(lake, RUN, rows)
    page = parsed(report_page(read_figures(lake, 30, NOON), "lake", NOON))
    assert len(page.xpath("//section")) == 9
    assert page.find_class("empty")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.0123, "0.012 s"),
        (42, "42 s"),
        (90, "1.5 min"),
        (3600, "1 h"),
        (90000, "1 day"),
        (172800, "2 days"),
    ],
)
def test_spans_are_told_in_the_largest_unit(seconds: float, said: str) -> None:
    assert span(seconds).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 0, "–"), (0, 9, "0 %"), (1, 999, "< 1 %"), (998, 999, "> 99 %"), (9, 9, "100 %")]
)
def test_shares_are_never_rounded_to_nothing_or_to_all(part: int, whole: int, said: str) -> None:
    assert share(part, whole).replace("\u00a0", " ") == said


@pytest.mark.parametrize("url", ["javascript:x", "data:text/html,x", "http:x", "//a.example/", "http://[", "", " "])
def test_only_web_addresses_become_links(url: str) -> None:
    assert web_address(url) is None
    assert web_address("https://a.example/x?y") == "https://a.example/x?y"


@pytest.mark.system
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here to open the page in")
def test_a_browser_shows_the_charts_and_has_nothing_to_complain_of(found: Figures, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    page, shot = tmp_path / "report.html", tmp_path / "report.png"
    page.write_text(report_page(found, "lake", NOON), encoding="utf-8")
    switches = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --enable-logging=stderr --window-size=1280,2400"
    ).split()
    command = [CHROMIUM, *switches, f"--user-data-dir={tmp_path / 'profile'}"]
    dumped = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    assert "CONSOLE" not in dumped.stderr
    charts = html.document_fromstring(dumped.stdout).xpath("//section[.//*[local-name()='svg']]")
    assert [chart.get("id") for chart in charts] == ["days", "freshness", "wire", "runs"]
    assert all(chart.find_class("mark") for chart in charts)
    subprocess.run([*command, f"--screenshot={shot}", page.as_uri()], capture_output=True, check=True, timeout=120)
    assert shot.read_bytes().startswith(b"\x89PNG")
