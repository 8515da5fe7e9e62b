"""The robots.txt files that a lake remembers between passes: a cache, which may be deleted at any time.

Each shard of hosts has a file ``_robots/<shard>.json``. A stream has ``_robots/stream.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict

from transforms.lake.layout import ROBOTS, Lake, json_stem
from transforms.web.robots import FRESH_SECONDS, RobotsFile


def known_robots(lake: Lake, now: float) -> dict[str, RobotsFile]:
    """The files by origin that were requested within a day; ``now`` is in seconds since 1970. A cache that cannot be read is empty."""
    known: dict[str, RobotsFile] = {}
    for name in lake.store.names(ROBOTS):
        if json_stem(name) is None:
            continue
        with suppress(OSError, ValueError, TypeError, AttributeError):
            for origin, values in json.loads(lake.store.read(f"{ROBOTS}/{name}")).items():
                file = RobotsFile(**values)
                if 0 <= now - file.read_at < FRESH_SECONDS:
                    known[origin] = max(file, known.get(origin, file), key=lambda each: each.read_at)
    return known


def remember_robots(lake: Lake, shard: str, files: Mapping[str, RobotsFile]) -> None:
    """Writes the files of a shard, in place of what it had. What cannot be written is requested again."""
    with suppress(OSError):
        if lake.is_local:
            (lake.root / ROBOTS).mkdir(exist_ok=True)
        lake.store.write_json(f"{ROBOTS}/{shard}.json", {origin: asdict(file) for origin, file in files.items()})
