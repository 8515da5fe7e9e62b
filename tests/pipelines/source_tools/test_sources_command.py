"""``copydesk sources`` against a loopback server."""

import json
from pathlib import Path

import pytest

from pipelines import batch, cli
from pipelines.sources import load_sources
from tests.support.site import FEED, feed, page
from tests.support.web_server import Answers, Reply, serving

ROOT = "http://site.example"
RSS = (
    b'<rss version="2.0"><channel><title>The Site &amp; more</title><language>en-gb</language><item><title>One</title>'
    b"<link>http://site.example/one</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"
)
NAMING = Reply(
    headers={"Content-Type": "text/html"},
    body=b'<!doctype html><html lang="de"><head><title>Front</title><link rel=alternate type="application/rss+xml" '
    b'title="Comments" href="/comments/feed"><link href="/rss?a=1&amp;b=2" type="application/rss+xml" rel="alternate"></head></html>',
)
PLAIN = Reply(headers={"Content-Type": "text/html"}, body=b"<!doctype html><html><title>Front</title><p>Hello</html>")
NEWS = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    b"<url><loc>http://site.example/one</loc><news:news><news:title>One</news:title></news:news></url></urlset>"
)


def write(folder: Path, *feeds: str) -> str:
    path = folder / "sources.toml"
    path.write_text(f'[[source]]\nid = "site"\nkind = "outlet"\nfeeds = {json.dumps(feeds)}\n')
    return str(path)


@pytest.mark.parametrize(
    ("answers", "url", "found", "language"),
    [
        ({f"{ROOT}/": NAMING, f"{ROOT}/rss?a=1&b=2": Reply(body=RSS)}, "/", "/rss?a=1&b=2", "en-GB"),
        ({f"{ROOT}/": PLAIN, f"{ROOT}/feed.xml": Reply(body=RSS)}, "/", "/feed.xml", "en-GB"),
        ({f"{ROOT}/": PLAIN, f"{ROOT}/sitemap-news.xml": Reply(body=NEWS)}, "/", "/sitemap-news.xml", None),
        (
            {
                f"{ROOT}/": PLAIN,
                f"{ROOT}/robots.txt": Reply(body=b"User-agent: *\nSitemap: http://site.example/maps/news"),
                f"{ROOT}/maps/news": Reply(body=NEWS),
            },
            "/",
            "/maps/news",
            None,
        ),
        ({f"{ROOT}/rss": Reply(body=RSS)}, "/rss", "/rss", "en-GB"),
        (
            {f"{ROOT}/old": Reply(status=301, headers={"Location": "/rss"}), f"{ROOT}/rss": Reply(body=RSS)},
            "/old",
            "/rss",
            "en-GB",
        ),
    ],
    ids=[
        "named by the page",
        "a well-known path",
        "a news sitemap",
        "robots.txt",
        "the feed itself",
        "a feed that has moved",
    ],
)
def test_add_finds_the_feed_and_keeps_the_file(
    tmp_path: Path, answers: Answers, url: str, found: str, language: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sources.toml"
    before = b'# mine\r\n[[source]]\r\nid = "site_example"\r\nkind = "outlet"\r\nfeeds = ["https://other.example/"]  # no end'
    path.write_bytes(before)
    with serving(answers) as web:
        assert (
            cli.main(["sources", "add", ROOT + url, "--sources", str(path), "--proxy", web.proxy, "--pause", "0"]) == 0
        )
        assert path.read_bytes().startswith(before)
        _, added = load_sources(path).sources
        assert (added.id, added.kind, added.feeds, added.language) == (
            "site_example-2",
            "outlet",
            (ROOT + found,),
            language,
        )
        after = path.read_bytes()
        assert (
            cli.main(["sources", "add", ROOT + url, "--sources", str(path), "--proxy", web.proxy, "--pause", "0"]) == 1
        )
    assert path.read_bytes() == after
    assert "has this feed already" in capsys.readouterr().err


def test_add_without_a_file_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving({"http://rss.ansa.it/feed": Reply(body=RSS.replace(b"The Site", b'\xe2\x80\xae"[/red]\\'))}) as web:
        assert cli.main(["sources", "add", "http://rss.ansa.it/feed", "--proxy", web.proxy]) == 0
    (tmp_path / "x.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    (source,) = load_sources(tmp_path / "x.toml").sources
    assert (source.kind, source.agency, source.name) == ("wire", "ANSA", '"[/red]\\ & more')


def test_add_says_when_there_is_no_feed(capsys: pytest.CaptureFixture[str]) -> None:
    with serving({f"{ROOT}/": PLAIN}) as web:
        assert cli.main(["sources", "add", ROOT, "--proxy", web.proxy, "--pause", "0"]) == 1
    assert "no feed was found" in capsys.readouterr().err


def test_check_says_what_to_write_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {
        f"{ROOT}/rss": Reply(body=RSS),
        f"{ROOT}/old": Reply(status=308, headers={"Location": "/rss"}),
        f"{ROOT}/now": Reply(status=302, headers={"Location": "/rss"}),
        f"{ROOT}/": NAMING,
    }
    feeds = [f"{ROOT}{path}" for path in ("/rss", "/old", "/now", "/", "/gone")]
    with serving(answers) as web:
        assert cli.main(["sources", "check", write(tmp_path, *feeds), "--proxy", web.proxy, "--pause", "0"]) == 1
        blocks = dict(zip(feeds, f"\n{capsys.readouterr().out}".split("\nsite: ")[1:], strict=True))
        assert cli.main(["sources", "check", write(tmp_path, feeds[0]), "site", "--proxy", web.proxy]) == 0
        assert cli.main(["sources", "check", write(tmp_path, feeds[0]), "other", "--proxy", web.proxy]) == 2
    assert "RSS with 1 entries, the latest of 2026-11-20 10:00 UTC" in blocks[f"{ROOT}/rss"]
    assert f"It has moved permanently. Write {ROOT}/rss" in blocks[f"{ROOT}/old"]
    assert "moved" not in blocks[f"{ROOT}/now"]
    assert f"The page at this address names a feed. Write {ROOT}/rss?a=1&b=2" in blocks[f"{ROOT}/"]
    assert "http-gone: 404" in blocks[f"{ROOT}/gone"]


def test_check_tries_the_selectors_of_a_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {
        f"{ROOT}/rss": Reply(body=RSS),
        f"{ROOT}/one": page("One"),
    }
    path = Path(write(tmp_path, f"{ROOT}/rss"))
    plain = path.read_text()
    with serving(answers) as web:
        for selectors, line in (
            ('body = "article"', "/one: all match"),
            ('body = "article", byline = ".by", drop = [".x"]', "/one: nothing matches byline."),
        ):
            path.write_text(f"{plain}selectors = {{ {selectors} }}\n")
            assert cli.main(["sources", "check", str(path), "--proxy", web.proxy, "--pause", "0"]) == 0
            assert line in capsys.readouterr().out


def test_a_pass_says_whose_selectors_found_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Answers = {
        f"{ROOT}/rss": Reply(body=RSS),
        f"{ROOT}/one": page("One"),
    }
    path = Path(write(tmp_path, f"{ROOT}/rss"))
    path.write_text(path.read_text() + 'selectors = { body = ".none" }\n')
    with serving(answers) as web:
        arguments = ["--sources", str(path), "--lake", str(tmp_path / "lake"), "--proxy", web.proxy, "--pause", "0"]
        assert batch.main(arguments) == 0
    assert "Selectors: 1 of 1 articles of site had no match." in " ".join(capsys.readouterr().err.split())


def test_a_front_page_as_a_feed_is_rejected_with_the_feed_that_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["run", "--sources", write(tmp_path, f"{ROOT}/"), "--lake", str(tmp_path / "lake")]
    with serving({f"{ROOT}/": NAMING}) as web:
        assert cli.main([*options, "--proxy", web.proxy]) == 1
    assert f"the page names the feed {ROOT}/rss?a=1&b=2" in capsys.readouterr().err


def test_list_and_explain_say_how_a_feed_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = f"{ROOT}/gone"
    sources, lake = write(tmp_path, FEED, gone), str(tmp_path / "lake")
    with serving({FEED: feed("one", "two"), f"{ROOT}/one": page("one")}) as web:
        options = ["--sources", sources, "--lake", lake, "--proxy", web.proxy, "--pause", "0", "--quiet"]
        assert batch.main(options) == 0
        assert batch.main([*options, "--all-feeds"]) == 0
    capsys.readouterr()
    assert cli.main(["sources", "list", sources]) == 0
    assert capsys.readouterr().out == f"site    [outlet]\n  {FEED}\n  {gone}\n"
    assert cli.main(["sources", "list", sources, "--lake", lake]) == 0
    listed = capsys.readouterr().out
    assert "0.3 new entries a day; last poll 2" in listed
    assert ": failed, since 2" in listed
    assert f"http-gone: 404 from {gone}; next poll 2" in listed
    assert cli.main(["sources", "list", sources, "--lake", lake, "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert (first["outcome"], second["outcome"], second["error"]) == (
        "unchanged",
        "failed",
        f"http-gone: 404 from {gone}",
    )
    assert cli.main(["sources", "explain", "site", "--lake", lake]) == 0
    good, _, bad = capsys.readouterr().out.partition(f"\n{gone}\n")
    assert "Polls in the last 30 days: 2. Read: 1. Unchanged: 1, 1 of them by status 304. Failed: 0." in good
    assert "It last brought new entries on 2" in good
    assert "1 of its entries were rejected (http-gone): Status 404" in good
    assert "It has failed since 2" in bad
    assert "The feed has moved or ended." in bad
    assert "It brought no new entries" in bad
    assert cli.main(["sources", "explain", "other", "--lake", lake]) == 1


def test_export_and_import_keep_the_feeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = write(tmp_path, f"{ROOT}/a?x=1&y=2", f"{ROOT}/b")
    assert cli.main(["sources", "export", sources]) == 0
    (tmp_path / "all.opml").write_text(capsys.readouterr().out)
    target = tmp_path / "new.toml"
    for _ in range(2):
        assert cli.main(["sources", "import", str(tmp_path / "all.opml"), "--sources", str(target)]) == 0
    (source,) = load_sources(target).sources
    assert (source.id, source.feeds) == ("site_example", (f"{ROOT}/a?x=1&y=2", f"{ROOT}/b"))
    assert "Added 0 sources with 0 feeds" in capsys.readouterr().err


def test_add_proposes_the_zone_of_a_country_and_goes_on_without_encryption(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rss = RSS.replace(b"site.example", b"www.zeitung.at").replace(b"en-gb", b"de-at")
    with serving({"http://www.zeitung.at/": NAMING, "http://www.zeitung.at/rss?a=1&b=2": Reply(body=rss)}) as web:
        assert cli.main(["sources", "add", "www.zeitung.at", "--proxy", web.proxy, "--pause", "0"]) == 0
    written = tmp_path / "sources.toml"
    written.write_text(capsys.readouterr().out)
    (source,) = load_sources(written).sources
    assert (source.zone, source.language) == ("Europe/Vienna", "de-AT")
    assert source.feeds == ("http://www.zeitung.at/rss?a=1&b=2",)


def test_export_leaves_out_what_xml_cannot_have(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sources = tmp_path / "sources.toml"
    sources.write_text(
        '[[source]]\nid = "a"\nkind = "outlet"\nname = "A\\u001b[31m & B"\nfeeds = ["http://a.example/1"]\n'
    )
    assert cli.main(["sources", "export", str(sources)]) == 0
    assert 'text="A[31m &amp; B"' in capsys.readouterr().out
