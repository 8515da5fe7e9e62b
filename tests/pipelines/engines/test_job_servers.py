"""A job server that runs already: whether its version is the right one, and what is said when it is not."""

from collections.abc import Mapping

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.version import __version__ as beam_version

from deploy.build_engines import pinned
from pipelines.engines import flink
from pipelines.engines.choose import EngineError, choose_engine
from tests.support.engines import describing, needs_flink, overview, rest

# What Beam's job servers describe among others, from 2.45 and from 2.62.
OF_2_45 = {"flink_master": "[auto]", "checkpointing_interval": "-1", "object_reuse": "false"}
OF_2_62 = {**OF_2_45, "enable_stable_input_drain": "false", "unaligned_checkpoint_enabled": "false"}
OURS = {**OF_2_62, "copydesk_sdk": beam_version, "copydesk_runner": "2.62.0", "copydesk_flink": "1.19.0"}


def chosen(options: Mapping[str, str], *argv: str) -> str:
    """How the engine is told that goes to such a job server."""
    worker = ["--runner=PortableRunner", "--environment_type=DOCKER", "--environment_config=image"]
    with describing(options) as endpoint:
        return choose_engine(PipelineOptions([*worker, f"--job_endpoint={endpoint}", *argv])).name


@pytest.mark.parametrize(
    ("options", "argv", "said"),
    [
        (OF_2_45, [], rf"is of Beam 2\.51 or older, which is not tested with this Beam {beam_version}.*make flink.*cluster\.py"),
        (OF_2_62, ["--externalized_checkpoints_enabled"], "of another version and would ignore --externalized_checkpoints_enabled"),
        ({**OURS, "copydesk_sdk": "2.76.0"}, [], rf"was tested with Beam 2\.76\.0, and this is {beam_version}\. .*make flink"),
    ],
)  # fmt: skip
def test_a_job_server_of_another_version_is_refused_with_a_remedy(
    options: Mapping[str, str], argv: list[str], said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        chosen(options, *argv)


def test_a_job_server_for_another_flink_is_refused() -> None:
    with (
        rest({"/overview": overview(version="1.20.1")}) as url,
        pytest.raises(EngineError, match=r"job server at localhost:\d+ is for Flink 1\.19\.0, and the one at .* is 1\.20\.1"),
    ):  # fmt: skip
        chosen(OURS, f"--flink_master={url}")


@pytest.mark.parametrize(
    ("options", "told"),
    [(OURS, "job server of Beam 2.62.0"), (OF_2_62, "a job server of unknown version")],
)
def test_the_version_of_a_job_server_is_told(options: Mapping[str, str], told: str) -> None:
    assert told in chosen(options, "--object_reuse")


@pytest.mark.system
@needs_flink
def test_our_job_server_tells_the_versions_that_it_was_made_of() -> None:
    server = flink.start_job_server(flink.JAR, flink.LOCAL[0])
    try:
        argv = ["--runner=PortableRunner", "--environment_type=LOOPBACK", f"--job_endpoint={server.endpoint}"]
        assert f"job server of Beam {pinned()['beam.runner.version']}" in choose_engine(PipelineOptions(argv)).name
    finally:
        server.stop()
