"""``copydesk sources move``: new addresses go into the file, and nothing else in it changes."""

from pathlib import Path

import pytest

from pipelines import batch, cli
from pipelines.source_tools.moves import write_moves
from pipelines.sources import load_sources
from tests.support.site import feed, page
from tests.support.web_server import Answers, Reply, WebServer, serving

OLD, NEW = "http://site.example/old", "http://site.example/new?a=1&b=2"
FILE = """# Ours, in order of the alphabet.\r
contact = 'desk@example.org'   # who we are\r
\r
[[source]] # the first\r
id = "site"\r
kind = "outlet"\r
homepage = "http://site.example/old"\r
feeds = [\r
  # the main one, http://site.example/old\r
  'http://site.example/old',  # moved twice already\r
  "http://site.example/kept",\r
]\r
\r
[[source]]\r
kind="wire"\r
id  =  "other"\r
enabled = false\r
feeds = ["http://other.example/old", ]\r
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_bytes(FILE.encode())
    return path


def moved(target: str, status: int = 301) -> Reply:
    return Reply(status=status, headers={"Location": target})


ANSWERS: Answers = {
    OLD: moved(NEW, 308),
    NEW: feed("one"),
    "http://site.example/one": page("one"),
    "http://site.example/kept": moved("http://site.example/elsewhere", 302),
    "http://site.example/elsewhere": feed(),
    "http://other.example/old": moved("http://other.example/front"),
    "http://other.example/front": Reply(
        headers={"Content-Type": "text/html"}, body=b"<!doctype html><title>Front</title>"
    ),
}
EXPECTED = FILE.replace("'http://site.example/old'", f'"{NEW}"')


def move(web: WebServer, file: Path, *more: str) -> int:
    return cli.main(["sources", "move", str(file), "--proxy", web.proxy, "--pause", "0", *more])


def test_feeds_that_have_moved_for_good_are_asked_and_written(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(ANSWERS) as web:
        assert move(web, file, "--dry-run") == 0
        assert file.read_bytes() == FILE.encode()
        assert move(web, file) == 0
    told = capsys.readouterr()
    assert told.out == f"{OLD} -> {NEW}\n" * 2
    assert "Would write 1 new addresses" in told.err
    assert file.read_bytes() == EXPECTED.encode()
    assert load_sources(file).sources[0].feeds == (NEW, "http://site.example/kept")


def test_moves_are_taken_from_the_polls_in_a_lake(file: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    with serving(ANSWERS) as web:
        options = ["--sources", str(file), "--lake", str(lake), "--proxy", web.proxy, "--pause", "0", "--quiet"]
        assert batch.main(options) == 0
        asked = len(web.asked)
        assert move(web, file, "--lake", str(lake)) == 0
        assert len(web.asked) == asked
    assert file.read_bytes() == EXPECTED.encode()


def test_a_move_to_an_address_that_the_file_has_already_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {**ANSWERS, OLD: moved("http://site.example/kept"), "http://site.example/kept": feed()}
    with serving(answers) as web:
        assert move(web, file) == 0
    assert (
        capsys.readouterr().out
        == f"{OLD} has moved to http://site.example/kept, which the file has already. Remove it.\n"
    )
    assert file.read_bytes() == FILE.encode()


@pytest.mark.parametrize("place", ["feeds.opml", "http://lists.example/all"])
def test_only_a_toml_file_is_changed(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sources", "move", place]) == 2
    assert f"{place} is not a TOML file" in capsys.readouterr().err


def test_the_sources_that_come_with_copydesk_can_be_changed(tmp_path: Path) -> None:
    before = (Path(__file__).parents[3] / "sources.toml").read_text(encoding="utf-8")
    path = tmp_path / "sources.toml"
    path.write_text(before, encoding="utf-8")
    feed_url = load_sources(path).sources[2].feeds[-1]
    write_moves(path, {feed_url: NEW})
    assert path.read_text(encoding="utf-8") == before.replace(f'"{feed_url}"', f'"{NEW}"')
