"""Heads of answers that browsers read, and that are not quite HTTP."""

import asyncio
import itertools
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas import Reason, Rejected
from tests.support.client import HASTE, PAGE, connect, get, refused
from tests.support.web_server import NEVER, Reply, serving
from transforms.web.chunks import Chunks
from transforms.web.client import Web
from transforms.web.heads import repaired
from transforms.web.settings import Connect

SIZE = b"%d" % len(PAGE)
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE)
LENGTH = b"Content-Length: " + SIZE

HEADS: dict[str, bytes] = {
    "both lengths": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9999\r\n\r\n" + CHUNKS,
    "both, the other way": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n" + CHUNKS,
    "chunked twice": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "identity": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "one length twice": b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "one length in a list": b"HTTP/1.1 200 OK\r\n" + LENGTH + b", " + SIZE + b"\r\n\r\n" + PAGE,
    "no number": b"HTTP/1.1 200 OK\r\nContent-Length: unknown\r\n\r\n" + PAGE,
    "an empty length": b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n" + PAGE,
    "a length below zero": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + PAGE,
    "blank before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : " + SIZE + b"\r\n\r\n" + PAGE,
    "blank in a name": b"HTTP/1.1 200 OK\r\nX Cache Status: HIT\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "no name": b"HTTP/1.1 200 OK\r\n: nothing\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "no colon": b"HTTP/1.1 200 OK\r\nSet by hand\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "odd name": b"HTTP/1.1 200 OK\r\nX-(Debug): 1\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "folded line": b"HTTP/1.1 200 OK\r\nX-Long: a\r\n\tb: c\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "indented first field": b"HTTP/1.1 200 OK\r\n Server: x\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "control characters": b"HTTP/1.1 200 OK\r\nX-Bell: a\x07\0b\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "lone CR": b"HTTP/1.1 200 OK\r\nX-Odd: a\rb\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "line feeds": b"HTTP/1.1 200 OK\nServer: x\n" + LENGTH + b"\n\n" + PAGE,
    "mixed line ends": b"HTTP/1.1 200 OK\nServer: x\r\n" + LENGTH + b"\r\n\n" + PAGE,
    "no reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "blank reason": b"HTTP/1.1 200 \r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "small letters": b"http/1.1 200 ok\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "many blanks": b"HTTP/1.1   200   OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "reason in Latin-1": b"HTTP/1.1 200 D\xe9j\xe0 vu\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "an empty line first": b"\r\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "HTTP/1": b"HTTP/1 200 OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "HTTP/2": b"HTTP/2 200\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "HTTP/1.2": b"HTTP/1.2 200 OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "no version": b"HTTP 200 OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE,
    "no fields": b"HTTP/1.1 200 OK\r\n\r\n" + PAGE,
    "more than the length": b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE + b"<!-- cached -->",
    "more than the length, then close": b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n\r\n" + PAGE + b"\r\n",
    "more than the chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS + b"\r\n",
    "blank after a chunk's size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + CHUNKS.replace(b"\r\n<", b" \r\n<"),
    "line feeds between chunks": b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n"
    + b"5\n%s\n%x\n%s\n0\n\n" % (PAGE[:5], len(PAGE) - 5, PAGE[5:]),
    "an extension": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + CHUNKS.replace(b"\r\n<", b' ; a="b;c"\r\n<'),
    "a chunk after another": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n%s\r\n00%x\r\n%s\r\n0\r\n\r\n"
    % (PAGE[:3], len(PAGE) - 3, PAGE[3:]),
    "trailers": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + CHUNKS[:-2]
    + b"Content-Length: 5\r\nX: y\r\n\r\n",
    "no empty line at the end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS[:-2],
    "garbage after the chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS + b"<!-- cached -->",
    "garbage for a trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + CHUNKS[:-2]
    + b"<!-- cached -->",
    "hundreds of fields": b"HTTP/1.1 200 OK\r\n" + b"Set-Cookie: a=b\r\n" * 500 + LENGTH + b"\r\n\r\n" + PAGE,
    "after an interim answer": b"HTTP/1.1 103 Early Hints\nLink: x\n\nHTTP/1.1 200\n" + LENGTH + b"\n\n" + PAGE,
}


@pytest.mark.parametrize("answer", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("size", [None, 7, 1], ids=["at once", "in pieces", "byte by byte"])
def test_what_browsers_read_is_read(answer: bytes, size: int | None) -> None:
    pieces = [answer] if size is None else [answer[n : n + size] for n in range(0, len(answer), size)]
    paused = [0.0 if n % 2 else piece for piece in pieces for n in range(2)]
    with serving({"http://a.test/": Reply(raw=paused)}) as web:
        result = get("http://a.test/", connect(web, retries=0), robots=False)
    assert (result.status, result.body) == (200, PAGE)


REFUSED: dict[str, tuple[tuple[bytes | float, ...], Reason]] = {
    "two lengths": ((b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", PAGE), Reason.CONNECT),
    "two in a list": ((b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", PAGE), Reason.CONNECT),
    "an endless head": ((b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 99_999, *NEVER), Reason.CONNECT),
    "an endless line": ((b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99_999, *NEVER), Reason.TOO_LARGE),
    "endless blanks": ((b" " * 199_999, *NEVER), Reason.CONNECT),
    "a bad chunk after an interim answer": (
        (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nabc", *NEVER),
        Reason.BAD_ENCODING,
    ),
    **{
        f"chunks: {name}": (
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0.05, part, *NEVER),
            Reason.BAD_ENCODING,
        )
        for name, part in {
            "none": PAGE,
            "a negative size": b"-5\r\n" + PAGE,
            "a size in another base": b"0x5\r\n" + PAGE,
            "no size": b"\r\n" + PAGE,
            "a size without end": b"f" * 99_999,
            "an extension without end": b"5;" + b"a" * 99_999,
            "too little": b"3\r\nabcde\r\n0\r\n\r\n",
        }.items()
    },
    "another protocol": ((b"SSH-2.0-OpenSSH_9.6\r\n", *NEVER), Reason.CONNECT),
    "bare HTML": ((b"<html>", *NEVER), Reason.CONNECT),
}


@pytest.mark.parametrize(("raw", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_browsers_refuse_is_refused_at_once(raw: tuple[bytes | float, ...], reason: Reason) -> None:
    with serving({"http://a.test/": Reply(raw=raw)}) as web:
        assert refused("http://a.test/", connect(web, retries=0), robots=False).reason is reason


def test_interim_answers_without_end_are_a_timeout() -> None:
    hints: tuple[bytes | float, ...] = (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50, 0.01)
    raw = itertools.chain.from_iterable(itertools.repeat(hints))
    with serving({"http://a.test/": Reply(raw=raw)}) as web:
        assert refused("http://a.test/", connect(web, seconds=0.5), robots=False).reason is Reason.TIMEOUT


@pytest.mark.parametrize("answer", HEADS.values(), ids=HEADS)
def test_what_follows_an_answer_is_never_the_answer_to_the_next_request(answer: bytes) -> None:
    forged = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"

    async def second(how: Connect) -> bytes:
        async with Web(how, HASTE) as client:
            with suppress(Rejected):
                await client.get("http://a.test/1", robots=False)
            return (await client.get("http://a.test/2", robots=False)).body

    held = Reply(raw=(answer + forged, 0.05, forged))
    with serving({"http://a.test/1": held, "http://a.test/2": Reply(body=b"honest")}) as web:
        assert asyncio.run(second(connect(web))) == b"honest"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40)), st.sampled_from([b"\r\n", b"\n"]), st.integers(1, 50))
def test_any_chunks_are_the_same_in_pieces_of_any_size(parts: list[bytes], line: bytes, size: int) -> None:
    sent = b"".join(b"%X%s%s%s" % (len(part), line, part, line) for part in parts) + b"0" + line + line
    repaired_at_once = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    whole, pieces = Chunks(), Chunks()
    assert whole.repaired(sent) == repaired_at_once
    assert b"".join(pieces.repaired(sent[n : n + size]) for n in range(0, len(sent), size)) == repaired_at_once
    assert whole.has_clean_end
    assert pieces.is_ended


@settings(max_examples=300, deadline=None)
@given(st.binary().map(lambda head: b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n"))
@example(b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\n")
def test_any_head_is_repaired_once_and_for_all(head: bytes) -> None:
    once = repaired(head)
    assert repaired(once.content).content == once.content
