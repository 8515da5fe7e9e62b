"""Makes articles and lakes for benchmarks that need many. No real text, but words are as frequent, and texts as long, as in news.

    python -m benchmarks.generated --lake big --articles 1000000                     # as 30 days of hourly passes leave it
    python -m benchmarks.generated --lake few --articles 1000000 --passes 1          # large files: one pass a day

A lake has wires and outlets in several languages, outlets that run copy of a wire of their language (unchanged, edited or cut), revisions,
rejects, and the polls of every feed. It is staged and committed like real passes, so ``copydesk verify`` finds no problems in it. The same
options make the same articles. Stories end at midnight.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from itertools import accumulate

from schemas import FeedPoll, Reject, Row, StoryArticle
from schemas.records import Relation
from transforms.accounting.counts import Tally
from transforms.accounting.rows import article_index_row, reject_index_row
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import commit, stage
from transforms.lake.layout import Lake, partition
from transforms.lake.opening import open_lake
from transforms.urls import digest

_SYLLABLES = (
    "ba ce di fo gu la me ni po ru sa te vi mo ne tra ster ing ion er al en re con pro de in ment ly or".split()
)
_AGENCIES = (None, None, None, "AP", "Reuters", "AFP")
_LANGUAGES = "en en en en de fr es pt it nl".split()
_WIRES = ("AP", "Reuters", "AFP", "dpa", "EFE")
_SEEN_AGAIN = 20
"""Entries of each feed that an earlier pass has seen."""
_SENTENCE, _SENTENCES = 20, 100_000
"""Words in a sentence, and number of sentences of which bodies are made. With that many, no page of a Parquet file has one often."""


class Newsroom:
    """Makes articles. The same seed makes the same articles."""

    def __init__(self, seed: int = 1, vocabulary: int = 20_000) -> None:
        self._random = random.Random(seed)
        self._words = [
            "".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4))) for _ in range(vocabulary)
        ]
        self._weights = list(accumulate(1 / rank for rank in range(1, vocabulary + 1)))  # Zipf's law
        self._sentences = [f"{self._text(_SENTENCE).capitalize()}." for _ in range(_SENTENCES)]

    def reseed(self, seed: int) -> None:
        """Starts another sequence of articles from the same sentences."""
        self._random.seed(seed)

    def article(self, source: str, moment: datetime, run_id: str) -> StoryArticle:
        """An article of ``source``, published within the hour before ``moment``."""
        draw = self._random
        sentences = min(150, 1 + int(draw.lognormvariate(3.0, 0.7)))
        headline, body = self._text(9), "\n".join(draw.choices(self._sentences, k=sentences))
        number = f"{draw.getrandbits(40):x}"
        url = f"https://www.{source}.example/news/{moment:%Y/%m/%d}/{headline.replace(' ', '-')}-{number}"
        published = moment - timedelta(seconds=draw.randrange(3600))
        agency = draw.choice(_AGENCIES)
        article_id = digest(source, url)
        return StoryArticle(
            article_id=article_id,
            content_hash=digest(body),
            source=source,
            source_kind="outlet",
            feed_url=f"https://www.{source}.example/rss/{draw.choice(('world', 'politics', 'sport'))}.xml",
            entry_id=url,
            url=url,
            canonical_url=url,
            headline=headline.capitalize(),
            standfirst=self._text(25),
            body=body,
            language="en",
            word_count=sentences * _SENTENCE,
            section=draw.choice(("World", "Politics", "Sport", None)),
            keywords=tuple(self._text(1) for _ in range(draw.randrange(6))),
            image_url=f"https://img.{source}.example/{number}.jpg",
            published_at=published,
            published_raw=published.isoformat(),
            published_offset_minutes=0,
            published_precision="second",
            published_from="json-ld",
            modified_at=published + timedelta(minutes=draw.randrange(90)),
            first_seen_at=moment,
            fetched_at=moment,
            byline=f"By {self._text(2).title()}",
            authors=(self._text(2).title(),),
            agency=agency,
            agency_evidence=(f"byline: {agency}",) if agency else (),
            fingerprint=digest(headline),
            run_id=run_id,
            extractor="generated",
            story_id=article_id,
            relation="original",
        )

    def _text(self, words: int) -> str:
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a lake will have."""

    articles: int = 1_000_000
    """Rows of articles, with revisions; approximately."""
    sources: int = 100
    days: int = 30
    passes: int = 24
    """Passes a day. Each adds a file to every partition that it has news for."""
    began: datetime = datetime(2026, 10, 1, tzinfo=timezone.utc)
    """The first day."""

    def moment(self, day: int, number: int) -> datetime:
        """When pass ``number`` of a day ran."""
        return self.began + timedelta(days=day, seconds=86_400 * (number + 1) // self.passes - 10)


def fill(lake: Lake, plan: Plan, workers: int = 1) -> None:
    """Adds the passes of a plan to an empty lake."""
    # Each day has its own partitions, so several days can be written at once. Real runs never do that.
    with ProcessPoolExecutor(workers, initializer=skip_fsync) as pool:
        for _ in pool.map(partial(_fill_day, lake, plan), range(plan.days)):
            pass


def skip_fsync() -> None:
    """Disables fsync in this process. Nobody needs its lake after a power cut."""
    os.fsync = lambda fd: None


@cache
def _newsroom() -> Newsroom:
    return Newsroom()


def _fill_day(lake: Lake, plan: Plan, day: int) -> None:
    passes: list[list[StoryArticle]] = [[] for _ in range(plan.passes)]
    for article in _articles_of(plan, day):
        passes[_pass_of(plan, article)].append(article)
    for number, articles in enumerate(passes):
        _commit_pass(lake, plan, plan.moment(day, number), articles)


def _articles_of(plan: Plan, day: int) -> Iterator[StoryArticle]:
    newsroom, draw = _newsroom(), random.Random(day)
    newsroom.reseed(day)
    room = plan.articles * (day + 1) // plan.days - plan.articles * day // plan.days
    wires = max(1, plan.sources // 20)
    outlets = list(range(wires, plan.sources)) or [0]
    while room > 0:
        members = [
            _placed(
                newsroom,
                plan,
                day,
                draw.randrange(wires) if draw.random() < 0.1 else draw.choice(outlets),
                draw.random(),
            )
        ]
        if members[0].source_kind == "wire":
            same = [number for number in outlets if _language(number) == members[0].language]
            ran = draw.sample(same, min(len(same), int(draw.expovariate(1 / 4))))
            members += [_copy(newsroom, plan, day, number, members[0], draw) for number in ran]
        members += [_revised(plan, day, member, draw) for member in members if _may_change(plan, member, draw)]
        yield from members[:room]
        room -= len(members)


def _pass_of(plan: Plan, article: StoryArticle) -> int:
    return int((article.fetched_at - plan.began).total_seconds() % 86_400 * plan.passes // 86_400)


def _language(source: int) -> str:
    return _LANGUAGES[source % len(_LANGUAGES)]


def _placed(newsroom: Newsroom, plan: Plan, day: int, number: int, part_of_day: float) -> StoryArticle:
    """An article of a source of the plan, at a time of the day."""
    seconds = min(part_of_day, 0.999) * 86_400 - 1
    moment = plan.moment(day, int(max(seconds, 0) * plan.passes // 86_400))
    wire = number < max(1, plan.sources // 20)
    source = f"{'wire' if wire else 'paper'}{number:03}"
    made = newsroom.article(source, moment, _run_id(moment))
    agency = _WIRES[number % len(_WIRES)] if wire else made.agency
    published = min(plan.began + timedelta(days=day, seconds=max(seconds, 0)), moment)
    return replace(
        made,
        source_kind="wire" if wire else "outlet",
        language=_language(number),
        agency=agency,
        agency_evidence=(f"byline: {agency}",) if agency else (),
        published_at=published,
        published_raw=published.isoformat(),
        modified_at=published + timedelta(minutes=5),
    )


def _copy(
    newsroom: Newsroom, plan: Plan, day: int, number: int, wire: StoryArticle, draw: random.Random
) -> StoryArticle:
    """An outlet's copy of a wire's article, some hours later: unchanged, edited or cut."""
    assert wire.published_at is not None
    midnight = plan.began + timedelta(days=day)
    later = (wire.published_at - midnight).total_seconds() + draw.expovariate(1 / 7200)
    made = _placed(newsroom, plan, day, number, later / 86_400)
    body, similarity, containment = wire.body, 1.0, 1.0
    relation: Relation = "exact"
    lines = wire.body.split("\n")
    if draw.random() < 0.5 and len(lines) > 3:
        relation, similarity, containment = ("abridged", 0.6, 0.98) if draw.random() < 0.5 else ("near", 0.85, 0.9)
        body = "\n".join(
            lines[: -(len(lines) // 3)] if relation == "abridged" else [*lines[1:], made.body.split("\n")[0]]
        )
    return replace(
        made,
        body=body,
        content_hash=digest(body),
        word_count=len(body.split()),
        agency=wire.agency,
        agency_evidence=(f"dateline: ({wire.agency})",),
        story_id=wire.story_id,
        relation=relation,
        matched_article_id=wire.article_id,
        similarity=similarity,
        containment=containment,
    )


def _may_change(plan: Plan, article: StoryArticle, draw: random.Random) -> bool:
    return draw.random() < 0.02 and _pass_of(plan, article) < plan.passes - 1


def _revised(plan: Plan, day: int, article: StoryArticle, draw: random.Random) -> StoryArticle:
    """The next revision of an article, from a later pass of the day."""
    body = f"{article.body}\nCorrected."
    moment = plan.moment(day, draw.randrange(_pass_of(plan, article) + 1, plan.passes))
    return replace(
        article,
        revision=2,
        body=body,
        content_hash=digest(body),
        word_count=article.word_count + 1,
        fetched_at=moment,
        fingerprint=digest(body[:100]),
        run_id=_run_id(moment),
    )


def _run_id(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}-000000"


def _commit_pass(lake: Lake, plan: Plan, moment: datetime, articles: list[StoryArticle]) -> None:
    run_id, draw = _run_id(moment), random.Random(moment.timestamp())
    folders: dict[str, list[Row]] = {}
    tallies: list[Tally] = []
    listed: dict[str, int] = {}

    def add(*rows: Row | None) -> None:
        for row in rows:
            if row is not None:
                folders.setdefault(partition(row), []).append(row)

    for article in articles:
        add(article, article_index_row(article))
        listed[article.source] = listed.get(article.source, 0) + 1
    wires = max(1, plan.sources // 20)
    for number in range(plan.sources):
        source = f"{'wire' if number < wires else 'paper'}{number:03}"
        feed_url = f"https://www.{source}.example/rss/world.xml"
        rejects = int(draw.expovariate(3))
        for _ in range(rejects):
            made = _reject(source, feed_url, f"{draw.getrandbits(40):x}", draw.choice(_REASONS), moment, run_id)
            add(made, reject_index_row(made))
            tallies.append(Tally(source, f"reason/{made.reason}"))
        count = listed.get(source, 0)
        entries = count + rejects + _SEEN_AGAIN
        add(_poll(source, feed_url, moment, run_id, entries))
        counts = {"feeds": 1, "entries": entries, "articles": count, "rejects": rejects, "seen": _SEEN_AGAIN}
        tallies += [Tally(source, name, number) for name, number in counts.items() if number]
    written = [file for folder, rows in folders.items() for file in stage(lake, run_id, folder, rows)]
    commit(lake, RunRecord.from_tallies(run_id, moment, moment, "generated", tallies, written))


_REASONS = ("timeout", "http-gone", "robots", "no-text")


def _reject(source: str, feed_url: str, number: str, reason: str, moment: datetime, run_id: str) -> Reject:
    url = f"https://www.{source}.example/news/{number}"
    return Reject(
        stage="fetch",
        reason=reason,
        detail=reason,
        source=source,
        feed_url=feed_url,
        entry_key=digest(source, number),
        url_key=digest(source, url),
        entry_id=url,
        fingerprint=number,
        url=url,
        http_status=None,
        attempts=3,
        final=True,
        rejected_at=moment,
        run_id=run_id,
    )


def _poll(source: str, feed_url: str, moment: datetime, run_id: str, entries: int) -> FeedPoll:
    return FeedPoll(
        source=source,
        feed_url=feed_url,
        polled_at=moment,
        outcome="ok",
        http_status=200,
        etag=f'"{run_id}"',
        last_modified=None,
        content_hash=digest(run_id, feed_url),
        moved_to=None,
        entries=entries,
        bytes=50_000,
        seconds=0.3,
        run_id=run_id,
    )


def main() -> None:
    """Makes a lake, and prints its size."""
    parser = argparse.ArgumentParser(description="Makes a lake of generated articles.")
    add_plan_arguments(parser)
    parser.add_argument("--lake", required=True, help="new folder for the lake")
    options = parser.parse_args()
    began = time.monotonic()
    lake = open_lake(options.lake)
    fill(lake, plan_of(options), options.workers)
    sizes = [file.stat().st_size for file in lake.files("articles")]
    print(
        f"{options.lake}: {len(sizes):,} files of articles, {sum(sizes) / 1e6:,.0f} MB, in {time.monotonic() - began:.0f} s"
    )


def add_plan_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options of a plan to a parser."""
    plan = Plan()
    for name in ("articles", "sources", "days", "passes"):
        per_day = " a day" if name == "passes" else ""
        parser.add_argument(
            f"--{name}", type=int, default=getattr(plan, name), help=f"number{per_day} (default: %(default)s)"
        )
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: %(default)s)")


def plan_of(options: argparse.Namespace) -> Plan:
    """The plan that the options ask for."""
    return Plan(articles=options.articles, sources=options.sources, days=options.days, passes=options.passes)


if __name__ == "__main__":
    main()
