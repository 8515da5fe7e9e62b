"""The way of the news, from its sources to the lake; batch, stream and replay share it."""

from __future__ import annotations

from apache_beam.pvalue import PCollection

from schemas import Source
from transforms import DropSeen, ExtractArticles, FetchPages, GroupStories, Ledger, PollFeeds, WriteLake
from transforms.manners import Manners
from transforms.run import Run
from transforms.web import Connect


def ingest(sources: PCollection[Source], run: Run, connect: Connect, manners: Manners) -> PCollection[str]:
    """Carries news from its sources to the lake; gives the run's id once it is committed."""
    ledger = Ledger()
    return (
        sources
        | "Poll feeds" >> PollFeeds(run, connect, manners, ledger)
        | "Drop seen" >> DropSeen(run, ledger)
        | "Fetch pages" >> FetchPages(run, connect, manners, ledger)
        | "Extract articles" >> ExtractArticles(run, ledger)
        | "Group stories" >> GroupStories(run, ledger)
        | "Write lake" >> WriteLake(run, ledger)
    )
