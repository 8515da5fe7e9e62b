"""``--sources`` with an address."""

from pathlib import Path

import pytest

from pipelines import batch, cli
from tests.support.replays import put
from tests.support.site import FEED, feed, page
from tests.support.tables import rows
from tests.support.warc import http, record
from tests.support.web_server import Answers, Reply, serving

LIST = "http://lists.example/all"
TOML = f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = ["{FEED}"]\n'
OPML = f'\ufeff<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="{FEED}"/></body></opml>'


@pytest.mark.parametrize("content", [TOML, OPML], ids=["TOML", "OPML"])
def test_a_sources_file_is_fetched(tmp_path: Path, content: str) -> None:
    answers: Answers = {LIST: Reply(body=content.encode()), FEED: feed("one"), "http://site.example/one": page("one")}
    with serving(answers) as web:
        options = ["--sources", LIST, "--lake", str(tmp_path / "lake"), "--proxy", web.proxy, "--pause", "0", "--quiet"]
        assert batch.main(options) == 0
    assert len(list((tmp_path / "lake" / "articles").rglob("*.parquet"))) == 1


@pytest.mark.parametrize(
    ("reply", "message"),
    [(Reply(status=404), "cannot be fetched (http-gone: 404"), (Reply(body=b"x"), "not valid TOML")],
)
def test_a_list_that_cannot_be_used_says_so(
    tmp_path: Path, reply: Reply, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving({LIST: reply}) as web:
        assert batch.main(["--sources", LIST, "--lake", str(tmp_path / "lake"), "--proxy", web.proxy]) == 2
        assert batch.main(["--sources", f"{web.direct}/all", "--lake", str(tmp_path / "lake")]) == 2
    errors = capsys.readouterr().err
    assert f"{LIST}: " in errors
    assert message in errors
    assert "private-address" in errors


def test_every_command_that_reads_sources_takes_an_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "page.html"
    saved.write_bytes(page("one").body)
    crawl = put(tmp_path, "crawl", record("http://site.example/one", http(page("one").body)))
    answers: Answers = {LIST: Reply(body=TOML.encode()), FEED: feed("one")}
    with serving(answers) as web:
        proxy = ["--proxy", web.proxy]
        assert cli.main(["sources", "list", LIST, *proxy]) == 0
        assert cli.main(["sources", "check", LIST, *proxy]) == 0
        assert cli.main(["sources", "export", LIST, *proxy]) == 0
        assert cli.main(["sources", "import", LIST, "--sources", str(tmp_path / "new.toml"), *proxy]) == 0
        assert cli.main(["extract", str(saved), "--source", "site", "--sources", LIST, *proxy]) == 0
        assert '"source": "site"' in capsys.readouterr().out
        lake = str(tmp_path / "lake")
        assert cli.main(["replay", str(crawl), "--lake", lake, "--sources", LIST, "--quiet", *proxy]) == 0
        assert cli.main(["sources", "list", f"{web.direct}/all"]) == 2
    assert "private-address" in capsys.readouterr().err
    assert [row["source"] for row in rows(tmp_path / "lake")] == ["site"]
    assert cli.main(["sources", "add", "site.example", "--sources", LIST]) == 2
