"""Measures analysts' questions over a large lake, before and after ``copydesk compact``, by DuckDB and Polars.

    python -m benchmarks.queries --lake big                    # an existing lake; it is compacted
    python -m benchmarks.queries --articles 1000000            # a lake of hourly passes that is made for this
    python -m benchmarks.queries --lake big --verify --report  # also the seconds of verify and report

Each question is asked ``--turns`` times, each time on a new connection; the fastest turn counts. Compaction must not change an answer, and
the engines must agree.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.generated import add_plan_arguments, fill, plan_of
from benchmarks.measure import COPYDESK
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake

Answer = list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One question, in SQL and in Polars. Both give the same answer."""

    text: str
    """The question, for people."""
    sql: str
    """The query over ``articles``."""
    lazy: Callable[[pl.LazyFrame], pl.LazyFrame]
    """The same for a frame of all articles."""


def questions(last: date, story: str) -> list[Question]:
    """The questions to a lake with the last day ``last`` and the story ``story``."""
    month, week = last - timedelta(days=29), last - timedelta(days=6)
    return [
        Question(
            "articles a day by language, 30 days",
            f"""SELECT date, language, count(DISTINCT article_id) FROM articles WHERE date >= '{month}'
                GROUP BY date, language ORDER BY date, language""",
            lambda rows: (
                rows.filter(pl.col("date") >= month)
                .group_by("date", "language")
                .agg(pl.col("article_id").n_unique())
                .sort("date", "language")
            ),
        ),
        Question(
            "agency copy by outlet, 30 days",
            f"""SELECT source, agency, count(DISTINCT article_id) FROM articles
                WHERE date >= '{month}' AND source_kind = 'outlet' AND agency IS NOT NULL
                GROUP BY source, agency ORDER BY source, agency""",
            lambda rows: (
                rows.filter(
                    (pl.col("date") >= month) & (pl.col("source_kind") == "outlet") & pl.col("agency").is_not_null()
                )
                .group_by("source", "agency")
                .agg(pl.col("article_id").n_unique())
                .sort("source", "agency")
            ),
        ),
        Question(
            "who ran one story, all days",
            f"""SELECT published_at::TIMESTAMP, source, headline, relation FROM articles
                WHERE story_id = '{story}' ORDER BY published_at, source, headline""",
            lambda rows: (
                rows.filter(pl.col("story_id") == story)
                .select(pl.col("published_at").dt.replace_time_zone(None), "source", "headline", "relation")
                .sort("published_at", "source", "headline")
            ),
        ),
        Question(
            "a word in the bodies of 7 days",
            f"""SELECT date, source_kind, count(*) FROM articles WHERE date >= '{week}' AND contains(body, ' dede ')
                GROUP BY date, source_kind ORDER BY date, source_kind""",
            lambda rows: (
                rows.filter((pl.col("date") >= week) & pl.col("body").str.contains(" dede ", literal=True))
                .group_by("date", "source_kind")
                .len()
                .sort("date", "source_kind")
            ),
        ),
    ]


def main() -> None:
    """Asks, compacts, asks again, and prints a table."""
    parser = argparse.ArgumentParser(description="Measures questions to a lake, before and after compaction.")
    parser.add_argument("--lake", help="an existing lake; it is compacted (default: make one)")
    parser.add_argument("--verify", action="store_true", help="also measure copydesk verify, before and after")
    parser.add_argument("--report", action="store_true", help="also measure copydesk report, before and after")
    parser.add_argument("--turns", type=int, default=3, help="times that each question is asked (default: %(default)s)")
    add_plan_arguments(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.lake is None:
            fill(open_lake(f"{folder}/lake"), plan_of(options), options.workers)
        lake = open_lake(options.lake or f"{folder}/lake")
        commands = [["verify"]] if options.verify else []
        commands += [["report", "--out", f"{folder}/report.html"]] if options.report else []
        to_ask = questions(*_subject(lake))
        before = _measure(lake, to_ask, commands, options.turns)
        compacted = _seconds_of(lake, ["compact", "--quiet"])
        print(f"compacted in {compacted:.0f} s", flush=True)
        after = _measure(lake, to_ask, commands, options.turns)
    table = Table(box=None)
    for column in ("seconds", "before", "after", "times"):
        table.add_column(column, justify="left" if column == "seconds" else "right")
    for name, seconds in before.seconds.items():
        table.add_row(name, f"{seconds:.2f}", f"{after.seconds[name]:.2f}", f"{seconds / after.seconds[name]:.1f}")
    console = Console(highlight=False)
    console.print(f"{before.files:,} -> {after.files:,} files of articles, compacted in {compacted:.0f} s")
    console.print(
        f"{before.rows:,} rows; {before.bytes / before.rows:,.0f} -> {after.bytes / after.rows:,.0f} bytes each"
    )
    console.print(table)
    if before.answers != after.answers:
        raise SystemExit("compaction changed an answer")


@dataclass(slots=True)
class _Measured:
    files: int
    rows: int
    bytes: int
    seconds: dict[str, float]
    answers: list[Answer]


def _measure(lake: Lake, to_ask: list[Question], commands: list[list[str]], turns: int) -> _Measured:
    sizes = [file.stat().st_size for file in lake.files("articles")]
    (rows,) = ask_duckdb(lake, "SELECT count(*) FROM articles")[0]
    assert isinstance(rows, int)
    measured = _Measured(len(sizes), rows, sum(sizes), {}, [])
    for question in to_ask:
        by_duckdb = _best(lambda: ask_duckdb(lake, question.sql), turns)  # noqa: B023
        by_polars = _best(lambda: _ask_polars(lake, question.lazy), turns)  # noqa: B023
        print(f"{question.text}: DuckDB {by_duckdb[0]:.2f} s, Polars {by_polars[0]:.2f} s", flush=True)
        assert by_duckdb[1] == by_polars[1] != [], question.text
        measured.answers.append(by_duckdb[1])
        measured.seconds[f"DuckDB: {question.text}"] = by_duckdb[0]
        measured.seconds[f"Polars: {question.text}"] = by_polars[0]
    for command in commands:
        measured.seconds[f"copydesk {command[0]}"] = _seconds_of(lake, command)
        print(f"{command[0]}: {measured.seconds[f'copydesk {command[0]}']:.0f} s", flush=True)
    return measured


def _best(ask: Callable[[], Answer], turns: int) -> tuple[float, Answer]:
    """Seconds of the fastest turn, and the answer. Other work on the machine only adds time."""
    seconds = []
    for _ in range(turns):
        began = time.perf_counter()
        answer = ask()
        seconds.append(time.perf_counter() - began)
    return min(seconds), answer


def ask_duckdb(lake: Lake, query: str) -> Answer:
    """The rows of a query over ``articles``: all revisions of all articles."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        files = f"read_parquet('{lake.dataset('articles')}/**/*.parquet', hive_partitioning = true)"
        return connection.execute(f"WITH articles AS (FROM {files}) {query}").fetchall()


def _ask_polars(lake: Lake, lazy: Callable[[pl.LazyFrame], pl.LazyFrame]) -> Answer:
    rows = pl.scan_parquet(f"{lake.dataset('articles')}/**/*.parquet", hive_partitioning=True)
    return lazy(rows).collect().rows()


def _subject(lake: Lake) -> tuple[date, str]:
    """The last day, and the story with the most articles on the day before it."""
    days = sorted(day.name.removeprefix("date=") for day in lake.dataset("articles").iterdir())
    query = f"""SELECT story_id FROM articles WHERE date = '{days[-2]}'
                GROUP BY story_id ORDER BY count(*) DESC, story_id LIMIT 1"""
    ((story,),) = ask_duckdb(lake, query)
    return date.fromisoformat(days[-1]), str(story)


def _seconds_of(lake: Lake, command: list[str]) -> float:
    began = time.perf_counter()
    arguments = [*COPYDESK, command[0], "--lake", str(lake.root), *command[1:]]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"copydesk {command[0]} exited with {ended.returncode}: {ended.stdout[:1000]}{ended.stderr}")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
