"""Copydesk on a real Flink: two TaskManagers, Beam's job server, Python workers; with one TaskManager killed in the middle of work."""

import json
import os
import random
import signal
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.flink.cluster import Cluster, Settings
from examples.serve_newsroom import NEWSROOM, Served, serving
from pipelines.batch import main
from pipelines.verify import main as verify
from tests.support.engines import needs_flink
from tests.support.replays import page, put, replay, summaries
from tests.support.site import FEED, feed
from tests.support.streams import watching
from tests.support.tables import articles
from tests.support.waiting import wait_until
from tests.support.warc import record
from tests.support.web_server import Answers, WebServer

pytestmark = needs_flink


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("localhost", 0)) for _ in range(number)]
    ports = [int(found.getsockname()[1]) for found in sockets]
    for found in sockets:
        found.close()
    return ports


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    rest, rpc, job, artifact = free_ports(4)
    settings = Settings(rest_port=rest, rpc_port=rpc, job_port=job, artifact_port=artifact)
    cluster = Cluster(tmp_path_factory.mktemp("flink"), settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # its workers run functions of this module
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


def ask(cluster: Cluster, path: str) -> Any:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        f"http://localhost:{cluster.settings.rest_port}{path}", timeout=10
    ) as answer:
        return json.load(answer)


def kill_a_taskmanager_at_work(cluster: Cluster) -> None:
    """The one that most subtasks run on."""
    at = {
        entry["id"]: entry["slotsNumber"] - entry["freeSlots"]
        for entry in ask(cluster, "/taskmanagers")["taskmanagers"]
    }
    pid = cluster.pid(max(at, key=lambda name: at[name]))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def articles_of_a_pass(lake: Path, argv: list[str], proxy: str) -> list[dict[str, object]]:
    """The articles of a pass over the newsroom, less what differs from run to run."""
    sources = [
        "--sources",
        str(NEWSROOM / "sources.toml"),
        "--lake",
        str(lake),
        "--proxy",
        proxy,
        "--pause",
        "0",
        "--quiet",
    ]
    assert main([*sources, *argv]) == 0
    return articles(lake)


def test_a_batch_pass_gives_the_same_lake_though_a_taskmanager_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    with serving(NEWSROOM) as proxy:
        expected = articles_of_a_pass(tmp_path / "direct", [], proxy)
    requests: list[Served] = []
    with serving(NEWSROOM, served=requests) as proxy:
        passing = threading.Thread(
            target=lambda: found.extend(articles_of_a_pass(tmp_path / "flink", cluster.options(), proxy))
        )
        found: list[dict[str, object]] = []
        passing.start()
        wait_until(lambda: any(request.path.endswith(".html") for request in requests))
        kill_a_taskmanager_at_work(cluster)
        passing.join()
    assert found == expected
    assert len(list((tmp_path / "flink" / "runs").rglob("*.json"))) == 1


def test_a_replay_may_have_more_articles_than_flink_groups_under_one_key(cluster: Cluster, tmp_path: Path) -> None:
    """Their sketches together are larger than the buffer in which Flink sorts what has one key."""
    cluster.start()
    chosen, syllables = random.Random(1), "an be ci dor el fer go har in ka lo men nor pa re sil ter un ver wa".split()
    words = ["".join(chosen.choices(syllables, k=3)) for _ in range(4_000)]
    texts = (" ".join(chosen.choices(words, k=500)) + "." for _ in range(1_500))
    pages = [record(f"http://post.example/{n}.html", page(f"Story {n}", text)) for n, text in enumerate(texts)]
    assert replay(tmp_path / "lake", put(tmp_path, "one", *pages), *cluster.options()) == 0
    assert [run.total.articles for run in summaries(tmp_path / "lake")] == [len(pages)]


def running_jobs(cluster: Cluster) -> list[str]:
    return [job["jid"] for job in ask(cluster, "/jobs/overview")["jobs"] if job["state"] == "RUNNING"]


def test_a_stream_loses_and_doubles_nothing_though_a_taskmanager_and_then_its_command_are_killed_and_ends_when_told(
    cluster: Cluster, tmp_path: Path, sites: tuple[WebServer, Answers]
) -> None:
    cluster.start()  # anew what an earlier test has killed
    web, _ = sites
    with watching(tmp_path, web, *cluster.options(), hurried=False) as watcher:
        watcher.until(lambda: len(watcher.urls()) == 2)
        kill_a_taskmanager_at_work(cluster)
        web.answers = {**web.answers, FEED: feed("one", "two", "three")}
        watcher.until(lambda: len(watcher.urls()) == 3)
        watcher.kill()
        orphans = running_jobs(cluster)
        assert len(orphans) == 1  # Flink goes on with it
        web.answers = {**web.answers, FEED: feed("one", "two", "three", "four")}
        watcher.start()
        watcher.until(lambda: len(running_jobs(cluster)) == 1 and running_jobs(cluster) != orphans)
        watcher.until(lambda: len(watcher.urls()) == 4)
        watcher.end()
    assert "JobCancellationException" not in watcher.messages()
    assert watcher.urls() == {"one": 1, "two": 1, "three": 1, "four": 1}
    assert list((watcher.lake.root / "_streams").iterdir()) == []
    assert verify(["--lake", str(watcher.lake.root)]) == 0
    assert {job["state"] for job in ask(cluster, "/jobs/overview")["jobs"]} <= {"FINISHED", "CANCELED"}
