from pathlib import Path

import pytest

from pipelines.opml import write_opml
from pipelines.sources import SourcesError, load_sources
from schemas.agencies import AGENCIES, Agency
from schemas.source_ids import is_read_as_value
from transforms.archives.entries import site_source

GOOD = """
contact = "desk@example.org"
[[source]]
id = "ap"
name = "AP"
kind = "wire"
homepage = "https://ap.example/"
feeds = ["https://ap.example/rss", "https://ap.example/world.rss"]
zone = "America/New_York"
language = "en"
agency = "AP"
poll_every = "15m"
[[source]]
id = "post-2"
kind = "outlet"
feeds = ["http://post.example/feed"]
"""


def write(folder: Path, text: str, name: str = "sources.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_full_and_a_minimal_source_are_read(tmp_path: Path) -> None:
    found = load_sources(write(tmp_path, GOOD))
    wire, outlet = found.sources
    assert found.contact == "desk@example.org"
    assert (wire.id, wire.kind, wire.zone, wire.agency, wire.poll_seconds) == (
        "ap",
        "wire",
        "America/New_York",
        "AP",
        900,
    )
    assert wire.feeds == ("https://ap.example/rss", "https://ap.example/world.rss")
    assert (outlet.id, outlet.zone, outlet.poll_seconds, outlet.name) == ("post-2", None, None, None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('zone = "America/New_York"', 'tz = "UTC"', "source 1 ('ap'): unknown key 'tz'"),
        ("homepage", "homepag", "did you mean 'homepage'?"),
        ('contact = "desk@example.org"', "retries = 3", "at the top: unknown key 'retries'"),
        ('contact = "desk@example.org"', "contact = 3", "contact must be an e-mail or a web address"),
        ('"post-2"', '"ap"', "source 'ap': the id is used twice"),
        ('"post-2"', '"../x"', "the id becomes a folder's name"),
        ('"post-2"', '"Post"', "the id becomes a folder's name"),
        ('"post-2"', '"a/b"', "the id becomes a folder's name"),
        ('"post-2"', '"007"', 'such as id = "paper-007"'),
        ('agency = "AP"', 'aliases = ["../x"]', "the id becomes a folder's name"),
        ('agency = "AP"', 'aliases = ["post-2"]', "the alias 'post-2' belongs to source 'post-2'"),
        ('agency = "AP"', 'aliases = ["ap"]', "the alias 'ap' belongs to source 'ap'"),
        ('agency = "AP"', 'aliases = "old"', "aliases must be a list of earlier ids"),
        ('"outlet"', '"paper"', 'kind must be "wire" or "outlet"'),
        ('"http://post.example/feed"', "", "feeds is empty"),
        ('"http://post.example/feed"', '"post.example/feed"', "beginning with https://"),
        ('"http://post.example/feed"', '"https://ap.example/rss"', "belongs to source 'ap' already"),
        ('"http://post.example/feed"', '"http://a.example/", "http://a.example/"', "listed twice"),
        ('["http://post.example/feed"]', '"http://post.example/feed"', "feeds must be a list of addresses"),
        ("America/New_York", "America/NewYork", "did you mean 'America/New_York'?"),
        ('"en"', '"English"', "is not a language tag"),
        ('agency = "AP"', 'agency = "Reutters"', "did you mean 'Reuters'?"),
        ('"15m"', '"often"', "is not an interval"),
        ('"15m"', "15", "poll_every must be a text in quotes"),
        ('agency = "AP"', 'agency = "MPA"', "agency 'MPA' is not known"),
        ("[[source]]", "[source]", "TOML"),
        ('agency = "AP"', 'enabled = "no"', "enabled must be true or false, without quotes"),
        ('agency = "AP"', 'tags = "a"', "tags must be a list of texts"),
        ('agency = "AP"', 'exclude = [""]', "exclude must be a list of patterns of addresses"),
        ('id = "ap"', "id = ", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_entry_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(SourcesError) as caught:
        load_sources(write(tmp_path, GOOD.replace(old, new)))
    assert said in str(caught.value)
    assert "sources.toml: " in str(caught.value)


MPA = """
[[agency]]
code = "MPA"
names = ["Meridian Press Agency"]
ambiguous = ["MPA"]
domains = ["wire.meridian.example", "mpa.example"]
countries = ["GB"]
"""


def test_own_agencies_are_read(tmp_path: Path) -> None:
    found = load_sources(write(tmp_path, GOOD.replace('agency = "AP"', 'agency = "MPA"') + MPA))
    assert found.agencies == (
        Agency(
            code="MPA",
            names=("Meridian Press Agency", "MPA"),
            ambiguous=("MPA",),
            domains=("wire.meridian.example", "mpa.example"),
            countries=("GB",),
        ),
    )
    assert found.sources[0].agency == "MPA"


def test_a_known_code_adds_to_the_known_agency(tmp_path: Path) -> None:
    added = '[[agency]]\ncode = "Belga"\nnames = ["Belga Nieuws"]\nambiguous = ["Belga"]\ndomains = ["belga.example"]\n'
    (belga,) = load_sources(write(tmp_path, GOOD + added)).agencies
    known = AGENCIES["Belga"]
    assert belga.names == (*known.names, "Belga Nieuws")
    assert belga.domains == (*known.domains, "belga.example")
    assert (belga.ambiguous, belga.countries) == (("Belga",), ("BE",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "MPA"', "", "agency 1 ('without code'): code is a text of 1 to 40 characters"),
        ('code = "MPA"', 'code = " MPA"', "code is a text of 1 to 40 characters"),
        ('code = "MPA"', 'code = "reuters"', "the known agency 'Reuters' has this code"),
        ("names", "name", "unknown key 'name'; did you mean 'names'?"),
        ("countries", "country", "did you mean 'countries'?"),
        ('["Meridian Press Agency"]', "[]", "names is empty"),
        ('["Meridian Press Agency"]', '"Meridian Press Agency"', "names is a list of texts"),
        ('["MPA"]', '["M."]', "name 'M.' needs two letters or digits at least"),
        ('["MPA"]', '["Reuters"]', "name 'Reuters' belongs to agency 'Reuters' already"),
        ('"mpa.example"', '"https://mpa.example/"', "is not a host in lower case"),
        ('"mpa.example"', '"com"', "is not a host in lower case"),
        ('"mpa.example"', '"ansa.it"', "domain ansa.it belongs to agency 'ANSA' already"),
        ('["GB"]', '["Britain"]', "country 'Britain' is not an ISO 3166 code"),
        ("[[agency]]", '[[agency]]\ncode = "MPA"\nnames = ["Meridian"]\n[[agency]]', "the code is used twice"),
        ("[[agency]]", "[agency]", "each agency must begin with a line [[agency]]"),
    ],
)
def test_a_mistake_in_an_agency_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in MPA
    with pytest.raises(SourcesError) as caught:
        load_sources(write(tmp_path, MPA.replace(old, new) + GOOD.replace('contact = "desk@example.org"', "")))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("source", "kind", "agency"),
    [
        ('kind = "wire"\nfeeds = ["https://www.ansa.it/rss"]', "wire", "ANSA"),
        ('kind = "wire"\nfeeds = ["https://www.ansa.it/rss"]\nagency = "AP"', "wire", "AP"),
        ('kind = "outlet"\nfeeds = ["https://www.ansa.it/rss"]', "outlet", None),
        ('kind = "wire"\nfeeds = ["https://mpa.example/rss"]', "wire", "MPA"),
        ('kind = "wire"\nfeeds = ["https://feeds.feedburner.com/x"]', "wire", None),
    ],
)
def test_what_the_file_says_of_a_source_wins(tmp_path: Path, source: str, kind: str, agency: str | None) -> None:
    (found,) = load_sources(write(tmp_path, f'{MPA}[[source]]\nid = "x"\n{source}\n')).sources
    assert (found.kind, found.agency) == (kind, agency)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace('"wire"', '"wyre"').replace('"outlet"', '"paper"').replace("15m", "soon")
    with pytest.raises(SourcesError) as caught:
        load_sources(write(tmp_path, broken))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("text", "said"), [("", "lists no source"), ("source = 3", "[[source]]"), ("\ufffd = ", "not valid TOML")]
)
def test_a_file_without_sources_says_so(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourcesError) as caught:
        load_sources(write(tmp_path, text))
    assert said in str(caught.value)


def test_a_missing_or_unreadable_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match="no such file"):
        load_sources(tmp_path / "none.toml")
    with pytest.raises(SourcesError, match="cannot be read"):
        load_sources(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"# caf\xe9")
    with pytest.raises(SourcesError, match="not UTF-8"):
        load_sources(tmp_path / "latin.toml")


OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body><outline text="News">
<outline type="rss" text="Post" xmlUrl="https://www.post.example/world.rss" htmlUrl="https://www.post.example/"/>
<outline type="rss" text="Post sport" xmlUrl="https://feeds.example/post-sport" htmlUrl="https://www.post.example/sport"/>
<outline type="rss" text="Post again" xmlUrl="https://www.post.example/world.rss" htmlUrl="https://www.post.example/"/>
<outline text="Other" xmlUrl="http://other.example/rss"/></outline></body></opml>"""


def test_opml_gives_one_outlet_for_each_site(tmp_path: Path) -> None:
    post, other = load_sources(write(tmp_path, OPML, "feeds.opml")).sources
    assert (post.id, post.kind, post.name) == ("post_example", "outlet", "Post")
    assert post.feeds == ("https://www.post.example/world.rss", "https://feeds.example/post-sport")
    assert (other.id, other.feeds) == ("other_example", ("http://other.example/rss",))


@pytest.mark.parametrize(
    ("feed", "homepage", "kind", "agency"),
    [
        ("https://feeds.feedburner.com/top", "https://apnews.com/", "wire", "AP"),
        ("https://www.reuters.com/rss", "", "wire", "Reuters"),
        ("https://feeds.feedburner.com/top", "", "outlet", None),
        ("https://feeds.feedburner.com/top", "https://post.example/", "outlet", None),
    ],
)
def test_an_agencys_own_site_is_a_wire_whatever_opml_says(
    tmp_path: Path, feed: str, homepage: str, kind: str, agency: str | None
) -> None:
    outline = f'<outline text="X" xmlUrl="{feed}" htmlUrl="{homepage}"/>'
    (found,) = load_sources(write(tmp_path, f"<opml><body>{outline}</body></opml>", "feeds.opml")).sources
    assert (found.kind, found.agency) == (kind, agency)


def test_one_feed_of_an_agency_makes_no_wire_of_an_outlet(tmp_path: Path) -> None:
    feeds = ("https://post.example/rss", "https://apnews.com/rss")
    outlines = "".join(f'<outline xmlUrl="{feed}" htmlUrl="https://post.example/"/>' for feed in feeds)
    (found,) = load_sources(write(tmp_path, f"<opml><body>{outlines}</body></opml>", "feeds.opml")).sources
    assert (found.feeds, found.kind, found.agency) == (feeds, "outlet", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<opml><body/></opml>", "lists no feed"),
        ("<opml><body>", "not valid XML"),
        ("", "not valid XML"),
        ('<opml><body><outline text="X" xmlUrl="file:///etc/passwd"/></body></opml>', "not an http or https address"),
    ],
)
def test_a_useless_opml_says_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SourcesError, match=said):
        load_sources(write(tmp_path, text, "feeds.opml"))


def opml(folder: Path, outlines: str) -> Path:
    return write(folder, f'<opml version="2.0"><head><title>x</title></head><body>{outlines}</body></opml>', "x.opml")


def test_folders_of_an_opml_become_tags(tmp_path: Path) -> None:
    inside = '<outline text="A" xmlUrl="https://a.example/1"/><outline text="B" xmlUrl="https://b.example/"/>'
    again = '<outline text="Sport"><outline text="A" xmlUrl="https://a.example/2"/></outline>'
    found = load_sources(
        opml(tmp_path, f'<outline text="News"><outline text="West">{inside}</outline></outline>{again}')
    )
    assert [source.tags for source in found.sources] == [("News", "West", "Sport"), ("News", "West")]
    assert found.warnings == ()


@pytest.mark.parametrize("bad", ["exec:~/bin/x", "file:///etc/passwd", "filter:x:https://x.example/"])
def test_a_bad_outline_is_skipped_with_a_warning(tmp_path: Path, bad: str) -> None:
    found = load_sources(opml(tmp_path, f'<outline text="X" xmlUrl="{bad}"/><outline xmlUrl="https://a.example/rss"/>'))
    assert [source.id for source in found.sources] == ["a_example"]
    (warning,) = found.warnings
    assert "x.opml: outline 'X' is skipped: " in warning


@pytest.mark.parametrize(
    ("outlines", "feeds"),
    [
        (
            '<outline text="A & B" xmlUrl="https://a.example/rss?x=1&y=2&amp;z=3"/>',
            ["https://a.example/rss?x=1&y=2&z=3"],
        ),
        (
            '<outline text="A" xmlUrl="https://a.example/"><outline xmlUrl="https://a.example/2"/>',
            ["https://a.example/", "https://a.example/2"],
        ),
        ('<outline text="A&nbsp;B" xmlUrl="https://a.example/"/>', ["https://a.example/"]),
    ],
    ids=["bare ampersands", "an outline without its end", "an entity of HTML"],
)
def test_mistakes_in_the_xml_of_an_opml_are_repaired_with_a_warning(
    tmp_path: Path, outlines: str, feeds: list[str]
) -> None:
    found = load_sources(opml(tmp_path, outlines))
    assert [feed for source in found.sources for feed in source.feeds] == feeds
    (warning,) = found.warnings
    assert "is not valid XML" in warning


def test_no_two_hosts_have_one_id(tmp_path: Path) -> None:
    hosts = (
        "bücher.de",
        "b-cher.de",
        "b.cher.de",
        "b-cher-de",
        "www.b-cher.de",
        "x" * 63 + ".a.example",
        "x" * 63 + ".b.example",
    )
    outlines = [f'<outline xmlUrl="https://{host}/rss"/>' for host in hosts]
    ids = [source.id for source in load_sources(opml(tmp_path, "".join(outlines))).sources]
    assert ids[:4] == ["xn--bcher-kva_de", "b-cher_de", "cher_de", "b-cher-de"]
    assert len(set(ids)) == len(hosts) - 1  # www.b-cher.de is b-cher.de
    longer = load_sources(opml(tmp_path, "".join([*outlines, '<outline xmlUrl="https://z.example/rss"/>'])))
    assert [source.id for source in longer.sources][:-1] == ids


def test_what_an_opml_export_writes_is_read_again(tmp_path: Path) -> None:
    sources = load_sources(write(tmp_path, OPML, "feeds.opml")).sources
    (tmp_path / "again.opml").write_text(write_opml(sources), encoding="utf-8")
    assert load_sources(tmp_path / "again.opml").sources == sources


def test_a_disabled_source_is_checked_but_not_read(tmp_path: Path) -> None:
    more = '\nenabled = false\ntags = ["a", "b"]\ninclude = ["*/news/*"]\nexclude = ["*/sport/*"]\n'
    found = load_sources(write(tmp_path, GOOD + more))
    assert [source.id for source in found.sources] == ["ap"]
    (off,) = found.disabled
    assert (off.id, off.tags, off.include, off.exclude) == ("post-2", ("a", "b"), ("*/news/*",), ("*/sport/*",))
    with pytest.raises(SourcesError, match="every source has enabled = false"):
        load_sources(
            write(tmp_path, '[[source]]\nid = "a"\nkind = "outlet"\nfeeds = ["https://a.example/"]\nenabled = false')
        )


@pytest.mark.parametrize(
    "address",
    [
        "https://www.post.example/rss",
        "https://feeds.bbc.co.uk/x",
        "https://desk.substack.com/feed",
        "http://10.0.0.7/rss",
    ],
)
def test_opml_and_replays_name_a_site_in_the_same_way(tmp_path: Path, address: str) -> None:
    (listed,) = load_sources(opml(tmp_path, f'<outline xmlUrl="{address}"/>')).sources
    assert listed.id == site_source(address).id
    assert not is_read_as_value(listed.id)


def test_an_old_id_that_is_read_as_a_number_may_stay_as_an_alias(tmp_path: Path) -> None:
    text = '[[source]]\nid = "paper-007"\nkind = "outlet"\nfeeds = ["http://post.example/feed"]\naliases = ["007"]\n'
    (source,) = load_sources(write(tmp_path, text)).sources
    assert (source.id, source.key_id) == ("paper-007", "007")


def test_full_text_headers_and_user_agent_are_read(tmp_path: Path) -> None:
    more = 'full_text = true\nuser_agent = "study/1.0"\nheaders = { Authorization = "Bearer x", "X-Key" = "1" }\n'
    first, last = load_sources(write(tmp_path, GOOD + more)).sources
    assert (first.full_text, first.user_agent, first.headers) == (False, None, ())
    assert (last.full_text, last.user_agent) == (True, "study/1.0")
    assert last.headers == (("Authorization", "Bearer x"), ("X-Key", "1"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('full_text = "yes"', "full_text must be true or false"),
        ('headers = ["X-Key: secret"]', "headers must be a table of texts"),
        ('headers = { "User-Agent" = "secret" }', "is set by Copydesk itself. Use user_agent"),
        ('headers = { Host = "secret" }', "the header field Host is set by Copydesk itself. Remove it"),
        ('headers = { "X Key" = "secret" }', "'X Key' is not the name of a header field"),
        ('headers = { "X-Key" = "secret\\nX: y" }', "the value of the header field X-Key must be printable ASCII"),
        ('headers = { "X-Key" = "secret", "x-key" = "b" }', "headers names a field twice"),
        ('user_agent = "Mozilla (X11"', "user_agent is added after Copydesk's own User-Agent"),
        ('user_agent = ""', "user_agent is added after"),
    ],
)
def test_a_mistake_in_what_a_source_sends_is_told_without_its_value(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SourcesError) as caught:
        load_sources(write(tmp_path, f"{GOOD}{line}\n"))
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)
