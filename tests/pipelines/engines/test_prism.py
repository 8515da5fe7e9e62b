"""Prism, from its start to the end of its process."""

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

from examples.serve_newsroom import NEWSROOM, serving
from pipelines.batch import main
from pipelines.engines import prism
from pipelines.engines.choose import EngineError, choose_engine
from tests.support.engines import needs_prism
from tests.support.tables import articles


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


@pytest.mark.system
@needs_prism
def test_a_pass_on_prism_gives_the_same_articles_and_prints_no_engine_log(
    on_direct: list[dict[str, object]], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert articles_of_a_pass(tmp_path / "lake", ["--runner=PrismRunner"]) == on_direct
    printed = capfd.readouterr().err
    assert f"on PrismRunner (Prism {beam_version}, on this machine)" in printed
    assert "level=" not in printed
    assert "WARN" not in printed


@pytest.mark.system
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


@pytest.mark.system
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
