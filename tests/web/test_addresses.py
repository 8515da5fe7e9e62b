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
    "http://[::ffff:0:127.0.0.1]/",
    "http://192.0.0.192/opc/v2/",
    "http://168.63.129.16/machine",
    "http://0xa83f8110/",
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


# Every block of IANA's special-purpose registries that is not for hosts on the internet, and what clouds use beside them.
SPECIAL = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29",
    "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/31", "192.0.0.192/32", "192.0.2.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "168.63.129.16/32", "100.100.100.200/32",
    "::/128", "::1/128", "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32",
    "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28",
    "2001:20::/28", "2001:30::/28", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    "4000::/3", "fd00:ec2::254/128", "fd20:ce::254/128",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "192.0.1.1",
    "192.88.98.1",
    "100.63.255.255",
    "100.128.0.0",
    "168.63.129.15",
    "2606:4700::1111",
]


@pytest.mark.parametrize("block", SPECIAL)
def test_no_address_of_a_special_purpose_block_is_allowed(block: str) -> None:
    network = ipaddress.ip_network(block)
    for address in (network[0], network[network.num_addresses // 2], network[-1]):
        assert not is_allowed(address)
        assert is_allowed(address, [network])
        if isinstance(address, ipaddress.IPv4Address):
            assert not any(map(is_allowed, embeddings(address)))


@pytest.mark.parametrize("spelling", PUBLIC)
def test_public_addresses_beside_them_are_allowed(spelling: str) -> None:
    address = ipaddress.ip_address(spelling)
    assert is_allowed(address)
    if isinstance(address, ipaddress.IPv4Address):
        assert all(map(is_allowed, embeddings(address)))


def embeddings(address: ipaddress.IPv4Address) -> list[ipaddress.IPv6Address]:
    """The address in IPv4-mapped, NAT64 and 6to4 form."""
    number = int(address)
    return [
        ipaddress.IPv6Address(number | 0xFFFF << 32),
        ipaddress.IPv6Address(number | int(ipaddress.IPv6Address("64:ff9b::"))),
        ipaddress.IPv6Address(number << 80 | 0x2002 << 112),
    ]


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
