"""kill -9 of a whole run at moments of chance: the next run makes it good."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examples.serve_newsroom import NEWSROOM, serving
from tests.support.tables import articles, rows
from transforms.lake.layout import Lake
from transforms.lake.maintenance.check import check_lake
from transforms.lake.maintenance.inventory import take_inventory

ROUNDS = 4


OFTEN = ("--commit-every", "1s", "--pause", "0.5")
"""A pass that commits several times."""


def command(lake: Path, proxy: str, *more: str) -> list[str]:
    sources = str(NEWSROOM / "sources.toml")
    return [
        sys.executable,
        "-m",
        "pipelines.cli",
        "run",
        "--sources",
        sources,
        "--lake",
        str(lake),
        "--proxy",
        proxy,
        *(more or ("--pause", "0")),
    ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, object]], float]:
    """The articles of a run that nobody disturbs, and the seconds that it takes."""
    lake = tmp_path_factory.mktemp("calm") / "lake"
    with serving() as proxy:
        began = time.monotonic()
        subprocess.run(command(lake, proxy), check=True, capture_output=True)
        return articles(lake), time.monotonic() - began


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_run_killed_at_any_moment_loses_and_doubles_nothing(
    seed: int, tmp_path: Path, undisturbed: tuple[list[dict[str, object]], float]
) -> None:
    expected, seconds = undisturbed
    # Start-up writes nothing, and the end is where files appear: so the moments lie in the later two thirds.
    moments = [random.Random(seed * 10 + n).uniform(seconds * 0.35, seconds) for n in range(2)]
    lake = tmp_path / "lake"
    with serving() as proxy:
        for moment in moments:
            with subprocess.Popen(command(lake, proxy), stderr=subprocess.DEVNULL, start_new_session=True) as run:
                time.sleep(moment)
                os.killpg(run.pid, signal.SIGKILL)
        last = subprocess.run(command(lake, proxy), check=False, capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    assert articles(lake) == expected
    assert list(Lake(lake).staging.iterdir()) == []
    index = rows(lake, "index")
    assert sorted(str(row["article_id"]) for row in index if row["outcome"] == "article") == [
        row["article_id"] for row in expected
    ]


@pytest.mark.parametrize("commits", [1, 2])
def test_a_pass_killed_after_some_of_its_commits_keeps_them_and_the_next_one_goes_on(
    commits: int, tmp_path: Path, undisturbed: tuple[list[dict[str, object]], float]
) -> None:
    lake = tmp_path / "lake"
    with serving() as proxy:
        with subprocess.Popen(
            command(lake, proxy, *OFTEN), stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as run:
            assert run.stderr is not None
            said = (line for line in run.stderr if "it goes on" in line)
            for _ in range(commits):
                next(said)
            # The moment lies anywhere in the next part, or in its commit.
            time.sleep(random.Random(commits).uniform(0.0, 3.0))
            os.killpg(run.pid, signal.SIGKILL)
        kept = {row["article_id"]: row for row in articles(lake)}
        last = subprocess.run(command(lake, proxy), check=False, capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    found = articles(lake)
    assert [(row["article_id"], row["content_hash"]) for row in found] == [
        (row["article_id"], row["content_hash"]) for row in undisturbed[0]
    ]
    assert all(row == kept.get(row["article_id"], row) for row in found)
    assert check_lake(take_inventory(Lake(lake), lambda: False)).problems == []
