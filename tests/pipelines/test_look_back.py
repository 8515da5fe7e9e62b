"""A look-back that is shorter than the lake: what it passes over, what is fetched again, and that nothing is doubled."""

from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipelines import cli
from pipelines.command.console import closing_lines
from tests.support.passes import Desk
from tests.support.site import FEED, feed, page
from tests.support.web_server import Answers, serving
from transforms.accounting.run_record import RunRecord

SITE: Answers = {f"http://site.example/{name}": page(name) for name in ("one", "two", "three")}

MONTH = timedelta(days=30)


def age_the_index(lake: Path, days: int) -> None:
    """As if the passes so far had been that many days earlier."""
    for old in sorted(lake.glob("index/date=*/*.parquet")):
        rows = pq.ParquetFile(old).read()
        column = rows.schema.get_field_index("seen_at")
        earlier = pc.subtract(rows["seen_at"], pa.scalar(timedelta(days=days), pa.duration("us")))
        rows = rows.set_column(column, rows.schema.field(column), earlier)
        new = lake / "index" / f"date={rows['seen_at'][0].as_py():%Y-%m-%d}" / old.name
        new.parent.mkdir(exist_ok=True)
        pq.write_table(rows, new)
        old.unlink()
        old.parent.rmdir()


def latest_record(lake: Path) -> RunRecord:
    records = (RunRecord.from_json(file.read_text()) for file in (lake / "runs").rglob("*.json"))
    return max(records, key=lambda record: record.started_at)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_an_entry_from_before_the_look_back_is_fetched_again_once_and_never_doubled(desk: Desk) -> None:
    with serving({FEED: feed("one", "two"), **SITE}) as web:
        desk.run(web.proxy)
        age_the_index(desk.lake, 40)
        web.answers = {FEED: feed("one", "two", "three"), **SITE}
        second = desk.run(web.proxy, look_back=MONTH)
        record = latest_record(desk.lake)
        web.answers = {FEED: feed("three", "two", "one", "two"), **SITE}  # another ETag
        third = desk.run(web.proxy, look_back=MONTH)
    assert second == {"entries": 3, "articles": 1, "seen": 2, "rejects": 0, "feeds_unchanged": 0}
    assert (record.look_back_days, record.index_days_unread, record.total.refetched) == (30, 1, 2)
    assert (
        "Look-back of 30 days: 1 older days of the index were not read; 2 older entries were fetched again"
        in "\n".join(closing_lines(record))
    )
    assert (third["articles"], latest_record(desk.lake).total.refetched) == (0, 0)
    assert [web.paths("site.example").count(f"/{name}") for name in ("one", "two", "three")] == [2, 2, 1]
    assert sorted(str(row["url"]) for row in desk.rows("articles")) == sorted(SITE)


def test_an_article_from_before_the_look_back_that_changed_becomes_a_revision(desk: Desk) -> None:
    with serving({FEED: feed("one"), **SITE}) as web:
        desk.run(web.proxy)
        age_the_index(desk.lake, 40)
        web.answers = {FEED: feed("one", "one"), "http://site.example/one": page("one, corrected")}
        desk.run(web.proxy, look_back=MONTH)
    assert sorted(row["revision"] for row in desk.rows("articles")) == [1, 2]
    assert latest_record(desk.lake).total.refetched == 1


def test_without_a_look_back_the_whole_index_counts(desk: Desk) -> None:
    with serving({FEED: feed("one"), **SITE}) as web:
        desk.run(web.proxy)
        age_the_index(desk.lake, 4000)
        web.answers = {FEED: feed("one", "two"), **SITE}
        counts = desk.run(web.proxy)
    record = latest_record(desk.lake)
    assert (counts["articles"], counts["seen"], web.paths("site.example").count("/one")) == (1, 1, 1)
    assert (record.look_back_days, record.index_days_unread, record.total.refetched) == (None, 0, 0)
    assert not any("Look-back" in line for line in closing_lines(record))


@pytest.mark.parametrize("days", ["6", "0", "-1", "x", "7.5", "99999"])
def test_a_look_back_shorter_than_retries_are_remembered_is_refused(
    days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["run", "--sources", "s.toml", "--lake", "x", "--look-back", days])
    assert caught.value.code == 2
    assert "is not a number of days, which is 7 or more" in capsys.readouterr().err
