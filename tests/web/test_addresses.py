"""Which addresses the client connects to, in whatever spelling, and whatever names resolve to."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason
from tests.support.client import PAGE, connect, get, refused
from tests.support.web_server import Reply, serving
from transforms.web.addresses import is_allowed, literal_address, request_host, request_url
from transforms.web.settings import Connect


@pytest.mark.parametrize(
    "address",
    [
        "",
        "story.html",
        "//a.test/",
        "http://",
        "http:///story",
        "ftp://a.test/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "mailto:desk@example.org",
        "http://a.test:99999/",
        "http://a.test:port/",
        "http://[::1/",
        "http://a b.test/",
        "http://a..test/",
        f"http://{'a' * 64}.test/",
        "http://%31%32%37.0.0.1/",
        "http://\x00/",
        "http://[]@",
    ],
)
def test_an_address_that_is_not_http_or_https_is_rejected(address: str) -> None:
    assert refused(address, Connect()).reason is Reason.BAD_URL
    assert request_host(address) == ""


def test_a_backslash_hides_no_other_host() -> None:
    assert request_url("http://a.test\\@127.0.0.1/").host == "a.test"


def test_percent_escapes_are_sent_unchanged() -> None:
    assert str(request_url("http://A.test/it%27s%c3%a9 \u00e9?q=%2c")) == "http://a.test/it%27s%c3%a9%20%C3%A9?q=%2c"


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.text().map("http://{}".format), st.text().map("http://a.test/{}".format)))
def test_any_text_has_an_ascii_host_or_none(address: str) -> None:
    host = request_host(address)
    assert host == host.lower()
    assert host.isascii()


PRIVATE = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://127.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://①②⑦.0.0.1/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://admin.localhost/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[fec0::1]/",
    "http://[::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://user:secret@127.0.0.1/",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_with_and_without_a_proxy(address: str) -> None:
    with serving({}) as web:
        assert refused(address, Connect()).reason is Reason.PRIVATE_ADDRESS
        assert refused(address, connect(web)).reason is Reason.PRIVATE_ADDRESS
        assert web.asked == []


def test_an_allowed_network_is_reached() -> None:
    page = Reply(body=PAGE)
    with serving({"http://127.0.0.1/story": page, "http://localhost/story": page}) as web:
        how = Connect(allow_networks=("127.0.0.0/8",))
        assert get(f"{web.direct}/story", how).body == PAGE
        assert get(f"http://localhost:{web.port}/story", how).body == PAGE


@settings(max_examples=100, deadline=None)
@given(st.integers(0, (1 << 32) - 1))
def test_an_address_counts_the_same_however_it_is_written(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    for spelling in (str(address), f"{address}.", str(number), hex(number), f"::ffff:{address}"):
        found = literal_address(spelling)
        assert found is not None
        assert is_allowed(found) == is_allowed(address)


Look = Callable[..., list[tuple[Any, ...]]]


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name resolve to these addresses."""
    real: Look = socket.getaddrinfo

    def look(host: str, *rest: Any) -> list[tuple[Any, ...]]:
        return [found for address in addresses for found in real(address, *rest)]

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_a_name_that_resolves_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"http://rebound.test/": Reply(body=PAGE)}) as web:
        names(monkeypatch, "127.0.0.1")
        rejected = refused(f"http://rebound.test:{web.port}/", Connect())
        assert rejected.reason is Reason.PRIVATE_ADDRESS
        assert web.asked == []
        how = Connect(allow_networks=("127.0.0.1/32",))
        assert get(f"http://rebound.test:{web.port}/", how).body == PAGE


def test_of_several_addresses_only_the_public_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"http://mixed.test/": Reply(body=PAGE)}) as web:
        names(monkeypatch, "127.0.0.2", "10.0.0.1", "127.0.0.1")
        how = Connect(allow_networks=("127.0.0.1/32",))
        assert get(f"http://mixed.test:{web.port}/", how).body == PAGE


def test_a_name_without_an_address_is_a_dns_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    rejected = refused("http://nowhere.test/", Connect())
    assert rejected.reason is Reason.DNS
    assert "nowhere.test" in rejected.detail
