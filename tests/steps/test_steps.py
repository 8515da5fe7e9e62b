"""The transforms as Beam runs them: outputs, what goes to the ledger, and counters."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.metrics import MetricsFilter
from apache_beam.runners.portability.fn_api_runner import fn_runner
from apache_beam.testing.test_pipeline import TestPipeline
from apache_beam.testing.util import assert_that, equal_to

from examples.serve_newsroom import serving
from schemas import Entry, Source
from tests.support.samples import NOON, OUTLET, RUN, WIRE, article, entry, poll, reject, story_article, summary
from transforms import DropSeen, ExtractArticles, FetchPages, GroupStories, Ledger, PollFeeds, WriteLake
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_index_row, reject_index_row
from transforms.accounting.run_record import RunRecord
from transforms.accounting.runs import new_run_id, now
from transforms.lake.commit import commit, recover, stage
from transforms.lake.fences import LakeLostError
from transforms.lake.layout import Lake, partition
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.steps.context import RunContext
from transforms.web.client import Connect
from transforms.web.politeness import Politeness

HURRIED = Politeness(pause=0)
HTML = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>" + "".join(
    f"<p>Paragraph {n} says that the council met on Tuesday, that the vote was close, and that the mayor will read it again.</p>"
    for n in range(6)
)
ITEM = "<item><title>{0}</title><link>http://site.example/{0}.html</link><guid>{0}</guid></item>"
SITE = Source(id="site", kind="outlet", feeds=("http://site.example/feed.xml", "http://site.example/gone.xml"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "lake")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with a feed of three items, one of them without its page, and another feed that is missing."""
    folder = tmp_path / "site" / "pages" / "site.example"
    folder.mkdir(parents=True)
    for name in ("index", "one", "two"):
        (folder / f"{name}.html").write_text(HTML.format(name))
    items = "".join(ITEM.format(name) for name in ("one", "two", "three"))
    (folder / "feed.xml").write_text(f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>")
    return tmp_path / "site"


def run_of(lake: Lake, **changes: Any) -> RunContext:
    return RunContext(run_id=RUN, lake=lake, started_at=NOON, shards=2, **changes)


def pipeline() -> TestPipeline:
    return TestPipeline(runner=fn_runner.FnApiRunner())


def has(count: int, test: Callable[[Any], bool]) -> Callable[[Iterable[Any]], None]:
    def check(found: Iterable[Any]) -> None:
        held = list(found)
        assert len(held) == count, held
        assert all(test(item) for item in held), held

    return check


def put(lake: Lake, *rows: Any) -> None:
    run_id = f"{new_run_id(now())}-before"
    commit(lake, summary(*(file for row in rows for file in stage(lake, run_id, partition(row), [row])), run_id=run_id))


def test_poll_feeds_gives_entries_and_tells_of_each_feed(lake: Lake, site: Path) -> None:
    ledger = Ledger()
    with serving(site) as proxy, pipeline() as p:
        entries = p | beam.Create([SITE]) | PollFeeds(run_of(lake), Connect(proxy=proxy), HURRIED, ledger)
        assert_that(entries | beam.Map(lambda e: e.entry_id), equal_to(["one", "two", "three"]))
        outcomes = ledger.polls[0] | beam.Map(
            lambda row: (row.feed_url[-8:], row.outcome, row.entries, row.http_status)
        )
        assert_that(outcomes, equal_to([("feed.xml", "ok", 3, 200), ("gone.xml", "failed", 0, 404)]), "polls")
        reasons = ledger.rejects[0] | beam.Map(lambda row: (row.stage, row.reason, row.entry_key, row.final))
        assert_that(reasons, equal_to([("poll", "http-gone", None, False)]), "rejects")
        tallies = [Tally("site", "feeds"), Tally("site", "feeds"), Tally("site", "feeds_failed")]
        assert_that(ledger.tallies[0], equal_to(tallies), "tallies")


def test_poll_feeds_leaves_a_feed_that_is_not_due(lake: Lake) -> None:
    patient = Source(id="post", kind="outlet", feeds=OUTLET.feeds, poll_seconds=900)
    put(lake, poll(polled_at=NOON - timedelta(minutes=10)))
    ledger = Ledger()
    with pipeline() as p:
        entries = p | beam.Create([patient]) | PollFeeds(run_of(lake), Connect(), HURRIED, ledger)
        assert_that(entries, equal_to([]))
        assert_that(ledger.tallies[0], equal_to([Tally("post", "feeds"), Tally("post", "feeds_not_due")]), "tallies")


def test_an_unchanged_feed_is_known_without_validators(lake: Lake, site: Path) -> None:
    for expected in (3, 0):
        ledger = Ledger()
        with serving(site) as proxy, pipeline() as p:
            source = Source(id="site", kind="outlet", feeds=SITE.feeds[:1])
            run = RunContext(run_id=f"{RUN}-{expected}", lake=lake, started_at=NOON, shards=1)
            entries = p | beam.Create([source]) | PollFeeds(run, Connect(proxy=proxy), HURRIED, ledger)
            assert_that(entries, has(expected, lambda _: True))
            without = ledger.polls[0] | "Forget validators" >> beam.Map(_without_validators)
            _ = without | beam.Map(lambda row, to: put(to, row), lake)


def _without_validators(row: Any) -> Any:
    return replace(row, etag=None, last_modified=None, polled_at=NOON)


def test_drop_seen_keeps_one_entry_for_a_page_and_none_that_is_done_with(lake: Lake) -> None:
    done = article(url="http://post.example/done")
    put(lake, article_index_row(story_article(done)))
    slow = entry(url="http://post.example/slow")
    waiting = reject(entry_key=slow.entry_key, url_key=slow.url_key, attempts=2)
    row = reject_index_row(waiting)
    assert row is not None
    put(lake, row)
    twice = entry(url="http://post.example/new", feed_url="http://post.example/second-feed")
    entries = [entry(url="http://post.example/new"), twice, entry(url=done.url), slow]
    ledger = Ledger()
    with pipeline() as p:
        fresh = p | beam.Create(entries) | DropSeen(run_of(lake), ledger)
        kept = fresh | beam.Map(lambda e: (e.url[-4:], e.feed_url[-8:], e.attempts))
        assert_that(kept, equal_to([("/new", "feed.xml", 0), ("slow", "feed.xml", 2)]))
        seen = ledger.tallies[0] | beam.Map(lambda tally: tally.count) | beam.CombineGlobally(sum)
        assert_that(seen, equal_to([2]), "seen")


def test_fetch_and_extract_let_every_entry_leave_once(lake: Lake, site: Path) -> None:
    names = ("one", "two", "three")
    entries: list[Entry] = [entry(SITE, f"http://site.example/{name}.html") for name in names]
    entries.append(replace(entry(SITE), url="", url_key="", entry_id=None))
    ledger = Ledger()
    with serving(site) as proxy:
        p = pipeline()
        articles = (
            p
            | beam.Create(entries)
            | FetchPages(run_of(lake), Connect(proxy=proxy), HURRIED, ledger)
            | ExtractArticles(run_of(lake), ledger)
        )
        assert_that(
            articles | beam.Map(lambda a: a.url), equal_to([f"http://site.example/{name}.html" for name in names[:2]])
        )
        rejects = (
            tuple(ledger.rejects) | beam.Flatten() | beam.Map(lambda row: (row.stage, row.reason, row.http_status))
        )
        assert_that(rejects, equal_to([("fetch", "http-gone", 404), ("fetch", "no-link", None)]), "rejects")
        result = p.run()
        result.wait_until_finish()
    counters = {found.key.metric.name: found.committed for found in result.metrics().query(MetricsFilter())["counters"]}
    assert (counters["pages"], counters["articles"]) == (2, 2)


def test_group_stories_keeps_an_article_once_and_joins_equal_bodies(lake: Lake) -> None:
    known = article(url="http://post.example/known")
    put(lake, article_index_row(story_article(known)))
    wire = article(WIRE, "http://wire.example/1", content_hash="h")
    copy = article(OUTLET, "http://post.example/1", content_hash="h", published_at=NOON)
    again = article(OUTLET, "http://post.example/1", content_hash="h", feed_url="http://post.example/second-feed")
    ledger = Ledger()
    with pipeline() as p:
        members = p | beam.Create([again, copy, wire, known]) | GroupStories(run_of(lake), ledger)
        told = members | beam.Map(lambda m: (m.source, m.relation, m.story_id == wire.article_id))
        assert_that(told, equal_to([("meridian", "original", True), ("post", "exact", True)]))
        assert_that(ledger.duplicates[0], has(2, lambda row: row.outcome == "duplicate" and row.final), "duplicates")
        assert_that(ledger.tallies[0], equal_to([Tally("post", "seen"), Tally("post", "seen")]), "tallies")


def test_a_pass_whose_command_died_commits_nothing_once_another_run_has_held_the_lake(lake: Lake) -> None:
    """As on a cluster, which goes on with it."""
    ledger = Ledger()
    with writing(lake, RUN):
        pass
    late = pipeline()
    ledger.rejects.append(late | "Rejects" >> beam.Create([reject()]))
    late | beam.Create([story_article()]) | WriteLake(run_of(lake), ledger)
    with pytest.raises(LakeLostError, match="not this run's any more"):
        late.run()
    assert lake.files("articles") == []
    assert recover(lake) == [f"Discarded the uncommitted work of run {RUN}; its entries are taken up again."]


def test_write_lake_commits_all_that_the_ledger_gathered(lake: Lake) -> None:
    ledger = Ledger()
    with writing(lake, RUN), pipeline() as p:
        ledger.rejects.append(p | "Rejects" >> beam.Create([reject(), reject(entry_key=None, source="meridian")]))
        ledger.polls.append(p | "Polls" >> beam.Create([poll(entries=3)]))
        ledger.tallies.append(p | "Tallies" >> beam.Create([Tally("post", "seen"), Tally("post", "feeds")]))
        articles = p | beam.Create([story_article()])
        assert_that(articles | WriteLake(run_of(lake, engine="test"), ledger), equal_to([RUN]))
    record = RunRecord.from_json((lake.runs / f"{RUN}.json").read_text())
    assert record.balanced
    assert (record.total.entries, record.total.articles, record.total.seen, record.total.rejects) == (3, 1, 1, 1)
    assert (record.engine, len(record.written), record.reasons) == ("test", 4, {"timeout": 2})
    assert {dataset: len(lake.files(dataset)) for dataset in ("articles", "rejects", "polls", "index")} == {
        "articles": 1,
        "rejects": 1,
        "polls": 1,
        "index": 1,
    }
    assert list(lake.staging.iterdir()) == []
