"""Whose copy each outlet runs, with and without credit."""

from datetime import datetime, timezone

import pytest
from lxml import html

from pipelines.stories.outlets import AgencyCopy, Outlet, OutletCopy, read_outlets
from pipelines.stories.pages import outlet_page
from tests.pipelines.stories.conftest import SILENT, WIRE_STORY
from tests.support.samples import NOON
from transforms.lake.layout import Lake


@pytest.fixture
def outlets(lake: Lake) -> dict[str, Outlet]:
    return {outlet.source: outlet for outlet in read_outlets(lake, None)}


def test_wires_are_no_outlets(outlets: dict[str, Outlet]) -> None:
    assert set(outlets) == {"post", "beacon"}


def test_copy_counts_with_and_without_credit(outlets: dict[str, Outlet]) -> None:
    (credited,) = outlets["post"].agencies
    assert credited == AgencyCopy(agency="MPA", articles=1, credited=1, uncredited=0, exact=1, delay=3600.0)
    (silent,) = outlets["beacon"].agencies
    assert silent == AgencyCopy(agency="MPA", articles=1, credited=0, uncredited=1, exact=0, delay=7200.0)


def test_stories_that_another_outlet_had_first(outlets: dict[str, Outlet]) -> None:
    assert outlets["beacon"].others == ()
    assert outlets["post"].others == (OutletCopy(source="beacon", articles=1, delay=3600.0),)
    assert (outlets["beacon"].articles, outlets["beacon"].shared, outlets["beacon"].first) == (2, 2, 1)


def test_the_page_names_copy_without_credit_and_links_to_stories(outlets: dict[str, Outlet]) -> None:
    page = html.document_fromstring(outlet_page(outlets["beacon"], {WIRE_STORY.story_id: "story.html"}, "lake", NOON))
    (row,) = [row for row in page.xpath("//section[@id='articles']//tbody/tr") if "no credit" in row.text_content()]
    assert SILENT.headline in row.text_content()
    assert row.xpath(".//a/@href")[0] == "story.html"


def test_since_limits_what_counts(lake: Lake) -> None:
    assert read_outlets(lake, datetime(2026, 10, 2, tzinfo=timezone.utc)) == ()
