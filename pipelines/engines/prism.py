"""Prism, Beam's streaming engine for one machine: finds, checks and starts it. It is never downloaded."""

from __future__ import annotations

import logging
import mmap
import os
import re
import shutil
from pathlib import Path

from apache_beam.version import __version__ as beam_version

from pipelines.engines.job_servers import JobServer

CHECKOUT = Path(__file__).parents[2]
BUILT = CHECKOUT / ".engines" / "bin" / "prism"
"""Where `make prism` puts it."""

_logger = logging.getLogger(__name__)


def install_hint() -> str:
    """What to do when there is no Prism, or one of another version."""
    package = f"github.com/apache/beam/sdks/v2/go/cmd/prism@v{beam_version}"
    if (CHECKOUT / "Makefile").exists():
        return "Build it with: make prism (needs Go; takes some minutes, once)"
    return f"Build it with: go install {package} (needs Go; puts it in ~/go/bin, which must be on the PATH)"


def find_prism(given: str | None) -> Path | None:
    """The program: ``given``, or the one that `make prism` built, or the one on the PATH. None when there is none."""
    if given:
        path = Path(given).expanduser()
        return path if path.is_file() and os.access(path, os.X_OK) else None
    if BUILT.is_file():
        return BUILT
    on_path = shutil.which("prism")
    return Path(on_path) if on_path else None


def version_of(prism: Path) -> str | None:
    """The Beam version that Go wrote into the program; None when it did not."""
    with prism.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        match = re.search(rb"\nmod\tgithub\.com/apache/beam/sdks/v2\tv([0-9][0-9A-Za-z.\-]*)", content)
        return match[1].decode() if match else None


def start_prism(prism: Path) -> JobServer:
    """Starts Prism as a job server of this process. Raises JobServerError. Prism logs at our level; above info, only errors."""
    level = (
        "debug" if _logger.isEnabledFor(logging.DEBUG) else "info" if _logger.isEnabledFor(logging.INFO) else "error"
    )
    return JobServer(
        "prism",
        lambda port, _: [
            str(prism), "-job_port", str(port), "-serve_http=false", "-log_level", level, "-log_kind", "text",
        ],
    )  # fmt: skip
