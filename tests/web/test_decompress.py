"""Content codings: each is undone, in lists too, and none takes more memory than allowed."""

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason
from tests.support.client import PAGE, connect, get, gzipped, refused
from tests.support.web_server import Reply, serving
from transforms.web.decompress import CodingError, codings_of, decoded

CAP = 1 << 20


def zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(body)


def bare_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


PACK = {
    "gzip": lambda body: gzip.compress(body, mtime=0),
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd,
}
BOMBS = {
    "gzip": gzipped(256 << 20),
    "deflate": zlib.compress(bytes(64 << 20), 9),
    "br": brotli.compress(bytes(64 << 20), quality=1),
    "zstd": zstd(bytes(256 << 20)),
    "zstd, gzip": gzip.compress(zstd(bytes(256 << 20)), mtime=0),
}


@pytest.mark.parametrize("coding", PACK)
@settings(max_examples=50, deadline=None)
@given(body=st.binary())
def test_every_coding_is_undone(coding: str, body: bytes) -> None:
    packed = PACK[coding](body)
    assert decoded(packed, [coding], CAP) == body
    assert decoded(packed, [coding], len(body)) == body
    if body:
        assert len(decoded(packed, [coding], len(body) - 1)) == len(body)


@settings(max_examples=200, deadline=None)
@given(body=st.binary(), codings=st.lists(st.sampled_from(sorted(PACK)), max_size=3))
def test_any_body_is_decoded_or_broken(body: bytes, codings: list[str]) -> None:
    with suppress(CodingError):
        decoded(body, codings, CAP)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("br,gzip", gzip.compress(brotli.compress(PAGE), mtime=0)),
        ("gzip, identity", gzip.compress(PAGE, mtime=0)),
        ("identity, GZIP ,", gzip.compress(PAGE, mtime=0)),
        ("gzip\r\nContent-Encoding: gzip", gzip.compress(PAGE, mtime=0)),  # twice, applied once
        ("gzip\r\nContent-Encoding: br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("zstd", zstd(PAGE)),
        ("zstd", zstd(PAGE[:9]) + zstd(PAGE[9:])),
        ("gzip", gzip.compress(PAGE[:9], mtime=0) + gzip.compress(PAGE[9:], mtime=0)),
        ("gzip", gzip.compress(PAGE, mtime=0) + b"\0\0\0"),
        ("gzip", zlib.compress(PAGE)),
        ("deflate", gzip.compress(PAGE, mtime=0)),
        ("deflate", bare_deflate(PAGE)),
        ("br", zstd(PAGE)),
        ("none", PAGE),
        ("utf-8, gzip", gzip.compress(PAGE, mtime=0)),
        *((coding, PAGE) for coding in (*PACK, "compress", "gzip, br")),  # not coded at all
    ],
    ids=str,
)
def test_what_servers_send_is_read(encoding: str, body: bytes) -> None:
    with serving({"http://a.test/": Reply(headers={"Content-Encoding": encoding}, body=body)}) as web:
        assert get("http://a.test/", connect(web), robots=False).body == PAGE
        assert web.asked[0].headers["accept-encoding"] == "gzip, deflate, br, zstd"


@pytest.mark.parametrize(
    ("content_type", "encoding", "plain"),
    [("text/html", "", True), ("text/html", "gzip", True), ("application/gzip", "", False), ("text/xml", "", False)],
)
def test_a_page_may_be_gzipped_without_a_word(content_type: str, encoding: str, plain: bool) -> None:
    zipped = gzip.compress(PAGE, mtime=0)
    body = gzip.compress(zipped, mtime=0) if encoding else zipped
    reply = Reply(headers={"Content-Type": content_type, "Content-Encoding": encoding}, body=body)
    with serving({"http://a.test/": reply}) as web:
        assert get("http://a.test/", connect(web), robots=False).body == (PAGE if plain else zipped)


@pytest.mark.parametrize("coding", PACK)
def test_a_body_without_bytes_is_empty(coding: str) -> None:
    assert decoded(b"", [coding], CAP) == b""


@pytest.mark.parametrize("coding", PACK)
def test_a_body_that_breaks_off_is_broken_unless_a_part_is_enough(coding: str) -> None:
    body = bytes(range(256)) * 100
    packed = PACK[coding](body)[:-5]
    with pytest.raises(CodingError):
        decoded(packed, [coding], CAP)
    assert body.startswith(decoded(packed, [coding], CAP, partial=True))


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ("br", b"\xff" * 200),
        ("deflate", b"\xff" * 200),
        ("zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 200),
        ("gzip", b"\x1f\x8b\x08" + PAGE),
        ("compress", b"\x1f\x9d\x90" + PAGE),
        ("gzip," * 6, PAGE),
        ("gzip", gzip.compress(b"", mtime=0) * 50_000),
        ("zstd", zstd(b"") * 50_000),
    ],
)
def test_a_broken_body_is_rejected(codings: str, body: bytes) -> None:
    with pytest.raises(CodingError):
        decoded(body, codings_of(codings), CAP)


@pytest.mark.parametrize("coding", BOMBS)
def test_a_decompression_bomb_needs_little_memory(coding: str) -> None:
    bomb = Reply(headers={"Content-Encoding": coding}, body=BOMBS[coding])
    with serving({"http://a.test/": bomb}) as web:
        tracemalloc.start()
        try:
            assert refused("http://a.test/", connect(web, max_bytes=CAP), robots=False).reason is Reason.TOO_LARGE
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 16 << 20
