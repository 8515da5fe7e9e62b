"""Where tests write, and fixtures that several modules share."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.support.site import feed, page
from tests.support.web_server import Answers, WebServer, serving

MEMORY = "/dev/shm"
"""A disk in memory, on Linux."""


def pytest_configure() -> None:
    """Lakes sync each file to the disk. A third of the time of the tests goes there, unless their disk is memory with enough room."""
    if (
        os.access(MEMORY, os.W_OK)
        and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        and shutil.disk_usage(MEMORY).free > 4 << 30
    ):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)


@pytest.fixture
def sites() -> Iterator[tuple[WebServer, Answers]]:
    answers: Answers = {
        "http://site.example/feed.xml": feed("one", "two"),
        "http://other.example/feed.xml": feed(),
        **{f"http://site.example/{name}": page(name) for name in ("one", "two", "three", "four")},
    }
    with serving(answers) as web:
        yield web, answers
