"""Parses the options of a command that runs a pipeline: ours into values, all others as Beam's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from apache_beam.options.pipeline_options import PipelineOptions, WorkerOptions

from pipelines.engines.flink import FlinkOptions


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Parsed options of one pass or stream, by the names of their arguments."""

    sources: str
    lake: str
    contact: str | None
    proxy: str | None
    pause: float
    page_seconds: float
    host_seconds: float
    allow_networks: list[str]
    look_back: timedelta | None
    archive: str | None
    quiet: bool
    json: bool
    log_level: str
    beam: PipelineOptions
    own: argparse.Namespace
    """The options that only this command has."""


def parse(parser: argparse.ArgumentParser, argv: Sequence[str]) -> RunOptions:
    """The options of a pass or a stream. Exits with status 2 for wrong usage, after a message."""
    ours, beam = parse_with_beam(parser, argv)
    shared = {field.name for field in fields(RunOptions)}
    values = {name: value for name, value in vars(ours).items() if name in shared}
    own = argparse.Namespace(**{name: value for name, value in vars(ours).items() if name not in shared})
    return RunOptions(**values, beam=beam, own=own)


def parse_with_beam(parser: argparse.ArgumentParser, argv: Sequence[str]) -> tuple[argparse.Namespace, PipelineOptions]:
    """The options that the parser knows, and the rest as Beam's options. Exits with status 2 for an option that neither knows."""
    ours, theirs = parser.parse_known_args(argv)
    for unknown in _unknown_to_beam(theirs):
        parser.error(f"unknown option {unknown}: neither Copydesk nor Apache Beam has it")
    return ours, _beam_options(theirs, ours.log_level)


def _beam_options(argv: Sequence[str], log_level: str) -> PipelineOptions:
    options = PipelineOptions(list(argv))
    worker = options.view_as(WorkerOptions)
    worker.default_sdk_harness_log_level = worker.default_sdk_harness_log_level or log_level.upper()
    return options


def _unknown_to_beam(argv: Sequence[str]) -> list[str]:
    """The options that Beam does not know. Beam only warns of them, and a mistyped option would go unnoticed."""
    parser = argparse.ArgumentParser(allow_abbrev=False, add_help=False, conflict_handler="resolve")
    for group in PipelineOptions.__subclasses__():
        if group is FlinkOptions or group.__module__.startswith("apache_beam."):
            group._add_argparse_args(parser)
    return list(parser.parse_known_args(argv)[1])
