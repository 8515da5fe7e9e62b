"""What a stream remembers of the pages that it fetched, by the event time of its ticks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOON, RUN, entry
from tests.support.site import page
from tests.support.steps import HURRIED, answered, in_turn, ticking
from tests.support.web_server import WebServer, serving
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.streaming import fetch_due
from transforms.streaming.clock import Tick
from transforms.streaming.fetch_due import FetchDueShard
from transforms.streaming.host_queue import RECENT
from transforms.web.settings import Connect

TICK = Tick(last=False)


def requests(tmp_path: Path, web: WebServer, items: Sequence[tuple[Any, float]]) -> int:
    """How often the page was requested."""
    run = RunContext(run_id=f"{RUN}{web.port}", lake=open_lake(tmp_path / "lake"), started_at=NOON)
    in_turn(FetchDueShard(run, Connect(proxy=web.proxy), HURRIED), items)
    return web.paths("post.example").count("/one")


def test_a_page_is_fetched_for_another_feed_too_once_its_queue_has_forgotten_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_due, "now", ticking())
    first, twin = entry(), entry(entry_key="of another feed")
    collected: list[tuple[Any, float]] = [((first,), 0.0), (TICK, 0.0), (answered, 0.0), (TICK, 0.0)]
    again: list[tuple[Any, float]] = [((twin,), 0.0), (TICK, 0.0), (answered, 0.0)]
    for later, times in ((RECENT - 60, 1), (RECENT + 60, 2)):
        with serving({entry().url: page("one")}) as web:
            assert requests(tmp_path, web, [*collected, (TICK, later), *again]) == times
