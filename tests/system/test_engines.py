"""Which engine runs, what is said when it cannot, and Prism from its start to the end of its process."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import apache_beam as beam
import psutil
import pytest
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.version import __version__ as beam_version

from deploy.build_engines import pinned
from deploy.flink.cluster import Cluster as LocalCluster
from deploy.flink.cluster import Settings
from examples.serve_newsroom import NEWSROOM, serving
from pipelines.batch import main
from pipelines.command.options import parse
from pipelines.engines import flink, prism
from pipelines.engines.choose import EngineError, choose_engine
from tests.support.engines import needs_prism, overview, rest
from tests.support.tables import articles
from tests.support.web_server import serving as serving_web

NOBODY = "localhost:1"  # tcpmux: nobody has listened there for decades


@pytest.mark.parametrize(
    ("argv", "streaming", "said"),
    [
        (["--runner=DirectRunner"], True, "cannot stream.*copydesk watch"),
        (["--runner=FnApiRunner"], True, "cannot stream.*make prism"),
        (["--direct_num_workers=2"], False, "needs --direct_running_mode"),
        (["--runner=NoSuchRunner"], False, "NoSuchRunner cannot be used"),
        (["--runner=PrismRunner", "--prism_location=/nowhere/prism"], False, "none at /nowhere/prism.*make prism"),
        (["--runner=PrismRunner", f"--job_endpoint={NOBODY}"], False, f"no job server answers at {NOBODY}"),
        (["--runner=PortableRunner"], False, "needs --job_endpoint=HOST:PORT"),
        (
            ["--runner=PortableRunner", f"--job_endpoint={NOBODY}"],
            True,
            f"no job server answers at {NOBODY}.*cluster.py",
        ),
        (
            ["--runner=FlinkRunner", "--flink_job_server_jar=/nowhere/js.jar"],
            False,
            "no job server at /nowhere.*make flink",
        ),
    ],
)
def test_an_engine_that_cannot_be_used_is_told_with_what_to_do(argv: list[str], streaming: bool, said: str) -> None:
    with pytest.raises(EngineError, match=said):
        choose_engine(PipelineOptions(argv), streaming)


def test_without_prism_a_stream_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prism, "BUILT", tmp_path / "prism")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match=r"none in \.engines/bin or on the PATH.*make prism.*copydesk watch"):
        choose_engine(PipelineOptions([]), streaming=True)


def test_a_prism_of_another_version_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "prism"
    old.write_bytes(b"\x7fELF\0path\tprism\nmod\tgithub.com/apache/beam/sdks/v2\tv2.60.0\th1:x=\n")
    old.chmod(0o755)
    with pytest.raises(EngineError, match=f"is Prism 2.60.0, and this is Beam {beam_version}"):
        choose_engine(PipelineOptions(["--runner=PrismRunner", f"--prism_location={old}"]))


def test_prism_is_looked_for_on_the_path_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    built, on_path = tmp_path / "built", tmp_path / "bin" / "prism"
    on_path.parent.mkdir()
    for program in (built, on_path):
        program.write_bytes(b"x")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(on_path.parent))
    monkeypatch.setattr(prism, "BUILT", built)
    assert prism.find_prism(str(on_path)) == on_path
    assert prism.find_prism(None) == built
    built.unlink()
    assert prism.find_prism(None) == on_path


@pytest.mark.parametrize(
    ("argv", "answers", "streaming", "said"),
    [
        ([], None, False, f"no Flink answers at http://{NOBODY}"),
        ([], {}, False, "no Flink answers at .*Not Found"),
        ([], {"/overview": overview(0, 0)}, False, "has no TaskManager"),
        (["--parallelism=9"], {"/overview": overview()}, False, "--parallelism=9 needs as many slots, .* has 4"),
        ([], {"/overview": overview(version="1.20.1")}, False, r"is for Flink 1\.19\.0, and .* is 1\.20\.1"),
        ([], {"/overview": overview(), "/jobmanager/config": "[]"}, True, "no folder for checkpoints"),
        (
            ["--state_backend_storage_path=file:///dev/null/checkpoints"],
            {"/overview": overview(), "/jobmanager/config": "[]"},
            True,
            "cannot be written to /dev/null/checkpoints",
        ),
    ],
)
@pytest.mark.skipif(not flink.JAR.exists(), reason="no Flink: make flink fetches it (needs a JDK and Maven)")
def test_a_flink_that_cannot_do_it_is_told_before_work_begins(
    argv: list[str], answers: dict[str, str] | None, streaming: bool, said: str
) -> None:
    worker = ["--runner=FlinkRunner", "--environment_type=DOCKER", "--environment_config=image"]
    with contextlib.ExitStack() as stack:
        url = f"http://{NOBODY}" if answers is None else stack.enter_context(rest(answers))
        with pytest.raises(EngineError, match=said):
            choose_engine(PipelineOptions([*worker, f"--flink_master={url}", *argv]), streaming)


@pytest.mark.parametrize(
    ("argv", "at", "said"),
    [
        ([], "localhost:1", "say who runs Python"),
        (["--environment_type=EXTERNAL", f"--environment_config={NOBODY}"], "localhost:1", "no worker pool answers"),
        (["--environment_type=EXTERNAL", f"--environment_option=external_service_address={NOBODY}"], "localhost:1", "worker_pool_main"),
        (["--environment_type=EXTERNAL", "--environment_config=nonsense"], "localhost:1", "not of the form host:port"),
        (["--environment_type=PROCESS", "--environment_option=process_command=/no/worker"], "localhost:1", "/no/worker is not there"),
        (["--environment_type=PROCESS", '--environment_config={"command": "/no/worker"}'], "127.0.0.1:1", "/no/worker is not there"),
        # On a cluster elsewhere these are for its machines to check.
        (["--environment_type=EXTERNAL", f"--environment_config={NOBODY}"], "flink.example:1", None),
        (["--environment_type=PROCESS", "--environment_option=process_command=/no/worker"], "flink.example:1", None),
        (["--environment_type=DOCKER", "--environment_config=image"], "localhost:1", None),
    ],
)  # fmt: skip
def test_workers_that_cannot_be_reached_are_told(argv: list[str], at: str, said: str | None) -> None:
    expected = pytest.raises(flink.FlinkError, match=said) if said else contextlib.nullcontext()
    with expected:
        flink.check_workers(PipelineOptions(argv), at)


def test_what_answers_but_is_no_job_server_is_told() -> None:
    with rest({}) as url, pytest.raises(EngineError, match="no job server"):
        choose_engine(PipelineOptions(["--runner=PortableRunner", f"--job_endpoint={url.removeprefix('http://')}"]))


def test_flinks_own_options_are_known_and_typing_mistakes_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    ours = ["--sources", "s", "--lake", "l"]
    options = parse([*ours, "--checkpointing_interval=5000", "--object_reuse"], "copydesk run", "")
    assert options.beam.view_as(flink.FlinkOptions).checkpointing_interval == 5000
    with pytest.raises(SystemExit):
        parse([*ours, "--checkpoint_interval=5000"], "copydesk run", "")
    assert "unknown option --checkpoint_interval" in capsys.readouterr().err


def test_a_stream_on_flink_gets_safe_checkpoints_unless_they_are_given() -> None:
    options = PipelineOptions(["--flink_master=[local]", "--checkpointing_interval=7000"])
    config = '[{"key": "state.checkpoints.dir", "value": "s3://bucket/checkpoints"}]'
    with rest({"/overview": overview(), "/jobmanager/config": config}) as url:
        told = flink.prepare(options, flink.Cluster(url), streaming=True, standing=True)
    assert told == "Flink 1.19.0, 2 TaskManagers, 4 slots"
    chosen = options.view_as(flink.FlinkOptions)
    assert (chosen.checkpointing_interval, chosen.min_pause_between_checkpoints) == (7000, 20_000)


def test_the_versions_are_those_of_the_installed_sdk() -> None:
    assert pinned()["beam.sdk.version"] == beam_version, (
        "try tests/test_flink.py with this SDK, then change deploy/flink/pom.xml"
    )


def test_a_process_number_of_something_else_is_not_taken_for_the_clusters(tmp_path: Path) -> None:
    cluster = LocalCluster(tmp_path, Settings())
    (tmp_path / "pids").mkdir()
    (tmp_path / "pids" / "jobmanager").write_text(str(os.getpid()))
    assert cluster.pid("jobmanager") is None
    cluster.stop()  # would have ended this very test


@pytest.fixture(scope="module")
def on_direct(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What the newsroom gives on DirectRunner."""
    return articles_of_a_pass(tmp_path_factory.mktemp("direct") / "lake", [])


def articles_of_a_pass(lake: Path, argv: list[str]) -> list[dict[str, object]]:
    """The articles of one pass over the newsroom, less what differs from run to run."""
    with serving(NEWSROOM) as proxy:
        common = ["--sources", str(NEWSROOM / "sources.toml"), "--lake", str(lake), "--proxy", proxy, "--pause", "0"]
        assert main([*common, *argv]) == 0
    return articles(lake)


@needs_prism
def test_a_pass_on_prism_gives_the_same_articles_and_prints_no_engine_log(
    on_direct: list[dict[str, object]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert articles_of_a_pass(tmp_path / "lake", ["--runner=PrismRunner"]) == on_direct
    printed = capfd.readouterr().err
    assert f"on PrismRunner (Prism {beam_version}, on this machine)" in printed
    assert "level=" not in printed
    assert "WARN" not in printed


@needs_prism
def test_prism_ends_with_its_runner_and_leaves_signals_and_options_alone() -> None:
    gc.collect()  # of other tests
    options = PipelineOptions(["--runner=PrismRunner"])
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    engine = choose_engine(options)
    for _ in range(2):
        pipeline = beam.Pipeline(runner=engine.runner, options=options)
        pipeline | beam.Create([1, 2])
        result = pipeline.run()
        result.wait_until_finish()
        result.metrics().query()
    servers = prism_processes(os.getpid())
    assert [os.getpgid(server.pid) != os.getpgrp() for server in servers] == [True]
    assert options.view_as(StandardOptions).runner == "PrismRunner"
    assert {number: signal.getsignal(number) for number in before} == before
    del engine, pipeline
    gc.collect()
    assert psutil.wait_procs(servers, timeout=20)[1] == []


STREAM = """
import sys
import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms.periodicsequence import PeriodicImpulse
from pipelines.engines.choose import choose_engine

options = PipelineOptions([])
pipeline = beam.Pipeline(runner=choose_engine(options, streaming=True).runner, options=options)
pipeline | PeriodicImpulse(fire_interval=0.2) | beam.Map(lambda at: print("tick", flush=True))
pipeline.run().wait_until_finish()
"""


@needs_prism
def test_a_killed_command_leaves_no_prism_behind() -> None:
    command = subprocess.Popen([sys.executable, "-c", STREAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert command.stdout is not None
        assert command.stdout.readline() == b"tick\n"
        servers = prism_processes(command.pid)
        assert len(servers) == 1
    finally:
        command.kill()
        command.wait()
    assert psutil.wait_procs(servers, timeout=30)[1] == []


def prism_processes(parent: int) -> list[psutil.Process]:
    return [child for child in psutil.Process(parent).children(recursive=True) if child.name() == "prism"]


def test_dataflow_says_what_is_missing_and_takes_what_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("google.cloud.storage", reason="no google libraries: pip install 'copydesk[gcp]'")
    with serving_web({}) as storage:  # Beam looks whether the bucket keeps what is deleted
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.direct)
        monkeypatch.setenv("NO_GCE_CHECK", "true")
        _ask_for_dataflow()


def _ask_for_dataflow() -> None:
    with pytest.raises(EngineError, match="project"):
        choose_engine(PipelineOptions(["--runner=DataflowRunner"]))
    complete = [
        "--runner=DataflowRunner", "--project=newsroom-1", "--region=europe-west1",
        "--temp_location=gs://newsroom-1/temp", "--staging_location=gs://newsroom-1/staging",
        "--sdk_container_image=europe-west1-docker.pkg.dev/newsroom-1/images/copydesk:0.1.0", "--sdk_location=container",
    ]  # fmt: skip
    assert choose_engine(PipelineOptions(complete)).name == "DataflowRunner"
