"""copydesk report: the figures as tables, and the page as a reader and a browser meet it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from lxml import html

from pipelines import cli
from pipelines.report.figures import AgencyCount, DayCount, Figures, HostCount, LanguageCount, ReasonCount, SourceCopy
from pipelines.report.page import report_page, share, span, web_address
from pipelines.report.queries import read_figures
from schemas import Row
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, story_article
from tests.support.small_lakes import stage_all
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit
from transforms.lake.layout import Lake, LakeError
from transforms.lake.opening import open_lake

CHROMIUM = shutil.which("chromium")
EARLIER = "20260701T120000Z-aaaaaa"
SECOND = "20261001T130000Z-bbbbbb"
HOUR = timedelta(hours=1)
EVIL = '<script>alert("x")</script> & "quotes"'


def write(lake: Lake, run_id: str, rows: Iterable[Row], *tallies: Tally) -> None:
    written = stage_all(lake, run_id, rows)
    commit(lake, RunRecord.from_tallies(run_id, NOON, NOON + timedelta(seconds=90), "test", tallies, written))


WIRE_STORY = story_article(
    article(WIRE, "http://wire.example/storm", agency="MPA", headline="Storm", published_at=NOON - 2 * HOUR)
)
COPY = story_article(
    article(OUTLET, "http://post.example/storm", agency="MPA", headline=EVIL, canonical_url="javascript:alert(1)"),
    story_id=WIRE_STORY.story_id,
    relation="exact",
)
OWN = story_article(article(OUTLET, "http://post.example/own", language="de-AT", published_precision="day"))
UNDATED = story_article(article(OUTLET, "http://post.example/undated", language=None, published_at=None))
OLD = story_article(article(OUTLET, "http://post.example/old", first_seen_at=NOON - timedelta(days=92)))
LONG_AGO = replace(OWN, article_id="long-ago", story_id="long-ago", published_at=NOON - timedelta(days=400))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two passes an hour apart, and one of a summer that no report of a month tells."""
    lake = open_lake(tmp_path / "lake")
    write(
        lake, EARLIER, [OLD, poll(polled_at=NOON - timedelta(days=92)), reject(rejected_at=NOON - timedelta(days=92))]
    )
    write(
        lake,
        RUN,
        [
            WIRE_STORY,
            COPY,
            OWN,
            UNDATED,
            LONG_AGO,
            poll(),
            poll(source="meridian", feed_url=WIRE.feeds[0], polled_at=NOON - 3 * HOUR),
            reject(),
            reject(
                entry_key="e2", url="https://user@Cdn.post.example:8443/x?u=http://a/", reason="http-gone", final=True
            ),
        ],
        Tally("post", "entries", 6),
        Tally("post", "articles", 4),
        Tally("post", "rejects", 2),
    )
    failed = poll(polled_at=NOON + HOUR, outcome="failed", entries=0, http_status=None)
    why = reject(stage="poll", reason="dns", entry_key=None, url=None, rejected_at=NOON + HOUR)
    write(lake, SECOND, [replace(OWN, revision=2, headline="Own, corrected"), failed, why], Tally("post", "entries"))
    return lake


@pytest.fixture
def found(lake: Lake) -> Figures:
    return read_figures(lake, 30, NOON + 2 * HOUR)


def page_of(found: Figures) -> html.HtmlElement:
    return html.document_fromstring(report_page(found, "lake", NOON))


def test_the_headline_counts_an_article_once_and_what_is_older_not_at_all(found: Figures) -> None:
    head = found.totals
    assert (head.articles, head.sources, head.days) == (5, 2, 2)
    assert (head.outlet_articles, head.agency_articles, head.exact) == (4, 1, 1)
    assert (head.rejects, head.final_rejects, head.runs) == (3, 1, 2)
    assert found.until == NOON + timedelta(seconds=90)
    assert found.since.isoformat() == "2026-09-02T00:00:00+00:00"


def test_days_sources_languages_and_agencies(found: Figures) -> None:
    today = date(2026, 10, 1)
    assert found.days == (
        DayCount(day=today, source="meridian", articles=1),
        DayCount(day=today, source="post", articles=3),
    )
    assert found.older == 1
    assert found.languages == (
        LanguageCount(language="de", articles=2),
        LanguageCount(language="en", articles=2),
        LanguageCount(language=None, articles=1),
    )
    assert found.agencies == (AgencyCount(agency="MPA", articles=1, outlets=1),)
    assert found.copy == (
        SourceCopy(source="post", kind="outlet", articles=4, agency=1, main_agency="MPA", exact=1, related=0),
        SourceCopy(source="meridian", kind="wire", articles=1, agency=1, main_agency="MPA", exact=0, related=0),
    )


def test_the_sources_beyond_the_largest_are_added_up(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    rows = [
        story_article(article(replace(OUTLET, id=f"s{n:02}"), f"http://post.example/{m}"))
        for n in range(12)
        for m in range(12 - n)
    ]
    write(lake, RUN, rows)
    days = read_figures(lake, 30, NOON).days
    assert [count.source for count in days] == [*(f"s{n:02}" for n in range(10)), None]
    assert days[-1].articles == 2 + 1


def test_freshness_takes_exact_stamps_and_tells_a_backlog_from_being_late(found: Figures) -> None:
    wire, outlet = found.freshness
    assert (wire.source, wire.articles, wire.median, wire.backlog) == ("meridian", 1, 7200, False)
    assert (outlet.source, outlet.articles, outlet.ninetieth, outlet.backlog) == ("post", 1, 3600, True)


def test_once_a_feed_has_been_asked_only_later_articles_tell_its_freshness(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    late = [
        story_article(article(OUTLET, f"http://post.example/{n}", published_at=NOON - timedelta(minutes=n)))
        for n in (10, 20, 3000)
    ]
    write(lake, RUN, [*late, poll(polled_at=NOON - HOUR)])
    (post,) = read_figures(lake, 30, NOON).freshness
    assert (post.articles, post.median, post.ninetieth, post.backlog) == (2, 900, 1140, False)


def test_a_story_lists_its_members_in_order_of_time(found: Figures) -> None:
    (story,) = found.stories
    assert (story.story_id, story.sources) == (WIRE_STORY.article_id, 2)
    told = [(member.source, member.relation, member.headline) for member in story.members]
    assert told == [("meridian", "original", "Storm"), ("post", "exact", EVIL)]


def test_rejects_by_reason_and_host(found: Figures) -> None:
    assert found.reasons == (
        ReasonCount(reason="dns", rejects=1, final=0, sources=1),
        ReasonCount(reason="http-gone", rejects=1, final=1, sources=1),
        ReasonCount(reason="timeout", rejects=1, final=0, sources=1),
    )
    assert {host.host: host.rejects for host in found.hosts} == {"post.example": 2, "cdn.post.example": 1}
    assert HostCount(host="cdn.post.example", rejects=1, main_reason="http-gone") in found.hosts


def test_a_feed_in_trouble_comes_first_with_its_reason(found: Figures) -> None:
    troubled, sound = found.feeds
    assert (troubled.source, troubled.last_outcome, troubled.reason) == ("post", "failed", "dns")
    assert (troubled.polls, troubled.failed, troubled.entries, troubled.days_without_entries) == (2, 1, 1, 0)
    assert (sound.source, sound.last_outcome, sound.reason, sound.failed) == ("meridian", "ok", None, 0)


def test_runs_come_with_their_balance_the_latest_first(found: Figures) -> None:
    assert [(run.run_id, run.seconds, run.balanced) for run in found.runs] == [(SECOND, 90, False), (RUN, 90, True)]


def test_a_later_compaction_does_not_move_the_days_that_are_told(lake: Lake, found: Figures) -> None:
    later = NOON + timedelta(days=200)
    commit(lake, RunRecord.from_tallies(f"{later:%Y%m%dT%H%M%SZ}-cccccc", later, later, "compact", [], []))
    assert read_figures(lake, 30, later).until == found.until


def test_a_source_may_look_like_a_number(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    write(lake, RUN, [story_article(article(replace(OUTLET, id="007")))])
    assert [source.source for source in read_figures(lake, 30, NOON).copy] == ["007"]


def test_a_file_that_a_commit_replaces_meanwhile_is_looked_up_anew(
    lake: Lake, found: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = Lake.files
    gone = [lake.root / "articles" / "date=2026-10-01" / "source=post" / f"part-{RUN}-gone.parquet"]
    monkeypatch.setattr(Lake, "files", lambda *given: listed(*given) + [gone.pop() for _ in gone[:1]])
    assert read_figures(lake, 30, NOON + 2 * HOUR) == found
    assert gone == []


@pytest.mark.parametrize("damaged", [f"articles/date=2026-10-01/source=post/part-{RUN}.parquet", f"runs/{RUN}.json"])
def test_a_damaged_file_is_an_error_that_names_it(lake: Lake, damaged: str) -> None:
    (lake.root / damaged).write_text("{ no")
    with pytest.raises(LakeError, match=re.escape(Path(damaged).name)):
        read_figures(lake, 30, NOON)


def test_nothing_on_the_page_can_be_loaded_or_run(found: Figures) -> None:
    page = page_of(found)
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
    page = html.document_fromstring(written)
    assert EVIL in [" ".join(element.text_content().split()) for element in page.iter("bdi")]


def test_tables_have_captions_and_headings_with_scope(found: Figures) -> None:
    page = page_of(found)
    tables = page.xpath("//table")
    assert len(tables) >= 8
    for table in tables:
        assert table.findtext("caption")
        assert table.xpath(".//th[not(@scope)]") == []
        assert all(row.xpath("th[@scope='row']") for row in table.iter("tr") if row.getparent().tag == "tbody")


def test_ids_are_unique_and_references_lead_somewhere(found: Figures) -> None:
    page = page_of(found)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:url\(|href=")#([\w-]+)', html.tostring(page, encoding="unicode")))
    assert used <= set(ids)


def test_charts_carry_their_figures_as_tooltips(found: Figures) -> None:
    tips = [title.text for title in page_of(found).xpath("//*[local-name()='svg']//*[local-name()='title']")]
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
    page = page_of(read_figures(lake, 30, NOON))
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


def test_the_command_writes_the_page_and_leaves_the_lake_as_it_was(
    lake: Lake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")}
    out = tmp_path / "page.html"
    assert cli.main(["report", "--lake", str(lake.root), "--out", str(out)]) == 0
    assert "5 articles of 2 sources" in capsys.readouterr().err
    assert html.document_fromstring(out.read_text(encoding="utf-8")).findtext(".//h1") == "lake"
    assert {path: path.stat().st_mtime_ns for path in lake.root.rglob("*")} == before


@pytest.mark.parametrize(
    ("where", "out", "said"),
    [
        ("nowhere", "report.html", "nowhere is not a lake"),
        (".", "report.html", "is not a lake"),
        ("ftp://host/lake", "report.html", "Beam has no file system for ftp://"),
        ("lake", "no/such/folder/report.html", "cannot be written"),
        ("lake", ".", "cannot be written"),
    ],
)
def test_what_cannot_be_read_or_written_exits_with_2(
    lake: Lake, where: str, out: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(lake.root.parent)
    assert cli.main(["report", "--lake", where, "--out", out]) == 2
    assert said in capsys.readouterr().err
    assert os.listdir() == ["lake"]


@pytest.mark.parametrize("days", ["0", "-3", "x", "99999"])
def test_a_wrong_number_of_days_exits_with_2(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["report", "--lake", "lake", "--days", days])
    assert caught.value.code == 2
    assert "not a number of days" in capsys.readouterr().err


def test_without_the_libraries_of_the_report_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "pipelines.report.queries")
    assert cli.main(["report", "--lake", "lake"]) == 2
    assert "pip install '.[report]'" in capsys.readouterr().err


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
