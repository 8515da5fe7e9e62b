"""Proxies: from the settings and the environment, and those that do not work."""

import pytest

from schemas import Reason
from tests.support.client import PAGE, connect, get, refused, unused_port
from tests.support.web_server import Reply, serving
from transforms.web.settings import Connect


def test_a_proxy_that_does_not_answer_is_named_without_its_password() -> None:
    port = unused_port()
    rejected = refused("http://a.test/", Connect(proxy=f"http://desk:secret@127.0.0.1:{port}"))
    assert rejected.reason is Reason.PROXY
    assert f"http://127.0.0.1:{port}" in rejected.detail
    assert "secret" not in rejected.detail


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "http://", "http://[::1", "127.0.0.1:port"])
def test_a_proxy_that_is_not_an_http_proxy_is_rejected(proxy: str) -> None:
    assert refused("http://a.test/", Connect(proxy=proxy)).reason is Reason.PROXY


def test_a_proxy_that_refuses_a_tunnel_is_the_reason() -> None:
    with serving({"a.test:443": Reply(status=502)}) as web:
        rejected = refused("https://a.test/", connect(web))
    assert rejected.reason is Reason.PROXY
    assert "502" in rejected.detail


def test_the_proxy_and_its_exceptions_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"http://a.test/": Reply(body=PAGE), "http://127.0.0.1/": Reply(body=b"direct")}) as web:
        monkeypatch.setenv("http_proxy", web.proxy)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        how = Connect(allow_networks=("127.0.0.0/8",))
        assert get("http://a.test/", how).body == PAGE
        assert get(f"{web.direct}/", how).body == b"direct"


def test_all_proxy_is_for_what_has_no_proxy_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"http://a.test/": Reply(body=PAGE), "http://127.0.0.1/": Reply(body=b"direct")}) as web:
        monkeypatch.setenv("ALL_PROXY", web.proxy)
        monkeypatch.setenv("NO_PROXY", f"b.test, 127.0.0.1:{web.port}")
        how = Connect(allow_networks=("127.0.0.0/8",))
        assert get("http://a.test/", how).body == PAGE
        assert get(f"{web.direct}/", how).body == b"direct"
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
        assert refused("http://a.test/", how).reason is Reason.PROXY
