"""Kills commands that write (kill -9 of the whole process tree), and checks that the lake is whole afterwards.

    python -m benchmarks.crash --rounds 200
    python -m benchmarks.crash --seconds 480

A round begins with an empty lake, or with a lake that has a part of the articles in several files. Then one to three commands are killed:
runs over the example newsroom (some with worker processes), compactions (some as ``watch`` and ``stream`` start them), removals of some
articles, ``retry`` of all final rejects, ``watch`` with its own compaction, and ``parts``: runs that commit every second. Each is killed
at a random moment by the clock, or at the n-th step that changes the disk: renames take so little time that the clock would never hit
them. A command first recovers what the command before it left half done, so kills hit recovery too. If there is something to recover,
every other kill by step is aimed at the first steps, which are those of recovery.

Then one more run, the removal if one was begun, and every other time a compaction, must lead to the articles and rejects of an undisturbed
run, to a lake in which ``copydesk verify`` finds no problem, and to an empty ``_staging``. Prints a line per round. Exits with 1 at the
first difference, and prints the seed:
--seed N --rounds 1 repeats that round, as far as time can be repeated.
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
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from benchmarks.measure import COPYDESK
from examples.serve_newsroom import NEWSROOM, serving
from pipelines import cli
from pipelines.service.upkeep import MIN_FILES
from schemas import Dataset, FeedPoll
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit, stage, stage_sorted
from transforms.lake.index import in_order_of_time
from transforms.lake.layout import Lake, file_schema, partition
from transforms.lake.maintenance.check import check_lake
from transforms.lake.maintenance.inventory import take_inventory
from transforms.lake.opening import open_lake
from transforms.lake.stores import local
from transforms.stories.relations import Membership

_COMMANDS = ("run", "parts", "compact", "remove", "retry", "watch")
_PASSES = {
    "run": ("run", "--pause", "0"),
    "parts": ("run", "--pause", "0.3", "--commit-every", "1s"),
    "watch": ("watch", "--pause", "0", "--every", "1s", "--compact-every", "1s"),
}
_OF_THE_STORY = frozenset(item.name for item in fields(Membership)) - {"article_id", "revision"}
_OF_THE_RUN = ("run_id", "fetched_at", "first_seen_at", "feed_url")
"""Columns that differ between runs. Two feeds of a source list one article: the feed that answers first becomes its feed_url."""


@dataclass(slots=True, kw_only=True)
class Baseline:
    """A lake to begin with, and the result of undisturbed commands on it."""

    start: Path | None
    """The folder of the lake to begin with; None for an empty lake."""
    articles: list[dict[str, Any]] = field(default_factory=list)
    to_remove: tuple[str, ...] = ()
    """Ids of some articles that have no copies, so that no other article depends on them."""
    removed: list[dict[str, Any]] = field(default_factory=list)
    """The articles after the removal of these."""
    rejects: dict[str, bool] = field(default_factory=dict)
    """By entry key: the entries that were rejected, and whether that is final."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Seconds of each command."""
    steps: dict[str, int] = field(default_factory=dict)
    """Number of steps at which each command changes the disk."""


@dataclass(slots=True, kw_only=True)
class Round:
    """What was done to one lake, and the result."""

    seed: int
    steps: list[str] = field(default_factory=list)
    """Each command and how it was killed, for people."""
    counts: Counter[str] = field(default_factory=Counter)
    """The same without details, so that rounds can be added up."""
    removes: bool = False
    """Whether a removal was begun."""
    has_parts: bool = False
    """Whether a run with several commits was begun."""
    difference: str | None = None
    """What differs after the last command; None if nothing does."""
    seconds: float = 0.0


def main() -> int:
    """Runs the rounds. Returns 0 if the lake survived all of them."""
    parser = argparse.ArgumentParser(description="Kills runs and compactions, and compares the lake.")
    parser.add_argument("--rounds", type=int, default=200, help="(default: %(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="begin no round after this time (default: no limit)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the first round (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="rounds at the same time (default: %(default)s)")
    options = parser.parse_args()
    began, survived, counts = time.monotonic(), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder, serving() as proxy, ThreadPoolExecutor(options.workers) as pool:
        baselines = _baselines(Path(folder), proxy)

        def play(seed: int) -> Round | None:
            return _round(seed, Path(folder) / f"round{seed}", proxy, baselines) if time.monotonic() < until else None

        until = began + options.seconds
        with closing(
            _in_order(pool, play, range(options.seed, options.seed + options.rounds), options.workers)
        ) as played:
            for done in played:
                if done is None:
                    break
                end = done.difference or "whole"
                print(
                    f"round {survived + 1} (seed {done.seed}), {done.seconds:.1f} s: {', '.join(done.steps)}: {end}",
                    flush=True,
                )
                lake = Path(folder) / f"round{done.seed}"
                if done.difference:
                    if lake.exists():
                        print(f"the lake is kept in {shutil.move(lake, tempfile.mkdtemp(prefix='copydesk-crashed-'))}")
                    return 1
                shutil.rmtree(lake)
                counts += done.counts
                survived += 1
    kills = sum(count for kind, count in counts.items() if " killed " in kind)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    print(f"{survived} rounds with {kills} kills survived in {time.monotonic() - began:.0f} s: {kinds}")
    return 0


def _in_order(
    pool: ThreadPoolExecutor, play: Callable[[int], Round | None], seeds: Sequence[int], ahead: int
) -> Generator[Round | None, None, None]:
    """Yields rounds in the order of their seeds, and plays ``ahead`` of them at a time. When it is closed, it begins no more."""
    waiting = iter(seeds)
    futures = [pool.submit(play, seed) for seed in itertools.islice(waiting, ahead)]
    while futures:
        done = futures.pop(0).result()
        futures += [pool.submit(play, seed) for seed in itertools.islice(waiting, 1)]
        yield done


def _round(seed: int, lake: Path, proxy: str, baselines: Sequence[Baseline]) -> Round:
    draw, began = random.Random(seed), time.monotonic()
    played = Round(seed=seed)
    baseline = draw.choice(baselines)
    if baseline.start is not None:
        shutil.copytree(baseline.start, lake)
    played.difference = _disturb(draw, lake, proxy, baseline, played) or _complete(draw, lake, proxy, baseline, played)
    played.difference = played.difference or _difference(Lake(lake), baseline, played)
    played.seconds = time.monotonic() - began
    return played


def _disturb(draw: random.Random, lake: Path, proxy: str, baseline: Baseline, played: Round) -> str | None:
    """Starts commands and kills them. Returns a message if one fails by itself."""
    for _ in range(draw.randint(1, 3)):
        name = draw.choice(_COMMANDS if (lake / "lake.json").exists() else ("run", "parts"))
        command = _command(name, lake, proxy, baseline)
        played.has_parts |= name == "parts"
        if name in ("run", "parts") and draw.random() < 0.2:
            command += ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]
        if name == "compact" and draw.random() < 0.5:
            command += ["--min-files", str(MIN_FILES), "--for", "10s"]
        played.removes |= name == "remove"
        unfinished = any((lake / "_staging").glob("*"))
        if name == "watch" or draw.random() < 0.5:
            moment = draw.uniform(0.3, 1.3) * baseline.seconds[name]
            how, (status, log) = f"after {moment:.1f} s", _kill_after(command, moment)
        else:
            step = draw.randint(1, 30 if unfinished and draw.random() < 0.5 else baseline.steps[name])
            how, (status, log) = f"at step {step}", _die_at_step(command, step)
        if name == "remove" and status == 1 and "the lake has no such article" in log:
            status = 0
        if status not in (0, -signal.SIGKILL):
            return f"{name} exited with {status} before it was killed {how}: {log}"
        place = ""
        if unfinished:
            # A command prints one of these when its recovery is over.
            recovered = "Finished the commit" in log or "Discarded the uncommitted" in log
            place = " after recovery" if recovered else " before or within recovery"
        played.steps.append(f"{name} killed {how}{place}" if status else f"{name} done")
        kind = how.partition(" ")[0].replace("after", "by the clock").replace("at", "at a step")
        played.counts[f"{name} killed {kind}{place}" if status else f"{name} done before its kill"] += 1
    return None


def _complete(draw: random.Random, lake: Path, proxy: str, baseline: Baseline, played: Round) -> str | None:
    """Runs the last commands without kills. Returns a message if one fails."""
    for name in ("run", *(["remove"] if played.removes else []), *(["compact"] if draw.random() < 0.5 else [])):
        command = [*COPYDESK, *_command(name, lake, proxy, baseline)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            return f"the last {name} exited with {ended.returncode}: {ended.stderr}"
        played.steps.append(name)
        played.counts["commits finished by the last run"] += "Finished the commit" in ended.stderr
        played.counts["runs discarded by the last run"] += "Discarded the uncommitted" in ended.stderr
    return None


def _difference(lake: Lake, baseline: Baseline, played: Round) -> str | None:
    articles, expected = _articles(lake), baseline.removed if played.removes else baseline.articles
    if played.has_parts:  # which article of a story comes first depends on which page is fetched before a commit
        articles, expected = _without_stories(articles), _without_stories(expected)
    if articles != expected:
        return f"{len(articles)} articles, which are not the {len(expected)} of an undisturbed run"
    if left := [path.name for path in lake.staging.iterdir()]:
        return f"left in _staging: {left}"
    index = _rows(lake, "index").to_table(filter=ds.field("outcome") == "article").to_pylist()
    gone = {
        row["article_id"] for row in index if row["removed_at"]
    }  # each has a row more, until a compaction merges the two
    if sorted((row["article_id"], row["revision"]) for row in index if row["article_id"] not in gone) != sorted(
        (row["article_id"], row["revision"]) for row in articles if not row["removed_at"]
    ):
        return "the articles in the index are not those of the lake"
    if _rejects(lake) != baseline.rejects:
        return "the rejects are not those of an undisturbed run"
    problems = check_lake(take_inventory(lake, lambda: False)).problems
    return f"verify finds {problems[0]}" if problems else None


def _baselines(folder: Path, proxy: str) -> list[Baseline]:
    """The two lakes to begin with, and the results of undisturbed commands on them."""
    whole = Lake(folder / "whole")
    empty = _undisturbed(None, whole, proxy)
    partly = open_lake(folder / "partly")
    for number in range(2):  # the run finds the last third
        _put_third(whole, partly, number)
    return [empty, _undisturbed(partly.root, Lake(folder / "again"), proxy)]


def _undisturbed(start: Path | None, lake: Lake, proxy: str) -> Baseline:
    if start is not None:
        shutil.copytree(start, lake.root)
    baseline, proof = Baseline(start=start), lake
    for name in ("run", "retry", "remove", "compact"):
        began = time.monotonic()
        status, log = _die_at_step(_command(name, proof.root, proxy, baseline), 0)
        assert status == 0, log
        baseline.seconds[name], baseline.steps[name] = time.monotonic() - began, int(log.split()[-1])
        if name == "run":
            baseline.articles, baseline.rejects = _articles(lake), _rejects(lake)
            alone = Counter(row["story_id"] for row in baseline.articles)
            baseline.to_remove = tuple(row["article_id"] for row in baseline.articles if alone[row["story_id"]] == 1)[
                ::3
            ]
            proof = Lake(lake.root.with_name(f"{lake.root.name}-proof"))
            shutil.copytree(lake.root, proof.root)
    baseline.removed = _articles(proof)
    baseline.seconds["watch"] = baseline.seconds["run"] + baseline.seconds["compact"]
    baseline.seconds["parts"], baseline.steps["parts"] = 3 * baseline.seconds["run"], 3 * baseline.steps["run"]
    costs = ", ".join(
        f"{name} {baseline.seconds[name]:.1f} s and {steps} steps" for name, steps in baseline.steps.items()
    )
    print(f"undisturbed: {len(baseline.articles)} articles, {len(baseline.to_remove)} to remove, {costs}", flush=True)
    return baseline


def _put_third(whole: Lake, lake: Lake, number: int) -> None:
    """Commits a third of the articles and their index rows as one run. Its poll is of another feed, so runs read the real feeds whole."""
    moment = datetime(2026, 10, 1, number, tzinfo=timezone.utc)
    run_id = f"{moment:%Y%m%dT%H%M%SZ}-000000"
    datasets: tuple[Dataset, ...] = ("articles", "index")
    written, tallies = [], list[Tally]()
    for dataset in datasets:
        for file in whole.files(dataset):
            rows = ds.dataset(file).to_table()
            ours = rows.filter([int(article or "0", 16) % 3 == number for article in rows["article_id"].to_pylist()])
            run_ids = pa.repeat(run_id, ours.num_rows)
            ours = ours.set_column(ours.schema.get_field_index("run_id"), "run_id", run_ids)
            folder = file.parent.relative_to(whole.root).as_posix()
            written += stage_sorted(lake, run_id, folder, [ours.cast(file_schema(dataset))])
            if dataset == "articles":
                source = file.parent.name.removeprefix("source=")
                tallies += [Tally(source, name, ours.num_rows) for name in ("articles", "entries")]
    poll = _poll(run_id, moment, sum(tally.count for tally in tallies) // 2)
    written += stage(lake, run_id, partition(poll), [poll])
    commit(lake, RunRecord.from_tallies(run_id, moment, moment, "a third", tallies, written))


def _poll(run_id: str, moment: datetime, entries: int) -> FeedPoll:
    return FeedPoll(
        source="thirds",
        feed_url="http://thirds.example/",
        polled_at=moment,
        outcome="ok",
        http_status=200,
        etag=None,
        last_modified=None,
        content_hash=None,
        moved_to=None,
        entries=entries,
        bytes=0,
        seconds=0.0,
        run_id=run_id,
    )


def _articles(lake: Lake) -> list[dict[str, Any]]:
    rows = _rows(lake, "articles").to_table().drop_columns(list(_OF_THE_RUN)).to_pylist()
    for row in rows:
        row["removed_at"] = row["removed_at"] is not None
    return sorted(rows, key=lambda row: (row["article_id"], row["revision"]))


def _without_stories(articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in _OF_THE_STORY} for row in articles]


def _rejects(lake: Lake) -> dict[str, bool]:
    last = {row["entry_key"]: row for row in in_order_of_time(_rows(lake, "index").to_table().to_pylist())}
    return {key: row["final"] for key, row in last.items() if row["outcome"] == "reject"}


def _rows(lake: Lake, dataset: Dataset) -> Any:
    return ds.dataset(lake.dataset(dataset), schema=file_schema(dataset), partitioning="hive")


def _command(name: str, lake: Path, proxy: str, baseline: Baseline) -> list[str]:
    """The arguments of a command."""
    if name in _PASSES:
        places = ["--sources", str(NEWSROOM / "sources.toml"), "--lake", str(lake), "--proxy", proxy]
        verb, *more = _PASSES[name]
        return [verb, *places, *more]
    if name == "compact":
        return [name, "--lake", str(lake)]
    return [name, str(lake), *(f"--article={article}" for article in baseline.to_remove if name == "remove")]


def _kill_after(arguments: Sequence[str], seconds: float) -> tuple[int, str]:
    """Returns the exit status, -9 for a killed command, and standard error."""
    command = [*COPYDESK, *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            _, log = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            _, log = process.communicate()
        return process.returncode, log


def _die_at_step(arguments: Sequence[str], step: int) -> tuple[int, str]:
    command = [sys.executable, "-m", "benchmarks.crash", "--die-at-step", str(step), *arguments]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, start_new_session=True, check=False)
    return ended.returncode, ended.stderr


def _with_death(step: int, arguments: Sequence[str]) -> int:
    """Runs a command in this process, which kills itself and its children at step number ``step`` that changes the disk.

    With 0 it does not kill, and prints the number of steps as its last word.
    """
    steps = itertools.count(1)

    def dying(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*positional: Any, **named: Any) -> Any:
            if next(steps) == step:
                os.killpg(0, signal.SIGKILL)
            return change(*positional, **named)

        return changed

    for owner, names in (
        (Path, "replace rename unlink mkdir"),
        (os, "fsync unlink rmdir"),
        (local, "swap_folders"),
    ):
        for name in names.split():
            setattr(owner, name, dying(getattr(owner, name)))
    status = cli.main(arguments)
    print("steps:", next(steps) - 1, file=sys.stderr)
    return status


if __name__ == "__main__":
    if sys.argv[1:2] == ["--die-at-step"]:
        sys.exit(_with_death(int(sys.argv[2]), sys.argv[3:]))
    sys.exit(main())
