"""Flink: what is checked before work begins."""

import contextlib
import os
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import PipelineOptions, PortableOptions
from apache_beam.version import __version__ as beam_version

from deploy.build_engines import pinned
from deploy.flink.cluster import Cluster as LocalCluster
from deploy.flink.cluster import Settings
from pipelines.command.beam_options import parse
from pipelines.command.parsers import run_parser
from pipelines.engines import flink
from pipelines.engines.choose import EngineError, choose_engine
from tests.support.engines import needs_flink, overview, rest

NOBODY = "localhost:1"  # tcpmux: nobody has listened there for decades


@pytest.mark.parametrize(
    ("argv", "answers", "streaming", "said"),
    [
        ([], None, False, f"no Flink answers at http://{NOBODY}"),
        ([], {}, False, "no Flink answers at .*Not Found"),
        ([], {"/overview": overview(0, 0)}, False, "has no TaskManager"),
        (["--parallelism=9"], {"/overview": overview()}, False, "--parallelism=9 needs 9 slots, .* has 4"),
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
@needs_flink
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
        ([], "localhost:1", "there are no Python workers"),
        (["--environment_type=EXTERNAL", f"--environment_config={NOBODY}"], "localhost:1", "no worker pool answers"),
        (["--environment_type=EXTERNAL", f"--environment_option=external_service_address={NOBODY}"], "localhost:1", "worker_pool_main"),
        (["--environment_type=EXTERNAL", "--environment_config=nonsense"], "localhost:1", "not of the form host:port"),
        (["--environment_type=PROCESS", "--environment_option=process_command=/no/worker"], "localhost:1", "/no/worker does not exist"),
        (["--environment_type=PROCESS", '--environment_config={"command": "/no/worker"}'], "127.0.0.1:1", "/no/worker does not exist"),
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


def test_flinks_own_options_are_known_and_typing_mistakes_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    ours = ["--sources", "s", "--lake", "l"]
    options = parse(run_parser(), [*ours, "--checkpointing_interval=5000", "--object_reuse"])
    assert options.beam.view_as(flink.FlinkOptions).checkpointing_interval == 5000
    with pytest.raises(SystemExit):
        parse(run_parser(), [*ours, "--checkpoint_interval=5000"])
    assert "unknown option --checkpoint_interval" in capsys.readouterr().err


def test_a_stream_on_flink_gets_safe_checkpoints_unless_they_are_given() -> None:
    options = PipelineOptions(["--flink_master=[local]", "--checkpointing_interval=7000"])
    config = '[{"key": "state.checkpoints.dir", "value": "s3://bucket/checkpoints"}]'
    with rest({"/overview": overview(), "/jobmanager/config": config}) as url:
        told = flink.prepare(options, flink.Cluster(url), streaming=True, external=True)
    assert told == "Flink 1.19.0, 2 TaskManagers, 4 slots"
    chosen = options.view_as(flink.FlinkOptions)
    assert (chosen.checkpointing_interval, chosen.min_pause_between_checkpoints) == (7000, 20_000)


@pytest.mark.parametrize(("given", "kept"), [([], 10_000), (["--environment_cache_millis=0"], 0)])
def test_the_steps_of_a_pass_on_flink_share_their_workers_unless_told_otherwise(given: list[str], kept: int) -> None:
    options = PipelineOptions(["--flink_master=[local]", *given])
    with rest({"/overview": overview()}) as url:
        flink.prepare(options, flink.Cluster(url), streaming=False, external=True)
    assert int(options.view_as(PortableOptions).environment_cache_millis) == kept


def test_the_versions_are_those_of_the_installed_sdk() -> None:
    assert pinned()["beam.sdk.version"] == beam_version, (
        "try tests/system/test_flink.py with this SDK, then change deploy/flink/pom.xml"
    )


@pytest.mark.system
def test_a_process_number_of_something_else_is_not_taken_for_the_clusters(tmp_path: Path) -> None:
    cluster = LocalCluster(tmp_path, Settings())
    (tmp_path / "pids").mkdir()
    (tmp_path / "pids" / "jobmanager").write_text(str(os.getpid()))
    assert cluster.pid("jobmanager") is None
    cluster.stop()  # would have ended this very test
