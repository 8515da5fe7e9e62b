"""Lakes of older schema versions are read, added to, compacted and verified, by us and by the engines that docs/reading.md names."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import cli
from pipelines.report.queries import read_figures
from schemas import SCHEMA_VERSION
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import now
from transforms.lake.index import articles_known, seen_keys
from transforms.lake.layout import RECORDS, Lake, file_schema

LAKES = Path(__file__).parents[1] / "lakes"
VERSIONS = sorted(folder.name for folder in LAKES.glob("v*"))
LATER_COLUMNS = {"articles": "agency", "rejects": "http_status", "polls": "moved_to", "index": "published_at"}
"""Optional columns, one of each dataset, that the made-up version 0 did not have; the report asks for the first."""


def made_before_columns_came(lake: Lake) -> None:
    """Turns a lake into one of version 0, which lacked some optional columns of today."""
    for dataset, column in LATER_COLUMNS.items():
        for path in sorted(lake.root.glob(f"{dataset}/**/*.parquet")):
            rows = pq.ParquetFile(path).read().drop_columns([column])
            metadata = dict(rows.schema.metadata or {}) | {b"copydesk.schema_version": b"0"}
            pq.write_table(rows.replace_schema_metadata(metadata), path)
    for record in lake.runs.rglob("*.json"):
        content = json.loads(record.read_text()) | {"schema_version": 0}
        for file in content["written"]:
            file["bytes"] = (lake.root / file["path"]).stat().st_size
        record.write_text(json.dumps(content))
    (lake.root / "lake.json").write_text('{"format": "copydesk lake", "schema_version": 0}')


@pytest.fixture(params=[*VERSIONS, "v0"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """The kept lake of a released version, or one that lacks columns, as version 1 may once be to version 2."""
    lake = Lake(shutil.copytree(LAKES / (request.param if request.param in VERSIONS else "v1"), tmp_path / "lake"))
    if request.param == "v0":
        made_before_columns_came(lake)
    return lake


def add(lake: Lake) -> RunRecord:
    """A pass of today over the whole newsroom."""
    with serving() as proxy:
        sources = ["--sources", str(NEWSROOM / "sources.toml"), "--lake", str(lake.root), "--proxy", proxy]
        assert cli.main(["run", *sources, "--pause", "0", "--quiet"]) == 0
    records = (RunRecord.from_json(record.read_text()) for record in lake.runs.rglob("*.json"))
    return max(records, key=lambda record: record.started_at)


def is_sound(lake: Lake) -> bool:
    return cli.main(["verify", "--lake", str(lake.root), "--quiet"]) == 0


def rows_of(lake: Lake, dataset: str) -> list[dict[str, Any]]:
    """All rows, one file after the other; columns that a file lacks are not there."""
    files = sorted(lake.root.glob(f"{dataset}/**/*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def test_the_lake_of_this_version_is_kept() -> None:
    assert f"v{SCHEMA_VERSION}" in VERSIONS


def test_an_old_lake_is_sound_and_known(lake: Lake) -> None:
    assert is_sound(lake)
    index = [row for row in rows_of(lake, "index") if row["outcome"] == "article"]
    known = articles_known(lake, {row["article_id"] for row in index})
    assert {article_id: article.text_hash for article_id, article in known.items()} == {
        row["article_id"]: row["text_hash"] for row in index
    }
    entries = seen_keys(lake, {row["entry_key"] for row in index}, ()).entries
    assert all(entries[row["entry_key"]].done == {row["fingerprint"]} for row in index)


@pytest.mark.system
def test_an_old_lake_is_added_to_and_compacted_and_nothing_is_lost_or_doubled(lake: Lake) -> None:
    before = {row["article_id"]: row["run_id"] for row in rows_of(lake, "articles")}
    total = add(lake).total
    assert (len(before), total.articles, total.revised) == (10, 19, 0)
    mixed = rows_of(lake, "articles")
    ids = [row["article_id"] for row in mixed]
    assert len(ids) == len(set(ids)) == 29
    assert before.items() <= {row["article_id"]: row["run_id"] for row in mixed}.items()
    assert is_sound(lake)
    assert json.loads((lake.root / "lake.json").read_text())["schema_version"] == SCHEMA_VERSION

    assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 0
    assert is_sound(lake)
    assert sorted(row["article_id"] for row in rows_of(lake, "articles")) == sorted(ids)
    version = b"%d" % SCHEMA_VERSION
    for dataset in RECORDS:
        schemas = [pq.read_schema(file) for file in lake.files(dataset)]
        assert schemas == [file_schema(dataset)] * len(schemas)
        assert {schema.metadata[b"copydesk.schema_version"] for schema in schemas} == {version}
    again = add(lake).total
    assert (again.articles, again.entries) == (0, again.seen + again.rejects)


@pytest.mark.parametrize("when", ["before a pass", "after a pass", "after a compaction"])
def test_every_reader_reads_a_lake_of_old_and_new_files(
    lake: Lake, when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if when != "before a pass":
        add(lake)
    if when == "after a compaction":
        assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 0
    monkeypatch.chdir(tmp_path)
    expected = sorted((row["headline"], row.get("agency")) for row in rows_of(lake, "articles"))
    has_column = any("agency" in row for row in rows_of(lake, "articles"))
    names = ["headline", "agency"] if has_column else ["headline"]
    wanted = sorted(pair[: len(names)] for pair in expected)
    files = "lake/articles/**/*.parquet"
    with duckdb.connect() as connection:
        query = (
            f"SELECT {', '.join(names)} FROM read_parquet('{files}', hive_partitioning = true, union_by_name = true)"
        )
        assert in_order(connection.execute(query).fetchall()) == in_order(wanted)
        if has_column:
            connection.execute((LAKES.parents[1] / "examples" / "views.sql").read_text(encoding="utf-8"))
            assert connection.execute("SELECT count(*) FROM articles").fetchall() == [(len(expected),)]
            assert connection.execute("SELECT sum(articles) FROM stories").fetchall() == [(len(expected),)]
            assert connection.execute("SELECT count(*) > 0 FROM pickup").fetchall() == [(True,)]
    lazy = pl.scan_parquet(files, hive_partitioning=True, missing_columns="insert", extra_columns="ignore")
    rows = lazy.select(name for name in names if name in lazy.collect_schema()).collect()
    assert in_order(rows.rows()) == in_order(pair[: rows.width] for pair in wanted)
    newest = max((file for file in lake.files("articles")), key=lambda file: len(pq.read_schema(file).names))
    schema = pq.read_schema(newest).append(pa.field("date", pa.string())).append(pa.field("source", pa.string()))
    frame = pd.read_parquet("lake/articles", schema=schema, columns=names)
    assert in_order(frame.astype(object).where(frame.notna(), None).itertuples(index=False)) == in_order(wanted)
    table = ds.dataset("lake/articles", schema=schema, partitioning="hive").to_table(columns=names)
    assert in_order(zip(*(column.to_pylist() for column in table.columns), strict=True)) == in_order(wanted)


def in_order(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=str)


@pytest.mark.system
def test_the_report_tells_of_old_and_new_articles_alike(lake: Lake, tmp_path: Path) -> None:
    lacks_agencies = not any("agency" in row for row in rows_of(lake, "articles"))
    before = read_figures(lake, 100, now())
    assert (before.totals.articles, before.totals.agency_articles) == (10, 0 if lacks_agencies else 1)
    add(lake)
    assert read_figures(lake, 100, now()).totals.articles == 29
    assert cli.main(["report", "--lake", str(lake.root), "--out", str(tmp_path / "report.html"), "--days", "100"]) == 0


def test_missing_index_rows_are_made_from_old_articles(lake: Lake) -> None:
    lost = rows_of(lake, "index")
    shutil.rmtree(lake.dataset("index"))
    for record in lake.runs.rglob("*.json"):
        content = json.loads(record.read_text())
        content["written"] = [file for file in content["written"] if file["dataset"] != "index"]
        record.write_text(json.dumps(content))
    assert not is_sound(lake)
    assert cli.main(["verify", "--lake", str(lake.root), "--repair", "--quiet"]) == 0
    made = {row["entry_key"]: row["text_hash"] for row in rows_of(lake, "index")}
    assert made == {row["entry_key"]: row["text_hash"] for row in lost if row["outcome"] == "article"}
