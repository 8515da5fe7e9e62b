"""kill -9 of runs and compactions, of the whole process tree, and whether the lake is whole afterwards.

    python -m benchmarks.crash --rounds 200
    python -m benchmarks.crash --seconds 480

A round begins with an empty lake, or with one that holds a part of the articles in several files. Then one to three commands are killed,
runs over the example newsroom and compactions, each at another moment of chance: by the clock, or at the n-th step that changes the disk,
for renames take so little time that no clock would ever meet them. What a command finds half done it makes good first, so kills meet that
too. Then one more run, and every other time a compaction, must lead to the articles of an undisturbed run, to an index that agrees, and to
no staged files. Ends with status 1 at the first difference and tells the seed; --seed N --rounds 1 does the same again, as far as time can
be repeated.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

from examples.serve_newsroom import NEWSROOM, serving
from pipelines import cli
from schemas import Dataset
from transforms.commit import commit, file_schema, stage_sorted
from transforms.lake import Lake, open_lake
from transforms.summary import summarize

_OF_THE_RUN = ("run_id", "fetched_at", "first_seen_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """A lake to begin with, and what an undisturbed run makes of it."""

    start: Path | None
    """None for an empty one."""
    articles: list[dict[str, Any]]
    run_seconds: float
    compact_seconds: float


def main() -> int:
    """Runs the rounds; 0 when all were survived."""
    parser = argparse.ArgumentParser(description="Kill runs and compactions, and compare the lake.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no round after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the first round (default: %(default)s)")
    options = parser.parse_args()
    began, survived, kills = time.monotonic(), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder, serving() as proxy:
        calm = _calm(Path(folder), proxy)
        lake = Path(folder) / "round"
        for seed in range(options.seed, options.seed + options.rounds):
            if time.monotonic() - began > options.seconds:
                break
            if difference := _round(random.Random(seed), lake, proxy, calm, kills):
                print(f"seed {seed}: {difference}")
                if lake.exists():
                    print(f"its lake is kept in {shutil.move(lake, tempfile.mkdtemp(prefix='copydesk-crashed-'))}")
                return 1
            shutil.rmtree(lake)
            survived += 1
    told = ", ".join(f"{count} {what}" for what, count in sorted(kills.items()))
    print(f"{survived} rounds survived in {time.monotonic() - began:.0f} s: {told}")
    return 0


def _round(draw: random.Random, lake: Path, proxy: str, calm: Sequence[Calm], kills: Counter[str]) -> str | None:
    """What differs after the last command; None when nothing does."""
    begin = draw.choice(calm)
    if begin.start is not None:
        shutil.copytree(begin.start, lake)
    commands = {"run": _run(lake, proxy), "compact": ["compact", "--lake", str(lake)]}
    seconds = {"run": begin.run_seconds, "compact": begin.compact_seconds}
    for _ in range(draw.randint(1, 3)):
        name = draw.choice(("run", "compact") if (lake / "lake.json").exists() else ("run",))
        if draw.random() < 0.5:
            how, (status, said) = "by the clock", _kill_after(commands[name], draw.uniform(0.3, 1.1) * seconds[name])
        else:
            how, (status, said) = "at a step", _die_at_step(commands[name], int(10 ** draw.uniform(0, 2.3)))
        if status not in (0, -signal.SIGKILL):
            return f"{name} ended with {status} before it was killed {how}: {said}"
        kills[f"{name} killed {how}" if status else f"{name} done before its kill"] += 1
    for name in ("run", "compact") if draw.random() < 0.5 else ("run",):
        ended = subprocess.run([*_COPYDESK, *commands[name]], capture_output=True, text=True, check=False)
        if ended.returncode:
            return f"the last {name} ended with {ended.returncode}: {ended.stderr}"
        kills["recoveries finished"] += "Finished the commit" in ended.stderr
        kills["recoveries discarded"] += "Discarded the uncommitted" in ended.stderr
    return _difference(Lake(lake), begin.articles)


def _difference(lake: Lake, expected: list[dict[str, Any]]) -> str | None:
    found = _articles(lake)
    if found != expected:
        return f"{len(found)} articles where an undisturbed run has {len(expected)}, or others"
    if left := [path.name for path in lake.staging.iterdir()]:
        return f"left in _staging: {left}"
    index = _rows(lake, "index").to_table(filter=ds.field("outcome") == "article").to_pylist()
    if sorted((row["article_id"], row["revision"]) for row in index) != sorted(
        (row["article_id"], row["revision"]) for row in found
    ):
        return "the articles of the index are not those of the lake"
    return None


def _calm(folder: Path, proxy: str) -> list[Calm]:
    """The two beginnings, with what undisturbed commands make of them."""
    whole = Lake(folder / "whole")
    empty = replace(_undisturbed(None, whole, proxy), start=None)
    partly = open_lake(folder / "partly")
    for number in range(2):  # the last third is for the run to find
        _put_third(whole, partly, number)
    return [empty, _undisturbed(partly.root, Lake(folder / "again"), proxy)]


def _undisturbed(start: Path | None, lake: Lake, proxy: str) -> Calm:
    if start is not None:
        shutil.copytree(start, lake.root)
    began = time.monotonic()
    subprocess.run([*_COPYDESK, *_run(lake.root, proxy)], check=True, capture_output=True)
    ran = time.monotonic()
    subprocess.run([*_COPYDESK, "compact", "--lake", str(lake.root)], check=True, capture_output=True)
    articles = _articles(lake)
    compacted = time.monotonic()
    print(
        f"undisturbed: {len(articles)} articles, run {ran - began:.1f} s, compact {compacted - ran:.1f} s", flush=True
    )
    return Calm(start=start, articles=articles, run_seconds=ran - began, compact_seconds=compacted - ran)


def _put_third(whole: Lake, lake: Lake, number: int) -> None:
    """A run's worth of a third of the articles, with their index rows; without polls, so that the feeds are read again."""
    moment = datetime(2026, 10, 1, number, tzinfo=timezone.utc)
    run_id = f"{moment:%Y%m%dT%H%M%SZ}-000000"
    datasets: tuple[Dataset, ...] = ("articles", "index")
    written = []
    for dataset in datasets:
        for file in whole.files(dataset):
            rows = ds.dataset(file).to_table()
            ours = rows.filter([int(article or "0", 16) % 3 == number for article in rows["article_id"].to_pylist()])
            folder = file.parent.relative_to(whole.root).as_posix()
            written += stage_sorted(lake, run_id, folder, [ours.cast(file_schema(dataset))])
    commit(lake, summarize(run_id, moment, moment, "a third", [], written))


def _articles(lake: Lake) -> list[dict[str, Any]]:
    rows = _rows(lake, "articles").to_table().drop_columns(list(_OF_THE_RUN)).to_pylist()
    return sorted(rows, key=lambda row: (row["article_id"], row["revision"]))


def _rows(lake: Lake, dataset: Dataset) -> Any:
    return ds.dataset(lake.dataset(dataset), partitioning="hive")


_COPYDESK = (sys.executable, "-m", "pipelines.cli")


def _run(lake: Path, proxy: str) -> list[str]:
    sources = str(NEWSROOM / "sources.toml")
    return ["run", "--sources", sources, "--lake", str(lake), "--proxy", proxy, "--pause", "0"]


def _kill_after(arguments: Sequence[str], seconds: float) -> tuple[int, str]:
    """Exit status and messages; -9 when it was killed."""
    command = [*_COPYDESK, *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            _, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, said = process.communicate()
        return process.returncode, said


def _die_at_step(arguments: Sequence[str], step: int) -> tuple[int, str]:
    command = [sys.executable, "-m", "benchmarks.crash", "--die-at-step", str(step), *arguments]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, start_new_session=True, check=False)
    return ended.returncode, ended.stderr


def _with_death(step: int, arguments: Sequence[str]) -> int:
    """The command in a process that kills itself and its children, without a word, at the n-th step that changes the disk."""
    steps = itertools.count(1)

    def dying(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*positional: Any, **named: Any) -> Any:
            if next(steps) == step:
                os.killpg(0, signal.SIGKILL)
            return change(*positional, **named)

        return changed

    for owner, names in ((Path, "replace rename unlink mkdir"), (os, "fsync unlink rmdir")):
        for name in names.split():
            setattr(owner, name, dying(getattr(owner, name)))
    return cli.main(arguments)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--die-at-step"]:
        sys.exit(_with_death(int(sys.argv[2]), sys.argv[3:]))
    sys.exit(main())
