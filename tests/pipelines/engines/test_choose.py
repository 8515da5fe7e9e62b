"""Which engine runs, and what is said when it cannot."""

import pytest
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.engines.choose import EngineError, choose_engine
from tests.support.engines import rest
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


def test_what_answers_but_is_no_job_server_is_told() -> None:
    with rest({}) as url, pytest.raises(EngineError, match="no job server"):
        choose_engine(PipelineOptions(["--runner=PortableRunner", f"--job_endpoint={url.removeprefix('http://')}"]))


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
