"""Which source a page of an archive belongs to, and the ids of sites without a configured source."""

import pytest

from schemas import Source
from transforms.archives.entries import Selection, SourceMatcher, site_source

WIRE = Source(id="wire", kind="wire", feeds=("https://feeds.example.net/wire.xml",), homepage="https://www.wire.org/")
POST = Source(id="post", kind="outlet", feeds=("https://post.wire.org/feed",))


@pytest.mark.parametrize(
    ("url", "domains", "sources", "expected"),
    [
        ("http://www.bbc.co.uk/news/1", (), (), "bbc_co_uk"),
        ("http://WWW.BBC.co.uk/news/1", (), (), "bbc_co_uk"),
        ("http://sub.a.org/1", ("a.org",), (), "a_org"),
        ("http://a.org/1", ("a.org",), (), "a_org"),
        ("http://aa.org/1", ("a.org",), (), None),
        ("http://b.org/1", ("a.org",), (), None),
        ("https://www.wire.org/1", (), (WIRE, POST), "wire"),
        ("https://post.wire.org/1", (), (WIRE, POST), "post"),
        ("https://other.wire.org/1", (), (WIRE, POST), "wire"),
        ("https://elsewhere.org/1", (), (WIRE, POST), None),
        ("https://post.wire.org/1", ("www.wire.org",), (WIRE, POST), None),
        ("dns:www.wire.org", (), (), None),
    ],
)
def test_a_page_belongs_to_the_source_of_its_host_or_site(
    url: str, domains: tuple[str, ...], sources: tuple[Source, ...], expected: str | None
) -> None:
    source = SourceMatcher(Selection(domains=domains, sources=sources)).page_source(url)
    assert (source.id if source else None) == expected


@pytest.mark.parametrize(
    ("url", "kind", "agency"),
    [
        ("https://www.reuters.com/world/1", "wire", "Reuters"),
        ("https://english.kyodonews.net/news/1", "wire", "Kyodo"),
        ("https://tvbrasil.ebc.com.br/1", "outlet", None),
        ("https://www.bbc.co.uk/news/1", "outlet", None),
    ],
)
def test_an_agencys_own_site_is_its_wire(url: str, kind: str, agency: str | None) -> None:
    source = site_source(url)
    assert (source.kind, source.agency) == (kind, agency)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a-co.uk/", "http://a.co.uk/"),
        ("http://my_site.intranet/", "http://my.site.intranet/"),
        ("http://bücher.de/", "http://b-cher.de/"),
        (f"http://{'x' * 60}.{'y' * 60}.intranet/", f"http://{'x' * 60}.{'z' * 60}.intranet/"),
    ],
)
def test_sites_have_distinct_ids_that_can_name_a_folder(one: str, other: str) -> None:
    ids = [site_source(url).id for url in (one, other)]
    assert ids[0] != ids[1]
    assert all(
        len(name) <= 64 and name.replace("-", "").replace("_", "").isascii() and name == name.lower() for name in ids
    )
    assert ids == [site_source(url).id for url in (one, other)]
