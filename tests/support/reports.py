"""A lake to report on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from schemas import Row
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, poll, reject, story_article
from tests.support.small_lakes import stage_all
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit
from transforms.lake.layout import Lake
from transforms.lake.opening import open_lake

EARLIER = "20260701T120000Z-aaaaaa"
SECOND = "20261001T130000Z-bbbbbb"
HOUR = timedelta(hours=1)
EVIL = '<script>alert("x")</script> & "quotes"'


WIRE_STORY = story_article(
    article(WIRE, "http://wire.example/storm", agency="MPA", headline="Storm", published_at=NOON - 2 * HOUR)
)
COPY = story_article(
    article(OUTLET, "http://post.example/storm", agency="MPA", headline=EVIL, canonical_url="javascript:alert(1)"),
    story_id=WIRE_STORY.story_id,
    relation="exact",
)
OWN = story_article(article(OUTLET, "http://post.example/own", language="de-AT", published_precision="day"))
UNDATED = story_article(article(OUTLET, "http://post.example/undated", language=None, published_at=None))
OLD = story_article(article(OUTLET, "http://post.example/old", first_seen_at=NOON - timedelta(days=92)))
LONG_AGO = replace(OWN, article_id="long-ago", story_id="long-ago", published_at=NOON - timedelta(days=400))


def write(lake: Lake, run_id: str, rows: Iterable[Row], *tallies: Tally) -> None:
    written = stage_all(lake, run_id, rows)
    commit(lake, RunRecord.from_tallies(run_id, NOON, NOON + timedelta(seconds=90), "test", tallies, written))


def lake_of_a_summer(folder: Path) -> Lake:
    """A lake of two passes an hour apart, and of one in the summer, which no report of a month shows."""
    lake = open_lake(folder)
    write(
        lake, EARLIER, [OLD, poll(polled_at=NOON - timedelta(days=92)), reject(rejected_at=NOON - timedelta(days=92))]
    )
    write(
        lake,
        RUN,
        [
            WIRE_STORY,
            COPY,
            OWN,
            UNDATED,
            LONG_AGO,
            poll(),
            poll(source="meridian", feed_url=WIRE.feeds[0], polled_at=NOON - 3 * HOUR),
            reject(),
            reject(
                entry_key="e2", url="https://user@Cdn.post.example:8443/x?u=http://a/", reason="http-gone", final=True
            ),
        ],
        Tally("post", "entries", 6),
        Tally("post", "articles", 4),
        Tally("post", "rejects", 2),
    )
    failed = poll(polled_at=NOON + HOUR, outcome="failed", entries=0, http_status=None)
    why = reject(stage="poll", reason="dns", entry_key=None, url=None, rejected_at=NOON + HOUR)
    write(lake, SECOND, [replace(OWN, revision=2, headline="Own, corrected"), failed, why], Tally("post", "entries"))
    return lake
