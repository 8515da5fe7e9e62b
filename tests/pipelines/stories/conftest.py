"""A lake with a wire story, three copies of it, and an outlet's own story."""

from datetime import timedelta
from pathlib import Path

import pytest

from schemas import Source
from tests.support.samples import NOON, OUTLET, WIRE, article, story_article
from tests.support.small_lakes import lake_with, rows_of
from transforms.lake.layout import Lake

TEXT = """\
The river rose by two metres on Monday night, officials said.
Some 300 people left their homes in the old town, where the water stood a metre high.
"We have never seen this," said Ana Ruiz, the mayor.
The rain is expected to end on Thursday."""
CUT = "\n".join(TEXT.replace("metres", "meters").split("\n")[:2]) + "\nOur reporter saw boats in the market place."
HOUR = timedelta(hours=1)
BEACON = Source(id="beacon", kind="outlet", feeds=("http://beacon.example/feed.xml",), zone="UTC", language="en")

WIRE_STORY = story_article(
    article(WIRE, "http://wire.example/flood", TEXT, agency="MPA", headline="River rises", published_at=NOON - 3 * HOUR)
)
CREDITED = story_article(
    article(
        OUTLET,
        "http://post.example/flood",
        TEXT,
        agency="MPA",
        headline="[/red]Flood \x1b[31m",
        published_at=NOON - 2 * HOUR,
    ),
    story_id=WIRE_STORY.story_id,
    relation="exact",
    matched_article_id=WIRE_STORY.article_id,
)
SILENT = story_article(
    article(BEACON, "http://beacon.example/flood", CUT, headline="<b>Water</b>", published_at=NOON - HOUR),
    story_id=WIRE_STORY.story_id,
    relation="abridged",
    matched_article_id=WIRE_STORY.article_id,
)
OWN = story_article(
    article(
        BEACON, "http://beacon.example/own", "Something else. " * 20, headline="Own", first_seen_at=NOON - 72 * HOUR
    )
)
LATER = story_article(
    article(OUTLET, "http://post.example/own", "Something else. " * 20, headline="Own, later", published_at=NOON),
    story_id=OWN.story_id,
    relation="exact",
    matched_article_id=OWN.article_id,
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_with(tmp_path / "lake", rows_of(WIRE_STORY, CREDITED, OWN), rows_of(SILENT, LATER))
