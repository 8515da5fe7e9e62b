"""A lake in S3, by a server on loopback that speaks it: whole passes, death at every step, slow runs, two writers, wrong addresses."""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]
import duckdb
import pytest
from apache_beam.io.filesystem import FileSystem
from apache_beam.io.filesystems import FileSystems
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

import copydesk
from examples.serve_newsroom import NEWSROOM, Served, serving
from pipelines import cli
from schemas import Row
from tests.support.samples import RUN, poll, summary
from tests.support.small_lakes import COPY, ORIGINAL, OTHER, rows_of, stage_all
from transforms.lake import layout
from transforms.lake.commit import commit
from transforms.lake.index import articles_known
from transforms.lake.layout import LEASES, STAGING, Lake, LakeError, has_record, read_record, run_ids
from transforms.lake.leases import SECONDS
from transforms.lake.locking import writing
from transforms.lake.opening import existing_lake, open_lake

BUCKET = "news"
SCHEMES = {system.scheme() for system in FileSystem.get_all_subclasses()}
LATER = "20261002T120000Z-abcdef"
OF_THE_RUN = ["run_id", "fetched_at", "first_seen_at"]


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """boto3's client for a server with an empty bucket, to which the environment leads."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        patch.setenv("no_proxy", "127.0.0.1")
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client
    server.stop()


@pytest.fixture
def lake(s3: Any, request: pytest.FixtureRequest) -> Lake:
    """A new lake of its own for a test."""
    return open_lake(f"s3://{BUCKET}/{abs(hash(request.node.name))}")


def objects(s3: Any, lake: Lake, below: str = "") -> list[str]:
    """Their names below the lake's address."""
    prefix = str(lake.place).removeprefix(f"s3://{BUCKET}/") + "/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix + below)
    return [item["Key"].removeprefix(prefix) for page in pages for item in page.get("Contents", [])]


def data(s3: Any, lake: Lake) -> list[str]:
    return [name for name in objects(s3, lake) if name.endswith(".parquet") and not name.startswith(STAGING)]


def expire_leases(lake: Lake) -> None:
    """Sets the time of all leases in the store to long ago."""
    keys = s3_backends["123456789012"]["aws"].buckets[BUCKET].keys
    for path in lake.store.files(LEASES):
        item = keys[f"{str(lake.place).removeprefix(f's3://{BUCKET}/')}/{path}"]
        item.last_modified -= timedelta(seconds=SECONDS + 5)


def put(lake: Lake, run_id: str, *rows: Row) -> None:
    """A run that commits these rows."""
    with writing(lake, run_id):
        commit(lake, summary(*stage_all(lake, run_id, rows), run_id=run_id))


# Whole passes


def run(lake: str, proxy: str, *more: str) -> int:
    sources = str(NEWSROOM / "sources.toml")
    options = ["--lake", lake, "--proxy", proxy, "--pause", "0", "--quiet"]
    return cli.main(["run", "--sources", sources, *options, *more])


@pytest.fixture(scope="module")
def two_passes(s3: Any) -> tuple[Lake, list[str], list[Served]]:
    """A lake after two passes, the data of the first one, and the requests of the second.

    The second pass finds the store by Beam's options instead of the environment.
    """
    place, served = f"s3://{BUCKET}/passes/lake", list[Served]()
    with serving() as proxy:
        assert run(place, proxy) == 0
    first = data(s3, Lake(place))
    with serving(served=served) as proxy, pytest.MonkeyPatch.context() as patch:
        options = [f"--s3_endpoint_url={os.environ['AWS_ENDPOINT_URL']}", "--s3_region_name=us-east-1"]
        options += ["--s3_access_key_id=test", "--s3_secret_access_key=test"]
        for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            patch.delenv(name)
        layout._object_store.cache_clear()
        assert run(place, proxy, *options) == 0
    layout._object_store.cache_clear()
    FileSystems.set_options(None)
    return existing_lake(place), first, served


def test_a_first_pass_brings_all_and_a_second_one_nothing_new(
    s3: Any, two_passes: tuple[Lake, list[str], list[Served]]
) -> None:
    lake, first, served = two_passes
    assert {path.partition("/")[0] for path in first} == {"articles", "index", "polls", "rejects", "sketches"}
    assert {path.partition("/")[0] for path in set(data(s3, lake)) - set(first)} == {"polls"}
    assert [item for item in served if item.path.endswith(".html")] == []
    records = [read_record(lake, run_id) for run_id in run_ids(lake)]
    assert [record.total.articles > 0 for record in records] == [True, False]
    assert all(record.balanced for record in records)


def test_nothing_is_left_but_the_lake(s3: Any, two_passes: tuple[Lake, list[str], list[Served]]) -> None:
    lake = two_passes[0]
    assert {name.partition("/")[0] for name in objects(s3, lake)} == {
        "articles",
        "index",
        "polls",
        "rejects",
        "runs",
        "sketches",
        "lake.json",
        "_robots",
    }


def test_compact_verify_and_report_look_after_it(
    s3: Any,
    two_passes: tuple[Lake, list[str], list[Served]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    there = str(two_passes[0].place)
    assert cli.main(["verify", "--lake", there, "--quiet"]) == 0
    assert cli.main(["compact", "--lake", there]) == 0
    assert "2 -> 1 files" in capsys.readouterr().err
    assert cli.main(["compact", "--lake", there]) == 0
    assert "Nothing to compact" in capsys.readouterr().err
    assert cli.main(["verify", "--lake", there, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lake"] == there
    assert cli.main(["report", "--lake", there, "--out", str(tmp_path / "here.html")]) == 0
    count = read_record(two_passes[0], run_ids(two_passes[0])[0]).total.articles
    assert f"here.html: {count} articles of 7 sources" in capsys.readouterr().err


def test_a_reader_gets_tables_and_waits_a_compaction_out(s3: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, RUN, *rows_of(ORIGINAL, OTHER))
    put(lake, LATER, *rows_of(COPY))
    before = objects(s3, lake)
    reader = copydesk.open_lake(str(lake.place))
    table = reader.articles()
    assert sorted(table["article_id"].to_pylist()) == sorted(row.article_id for row in (ORIGINAL, COPY, OTHER))
    assert sorted(story["articles"] for story in reader.stories().to_pylist()) == [1, 2]
    articles = reader.dataset("articles")
    assert duckdb.execute("SELECT count(*) FROM articles WHERE source = 'post'").fetchall() == [(2,)]
    assert objects(s3, lake) == before
    listed, asked = Lake.paths, list[str]()

    def list_then_compact(self: Lake, *arguments: Any) -> list[str]:
        paths = listed(self, *arguments)
        asked.append(arguments[0])
        if len(asked) == 1:
            assert cli.main(["compact", "--lake", str(lake.place), "--quiet"]) == 0
        return paths

    monkeypatch.setattr(Lake, "paths", list_then_compact)
    assert reader.articles(since="2026-10-01", sources=["post", "meridian"]).num_rows == 3
    assert asked.count("articles") > 1
    assert len(data(s3, lake)) < 4
    with pytest.raises(FileNotFoundError):
        articles.to_table()


def test_verify_names_what_is_wrong_and_repairs_what_is_safe(
    s3: Any, lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    put(lake, RUN, *rows_of(ORIGINAL, OTHER), poll(entries=2))
    index = next(path for path in data(s3, lake) if path.startswith("index/"))
    articles = next(path for path in data(s3, lake) if path.startswith("articles/"))
    prefix = str(lake.place).removeprefix(f"s3://{BUCKET}/")
    s3.delete_object(Bucket=BUCKET, Key=f"{prefix}/{index}")
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/thesis.doc", Body=b"x")
    with writing(lake, LATER):
        stage_all(lake, LATER, [poll()])
    assert cli.main(["verify", "--lake", str(lake.place), "--quiet"]) == 1
    output = capsys.readouterr().out
    for line in (
        f"missing-partition: {index.partition('/')[0]}",
        "not-indexed",
        f"leftover: {STAGING}/{LATER}",
        "thesis",
    ):
        assert line in output
    s3.delete_object(Bucket=BUCKET, Key=f"{prefix}/thesis.doc")
    assert cli.main(["verify", "--lake", str(lake.place), "--repair", "--quiet"]) == 1
    assert articles_known(lake, [ORIGINAL.article_id]).keys() == {ORIGINAL.article_id}
    assert cli.main(["verify", "--lake", str(lake.place), "--quiet"]) == 1
    assert f"missing: {index}" in capsys.readouterr().out
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/{articles}", Body=b"PAR1 no")
    assert cli.main(["verify", "--lake", str(lake.place), "--quiet"]) == 1
    assert f"unreadable: {articles}" in capsys.readouterr().out


# Two writers


@pytest.mark.system
def test_a_worker_process_stages_and_commits_under_the_lease_of_its_run(s3: Any, lake: Lake) -> None:
    worker = (
        "import pickle, sys; from transforms.lake.commit import commit, stage; from transforms.lake.layout import partition\n"
        "from tests.support.samples import poll, summary\n"
    )
    worker += "lake = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
    worker += "commit(lake, summary(*stage(lake, sys.argv[2], partition(poll()), [poll()]), run_id=sys.argv[2]))"
    with writing(lake, RUN):
        subprocess.run([sys.executable, "-c", worker, pickle.dumps(lake).hex(), RUN], check=True)
    assert len(data(s3, lake)) == 1
    assert has_record(lake, RUN)


@pytest.mark.system
def test_a_killed_run_holds_the_lake_until_its_lease_expires_and_is_finished_then(
    s3: Any, lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    put(lake, f"{RUN}-0", poll())
    put(lake, f"{RUN}-1", poll())
    killed = "import os, sys; from pipelines import cli; from transforms.lake import commit\n"
    killed += "commit._finish = lambda *_: os.kill(os.getpid(), 9)\ncli.main(sys.argv[1:])"
    options = ["compact", "--lake", str(lake.place)]
    assert subprocess.run([sys.executable, "-c", killed, *options], check=False).returncode == -signal.SIGKILL
    assert cli.main(options) == 1
    assert "its lease ends at" in capsys.readouterr().err
    expire_leases(lake)
    assert cli.main(options) == 0
    assert "Finished the commit of run" in capsys.readouterr().err
    assert len(data(s3, lake)) == 1


@pytest.mark.system
def test_processes_that_race_write_one_after_the_other(s3: Any, lake: Lake, tmp_path: Path) -> None:
    racer = "import os, sys, time; from transforms.lake.layout import LakeBusyError; from transforms.lake.locking import writing\n"
    racer += "from transforms.lake.opening import open_lake\nlake, turns = open_lake(sys.argv[1]), 0\n"
    racer += "while turns < 4:\n try:\n  with writing(lake, 'r'):\n   os.mkdir(sys.argv[2]); time.sleep(0.02); os.rmdir(sys.argv[2])\n"
    racer += "   turns += 1\n except LakeBusyError: pass"
    command = [sys.executable, "-c", racer, str(lake.place), str(tmp_path / "inside")]
    racers = [subprocess.Popen(command) for _ in range(2)]
    assert [racer.wait() for racer in racers] == [0, 0]
    assert objects(s3, lake, LEASES) == []


# Wrong addresses


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("s3://no-such-bucket/lake", "There is no bucket no-such-bucket"),
        ("s3://", "Give --lake a bucket"),
        (f"s3://{BUCKET}/a*", "Give --lake a bucket and a plain path"),
        ("ftp://host/lake", "Beam has no file system for ftp://"),
        ("hdfs://host/lake", r"pip install 'apache-beam\[hadoop\]'"),
    ],
)
def test_an_address_that_cannot_be_a_lake_is_refused(s3: Any, address: str, message: str) -> None:
    for way in (open_lake, existing_lake):
        with pytest.raises(LakeError, match=message):
            way(address)


@pytest.mark.skipif("gs" in SCHEMES, reason="the extra gcp is installed")
def test_without_its_extra_a_scheme_names_it() -> None:
    with pytest.raises(LakeError, match=r"pip install '\.\[gcp\]'"):
        open_lake("gs://bucket/lake")


@pytest.mark.system
def test_without_boto3_the_extra_is_named(s3: Any) -> None:
    without = "import sys; sys.modules['boto3'] = None; from pipelines import cli; sys.exit(cli.main(sys.argv[1:]))"
    command = [sys.executable, "-c", without, "verify", "--lake", f"s3://{BUCKET}/lake"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].endswith("Install them: pip install '.[aws]'")


def test_credentials_that_are_missing_are_reported(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    with pytest.raises(LakeError, match=r"Unable to locate credentials\. Check your credentials"):
        open_lake(f"s3://{BUCKET}/without-credentials")


def test_a_server_that_cannot_be_reached_is_reported(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(LakeError, match=r'Could not connect to the endpoint URL: "http://127\.0\.0\.1:9/'):
        open_lake(f"s3://{BUCKET}/without-server")


def test_a_place_without_a_lake_is_left_alone(s3: Any) -> None:
    with pytest.raises(LakeError, match=r"is not a lake: it has no lake\.json"):
        existing_lake(f"s3://{BUCKET}/nothing")
    s3.put_object(Bucket=BUCKET, Key="strange/thesis.doc", Body=b"x")
    with pytest.raises(LakeError, match=r"holds other files \(thesis.doc"):
        open_lake(f"s3://{BUCKET}/strange")
    with pytest.raises(LakeError, match="local lakes only"):
        _ = Lake(f"s3://{BUCKET}/nothing").root


def test_a_commit_of_many_partitions_needs_few_requests(lake: Lake) -> None:
    requests: list[str] = []
    store: Any = lake.store
    store._system._client.client.meta.events.register(
        "before-call.s3", lambda model, **_: requests.append(model.name), unique_id="count"
    )
    with writing(lake, RUN):
        made = (replace(OTHER, article_id=f"{n:032x}", source=f"s{n}") for n in range(40))
        commit(lake, summary(*stage_all(lake, RUN, rows_of(*made)), run_id=RUN))
    store._system._client.client.meta.events.unregister("before-call.s3", unique_id="count")
    assert len(lake.paths("articles")) == 40
    assert len(requests) < 4 * 41
