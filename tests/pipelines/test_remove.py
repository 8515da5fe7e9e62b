"""``copydesk remove``: texts go, ids and counts stay, and nothing comes back."""

import itertools
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli
from tests.support.compacting import Killed
from tests.support.passes import Desk
from tests.support.samples import NOON, reject
from tests.support.site import FEED, feed, page
from tests.support.small_lakes import COPY, LATER, ORIGINAL, OTHER, add, filled, kinds, rows_of, seen_of
from tests.support.web_server import Answers, Reply, serving
from transforms.accounting.rows import article_index_row
from transforms.lake.commit import recover
from transforms.lake.index import articles_known
from transforms.lake.layout import Lake
from transforms.lake.maintenance.removal import KEPT
from transforms.lake.stores.local import swap_folders
from transforms.lake.tables import LakeReader

SITE: Answers = {f"http://site.example/{name}": page(name) for name in ("one", "two", "three")}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return filled(tmp_path / "lake")


def remove(lake: Lake | Path, *options: str) -> int:
    place = lake.root if isinstance(lake, Lake) else lake
    return cli.main(["remove", str(place), "--quiet", *options])


def rows(lake: Lake) -> dict[str, dict[str, Any]]:
    return {row["article_id"]: row for row in LakeReader(lake).articles().to_pylist()}


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        (["--article", ORIGINAL.article_id], {ORIGINAL.article_id}),
        (["--article", ORIGINAL.article_id, "--article", OTHER.article_id], {ORIGINAL.article_id, OTHER.article_id}),
        (["--url", "https://post.example/vote/"], {OTHER.article_id}),
        (["--url", "http://post.example/old"], {OTHER.article_id}),
        (["--source", "post"], {COPY.article_id, OTHER.article_id}),
        (["--source", "post", "--before", "2026-10-02"], {COPY.article_id, OTHER.article_id}),
        (["--source", "post", "--source", "meridian"], {COPY.article_id, OTHER.article_id, ORIGINAL.article_id}),
    ],
)
def test_the_texts_go_and_ids_and_counts_stay(options: list[str], gone: set[str], lake: Lake) -> None:
    before = rows(lake)
    assert remove(lake, *options) == 0
    after = rows(lake)
    assert after.keys() == before.keys()
    for article_id, row in after.items():
        if article_id not in gone:
            assert row == before[article_id]
            continue
        assert {name: row[name] for name in KEPT} == {name: before[article_id][name] for name in KEPT}
        assert row["removed_at"] is not None
        others = {name: value for name, value in row.items() if name not in KEPT | {"removed_at", "date"}}
        assert set(map(str, others.values())) <= {"None", "", "[]", "0"}
    assert kinds(lake) == []
    assert b"vote was close" not in b"".join(
        path.read_bytes() for path in lake.files("articles") if "post" in str(path)
    )
    files = [path.read_bytes() for path in lake.files("articles")]
    assert remove(lake, *options) == 0  # nothing is left to do
    assert [path.read_bytes() for path in lake.files("articles")] == files


NONE = [
    ["--article", "none"],
    ["--url", "http://none.example/"],
    ["--source", "none"],
    ["--source", "post", "--before", "2026-10-01"],
]


@pytest.mark.parametrize("options", NONE)
def test_what_the_lake_does_not_have_is_told(
    options: list[str], lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remove(lake, *options) == 1
    assert "the lake has no such article" in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--article", "a", "--source", "b"], ["--source", "b", "--before", "soon"]])
def test_wrong_usage(options: list[str], lake: Lake) -> None:
    with pytest.raises(SystemExit) as exited:
        remove(lake, *options)
    assert exited.value.code == 2


def test_what_was_removed_is_printed_as_json(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert remove(lake, "--source", "post", "--json") == 0
    assert json.loads(capsys.readouterr().out)["articles"] == 2


def test_it_lasts_through_a_compaction_and_a_lost_index(lake: Lake) -> None:
    assert remove(lake, "--article", OTHER.article_id) == 0
    assert cli.main(["compact", "--lake", str(lake.root), "--quiet"]) == 0
    assert kinds(lake) == []
    assert articles_known(lake, [OTHER.article_id])[OTHER.article_id].removed_at is not None
    shutil.rmtree(lake.root / "index")
    cli.main(["verify", "--lake", str(lake.root), "--repair", "--quiet"])
    assert articles_known(lake, [OTHER.article_id])[OTHER.article_id].removed_at is not None
    assert rows(lake)[OTHER.article_id]["body"] == ""


def test_a_removed_article_does_not_come_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with serving({FEED: feed("one", "two"), **SITE}) as web:
        desk.run(web.proxy)
    assert len(desk.rows("sketches")) == 2
    assert remove(desk.lake, "--url", "http://site.example/one") == 0
    assert len(desk.rows("sketches")) == 1  # they are the words of the text, hashed one by one
    # Under the same address there is another text, and its feed says so; another id leads to it as well.
    changed = {**SITE, "http://site.example/one": page("one, corrected")}
    items = "".join(
        f"<item><title>{title}</title><link>http://site.example/{name}</link><guid>{guid}</guid></item>"
        for title, name, guid in (
            ("New", "one", "one"),
            ("Newer", "one?utm_source=x", "other"),
            ("three", "three", "three"),
        )
    )
    other = feed_of(items)
    with serving({FEED: other, **changed}) as web:
        counts = desk.run(web.proxy)
        assert (counts["articles"], counts["seen"]) == (1, 2)
        assert web.paths("site.example").count("/one") == 0
    bodies = {row["url"]: row["body"] for row in desk.rows("articles")}
    assert bodies[""] == ""
    assert len(bodies) == 3
    assert cli.main(["verify", "--lake", str(desk.lake), "--quiet"]) == 0


def feed_of(items: str) -> Any:
    return Reply(body=f"<rss version='2.0'><channel><title>S</title>{items}</channel></rss>".encode())


def kill_after(patch: pytest.MonkeyPatch, steps: int) -> None:
    """Lets so many changes of the disk happen, and none after them: the code that tidies up is dead too."""
    left = itertools.count(steps, -1)

    def dying(step: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            # The note about the owner goes with the lock, which the system frees when a process is killed.
            if "_owner.json" not in str(arguments[0]) and next(left) <= 0:
                raise Killed
            return step(*arguments, **named)

        return wrapped

    for name in ("replace", "unlink", "rename"):
        patch.setattr(Path, name, dying(getattr(Path, name)))
    patch.setattr(shutil, "rmtree", dying(shutil.rmtree))
    patch.setattr("transforms.lake.stores.local.swap_folders", dying(swap_folders))


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_step_it_is_whole(seed: int, lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(lake, rows_of(*more()), LATER)
    for step in range(seed, 60, 4):
        copy = Lake(shutil.copytree(lake.root, tmp_path / f"copy{step}"))
        survived = True
        with monkeypatch.context() as patch:
            kill_after(patch, step)
            try:
                remove(copy, "--source", "post")
            except Killed:
                survived = False
        recover(copy)
        assert kinds(copy) == []
        states = {row["removed_at"] is None for row in rows(copy).values() if row["source"] == "post"}
        assert len(states) == 1
        assert remove(copy, "--source", "post") == 0
        assert all(row["removed_at"] for row in rows(copy).values() if row["source"] == "post")
        assert kinds(copy) == []
        if survived:
            break


def more() -> list[Any]:
    late = NOON + timedelta(days=1)
    return [
        replace(
            OTHER,
            article_id="f" * 32,
            story_id="f" * 32,
            content_hash="x",
            published_at=late,
            fetched_at=late,
            run_id=LATER,
        )
    ]


def test_what_a_feed_said_goes_too(lake: Lake) -> None:
    """Entries that are tried again have it in the index and among the rejects."""
    said = json.dumps({"title": "The vote was close"})
    late = NOON + timedelta(hours=1)
    row = replace(article_index_row(OTHER), entry=said, run_id=LATER)
    stopped = reject(entry_key=row.entry_key, entry=said, rejected_at=late, run_id=LATER)
    index_row = replace(seen_of(stopped), run_id=LATER)
    add(lake, [row, stopped, index_row, *rows_of(*more())], LATER, entries=2, articles=1, rejects=1)
    assert remove(lake, "--article", OTHER.article_id) == 0
    for dataset in ("index", "rejects"):
        rows = LakeReader(lake).dataset(dataset).to_table(columns=["entry"])["entry"].to_pylist()
        assert said not in rows
    assert kinds(lake) == []
