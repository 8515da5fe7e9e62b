"""Lines that stand in several stories of a source leave the bodies, and nothing else does."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from pipelines import cli
from schemas import Article, Sketch, Source, StoryArticle
from tests.support.compacting import carry_out
from tests.support.samples import NOON, OUTLET, WIRE, article
from tests.support.small_lakes import add
from tests.support.steps import pipeline, run_of
from tests.support.tables import rows
from transforms import GroupStories, Ledger
from transforms.accounting.rows import article_index_row
from transforms.extraction.words import content_hash, word_count
from transforms.lake.layout import Lake
from transforms.lake.locking import writing
from transforms.lake.opening import open_lake
from transforms.stories.rebuild import rebuild_sketches
from transforms.stories.repeated import LONG, LineCounts, without_repeated
from transforms.stories.resolve import NewArticles, resolve_articles
from transforms.stories.sketch import MOST_LINES, hashes, sketch_of

OFFER = "Get the best of the harbour in your inbox every morning"
LEGAL = "Reproduction of this text without written permission is not allowed"


def prose(seed: object, lines: int = 4, words: int = 30) -> str:
    """Paragraphs of words that no other seed has."""
    choose = random.Random(str(seed))
    return "\n".join(" ".join(f"{choose.getrandbits(30):x}" for _ in range(words)) for _ in range(lines))


def report(seed: object, source: Source = OUTLET, head: str = "", tail: str = "", **changes: Any) -> Article:
    """An article of its own, with lines of the source around it."""
    body = "\n".join(part for part in (head, prose(seed), tail) if part)
    made = article(source, f"http://{source.id}.example/{seed}", body, **changes)
    return replace(made, content_hash=content_hash(body), word_count=word_count(body))


def commit(lake: Lake, *articles: Article, day: int = 2) -> tuple[list[StoryArticle], NewArticles]:
    """What a run of these articles writes, after its commit."""
    run_id = f"202610{day:02}T120000Z-abcdef"
    members, sketches, new = resolve_articles([replace(each, run_id=run_id) for each in articles], lake)
    add(lake, [*members, *map(article_index_row, members), *sketches], run_id)
    return members, new


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "lake")


def test_articles_of_one_commit_see_each_other(lake: Lake) -> None:
    members, _ = commit(lake, *(report(number, head=OFFER, tail=LEGAL) for number in range(3)))
    for member in members:
        own = prose(member.url.rpartition("/")[2])
        assert member.body == own
        assert member.word_count == word_count(own)
        assert member.repeated_lines == (OFFER, LEGAL)
        assert member.content_hash == content_hash(f"{OFFER}\n{own}\n{LEGAL}")  # as it was extracted


def test_the_lake_remembers_lines_also_after_they_were_dropped(lake: Lake) -> None:
    found = []
    for number in range(6):
        (member,), _ = commit(lake, report(number, tail=OFFER.upper()), day=number + 2)
        found.append(OFFER.upper() in member.body)
    assert found == [True, True, False, False, False, False]
    carry_out(lake)
    (member,), _ = commit(lake, report(6, tail=OFFER), day=9)
    assert member.repeated_lines == (OFFER,)


def test_the_step_of_a_pass_drops_them_too(lake: Lake) -> None:
    articles = [report(number, tail=OFFER) for number in range(4)]
    with pipeline() as p:
        members = p | beam.Create(articles) | GroupStories(run_of(lake), Ledger())
        assert_that(
            members | beam.Map(lambda m: (m.article_id, m.body, m.repeated_lines)),
            equal_to([(each.article_id, prose(number), (OFFER,)) for number, each in enumerate(articles)]),
        )


def test_a_page_that_did_not_change_is_no_revision_when_more_lines_are_known(lake: Lake) -> None:
    first = report(0, tail=OFFER)
    commit(lake, first)
    commit(lake, *(report(number, tail=OFFER) for number in (1, 2)), day=3)
    members, new = commit(lake, first, day=4)
    assert not members
    assert len(new.duplicates) == 1


def test_one_story_has_its_lines_however_often_a_source_takes_it(lake: Lake) -> None:
    body = f"{prose('wire')}\n{LEGAL}"
    copies = [replace(report(number, WIRE), body=body, content_hash=content_hash(body)) for number in range(4)]
    members, _ = commit(lake, *copies)
    assert [member.body for member in members] == [body] * 4
    updated = [
        replace(member, body=f"{body}\nMore {day}", content_hash=content_hash(f"{body}\nMore {day}"))
        for day, member in zip((3, 4, 5), copies, strict=False)
    ]
    for day, version in zip((3, 4, 5), updated, strict=True):
        (member,), _ = commit(lake, version, day=day)
        assert member.body == version.body
        assert member.repeated_lines is None


def test_sources_have_their_own_lines(lake: Lake) -> None:
    members, _ = commit(lake, *(report(number, replace(OUTLET, id=f"s{number}"), tail=OFFER) for number in range(5)))
    assert all(OFFER in member.body for member in members)


def test_articles_that_were_published_long_ago_do_not_count(lake: Lake) -> None:
    for number in range(4):
        moment = NOON + timedelta(days=40 * number)
        (member,), _ = commit(lake, report(number, tail=OFFER, published_at=moment), day=number + 2)
        assert OFFER in member.body


def test_a_removed_source_is_forgotten(lake: Lake) -> None:
    commit(lake, *(report(number, tail=OFFER) for number in range(3)))
    assert cli.main(["remove", str(lake.root), "--source", "post", "--quiet"]) == 0
    (member,), _ = commit(lake, report(3, tail=OFFER), day=9)
    assert OFFER in member.body


def test_sketches_that_are_made_again_have_the_lines_that_were_dropped(lake: Lake) -> None:
    commit(lake, *(report(number, tail=OFFER) for number in range(3)))

    def lines() -> list[set[int]]:
        return [set(hashes(row["lines"]).tolist()) for row in rows(lake.root, "sketches")]

    before = lines()
    with writing(lake, "rebuild"):
        list(rebuild_sketches(lake, lambda: NOON))
    assert lines() == before


def placed(*bodies: str) -> list[Sketch]:
    """Sketches of articles of one source, each its own story."""
    made = [article(url=f"http://post.example/{number}", body=body) for number, body in enumerate(bodies)]
    return [sketch_of(each, each.article_id) for each in made]


@pytest.mark.parametrize(("stories", "dropped"), [(300, True), (301, False)])
def test_a_line_of_three_stories_is_common_only_where_there_are_not_many(stories: int, dropped: bool) -> None:
    bodies = [f"{number}\n{OFFER}" if number < 3 else f"{number}" for number in range(stories)]
    assert bool(LineCounts(placed(*bodies)).repeated()) == dropped


def numbers(made: Article, *repeated: str) -> bytes:
    """The numbers of the lines of an article that others of its source have too: three with nothing but these lines."""
    others = placed(*["\n".join(repeated)] * 3)
    mine = replace(sketch_of(made, made.article_id), source=others[0].source)
    return LineCounts([mine, *others]).repeated()[made.article_id]


@pytest.mark.parametrize("line", ["Background", "Q:", "What we know so far", "背景と今後の課題"])
def test_a_short_line_goes_only_at_the_end(line: str) -> None:
    inside, last = report("inside", head=line, tail=f"{line}\n{prose(1)}"), report("last", tail=f"{line}\n{OFFER}")
    assert without_repeated(inside, numbers(inside, line, OFFER)) == inside
    assert without_repeated(last, numbers(last, line, OFFER)).body == prose("last")


def test_a_long_line_goes_only_at_the_ends() -> None:
    background = prose("background", lines=1, words=LONG)
    inside = report("inside", tail=f"{background}\n{prose(1)}")
    assert without_repeated(inside, numbers(inside, background, OFFER)) == inside
    around = report("around", head=background, tail=f"{background}\n{OFFER}")
    assert without_repeated(around, numbers(around, background, OFFER)).body == prose("around")


def test_most_of_a_text_stays() -> None:
    results = [f"Result of match number {number} in the second league" for number in range(10)]
    template = article(body="\n".join([prose("own", 1), *results]))
    assert without_repeated(template, numbers(template, *results)) == template


def test_a_line_is_the_same_whatever_its_case_punctuation_and_spaces() -> None:
    (sketch,) = placed("Read  more, here …\nＲＥＡＤ more: here\nread more here")
    first, *others = hashes(sketch.lines or b"").tolist()
    assert others == [first, first]


def test_of_a_very_long_text_the_lines_at_its_ends_are_kept() -> None:
    body = "\n".join(map(str, range(5000)))
    sketch, ends = placed(body, "\n".join(map(str, [*range(100), *range(4900, 5000)])))
    assert sketch.lines == ends.lines
    assert len(sketch.lines or b"") == 4 * MOST_LINES


@pytest.mark.parametrize("lines", [3, MOST_LINES // 2, MOST_LINES - 2, MOST_LINES - 1, 3 * MOST_LINES])
def test_lines_around_a_text_of_any_length_go(lines: int) -> None:
    text = prose("text", lines, words=9)
    made = article(body=f"{OFFER}\n{text}\n{LEGAL}")
    assert without_repeated(made, numbers(made, OFFER, LEGAL)).body == text
