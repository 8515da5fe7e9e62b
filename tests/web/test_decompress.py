"""Decompression in pieces."""

import tracemalloc
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import Reason
from tests.support.client import connect, gzipped, refused
from tests.support.web_server import Reply, serving
from transforms.web.decompress import Decompressor


@settings(max_examples=50, deadline=None)
@given(body=st.binary(min_size=1), cuts=st.integers(1, 7), level=st.integers(0, 9))
def test_inflating_in_pieces_gives_the_whole(body: bytes, cuts: int, level: int) -> None:
    packed = zlib.compress(body, level)
    stream = Decompressor("deflate")
    pieces = [stream.decompress(packed[n : n + cuts], 1 << 20) for n in range(0, len(packed), cuts)]
    assert b"".join(pieces) == body
    assert stream.eof


def test_a_decompression_bomb_needs_little_memory() -> None:
    bomb = Reply(headers={"Content-Encoding": "gzip"}, body=gzipped(256 << 20))
    with serving({"http://a.test/": bomb}) as web:
        tracemalloc.start()
        try:
            assert refused("http://a.test/", connect(web, max_bytes=1 << 20)).reason is Reason.TOO_LARGE
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 16 << 20
