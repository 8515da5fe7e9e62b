import pytest

from schemas import Entry, Reason, Rejected
from tests.support.samples import NOON, OUTLET
from transforms.feeds.parse import MAX_ENTRIES, read_feed

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title>
<item><title>Tom &amp;amp; &lt;b&gt;Ann&lt;/b&gt;</title><link>/a</link><guid isPermaLink="false">g1</guid>
<dc:creator>Jane Doe</dc:creator><pubDate>Thu, 01 Oct 2026 11:00:00 +0200</pubDate><category>World</category><category>World</category>
<source url="http://w.example/">Meridian</source><description><![CDATA[<p>Short &eacute;.</p>]]></description></item>
<item><title>Second</title><link>http://post.example/b</link></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:1</id><title type="html">A &lt;i&gt;b&lt;/i&gt;</title>
<link rel="self" href="http://post.example/self"/><link rel="alternate" href="http://post.example/a"/>
<published>2026-10-01T11:00:00+09:00</published><updated>2026-10-01T12:00:00Z</updated><author><name>Jo</name></author></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>
<item rdf:about="http://post.example/a"><title>A</title><link>http://post.example/a</link><dc:date>2026-10-01T11:00:00Z</dc:date></item></rdf:RDF>"""


def read(text: str) -> tuple[Entry, ...]:
    return read_feed(
        text.encode(),
        {"content-type": "text/xml"},
        "http://post.example/feeds/rss",
        source=OUTLET,
        feed_url="f",
        seen_at=NOON,
    ).entries


def test_rss_items_become_entries_as_printed() -> None:
    first, second = read(RSS)
    assert (first.title, first.url, first.entry_id) == ("Tom & Ann", "http://post.example/a", "g1")
    assert (first.byline, first.credit, first.categories) == ("Jane Doe", "Meridian", ("World",))
    assert first.published_raw == "Thu, 01 Oct 2026 11:00:00 +0200"
    assert first.summary == "Short é."
    assert (second.published_raw, second.summary, second.byline, second.entry_id) == (None, None, None, None)
    assert first.seen_at == NOON


def test_atom_entries_take_the_alternate_link_and_both_stamps() -> None:
    (only,) = read(ATOM)
    assert (only.url, only.title, only.byline) == ("http://post.example/a", "A b", "Jo")
    assert (only.published_raw, only.updated_raw) == ("2026-10-01T11:00:00+09:00", "2026-10-01T12:00:00Z")


def test_rdf_items_are_read() -> None:
    (only,) = read(RDF)
    assert (only.url, only.published_raw or only.updated_raw) == ("http://post.example/a", "2026-10-01T11:00:00Z")


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    assert [entry.entry_id for entry in read(RSS[: RSS.index("<item><title>Second")])] == ["g1"]


@pytest.mark.parametrize(
    "link", ["", "<link></link>", "<link>javascript:alert(1)</link>", "<link>mailto:a@b.example</link>"]
)
def test_an_item_without_a_usable_link_is_an_entry_without_an_address_key(link: str) -> None:
    (only,) = read(f"<rss version='2.0'><channel><item><title>Lost</title>{link}</item></channel></rss>")
    assert only.url_key == ""


def test_items_without_id_and_link_are_told_apart_by_their_text() -> None:
    one, two = read(
        "<rss version='2.0'><channel><item><title>A</title></item><item><title>B</title></item></channel></rss>"
    )
    assert one.entry_key != two.entry_key


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("<html><head><title>Sorry</title></head><body>no</body></html>", "'Sorry'"),
        ("{}", "2 bytes"),
        ("\0\1\2", "3 bytes"),
    ],
)
def test_an_answer_that_is_no_feed_is_rejected_and_described(text: str, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        read(text)
    assert caught.value.reason is Reason.NOT_A_FEED
    assert message in caught.value.detail


def test_an_empty_channel_is_a_feed_without_entries() -> None:
    assert read("<rss version='2.0'><channel><title>T</title></channel></rss>") == ()


def test_entities_neither_expand_without_bound_nor_read_files() -> None:
    bomb = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    for doctype, entity in ((f'<!ENTITY l0 "lol">{bomb}', "&l9;"), ('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")):
        entries = read(
            f"<?xml version='1.0'?><!DOCTYPE rss [{doctype}]><rss version='2.0'><channel>"
            f"<item><title>T {entity}</title><link>http://post.example/a</link></item></channel></rss>"
        )
        assert all(len(entry.title or "") < 100 and "root:" not in (entry.title or "") for entry in entries)


def test_an_endless_feed_is_read_up_to_the_limit() -> None:
    items = "".join(f"<item><link>http://post.example/{i}</link></item>" for i in range(MAX_ENTRIES + 5))
    content = read_feed(
        f"<rss version='2.0'><channel>{items}</channel></rss>".encode(),
        {},
        "http://post.example/",
        source=OUTLET,
        feed_url="f",
        seen_at=NOON,
    )
    assert len(content.entries) == MAX_ENTRIES
    assert content.overflow is not None
    assert content.overflow.reason is Reason.TOO_MANY_ENTRIES


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://u:p@post.example/a", "https://post.example/a"),
        ("https://www.google.com/url?url=https%3A%2F%2Fu%3Ap%40post.example%2Fa", "https://post.example/a"),
        ("ftp://u:p@post.example/a", "ftp://post.example/a"),
    ],
)
def test_an_entry_keeps_no_credentials_of_its_link(link: str, url: str) -> None:
    item = f"<item><title>A</title><link>{link}</link></item>"
    (only,) = read(f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>")
    assert only.url == url
