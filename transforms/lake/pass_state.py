"""What the parts of one pass tell each other about hosts, so that a pass asks a host no more than it would in one part.

Each shard of sites has a file ``_pass/<shard>.json``. It is a cache: without it, a part begins with unused hosts. A pass that is one part
writes none, and the files are deleted at the end of the pass.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime

from transforms.lake.layout import DAMAGED_JSON, PASS, Lake
from transforms.web.use import HostUse, SourceUse, WebUse


def known_use(lake: Lake, shard: str, pass_started_at: datetime, now: datetime) -> WebUse:
    """What the earlier parts of the pass that began at this moment have asked the hosts of a shard. Empty when that is not known."""
    with suppress(OSError, *DAMAGED_JSON):
        state = json.loads(lake.store.read(_path(shard)))
        if state["pass"] == pass_started_at.isoformat():
            use = WebUse(
                hosts={name: HostUse(**values) for name, values in state["hosts"].items()},
                sources={source: SourceUse(**values) for source, values in state["sources"].items()},
            )
            return use.later((now - datetime.fromisoformat(state["at"])).total_seconds())
    return WebUse()


def remember_use(lake: Lake, shard: str, pass_started_at: datetime, now: datetime, use: WebUse) -> None:
    """Writes what a pass has asked the hosts of a shard so far."""
    with suppress(OSError):
        if lake.is_local:
            (lake.root / PASS).mkdir(exist_ok=True)
        state = {"pass": pass_started_at.isoformat(), "at": now.isoformat(), **asdict(use)}
        lake.store.write_json(_path(shard), state, sync=False)


def forget_use(lake: Lake) -> None:
    """Deletes what the parts of a pass have written, at its end."""
    with suppress(OSError):
        lake.store.delete_folder(PASS)


def _path(shard: str) -> str:
    return f"{PASS}/{shard}.json"
