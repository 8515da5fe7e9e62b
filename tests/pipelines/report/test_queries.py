"""The figures of a report."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.report import runs
from pipelines.report.figures import AgencyCount, DayCount, Figures, HostCount, LanguageCount, ReasonCount, SourceCopy
from pipelines.report.page import report_page
from pipelines.report.queries import read_figures
from tests.support.reports import EVIL, HOUR, SECOND, WIRE_STORY, write
from tests.support.samples import NOON, OUTLET, RUN, article, poll, story_article
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit
from transforms.lake.layout import Lake, LakeError, record_path
from transforms.lake.opening import open_lake


def test_the_headline_counts_an_article_once_and_what_is_older_not_at_all(found: Figures) -> None:
    head = found.totals
    assert (head.articles, head.sources, head.days) == (5, 2, 2)
    assert (head.outlet_articles, head.agency_articles, head.exact) == (4, 1, 1)
    assert (head.rejects, head.final_rejects, head.commits) == (3, 1, 2)
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


def commit_part(lake: Lake, minute: int, *before: str, articles: int = 1) -> str:
    """Commits a part of a pass, or a pass of one part, and returns its run id."""
    began = NOON + timedelta(minutes=minute)
    run_id = f"{began:%Y%m%dT%H%M%SZ}-aaaaaa"
    counts = {"entries": 2, "articles": articles, "waiting": 2 - articles}
    tallies = [Tally("post", name, count) for name, count in counts.items()]
    record = RunRecord.from_tallies(run_id, began, began + timedelta(seconds=50), "test", tallies, [])
    commit(lake, replace(record, pass_runs=[*before, run_id] if before else []))
    return run_id


def test_the_parts_of_a_pass_are_one_run(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    alone = commit_part(lake, 0, articles=2)
    first = commit_part(lake, 10)
    second = commit_part(lake, 11, first, articles=2)
    last = commit_part(lake, 12, first, second, articles=2)
    interrupted = [commit_part(lake, 20)]
    interrupted.append(commit_part(lake, 21, *interrupted, articles=0))
    later = NOON + HOUR
    commit(lake, RunRecord.from_tallies(f"{later:%Y%m%dT%H%M%SZ}-cccccc", later, later, "compact", [], []))
    figures = read_figures(lake, 30, later)
    rows = [(run.run_id, run.commits, run.seconds, run.entries, run.articles) for run in figures.runs]
    assert rows == [(interrupted[1], 2, 110, 4, 1), (last, 3, 170, 6, 5), (alone, 1, 50, 2, 2)]
    assert all(run.balanced for run in figures.runs)
    assert figures.totals.commits == 7
    page = report_page(figures, "lake", later)
    assert "The last 3 runs, of 7 commits in this time" in page


def test_runs_are_read_up_to_a_number_of_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path)
    parts: list[str] = []
    for minute in range(8):
        if minute % 4 == 0:
            parts = []
        parts.append(commit_part(lake, minute, *parts, articles=2))
    monkeypatch.setattr(runs, "LAST_RECORDS", 2)
    (run,) = read_figures(lake, 30, NOON).runs
    assert (run.run_id, run.commits, run.articles) == (parts[-1], 4, 8)
    (lake.root / record_path(parts[0])).unlink()
    (run,) = read_figures(lake, 30, NOON).runs
    assert (run.commits, run.articles) == (3, 6)


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
    listed = Lake.paths
    gone = [f"articles/date=2026-10-01/source=post/part-{RUN}-gone.parquet"]
    monkeypatch.setattr(Lake, "paths", lambda *given: listed(*given) + [gone.pop() for _ in gone[:1]])
    assert read_figures(lake, 30, NOON + 2 * HOUR) == found
    assert gone == []


def test_a_record_that_was_cut_off_is_left_out(lake: Lake, found: Figures) -> None:
    (lake.root / record_path(RUN)).write_text("")
    figures = read_figures(lake, 30, NOON)
    assert figures.totals.articles == found.totals.articles
    assert len(figures.runs) == len(found.runs) - 1


def test_a_damaged_file_is_an_error_that_names_it(lake: Lake) -> None:
    damaged = f"articles/date=2026-10-01/source=post/part-{RUN}.parquet"
    (lake.root / damaged).write_text("{ no")
    with pytest.raises(LakeError, match=re.escape(Path(damaged).name)):
        read_figures(lake, 30, NOON)
