"""One bad feed or page costs itself only: the pass goes on, and what it brought beside the reject is in the lake."""

import json
from pathlib import Path

import pytest

from pipelines.batch import main
from tests.support.site import HTML, page
from tests.support.tables import rows
from tests.support.web_server import Answers, Reply, serving

pytestmark = pytest.mark.system

RSS = "<rss version='2.0'><channel><title>T</title><item><title>{0}</title><link>http://{2}.example/{1}</link></item></channel></rss>"
SURROGATE_IN_JSON = """<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Half \\ud83d of a sign",
 "author": {"@type": "Person", "name": "Ana \\udc00 Ruiz"}}</script>"""


def rss(title: str = "a", address: str = "a", declaration: str = "", host: str = "bad", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body=(declaration + RSS.format(title, address, host)).encode(), headers=named)


GOOD: Answers = {
    "http://good.example/feed.xml": rss("one", "one", host="good"),
    "http://good.example/one": page("one"),
}
HOSTILE_FEEDS: dict[str, Reply] = {
    "signs as halves": rss("&#55357;&#56832; half &#xD83D;"),
    "no charset of text": rss(declaration="<?xml version='1.0' encoding='punycode'?>"),
    "no charset of text in the header": rss(content_type="application/rss+xml; charset=punycode"),
    "a codec of bytes": rss(declaration="<?xml version='1.0' encoding='zlib'?>"),
    "an unknown charset": rss(content_type="text/xml; charset=no-such"),
    "nothing": Reply(body=b""),
    "zeros": Reply(body=b"\0" * 5000),
    "deep": Reply(body=b"<rss><channel>" + b"<a>" * 100_000),
    "half a file": Reply(body=b"<?xml version='1.0'?><rss version='2.0'><channel><item><title>T"),
}


@pytest.mark.parametrize("kind", HOSTILE_FEEDS)
def test_a_hostile_feed_stops_no_pass(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {
        **GOOD,
        "http://bad.example/feed.xml": HOSTILE_FEEDS[kind],
        "http://bad.example/a": page("a"),
    }
    record = one_pass(answers, tmp_path, capsys)
    assert {row["source"] for row in rows(tmp_path / "lake", "articles")} >= {"good"}
    bad = record["sources"]["bad"]
    assert bad["feeds"] == 1
    assert bad["feeds_failed"] or bad["entries"] == bad["articles"] + bad["rejects"]


@pytest.mark.parametrize(
    "html",
    [
        HTML.format("a").replace("<article>", f"{SURROGATE_IN_JSON}<article>"),
        HTML.format("a").replace("<article>", f"<meta name='copyright' content='{'© ' * 3000}'><article>"),
        HTML.format("a").replace("<article>", f"<article {' '.join(f'a{n}' for n in range(50_000))}>"),
        "<html>" + "<div>" * 200_000,
    ],
    ids=["surrogates", "copyright", "attributes", "deep"],
)
def test_a_hostile_page_stops_no_pass(html: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {
        **GOOD,
        "http://bad.example/feed.xml": rss(),
        "http://bad.example/a": Reply(headers={"Content-Type": "text/html"}, body=html.encode()),
    }
    record = one_pass(answers, tmp_path, capsys)
    assert record["sources"]["good"]["articles"] == 1
    bad = record["sources"]["bad"]
    assert bad["entries"] == bad["articles"] + bad["rejects"] == 1


def one_pass(
    answers: Answers, folder: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, dict[str, int]]]:
    sources = folder / "sources.toml"
    sources.write_text(
        "".join(
            f'[[source]]\nid = "{name}"\nkind = "outlet"\nfeeds = ["http://{name}.example/feed.xml"]\n'
            for name in ("bad", "good")
        )
    )
    with serving(answers) as web:
        arguments = ["--sources", str(sources), "--lake", str(folder / "lake"), "--proxy", web.proxy, "--pause", "0"]
        assert main([*arguments, "--quiet", "--json"]) == 0
    record: dict[str, dict[str, dict[str, int]]] = json.loads(capsys.readouterr().out)
    assert record["balanced"]
    return record
