"""The engines that docs/reading.md names read the lake: its examples as they stand, what they need not open, zones and lists."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest

from examples.serve_newsroom import NEWSROOM, serving
from pipelines.batch import main
from tests.support.samples import OUTLET, RUN, WIRE, article, story_article, summary
from transforms.lake.commit import commit, stage
from transforms.lake.layout import partition
from transforms.lake.opening import open_lake

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")


def example(engine: str) -> str:
    """The code below the heading of an engine."""
    found = re.search(rf"^## {engine}\n.*?```\w+\n(.*?)```", GUIDE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lake of the bundled newsroom."""
    folder = tmp_path_factory.mktemp("readers")
    with serving() as proxy:
        sources = ["--sources", str(NEWSROOM / "sources.toml"), "--lake", str(folder / "lake"), "--proxy", proxy]
        assert main([*sources, "--pause", "0", "--quiet"]) == 0
    return folder


@pytest.fixture
def desk(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, to read from."""
    monkeypatch.chdir(whole)
    return whole


def files_of(folder: Path, *parts: str) -> list[Path]:
    """The files of articles with one of these parts in their path, in order."""
    return [file for file in sorted(folder.rglob("articles/**/*.parquet")) if any(part in str(file) for part in parts)]


def articles_of(folder: Path, *parts: str) -> list[dict[str, Any]]:
    """The rows in these files, read by Arrow one file after the other; with the source of the path."""
    return [
        row | {"source": file.parent.name.removeprefix("source=")}
        for file in files_of(folder, *parts)
        for row in ds.dataset(file).to_table().to_pylist()
    ]


def test_duckdb_opens_one_file_for_one_day_of_one_source(desk: Path) -> None:
    answer = duckdb.execute(example("DuckDB")).fetchall()
    (expected,) = articles_of(desk, "date=2026-10-01/source=harbourpost")
    local = expected["published_at"].replace(tzinfo=None) - timedelta(hours=4)
    assert answer == [(local, expected["headline"], expected["authors"][0], len(expected["authors"]))]
    ((_, plan),) = duckdb.execute(f"EXPLAIN ANALYZE {example('DuckDB')}").fetchall()
    told = f"Scanning Files: 1/{len(files_of(desk, 'date='))}"
    assert told in plan
    assert told in GUIDE


def test_duckdb_tells_who_links_where(desk: Path) -> None:
    (query,) = re.findall(r"```sql\n(-- Who links where.*?)```", GUIDE, re.DOTALL)
    assert duckdb.execute(query).fetchall() == [
        ("harbourpost", "basinterminals.example", 1, "Basin Terminals"),
        ("harbourpost", "labour.gov.example", 1, "The labour ministry"),
        ("harbourpost", "wire.meridian.example", 1, "stopped work at dawn on Thursday"),
    ]


def test_lists_of_structs_are_the_same_to_every_reader(desk: Path) -> None:
    rows = articles_of(desk, "date=")
    expected = sorted((image["url"], image["caption"] or "") for row in rows for image in row["images"])
    assert len(expected) > 20
    files = "lake/articles/*/*/part-*.parquet"
    found = duckdb.execute(f"SELECT unnest(images, recursive := true) FROM '{files}'").fetchall()
    assert sorted((url, caption or "") for url, caption, *_ in found) == expected
    images = pl.scan_parquet(files).select(pl.col("images").explode()).drop_nulls().collect()["images"]
    assert sorted((image["url"], image["caption"] or "") for image in images.to_list() if image) == expected
    frame = pd.read_parquet("lake/articles", columns=["images"])
    assert sorted((each["url"], each["caption"] or "") for row in frame["images"] for each in row) == expected


def test_polars_scans_only_the_days_asked_for(desk: Path) -> None:
    held: dict[str, Any] = {"print": lambda *_: None}
    exec(example("Polars"), held)
    days: pl.LazyFrame = held["days"]
    expected = articles_of(desk, "date=2026-10-01", "date=2026-10-02")
    assert days.collect()["len"].sum() == len(expected)
    assert days.collect()["authors"].sum() == sum(len(row["authors"]) for row in expected)
    assert days.collect()["published_at"].max() == max(row["published_at"] for row in expected)
    assert str(days.collect_schema()["published_at"]) == "Datetime(time_unit='us', time_zone='Asia/Tokyo')"
    scans = re.findall(r"Parquet SCAN \[([^,\]]+)(?:, \.\.\. (\d+) other sources?)?\]", days.explain())
    assert {re.findall("date=([^/]+)", first)[0] for first, _ in scans} == {"2026-10-01", "2026-10-02"}
    assert sum(1 + int(others or 0) for _, others in scans) == len(files_of(desk, "date=2026-10-01", "date=2026-10-02"))


def test_pandas_does_not_open_what_the_filter_excludes(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(desk / "lake", tmp_path / "lake")
    schema_is_from, *others = files_of(tmp_path, "date=")
    for file in others:
        if "source=harbourpost" not in str(file):
            file.write_bytes(b"no Parquet")
    monkeypatch.chdir(tmp_path)
    held: dict[str, Any] = {"print": lambda *_: None}
    exec(example("pandas"), held)
    frame: pd.DataFrame = held["articles"]
    expected = articles_of(desk, "source=harbourpost")
    assert "harbourpost" not in str(schema_is_from)
    assert [list(names) for names in frame["authors"]] == [row["authors"] for row in expected]
    assert list(frame["local"]) == [row["published_at"] for row in expected]
    assert str(frame["local"].dtype) == "datetime64[us, America/New_York]"
    signed = frame.explode("authors")["authors"].dropna().value_counts().to_dict()
    assert signed == Counter(name for row in expected for name in row["authors"])


def test_arrow_keeps_the_fragments_that_a_filter_leaves(desk: Path) -> None:
    told: list[Any] = []
    exec(example("PyArrow"), {"print": lambda *parts, sep=" ": told.append(parts)})
    count, evidence, times = told
    expected = [row for row in articles_of(desk, "date=2026-10-02") if row["agency"]]
    assert count == (len(files_of(desk, "date=2026-10-02")), "of", len(files_of(desk, "date=")), "files")
    assert sorted(evidence[0]) == sorted(mark for row in expected for mark in row["agency_evidence"])
    assert sorted(times) == sorted(row["published_at"] for row in expected)
    assert {str(time.tzinfo) for time in times} == {"Asia/Tokyo"}


@pytest.fixture
def spark_example(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The names of the Spark example, after it ran; everything that it listens on is on loopback."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install '.[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17, and there is no java on the PATH")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    held: dict[str, Any] = {"print": lambda *_: None}
    exec(example("Spark"), held)
    yield held
    held["spark"].stop()


def test_spark_reads_only_the_partitions_asked_for_with_lists_and_instants(
    desk: Path, spark_example: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    days = ("date=2026-10-01", "date=2026-10-02")
    expected = [row for row in articles_of(desk, *days) if row["agency"] and row["source_kind"] == "outlet"]
    copy, hours = spark_example["copy"], spark_example["hours"]
    rows = copy.selectExpr("source", "unix_micros(published_at) AS micros", "authors", "hour(published_at) AS hour")
    assert sorted((row.source, row.micros, row.authors, row.hour) for row in rows.collect()) == sorted(
        (row["source"], micros(row["published_at"]), row["authors"], (row["published_at"].hour - 4) % 24)
        for row in expected
    )
    grouped = hours.collect()
    assert sum(row.articles for row in grouped) == len(expected)
    assert sorted(name for row in grouped for name in row.authors) == sorted(
        name for row in expected for name in row["authors"]
    )
    assert {outlet for row in grouped for outlet in row.outlets} == {row["source"] for row in expected}
    plan = rows._jdf.queryExecution().executedPlan()
    scan = plan.collectLeaves().apply(0)
    assert scan.metrics().apply("numFiles").value() == len(files_of(desk, *days)) < len(files_of(desk, "date="))
    hours.explain("formatted")
    said = capfd.readouterr().out
    assert re.search(r"PartitionFilters: \[.*\(date#\d+ >= 2026-10-01\), \(date#\d+ <= 2026-10-02\)\]", said)


def micros(moment: datetime) -> int:
    return int(pa.scalar(moment, pa.timestamp("us", "UTC")).value)


def test_the_views_give_latest_revisions_stories_and_pickup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path / "lake")
    wire = article(WIRE, "http://wire.example/1", agency="MPA")
    first = story_article(wire)
    copy = story_article(
        article(OUTLET, "http://post.example/1", agency="MPA"), story_id=wire.article_id, relation="exact"
    )
    own = story_article(article(OUTLET, "http://post.example/2"))
    revised = story_article(article(OUTLET, "http://post.example/2", revision=2, headline="Two"))
    written = [stage(lake, RUN, partition(first), [first]), stage(lake, RUN, partition(copy), [copy, own, revised])]
    commit(lake, summary(*(file for files in written for file in files)))
    monkeypatch.chdir(tmp_path)
    with duckdb.connect() as connection:
        connection.execute((ROOT / "examples" / "views.sql").read_text(encoding="utf-8"))
        latest = connection.execute(
            "SELECT source, headline, revision FROM articles ORDER BY source, headline"
        ).fetchall()
        stories = connection.execute(
            "SELECT headline, first_source, sources, articles FROM stories ORDER BY articles"
        ).fetchall()
        pickup = connection.execute(
            "SELECT source, agency, articles, share FROM pickup ORDER BY agency NULLS LAST"
        ).fetchall()
    assert latest == [("meridian", "One", 1), ("post", "One", 1), ("post", "Two", 2)]
    assert stories == [("Two", "post", ["post"], 1), ("One", "meridian", ["meridian", "post"], 2)]
    assert pickup == [("post", "MPA", 1, 0.5), ("post", None, 1, 0.5)]


def test_the_views_tell_copy_with_and_without_credit_and_who_was_first(desk: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute((ROOT / "examples" / "views.sql").read_text(encoding="utf-8"))
        copy = connection.execute(
            "SELECT source, credited, relation, seconds_after_wire FROM wire_copy ORDER BY ALL"
        ).fetchall()
        races = connection.execute(
            "SELECT source, place, sources, seconds_after_first FROM races ORDER BY ALL"
        ).fetchall()
        queries = re.findall(r"-- (?:Of each outlet|Who has).*?;", GUIDE, re.DOTALL)
        answers = [connection.execute(query).fetchall() for query in queries]
    assert ("quillan", False, "near", 8700.0) in copy
    assert ("kumori", True, "abridged", 5400.0) in copy
    assert ("grauwinkel", True, "original", None) in copy  # a translation: the wire's own text is in another language
    assert ("harbourpost", 2, 3, 2580.0) in races
    assert {source for source, place, *_ in races if place == 1} == {"meridian"}
    assert [len(answer) for answer in answers] == [5, 5]
