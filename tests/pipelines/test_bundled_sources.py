"""The sources.toml that comes with the project: many countries, no gaps, and the figures that README gives."""

import re
from pathlib import Path

import pytest

from pipelines.sources import Sources, load_sources
from transforms.urls import normalize_url

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bundled() -> Sources:
    return load_sources(PROJECT / "sources.toml")


def test_it_covers_many_countries_and_agencies(bundled: Sources) -> None:
    assert len(bundled.sources) >= 150
    assert (
        len({source.zone for source in bundled.sources}) >= 50
    )  # a zone lies in one country; a large country has several
    assert len({source.agency for source in bundled.sources if source.agency}) >= 30
    assert sum(any("sitemap" in feed for feed in source.feeds) for source in bundled.sources) >= 70


def test_every_source_is_complete(bundled: Sources) -> None:
    gaps = [
        source.id
        for source in bundled.sources
        if not (source.name and source.homepage and source.zone and source.language and 1 <= len(source.feeds) <= 3)
    ]
    assert gaps == []


def test_no_feed_is_listed_twice_whatever_its_spelling(bundled: Sources) -> None:
    feeds = [
        re.sub(r"^https?://(www\.)?", "", normalize_url(feed)).rstrip("/")
        for source in bundled.sources
        for feed in source.feeds
    ]
    assert [feed for feed in set(feeds) if feeds.count(feed) > 1] == []


def test_readme_gives_its_figures(bundled: Sources) -> None:
    languages = {source.language.partition("-")[0] for source in bundled.sources if source.language}
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert f"lists {len(bundled.sources)} wires and outlets in {len(languages)} languages" in readme
