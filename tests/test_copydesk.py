"""The front door: one page, one pass, one lake, from Python."""

from __future__ import annotations

import asyncio
import inspect
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest

import copydesk
import pipelines.sources
import schemas
from examples.serve_newsroom import NEWSROOM
from pipelines.command.beam_options import parse
from pipelines.command.parsers import run_parser
from tests.support.site import FEED, HTML
from tests.support.web_server import Answers, WebServer
from transforms.web.settings import Connect, Politeness

ROOT = Path(__file__).parents[1]
FLOOD = NEWSROOM / "pages" / "wire.meridian.example" / "2026" / "10" / "02" / "orrin-valley-flood.html"
WIRE = copydesk.Source(id="meridian", kind="wire", feeds=("http://wire.meridian.example/feed.xml",), agency="MPA")
LATER = datetime(2026, 10, 5, tzinfo=timezone.utc)
CAFE = "<meta charset='iso-8859-1'><h1>Café</h1>" + HTML.format("Le café de Málaga – ouvert")
Sites = tuple[WebServer, Answers]


# The module


def test_every_name_is_there_once_with_the_identity_that_it_has_inside() -> None:
    for name in copydesk.__all__:
        assert getattr(copydesk, name) is not None
    assert sorted(copydesk.__all__) == copydesk.__all__
    assert set(copydesk.__all__) <= set(dir(copydesk))
    assert copydesk.Article is schemas.Article
    assert copydesk.SourcesError is pipelines.sources.SourcesError
    assert copydesk.__version__.count(".") == 2
    with pytest.raises(AttributeError, match="no attribute 'scrape'"):
        _ = copydesk.scrape  # type: ignore[attr-defined]  # which mypy finds too


@pytest.mark.system
@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import copydesk", ("apache_beam", "pyarrow", "schemas", "pipelines", "lxml", "importlib.metadata")),
        ("import copydesk; copydesk.extract(open(page).read())", ("apache_beam", "pipelines")),
        ("import copydesk; copydesk.open_lake(lake).stories()", ("apache_beam", "pipelines", "lxml", "aiohttp")),
    ],
)
def test_only_what_is_needed_is_loaded(code: str, absent: tuple[str, ...]) -> None:
    names = f"page, lake = {str(FLOOD)!r}, {str(ROOT / 'tests' / 'lakes' / 'v1')!r}"
    ask = f"{names}; {code}; import sys; print(sorted(set({absent!r}) & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.system
@pytest.mark.parametrize("name", ["schemas", "transforms", "pipelines.py"])
@pytest.mark.parametrize("use", ["copydesk.Source", "copydesk.extract('')", "copydesk.run([], 'lake')"])
def test_another_package_of_the_same_name_is_named_in_the_error(tmp_path: Path, name: str, use: str) -> None:
    other = tmp_path / name / "__init__.py" if "." not in name else tmp_path / name
    other.parent.mkdir(exist_ok=True)
    other.write_text("raise RuntimeError('this must not be imported')")
    path = f"import sys; sys.path.append({str(ROOT)!r}); import copydesk; {use}"
    ended = subprocess.run([sys.executable, "-c", path], cwd=tmp_path, capture_output=True, text=True, check=False)
    last = ended.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: Copydesk needs its package {name.removesuffix('.py')!r}, and {other}")
    assert "docs/python.md" in last


# A page


def test_a_page_gives_its_article_and_where_each_value_came_from() -> None:
    extraction = copydesk.extract_with_origins(FLOOD.read_bytes(), source=WIRE, fetched_at=LATER)
    article = extraction.article
    assert copydesk.extract(FLOOD.read_bytes(), source=WIRE, fetched_at=LATER) == article
    assert isinstance(article, copydesk.Article)
    assert (article.source, article.source_kind, article.agency) == ("meridian", "wire", "MPA")
    assert article.canonical_url == article.url == "http://wire.meridian.example/2026/10/02/orrin-valley-flood"
    assert article.fetched_at == article.first_seen_at == LATER
    assert extraction.origins["published_at"].startswith("json-ld")


@pytest.mark.parametrize("html", [CAFE, "\ufeff" + CAFE, CAFE.encode("iso-8859-1", "replace"), CAFE.encode()])
def test_text_keeps_its_letters_whatever_charset_the_page_declares(html: str | bytes) -> None:
    article = copydesk.extract(html, "https://cafe.example/1")
    assert article.headline is not None
    assert article.headline.startswith(("Café", "Le café de Málaga"))
    assert "Le café de Málaga" in article.body


def test_the_same_page_as_text_and_as_bytes_is_the_same_article() -> None:
    content = FLOOD.read_bytes()
    as_bytes = copydesk.extract(content, fetched_at=LATER)
    assert copydesk.extract(content.decode(), fetched_at=LATER) == as_bytes
    assert copydesk.extract(content.decode() + "\ud800", fetched_at=LATER).body == as_bytes.body  # half a character


def test_zone_and_language_stand_for_what_the_page_leaves_open() -> None:
    html = HTML.format("Vote").replace("<body>", "<body><time datetime='2026-10-01 09:00'>1 October 2026 09:00</time>")
    there = copydesk.extract(html, source="post", zone="Asia/Tokyo", language="ja", fetched_at=LATER)
    assert (there.published_at, there.language) == (datetime(2026, 10, 1, tzinfo=timezone.utc), "ja")
    assert copydesk.extract(html, source=WIRE, zone="Asia/Tokyo", fetched_at=LATER).published_at == there.published_at
    assert there.url == "http://page.invalid/"


@pytest.mark.parametrize(
    ("html", "url", "reason"),
    [
        ("", None, copydesk.Reason.NO_TEXT),
        (b"%PDF-1.7 \x00\x01", None, copydesk.Reason.NOT_HTML),
        (HTML.format("x"), "javascript:x", copydesk.Reason.BAD_URL),
    ],
)
def test_a_page_without_an_article_is_rejected_with_its_reason(html: str | bytes, url: str | None, reason: str) -> None:
    with pytest.raises(copydesk.Rejected) as caught:
        copydesk.extract(html, url)
    assert caught.value.reason is reason


def test_times_without_a_zone_and_unknown_zones_are_refused() -> None:
    with pytest.raises(ValueError, match="fetched_at has no time zone"):
        copydesk.extract("<p>x", fetched_at=LATER.replace(tzinfo=None))
    with pytest.raises(ZoneInfoNotFoundError, match="Mars/Base"):
        copydesk.extract("<p>x", zone="Mars/Base")


# A pass


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(f'contact = "desk@site.example"\n[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\n')
    return path


def test_a_pass_brings_what_is_new_and_a_second_one_nothing(
    sites: Sites, file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lake = tmp_path / "lake"
    record = copydesk.run(file, lake, proxy=sites[0].proxy, pause=0)
    assert isinstance(record, copydesk.RunRecord)
    assert record.balanced
    assert (record.total.articles, record.total.rejects) == (2, 0)
    assert copydesk.run(str(file), str(lake), proxy=sites[0].proxy, pause=0).total.articles == 0
    assert copydesk.open_lake(lake).articles().num_rows == 2
    assert "desk@site.example" in sites[0].asked[0].headers["user-agent"]
    assert capfd.readouterr() == ("", "")


SITE = copydesk.Source(id="site", kind="outlet", feeds=(FEED,))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ([SITE], "site"),
        (copydesk.Sources(contact=None, sources=(SITE,)), "site"),
        ([FEED], "site_example"),
        (FEED, "site_example"),
        (iter([FEED]), "site_example"),
        (lambda file: copydesk.load_sources(file).sources, "site"),
    ],
)
def test_sources_are_records_feeds_or_a_file(sites: Sites, file: Path, tmp_path: Path, given: Any, name: str) -> None:
    sources = given(file) if callable(given) else given
    record = copydesk.run(sources, tmp_path / "lake", proxy=sites[0].proxy, pause=0)
    assert {source: counts.articles for source, counts in record.sources.items()} == {name: 2}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ([copydesk.Source(id="../up", kind="outlet", feeds=(FEED,))], "id becomes a folder's name"),
        ([copydesk.Source(id="up", kind="outlet", feeds=())], "feeds is empty"),
        ([copydesk.Source(id="up", kind="outlet", feeds=(FEED,), zone="Mars/Base")], "not an IANA zone"),
        ([SITE, SITE], "the id is used twice"),
        ([SITE, FEED], "belongs to source"),
        ([], "there is no source"),
        (["feed.xml"], "Write the whole address"),
        ("none.toml", "no such file"),
    ],
)
def test_sources_that_cannot_be_used_are_said_before_anything_is_made(tmp_path: Path, given: Any, problem: str) -> None:
    with pytest.raises(copydesk.SourcesError, match=problem):
        copydesk.run(given, tmp_path / "lake")
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize(
    "options",
    [{"pause": -1}, {"page_seconds": 0}, {"allow_networks": ["10.1/33"]}, {"look_back": timedelta(days=1)}],
)
def test_values_that_no_pass_can_have_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"seconds|network|look_back"):
        copydesk.run([FEED], tmp_path / "lake", **options)
    assert not (tmp_path / "lake").exists()


def test_a_folder_with_other_files_is_no_lake_to_write_or_to_read(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    with pytest.raises(copydesk.LakeError, match=r"thesis\.doc"):
        copydesk.run([FEED], tmp_path)
    with pytest.raises(copydesk.LakeError, match="is not a lake"):
        copydesk.open_lake(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_pass_that_reaches_nothing_fails_and_one_with_a_dead_proxy_does_not_begin(
    sites: Sites, tmp_path: Path
) -> None:
    dead = "http://127.0.0.1:1"
    with pytest.raises(copydesk.PassError, match="none of 1 feeds could be reached"):
        copydesk.run([f"{dead}/feed.xml"], tmp_path / "lake", allow_networks=["127.0.0.0/8"], pause=0)
    assert copydesk.open_lake(tmp_path / "lake").rejects()["reason"].to_pylist() == ["connect"]
    with pytest.raises(copydesk.PassError, match="proxy"):
        copydesk.run([FEED], tmp_path / "lake", proxy=dead)


STATE = """
import logging, signal, sys
def state():
    root = logging.getLogger()
    signals = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    return signals, root.level, root.handlers[:], root.filters[:], logging.getLogger("apache_beam.runners").level
before = state()
import copydesk
feed = copydesk.Source(id="site", kind="outlet", feeds=(sys.argv.pop(),))
sources = copydesk.Sources(contact=None, sources=(feed,))
copydesk.EngineError
record = copydesk.run(sources, sys.argv.pop(), proxy=sys.argv.pop(), pause=0)
assert state() == before, state()
assert record.total.articles == 2
"""


IN_IPYTHON = """
import sys, types
ipython = sys.modules["IPython"] = types.ModuleType("IPython")
ipython.get_ipython = lambda: types.SimpleNamespace(config={"IPKernelApp": {}}, execution_count=1)
sys.modules["apache_beam.runners.interactive.interactive_environment"] = None  # needs pandas, and not 3
"""


@pytest.mark.system
@pytest.mark.parametrize(
    "before", ["", "import logging; logging.basicConfig(level='INFO', filename='log')", IN_IPYTHON]
)
def test_signals_logging_and_options_of_the_program_are_left_alone(sites: Sites, tmp_path: Path, before: str) -> None:
    """In a program of its own, whose options Beam would read if it could, and in IPython."""
    program = [sys.executable, "-c", before + STATE, "-f", "kernel.json", "--runner=NoSuchRunner"]
    ended = subprocess.run(
        [*program, sites[0].proxy, "lake", FEED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout + ended.stderr == ""
    assert ended.returncode == 0


def test_a_pass_runs_in_a_notebook_whose_thread_has_an_event_loop(sites: Sites, tmp_path: Path) -> None:
    async def cell() -> copydesk.RunRecord:
        return copydesk.run([FEED], tmp_path / "lake", proxy=sites[0].proxy, pause=0)

    assert asyncio.run(cell()).total.articles == 2


def test_progress_is_shown_when_it_is_asked_for(
    sites: Sites, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipelines.command.console._PLAIN_EVERY", 0.01)
    copydesk.run([FEED], tmp_path / "lake", proxy=sites[0].proxy, pause=0, progress=True)
    assert "of 1 feeds" in capfd.readouterr().err


def test_a_pass_can_be_archived(sites: Sites, tmp_path: Path) -> None:
    copydesk.run([FEED], tmp_path / "lake", proxy=sites[0].proxy, pause=0, archive=tmp_path / "archive")
    (file,) = (tmp_path / "archive").iterdir()
    assert file.name.endswith(".warc.gz")
    with pytest.raises(copydesk.CopydeskError, match="is not a folder on this machine"):
        copydesk.run([FEED], tmp_path / "lake", proxy=sites[0].proxy, archive="s3://bucket/archive")


def test_the_defaults_are_those_of_the_command() -> None:
    command = parse(run_parser(), ["--sources", "s", "--lake", "l"])
    own = {name: option.default for name, option in inspect.signature(copydesk.run).parameters.items()}
    for name in ("contact", "proxy", "pause", "page_seconds", "host_seconds", "look_back"):
        assert own[name] == getattr(command, name)
    for name in ("pass_seconds", "commit_every"):
        assert own[name] == getattr(command.own, name)
    assert (own["page_seconds"], own["pause"]) == (Connect().seconds, Politeness().pause)
