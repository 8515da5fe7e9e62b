"""Copydesk on a real Flink: two TaskManagers, Beam's job server, Python workers; with one TaskManager killed in the middle of work."""

import json
import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam import coders
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.periodicsequence import PeriodicImpulse
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec
from apache_beam.transforms.window import FixedWindows

from deploy.flink.cluster import Cluster, Settings
from examples.serve_newsroom import NEWSROOM, Served, serving
from pipelines import flink
from pipelines.batch import main
from pipelines.engines import choose_engine
from tests.test_end_to_end import OF_THE_RUN, rows

pytestmark = pytest.mark.skipif(
    not flink.JAR.exists(), reason="no Flink: make flink fetches it (needs a JDK and Maven)"
)


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
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))  # its workers run functions of this module
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


def wait_for(what: Callable[[], object], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.2)


def articles(lake: Path, argv: list[str], proxy: str) -> list[dict[str, object]]:
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
    kept = [{name: value for name, value in row.items() if name not in OF_THE_RUN} for row in rows(lake, "articles")]
    return sorted(kept, key=lambda row: str(row["article_id"]))


def test_a_batch_pass_gives_the_same_lake_though_a_taskmanager_is_killed(cluster: Cluster, tmp_path: Path) -> None:
    with serving(NEWSROOM) as proxy:
        expected = articles(tmp_path / "direct", [], proxy)
    requests: list[Served] = []
    with serving(NEWSROOM, served=requests) as proxy:
        passing = threading.Thread(target=lambda: found.extend(articles(tmp_path / "flink", cluster.options(), proxy)))
        found: list[dict[str, object]] = []
        passing.start()
        wait_for(lambda: any(request.path.endswith(".html") for request in requests))
        kill_a_taskmanager_at_work(cluster)
        passing.join()
    assert found == expected
    assert len(list((tmp_path / "flink" / "runs").glob("*.json"))) == 1


class Count(beam.DoFn):  # type: ignore[misc]
    """Numbers the ticks of each key."""

    SEEN = ReadModifyWriteStateSpec("seen", coders.VarIntCoder())

    def process(self, tick: tuple[str, int], seen: Any = beam.DoFn.StateParam(SEEN)) -> Iterator[tuple[str, int]]:
        number = (seen.read() or 0) + 1
        seen.write(number)
        yield tick[0], number


def with_key(at: Any) -> tuple[str, int]:
    return str(int(at) % 2), 1


def write_down(window: tuple[str, Any], folder: Path, at: Any = beam.DoFn.WindowParam) -> None:
    """A file a window and key, which a repeated window writes again."""
    key, numbers = window
    target = folder / f"{int(at.end)}-{key}.json"
    target.with_suffix(".partial").write_text(json.dumps(sorted(numbers)))
    target.with_suffix(".partial").rename(target)


def test_a_stream_keeps_its_state_though_a_taskmanager_is_killed_and_ends_when_told(
    cluster: Cluster, tmp_path: Path
) -> None:
    cluster.start()  # anew what an earlier test has killed
    options = PipelineOptions(
        [*cluster.options(), "--checkpointing_interval=2000", "--min_pause_between_checkpoints=2000"]
    )
    engine = choose_engine(options, streaming=True)
    pipeline = beam.Pipeline(runner=engine.runner, options=options)
    (
        pipeline
        | PeriodicImpulse(fire_interval=1)
        | beam.Map(with_key).with_output_types(tuple[str, int])
        | beam.ParDo(Count()).with_output_types(tuple[str, int])
        | beam.WindowInto(FixedWindows(2))
        | beam.GroupByKey()
        | beam.Map(write_down, tmp_path)
    )
    result = pipeline.run()
    try:
        wait_for(lambda: len(list(tmp_path.glob("*.json"))) >= 4)
        wait_for(lambda: checkpoints(cluster, engine.job_name) >= 1)
        before = len(list(tmp_path.glob("*.json")))
        kill_a_taskmanager_at_work(cluster)
        wait_for(lambda: len(list(tmp_path.glob("*.json"))) >= before + 6)
        assert result.state == "RUNNING"
    finally:
        engine.end(result)
    assert state_of(cluster, engine.job_name) == "CANCELED"
    for key in ("0", "1"):
        counted = [number for file in sorted(tmp_path.glob(f"*-{key}.json")) for number in json.loads(file.read_text())]
        assert counted == list(range(1, len(counted) + 1)), "each tick once, in the order of its windows"


def job(cluster: Cluster, name: str | None) -> dict[str, str]:
    (found,) = [job for job in ask(cluster, "/jobs/overview")["jobs"] if job["name"] == name]
    return dict(found)


def state_of(cluster: Cluster, name: str | None) -> str:
    return job(cluster, name)["state"]


def checkpoints(cluster: Cluster, name: str | None) -> int:
    return int(ask(cluster, f"/jobs/{job(cluster, name)['jid']}/checkpoints")["counts"]["completed"])
