"""Where tests write, and fixtures that several modules share."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support.site import feed, page
from tests.support.web_server import Answers, WebServer, serving

MEMORY = "/dev/shm"
"""A disk in memory, on Linux."""
LONGEST = [f"tests/system/test_{name}.py" for name in ("flink", "distribution", "stream", "readers", "crash")]
"""Modules with tests of more than ten seconds."""

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")  # a busy machine is no fault


def pytest_configure() -> None:
    """Lets tests write to memory where there is enough of it: lakes sync each file, and that would take a third of the time."""
    if (
        os.access(MEMORY, os.W_OK)
        and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        and shutil.disk_usage(MEMORY).free > 4 << 30
    ):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests begin first, so that no worker is left with one at the end. The other worker takes quick ones meanwhile."""
    first = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(item.nodeid.partition("::")[0], len(first)))


@pytest.fixture
def sites() -> Iterator[tuple[WebServer, Answers]]:
    answers: Answers = {
        "http://site.example/feed.xml": feed("one", "two"),
        "http://other.example/feed.xml": feed(),
        **{f"http://site.example/{name}": page(name) for name in ("one", "two", "three", "four")},
    }
    with serving(answers) as web:
        yield web, answers
