"""Feeds in every format, and the details in which formats differ."""

import gzip
import json
from datetime import datetime, timedelta, timezone

import pytest

from schemas import Entry
from tests.support.samples import NOON, OUTLET
from transforms.feeds.parse import read_feed
from transforms.feeds.sitemaps import fresh_sitemaps

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"{feed}><title>T</title>{head}<entry{entry}><id>urn:1</id>{inside}</entry></feed>'
RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">'
    "<channel><title>T</title>{channel}<item>{inside}</item></channel></rss>"
)
URLSET = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    "{0}</urlset>"
)
NEWS = (
    "<url><loc>http://post.example/{0}</loc><news:news><news:publication><news:name>Post</news:name></news:publication>"
    "<news:publication_date>{1}</news:publication_date><news:title>Vote &amp; more</news:title></news:news></url>"
)


def read(
    text: str | bytes, headers: dict[str, str] | None = None, at: str = "http://feeds.example/rss"
) -> tuple[Entry, ...]:
    body = text if isinstance(text, bytes) else text.encode()
    return read_feed(body, headers or {}, at, source=OUTLET, feed_url="f", seen_at=NOON).entries


def rss(inside: str, channel: str = "") -> Entry:
    (entry,) = read(RSS.format(inside=inside, channel=channel))
    return entry


def atom(inside: str, feed: str = "", entry: str = "", head: str = "") -> Entry:
    (found,) = read(ATOM.format(inside=inside, feed=feed, entry=entry, head=head))
    return found


def test_control_characters_leave_the_texts_of_an_entry_but_not_its_identity() -> None:
    inside = (
        "<title>A\u202eB&#155;C</title><description>\u2067c\u200cd</description><author>Jane\x9f Doe</author>"
        "<category>\u2066News</category><guid>x\u200e</guid><link>http://a.example/1</link>"
    )
    entry = rss(inside)
    assert (entry.title, entry.summary, entry.entry_id) == ("AB›C", "c\u200cd", "x\u200e")
    assert (entry.byline, entry.categories) == ("JaneŸ Doe", ("News",))


def test_control_characters_leave_the_texts_of_a_json_feed() -> None:
    item = {
        "id": "1",
        "url": "http://a.example/1",
        "title": "\x1b]0;owned\x07Flood",
        "authors": [{"name": "Jane\x1b[2J Doe"}],
    }
    (entry,) = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}))
    assert (entry.title, entry.byline) == ("]0;ownedFlood", "Jane[2J Doe")


# -- links -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "channel", "url"),
    [
        ("<link>/a.html</link>", "<link>https://www.post.example/</link>", "https://www.post.example/a.html"),
        ("<link>/a.html</link>", "<link>post.example</link>", "http://feeds.example/a.html"),
        ("<link>a.html</link>", "", "http://feeds.example/a.html"),
        ('<link uri="at://x">http://post.example/a</link>', "", "http://post.example/a"),
        ("<guid>http://post.example/a</guid>", "", "http://post.example/a"),
        ("<guid>b67e7afb</guid>", "", ""),
        ('<guid isPermaLink="false">http://post.example/a</guid>', "", "http://post.example/a"),
        ('<atom:link href="http://post.example/a"/>', "", "http://post.example/a"),
        ('<atom:link rel="self" href="http://post.example/a"/>', "", ""),
        (
            "<link>http://feeds.example/~r/1</link><feedburner:origLink>http://post.example/a</feedburner:origLink>",
            "",
            "http://post.example/a",
        ),
        (
            "<link>https://www.google.com/url?rct=j&amp;url=http://post.example/a%3Fid%3D7&amp;ct=ga</link>",
            "",
            "http://post.example/a?id=7",
        ),
        (
            "<link>https://www.google.com/search?q=http://post.example/a</link>",
            "",
            "https://www.google.com/search?q=http://post.example/a",
        ),
        ("<link>javascript:void(0)</link><guid>http://post.example/a</guid>", "", "http://post.example/a"),
    ],
)
def test_the_link_of_an_rss_item_is_its_pages_address(inside: str, channel: str, url: str) -> None:
    entry = rss(inside, channel)
    assert entry.url == url
    assert bool(entry.url_key) == bool(url)


@pytest.mark.parametrize(
    ("inside", "feed", "entry", "url"),
    [
        ('<link href="a.html"/>', ' xml:base="/news/"', ' xml:base="2026/"', "http://feeds.example/news/2026/a.html"),
        ('<link href="/a"/><link hreflang="fr" href="/fr/a"/>', "", "", "http://feeds.example/a"),
        (
            '<link hreflang="fr" href="/fr/a"/><link hreflang="de" href="/a"/>',
            ' xml:lang="de-AT"',
            "",
            "http://feeds.example/a",
        ),
        (
            '<link type="application/json" href="/a.json"/><link type="text/html" href="/a"/>',
            "",
            "",
            "http://feeds.example/a",
        ),
        ('<link rel="enclosure" href="/a.mp3"/><link rel="alternate" href="/a"/>', "", "", "http://feeds.example/a"),
    ],
)
def test_the_link_of_an_atom_entry_is_its_alternate_in_its_own_language(
    inside: str, feed: str, entry: str, url: str
) -> None:
    assert atom(inside, feed, entry).url == url


def test_the_address_of_an_rdf_item_is_what_it_is_about_if_it_has_no_link() -> None:
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    item = '<item rdf:about="http://post.example/a"><title>A</title></item>'
    (entry,) = read(f'<rdf:RDF {rdf}><channel rdf:about="x"><title>T</title></channel>{item}</rdf:RDF>')
    assert entry.url == "http://post.example/a"


# -- text ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<![CDATA[How should &lt;option&gt; work?]]>", "How should <option> work?"),
        ("&lt;b&gt;Bold&lt;/b&gt; &amp;amp; plain", "Bold & plain"),
        ("Minister uses &lt;redacted&gt; in letter", "Minister uses <redacted> in letter"),
        ("One&lt;br/&gt;Two t&lt;em&gt;hr&lt;/em&gt;ee", "One Two three"),
        ("5 &lt; 6 &gt; 4", "5 < 6 > 4"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;", "Bold"),
    ],
)
def test_a_title_in_rss_is_html_and_only_formatting_is_markup(markup: str, title: str) -> None:
    assert rss(f"<title>{markup}</title><link>/a</link>").title == title


@pytest.mark.parametrize(
    ("construct", "title"),
    [
        ('<title type="text">Uses &lt;redacted&gt; &amp;amp; more</title>', "Uses <redacted> &amp; more"),
        ("<title>Uses &lt;b&gt;</title>", "Uses <b>"),
        ('<title type="html">A &lt;i&gt;b&lt;/i&gt;c</title>', "A bc"),
        (
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">One<br/>Two <em>three</em></div></title>',
            "One Two three",
        ),
    ],
)
def test_a_title_in_atom_is_text_by_its_declared_type(construct: str, title: str) -> None:
    assert atom(construct).title == title


# -- people, times, content ------------------------------------------------------------------------------------------------------------


def test_authors_are_all_named_and_inherited() -> None:
    assert rss("<author>a@post.example (Ana Ruiz)</author><link>/a</link>").byline == "Ana Ruiz"
    assert (
        rss("<dc:creator>Ana Ruiz</dc:creator><dc:creator>Bo Lind</dc:creator><author>x@y.example</author>").byline
        == "Ana Ruiz, Bo Lind"
    )
    assert (
        atom("<author><name>Ana Ruiz</name></author><author><name>Bo Lind</name></author>").byline
        == "Ana Ruiz, Bo Lind"
    )
    head, source = "<author><name>Cy Dole</name></author>", "<source><author><name>Ana Ruiz</name></author></source>"
    assert (atom("", head=head).byline, atom(source, head=head).byline) == ("Cy Dole", "Ana Ruiz")


@pytest.mark.parametrize("element", ["pubDate", "dc:date", "dcterms:issued", "dcterms:created", "atom:published"])
def test_a_publication_time_is_found_in_every_field(element: str) -> None:
    assert rss(f"<{element}>2026-11-20T10:00:00Z</{element}><link>/a</link>").published_raw == "2026-11-20T10:00:00Z"


def test_an_entry_whose_time_or_full_text_changes_has_changed() -> None:
    plain, later, longer, pixel = (
        rss(
            f"<title>A</title><link>/a</link><pubDate>{day} Nov 2026</pubDate><content:encoded><![CDATA[{text}]]></content:encoded>"
        )
        for day, text in (
            (20, "<p>One</p>"),
            (21, "<p>One</p>"),
            (20, "<p>One two</p>"),
            (20, "<p>One</p><img src='x'/>"),
        )
    )
    assert plain.fingerprint == pixel.fingerprint
    assert len({plain.fingerprint, later.fingerprint, longer.fingerprint}) == 3
    assert plain.entry_key == later.entry_key == longer.entry_key


# -- other formats ---------------------------------------------------------------------------------------------------------------------


def test_a_json_feed_is_read() -> None:
    feed = """{"version": "https://jsonfeed.org/version/1.1", "title": "T", "authors": [{"name": "Cy"}], "items": [
      {"id": "1", "url": "/a", "title": "A \\ud83d\\ude00 \\ud83d", "content_html": "<p>Text</p>", "date_published": "2026-11-20T10:00:00Z",
       "authors": [{"name": "Ana"}, {"name": "Bo"}], "tags": ["x", 3]},
      {"id": 2, "external_url": "http://other.example/b"}, "no item"]}"""
    first, second = read(feed, {"content-type": "application/feed+json"})
    assert (first.url, first.byline, first.categories) == ("http://feeds.example/a", "Ana, Bo", ("x",))
    assert first.title == "A \U0001f600 \ufffd"
    assert (first.published_raw, second.url, second.byline, second.entry_id) == (
        "2026-11-20T10:00:00Z",
        "http://other.example/b",
        "Cy",
        "2",
    )


def test_of_a_news_sitemap_only_what_is_fresh_is_listed() -> None:
    day = NOON.date()
    listed = "".join(
        NEWS.format(name, moment) for name, moment in (("new", f"{day}T09:00:00Z"), ("old", day - timedelta(days=9)))
    )
    plain = f"<url><loc>http://post.example/page</loc><lastmod>{day}</lastmod></url><url><loc>http://post.example/about</loc></url>"
    first, second = read(gzip.compress(URLSET.format(listed + plain).encode()))
    assert (first.url, first.title, first.published_raw) == (
        "http://post.example/new",
        "Vote & more",
        f"{day}T09:00:00Z",
    )
    assert (second.url, second.updated_raw) == ("http://post.example/page", str(day))


def test_of_a_sitemap_index_the_latest_sitemaps_are_read() -> None:
    def index(*sitemaps: tuple[str, str]) -> bytes:
        listed = "".join(
            f"<sitemap><loc>http://post.example/{name}.xml?a=1&amp;b=2</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
            for name, day in sitemaps
        )
        return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</sitemapindex>'.encode()

    now = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    assert fresh_sitemaps(index(("old", "2025-01-01"), ("b", "2026-11-19"), ("a", "2026-11-20T08:00:00Z")), now) == (
        "http://post.example/a.xml?a=1&b=2",
        "http://post.example/b.xml?a=1&b=2",
    )
    assert fresh_sitemaps(index(("2026-10", ""), ("2026-11", ""), ("about", "")), now) == (
        "http://post.example/2026-11.xml?a=1&b=2",
    )
    assert len(fresh_sitemaps(index(*((f"{n}", "") for n in range(50))), now)) == 2
    assert fresh_sitemaps(b"<urlset/>", now) == ()


@pytest.mark.parametrize(
    "broken",
    [
        "<title>Caf&eacute; &nbsp;&amp; b</title><link>http://post.example/a?x=1&y=2</link>",
        "<title>Caf\u00e9 \x0b& b</title><link>http://post.example/a?x=1&amp;y=2</link>",
        "<title>Caf&#233; &amp; b</title><link><![CDATA[http://post.example/a?x=1&y=2]]></link>",
        "<title>Caf\u00e9 & b</title><link>http://post.example/a?x=1&y=2</link><unclosed>",
    ],
    ids=["entities", "controls", "character data", "unclosed"],
)
def test_a_feed_with_common_mistakes_reads_the_same(broken: str) -> None:
    entry = rss(broken)
    assert (entry.title, entry.url) == ("Caf\u00e9 & b", "http://post.example/a?x=1&y=2")


def test_signs_in_halves_are_joined() -> None:
    assert (
        rss("<title>&#55357;&#56832; &#xD83D;&#xde00; &#xD83D; half</title>").title
        == "\U0001f600 \U0001f600 \ufffd half"
    )


def test_a_charset_that_header_and_document_state_differently_is_still_read() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?>' + RSS.format(inside="<title>Café</title>", channel="")
    (entry,) = read(text.encode("iso-8859-1"))
    assert entry.title == "Café"
    (entry,) = read(text.replace("iso-8859-1", "utf-8").encode("utf-8"), {"content-type": "text/xml; charset=utf-8"})
    assert entry.title == "Café"


LONG = "".join(f"<p>Paragraph {n}: the council &amp; the mayor met on Monday.</p>" for n in range(20))
XHTML = (
    f'<x:div xmlns:x="http://www.w3.org/1999/xhtml">{LONG.replace("<p>", "<x:p>").replace("</p>", "</x:p>")}</x:div>'
)


@pytest.mark.parametrize(
    "text",
    [
        RSS.format(
            channel="", inside=f"<description>Short.</description><content:encoded><![CDATA[{LONG}]]></content:encoded>"
        ),
        RSS.format(channel="", inside=f"<description><![CDATA[{LONG}]]></description>"),
        RSS.format(channel="", inside=f"<description><![CDATA[{LONG}]]></description>").replace(
            "</channel>", "<broken>"
        ),
        ATOM.format(feed="", entry="", head="", inside=f'<content type="html"><![CDATA[{LONG}]]></content>'),
        ATOM.format(feed="", entry="", head="", inside=f'<content type="xhtml">{XHTML}</content>'),
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_html": LONG}]}),
    ],
    ids=["content", "description", "broken", "Atom", "XHTML", "JSON"],
)
def test_a_full_text_is_kept_as_html(text: str) -> None:
    (entry,) = read(text)
    assert entry.content is not None
    assert entry.content.count("<p>") == 20
    assert "council &amp; the mayor" in entry.content


def test_plain_text_becomes_paragraphs_and_a_teaser_is_not_kept() -> None:
    lines = "\n\n".join(f"Line {n} says that 1 < 2 & that the council met." for n in range(20))
    item = {"id": "1", "content_text": lines}
    (entry,) = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]}))
    assert entry.content is not None
    assert entry.content.startswith("<p>Line 0 says that 1 &lt; 2 &amp; that the council met.</p><p>Line 1")
    assert rss("<description>The council met. Read more…</description>").content is None


def test_media_have_addresses_types_captions_and_credits() -> None:
    inside = (
        "<link>http://a.example/1</link>"
        '<media:group><media:content url="/one.jpg" medium="image"><media:description>The &lt;b&gt;vote&lt;/b&gt;</media:description>'
        "<media:credit>Jane Doe</media:credit></media:content></media:group>"
        '<media:thumbnail url="http://a.example/small.jpg"/><enclosure url="http://a.example/two.mp3" type="audio/mpeg"/>'
        '<media:content url="/one.jpg"/><media:content url="javascript:alert(1)"/><media:content/>'
    )
    entry = rss(inside, channel="<link>http://a.example/</link>")
    found = {each.url.rpartition("/")[2]: (each.type, each.caption, each.credit) for each in entry.media}
    assert found == {
        "one.jpg": ("image", "The vote", "Jane Doe"),
        "two.mp3": ("audio/mpeg", None, None),
        "small.jpg": ("image", None, None),
    }


def test_media_of_atom_and_json() -> None:
    (medium,) = atom('<link rel="enclosure" href="http://a.example/1.mp4" type="video/mp4" title="Film"/>').media
    assert (medium.url, medium.type, medium.caption) == ("http://a.example/1.mp4", "video/mp4", "Film")
    item = {"id": "1", "image": "/a.png", "attachments": [{"url": "/b.mp3", "mime_type": "audio/mpeg"}, "x", {}]}
    (entry,) = read(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]}), at="http://a.example/f")
    assert [(each.url, each.type) for each in entry.media] == [
        ("http://a.example/a.png", "image"),
        ("http://a.example/b.mp3", "audio/mpeg"),
    ]
