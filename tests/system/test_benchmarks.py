"""What the benchmarks rest on: lakes that are made for them, and answers that engines agree on."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import queries
from benchmarks.generated import Plan, fill
from benchmarks.publishing import Newsroom
from benchmarks.weather import LONGEST, UnsteadyNewsroom, spells
from tests.support.small_lakes import check
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake


def lake_of(folder: Path, plan: Plan) -> Lake:
    lake = open_lake(folder)
    fill(lake, plan)
    return lake


@pytest.mark.parametrize("passes", [6, 1])
def test_a_generated_lake_is_sound_and_has_what_was_planned(tmp_path: Path, passes: int) -> None:
    plan = Plan(articles=400, sources=20, days=3, passes=passes)
    lake = lake_of(tmp_path, plan)
    found = check(lake)
    assert found.problems == []
    assert len(list(lake.runs.rglob("*.json"))) == 3 * passes
    ((articles, stories, languages, revised),) = queries.ask_duckdb(
        lake,
        """SELECT count(*), count(*) FILTER (relation != 'original'), count(DISTINCT language), count(*) FILTER (revision > 1)
        FROM articles""",
    )
    assert articles == 400
    assert stories > 20  # type: ignore[operator]  # a count
    assert languages == 7
    assert (revised != 0) == (passes > 1)


def test_the_same_plan_makes_the_same_articles(tmp_path: Path) -> None:
    plan = Plan(articles=60, sources=5, days=1, passes=2)
    query = "SELECT article_id, revision, body, story_id FROM articles ORDER BY ALL"
    first, second = (queries.ask_duckdb(lake_of(tmp_path / name, plan), query) for name in ("one", "two"))
    assert first == second


def test_the_questions_are_answered_alike_before_and_after_compaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = lake_of(tmp_path, Plan(articles=400, sources=20, days=3, passes=6))
    before = len(lake.files("articles"))
    monkeypatch.setattr(sys, "argv", ["queries", "--lake", str(tmp_path), "--turns", "1", "--verify"])
    queries.main()
    told = capsys.readouterr().out
    assert f"{before} -> 60 files of articles" in told
    assert told.count("DuckDB: ") == told.count("Polars: ") == 4
    assert "copydesk verify" in told


def test_hosts_of_the_soak_fail_one_way_at_a_time_and_heal_in_the_end() -> None:
    hour = UnsteadyNewsroom(Newsroom(sources=30, every=60.0, began=0.0), seed=1, heals_at=3600.0)
    for source in range(30):
        every = spells(hour, source)
        assert all(before.ended <= after.began for before, after in pairwise(every))
        assert all(spell.ended - spell.began <= LONGEST and spell.ended <= hour.heals_at for spell in every)
        assert all(hour.early(source, number)[1] <= hour.heals_at for number in range(60))
    assert len({spell.kind for source in range(30) for spell in spells(hour, source)}) > 12
    assert spells(hour, 0) == spells(UnsteadyNewsroom(hour.newsroom, 1, hour.heals_at), 0)
