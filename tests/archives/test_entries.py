"""Which source a page of an archive belongs to, and the ids of sites without a configured source."""

import pytest

from schemas import Source
from tests.support.samples import NOON
from transforms.archives.entries import (
    ArchivedEntry,
    Selection,
    SourceMatcher,
    needs_body,
    page_entry,
    site_source,
)
from transforms.archives.warc import ArchiveRecord
from transforms.web.media_types import may_be_page

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
        ("https://agenciabrasil.ebc.com.br/geral/noticia/1", "wire", "Agência Brasil"),
        ("https://tvbrasil.ebc.com.br/1", "outlet", None),
        ("https://tna.mcot.net/1", "wire", "TNA"),
        ("https://www.bbc.co.uk/news/1", "outlet", None),
    ],
)
def test_an_agencys_own_site_is_its_wire(url: str, kind: str, agency: str | None) -> None:
    source = site_source(url)
    assert (source.kind, source.agency) == (kind, agency)


def test_an_agency_on_a_part_of_a_domain_is_a_source_of_its_own() -> None:
    urls = (
        "https://agenciabrasil.ebc.com.br/1",
        "https://www.agenciabrasil.ebc.com.br/1",
        "https://tvbrasil.ebc.com.br/1",
    )
    assert [site_source(url).id for url in urls] == [
        "agenciabrasil_ebc_com_br",
        "agenciabrasil_ebc_com_br",
        "ebc_com_br",
    ]


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


@pytest.mark.parametrize(
    ("content_type", "body", "taken"),
    [
        ("text/html charset=utf-8", b"any text", True),
        ("application/octet-stream", b"<!doctype html><p>Story", True),
        (None, b"<html><p>Story", True),
        ("text/plain", b"User-agent: *", False),
        (None, b'{"a": 1}', False),
        ("image/png", b"<html>", False),
    ],
)
def test_pages_are_told_from_other_files_by_the_rule_for_fetched_pages(
    content_type: str | None, body: bytes, taken: bool
) -> None:
    record = ArchiveRecord(
        number=1,
        kind="response",
        url="https://www.a.org/story",
        captured_at=NOON,
        status=200,
        content_type=content_type,
        size=len(body),
        body=body,
    )
    found = page_entry(record, "a.warc", 100, SourceMatcher(Selection()), 1000)
    assert isinstance(found, ArchivedEntry) if taken else found == "type"
    assert needs_body(record, SourceMatcher(Selection())) is (may_be_page(content_type) is not False)
