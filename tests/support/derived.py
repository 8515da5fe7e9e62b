"""What happens to a lake and to the databases that are derived from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from pipelines import cli
from schemas import Dataset
from transforms.lake.layout import Lake


def compact_all(lake: Lake, number: int) -> None:
    """Compacts the lake."""
    assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 0


def lose_a_file(dataset: Dataset) -> Callable[[Lake, int], None]:
    """Deletes one file of a dataset, if there is one."""

    def lose(lake: Lake, number: int) -> None:
        if files := lake.files(dataset):
            files[number % len(files)].unlink()

    return lose


def lose_the_databases(lake: Lake, number: int) -> None:
    """Deletes all that is derived from lakes."""
    shutil.rmtree(Path(os.environ["COPYDESK_CACHE"]), ignore_errors=True)
