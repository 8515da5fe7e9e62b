"""``copydesk stream`` in a process of its own."""

import contextlib
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from tests.support.site import FEED, OTHER_FEED
from tests.support.tables import rows
from tests.support.waiting import wait_until
from tests.support.web_server import WebServer
from transforms.lake.opening import open_lake

# The last one is Beam's, and for Beam's own Prism runner the end of any job after so many seconds; a stream must outlast it.
QUICK = ("--window", "1s", "--poll-every", "1s", "--pause", "0", "--job_server_timeout=3")
HURRIED = """
import sys
from transforms.streaming import clock
clock.PERIOD = 0.2
from transforms.streaming import fetch_due
fetch_due.LAST_WAIT = 2.0
from pipelines.cli import main
sys.exit(main())
"""
"""The command with five ticks a second, where its workers are threads of its own process."""


class Watcher:
    """``copydesk stream`` in a process of its own, on two sites."""

    def __init__(
        self, folder: Path, proxy: str, *more: str, hurried: bool = True, before: tuple[str, ...] = ("",)
    ) -> None:
        self.lake = open_lake(folder / "lake")
        self.sources = folder / "sources.toml"
        self.sources.write_text(
            f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\n'
            f'[[source]]\nid = "other"\nkind = "outlet"\nfeeds = ["{OTHER_FEED}"]\n'
        )
        self.arguments = ["--sources", str(self.sources), "--lake", str(self.lake.root), "--proxy", proxy]
        first, *arguments = before  # a program to run in the same process first, and its arguments
        program = ["-c", first + HURRIED, *arguments] if hurried else ["-m", "pipelines.cli"]
        self._command = [sys.executable, *program, "stream", *self.arguments, *QUICK, *more]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        folder = self.lake.root.parent
        with (folder / "stdout").open("w") as out, (folder / "stderr").open("a") as err:
            self.process = subprocess.Popen(self._command, stdout=out, stderr=err)

    def messages(self) -> str:
        """What all its processes wrote to stderr."""
        return (self.lake.root.parent / "stderr").read_text()

    def end(self, signum: int = signal.SIGINT) -> None:
        """Asks it to end, and waits until it has."""
        assert self.process is not None
        self.process.send_signal(signum)
        assert self.process.wait(timeout=60) == 0, self.messages()

    def kill(self) -> None:
        """kill -9 of the process and all its children."""
        if self.process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            tree = psutil.Process(self.process.pid)
            for victim in [*tree.children(recursive=True), tree]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    victim.kill()
        self.process.wait()

    def until(self, done: Callable[[], bool]) -> None:
        """Waits until a condition is met. Fails if the stream ends before."""
        wait_until(done, self.process, self.messages)

    def urls(self) -> Counter[str]:
        """Addresses in the lake's articles."""
        return Counter(str(row["url"]).rpartition("/")[2] for row in rows(self.lake.root))


@contextlib.contextmanager
def watching(
    folder: Path, web: WebServer, *more: str, hurried: bool = True, before: tuple[str, ...] = ("",)
) -> Iterator[Watcher]:
    watcher = Watcher(folder, web.proxy, *more, hurried=hurried, before=before)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.kill()
