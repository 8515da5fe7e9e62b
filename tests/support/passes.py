"""Passes of the command over one site into one lake."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.batch import main
from schemas import Dataset
from tests.support.site import FEED
from tests.support.tables import rows


class Desk:
    """A lake and the passes over one site into it."""

    def __init__(self, folder: Path) -> None:
        self.lake = folder / "lake"
        self.sources = folder / "sources.toml"
        self.sources.write_text(f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\n')

    def run(self, proxy: str, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, int]:
        """One pass; its counts."""
        arguments = ["--sources", str(self.sources), "--lake", str(self.lake), "--proxy", proxy, "--pause", "0"]
        assert main([*arguments, "--quiet", "--json", *more]) == 0
        record = json.loads(capsys.readouterr().out)
        assert record["balanced"]
        counts: dict[str, int] = record["total"]
        return {name: counts[name] for name in ("entries", "articles", "seen", "rejects", "feeds_unchanged")}

    def rows(self, dataset: Dataset) -> list[dict[str, Any]]:
        return rows(self.lake, dataset)
