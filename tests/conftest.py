"""Fixtures that several modules share."""

from collections.abc import Iterator

import pytest

from tests.support.site import feed, page
from tests.support.web_server import Answers, WebServer, serving


@pytest.fixture
def sites() -> Iterator[tuple[WebServer, Answers]]:
    answers: Answers = {
        "http://site.example/feed.xml": feed("one", "two"),
        "http://other.example/feed.xml": feed(),
        **{f"http://site.example/{name}": page(name) for name in ("one", "two", "three", "four")},
    }
    with serving(answers) as web:
        yield web, answers
