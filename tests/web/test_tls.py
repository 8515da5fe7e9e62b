"""Certificates: which ones the client trusts, and what it says of the others."""

import datetime as dt
import ipaddress
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from schemas import Reason, UsageError
from tests.support.client import PAGE, get, refused
from tests.support.web_server import Reply, serving
from transforms.web.settings import Connect


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    pem = tmp_path / "server.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.timezone.utc))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_self_signed_certificate_is_rejected(self_signed: ssl.SSLContext) -> None:
    with serving({}, self_signed) as web:
        rejected = refused(f"{web.direct}/", Connect(allow_networks=("127.0.0.0/8",)))
    assert rejected.reason is Reason.TLS
    assert "self" in rejected.detail
    assert web.asked == []


@pytest.fixture
def no_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    """No CA bundle in the environment."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("no_bundles")
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_of_the_environment_is_trusted(
    self_signed: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "server.pem"))
    with serving({"http://127.0.0.1/": Reply(body=PAGE)}, self_signed) as web:
        how = Connect(allow_networks=("127.0.0.0/8",))
        assert get(f"{web.direct}/", how, robots=False).body == PAGE
        monkeypatch.delenv(variable)
        assert refused(f"{web.direct}/", how, robots=False).reason is Reason.TLS


@pytest.mark.usefixtures("no_bundles")
def test_a_folder_of_certificates_is_trusted(
    self_signed: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", tmp_path / "server.pem"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (tmp_path / f"{name}.0").write_bytes((tmp_path / "server.pem").read_bytes())
    with serving({"http://127.0.0.1/": Reply(body=PAGE)}, self_signed) as web:
        for variable in ("REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"):
            monkeypatch.setenv(variable, str(tmp_path))
            assert get(f"{web.direct}/", Connect(allow_networks=("127.0.0.0/8",)), robots=False).body == PAGE
            monkeypatch.delenv(variable)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_cannot_be_read_is_a_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(UsageError, match="REQUESTS_CA_BUNDLE in the environment"):
        get("http://a.test/", Connect())


def test_a_server_that_speaks_no_tls_is_a_tls_failure() -> None:
    with serving({}) as web:
        rejected = refused(f"https://127.0.0.1:{web.port}/", Connect(allow_networks=("127.0.0.0/8",)))
    assert rejected.reason is Reason.TLS
