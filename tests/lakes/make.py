"""Makes the small lake of a schema version: two real passes over the bundled newsroom, in the morning of 5 October 2026.

    python -m tests.lakes.make tests/lakes/v1

It is made once, when a version is released, and then kept as it is: later versions must read it and add to it.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from examples.serve_newsroom import serving
from pipelines.batch import main
from transforms.accounting import runs

MORNING = datetime(2026, 10, 5, 6, tzinfo=timezone.utc)
WIRE = """
[[agency]]
code = "MPA"
names = ["Meridian Press Agency"]
ambiguous = ["MPA"]
[[source]]
id = "meridian"
kind = "wire"
feeds = ["http://wire.meridian.example/feed.xml"]
zone = "UTC"
language = "en"
agency = "MPA"
"""
OUTLET = """
[[source]]
id = "sandreach"
kind = "outlet"
feeds = ["http://radiosandreach.example/feed.xml"]
zone = "Australia/Adelaide"
language = "en"
"""


def make(lake: str) -> None:
    """A pass over the wire, and an hour later one over the wire and an outlet that runs its copy."""
    with tempfile.TemporaryDirectory() as folder, serving() as proxy:
        sources = Path(folder) / "sources.toml"
        for hour, listed in enumerate((WIRE, WIRE + OUTLET)):
            sources.write_text(listed, encoding="utf-8")
            _set_clock(MORNING + timedelta(hours=hour))
            assert main(["--sources", str(sources), "--lake", lake, "--proxy", proxy, "--pause", "0"]) == 0


def _set_clock(moment: datetime) -> None:
    """Every module that asks for the time gets this moment."""
    clock = runs.now

    def stopped() -> datetime:
        return moment

    for module in list(sys.modules.values()):
        if getattr(module, "now", None) is clock:
            vars(module)["now"] = stopped


if __name__ == "__main__":
    make(sys.argv[1])
