"""Passes over one site into one lake."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.command.console import Terminal
from pipelines.command.options import COMMIT_EVERY
from pipelines.engines.choose import choose_engine
from pipelines.passes import Pass, run_pass
from pipelines.sources import Sources
from schemas import Dataset, Source
from tests.support.site import FEED
from tests.support.tables import rows
from transforms.accounting.run_record import RunRecord
from transforms.web.settings import Connect, Politeness

HURRIED = Politeness(pause=0.0)
SITE = Source(id="site", kind="outlet", feeds=(FEED,))


class Desk:
    """A lake and the passes over one site into it."""

    def __init__(self, folder: Path) -> None:
        self.lake = folder / "lake"

    def run(self, proxy: str, politeness: Politeness = HURRIED, look_back: timedelta | None = None) -> dict[str, int]:
        """One pass; its counts."""
        total = self.record(proxy, politeness, look_back).total
        names = ("entries", "articles", "seen", "rejects", "feeds_unchanged")
        return {name: getattr(total, name) for name in names}

    def record(
        self,
        proxy: str,
        politeness: Politeness = HURRIED,
        look_back: timedelta | None = None,
        source: Source = SITE,
        all_feeds: bool = False,
        commit_every: float = COMMIT_EVERY,
        terminal: Terminal | None = None,
        beam: tuple[str, ...] = (),
    ) -> RunRecord:
        """One pass; its run record."""
        options = PipelineOptions(list(beam))
        work = Pass(
            sources=Sources(contact=None, sources=(source,)),
            lake=self.lake,
            connect=Connect(proxy=proxy, retry_wait=0.01),
            politeness=politeness,
            look_back=look_back,
            beam=options,
            all_feeds=all_feeds,
            commit_every=commit_every,
        )
        record = run_pass(work, choose_engine(options), terminal or Terminal(quiet=True))
        assert record.balanced
        return record

    def rows(self, dataset: Dataset) -> list[dict[str, Any]]:
        return rows(self.lake, dataset)
