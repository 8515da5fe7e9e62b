"""Faults below the content: connections, heads, lengths, chunks, codings, statuses, redirects, robots.txt."""

from __future__ import annotations

import gzip
import zlib

import brotli
import zstandard

from tests.support.faults import LONG_WAIT, OK, PAGE, Endless, Fault, chunks, dripping, fault, html, raw, to
from tests.support.web_server import Reply

_LENGTH = b"Content-Length: %d\r\n" % len(PAGE)
_CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
_HALF = len(PAGE) // 2
_ZEROS = b"<p>" + b"\0" * (64 << 20)


def _coded(coding: str, body: bytes) -> Reply:
    return html(body, Content_Encoding=coding)


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def _large_window(body: bytes) -> bytes:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27, enable_ldm=True)
    return zstandard.ZstdCompressor(compression_params=parameters).compress(body)


_CONNECTIONS = (
    fault("ok", "article", html()),
    fault("closed before the answer", "connect", raw()),
    fault("reset before the answer", "connect", raw(reset=True)),
    fault("silence", "timeout", raw(*LONG_WAIT)),
    fault("head byte by byte", "timeout", raw(*dripping(OK * 5))),
    fault("body byte by byte", "timeout", raw(OK + _LENGTH + b"\r\n", *dripping(PAGE))),
    fault("reset in the body", "connect", raw(OK + _LENGTH + b"\r\n", PAGE[:_HALF], 0.1, reset=True)),
    fault("closed in the body", "connect", raw(OK + _LENGTH + b"\r\n", PAGE[:_HALF])),
    fault("no length and an end", "article", raw(OK + b"\r\n", PAGE)),
    fault("no length and no end", "timeout", raw(OK + b"\r\n", PAGE, *LONG_WAIT)),
    fault("endless body", "too-large", Reply(raw=Endless(OK + b"\r\n", then=b"<p>on and on</p>" * 4096))),
    fault("no HTTP", "connect", raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
    fault("HTTP/0.9", "connect", raw(PAGE)),
    fault("a frame of HTTP/2", "connect", raw(b"\0\0\x12\x04\0\0\0\0\0" + b"\0" * 18)),
    fault("radio", "connect", raw(b"ICY 200 OK\r\nicy-name: Radio\r\n\r\n", PAGE)),
    Fault(
        name="TLS that is none",
        outcome="tls",
        answers={
            "/story": to("https://{host}/story"),
            "{host}:443": raw(b"HTTP/1.1 200 OK\r\n\r\n", 0.1, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        },
    ),
    Fault(
        name="TLS that ends at once",
        outcome="connect",
        answers={"/story": to("https://{host}/story"), "{host}:443": raw(b"HTTP/1.1 200 OK\r\n\r\n", 0.1)},
    ),
)

_HEADS = (
    fault("endless head", "connect", Reply(raw=Endless(OK, then=b"X-More: yes\r\n" * 500))),
    fault("a field without end", "too-large", Reply(raw=Endless(OK + b"X-Long: ", then=b"x" * 9999))),
    fault(
        "interim answers without end",
        "timeout",
        Reply(raw=Endless(then=b"HTTP/1.1 103 Early Hints\r\n\r\n", seconds=0.05)),
    ),
    fault("100 continue", "article", raw(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + _LENGTH + b"\r\n", PAGE)),
    fault(
        "early hints",
        "article",
        raw(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", 0.1, OK + _LENGTH + b"\r\n", PAGE),
    ),
    fault(
        "switching protocols",
        "http-other",
        raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", *LONG_WAIT),
    ),
    fault("a field with a lone CR", "article", raw(OK + b"X-Name: a\rSet-Cookie: b=1\r\n" + _LENGTH + b"\r\n", PAGE)),
    fault("a field with a NUL", "article", raw(OK + b"X-Name: a\0b\r\n" + _LENGTH + b"\r\n", PAGE)),
    fault("a response in a field", "article", raw(OK + b"X-Name: a\n\tHTTP/1.1 200 OK\r\n" + _LENGTH + b"\r\n", PAGE)),
    fault("doubled length", "article", raw(OK + _LENGTH + _LENGTH + b"\r\n", PAGE)),
    fault("two lengths", "connect", raw(OK + _LENGTH + b"Content-Length: 5\r\n\r\n", PAGE)),
    fault(
        "length and chunks",
        "article",
        raw(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(PAGE)),
    ),
    fault("doubled content type", "article", raw(OK + b"Content-Type: text/html\r\n" + _LENGTH + b"\r\n", PAGE)),
    fault(
        "two content types",
        "article",
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + OK[17:] + _LENGTH + b"\r\n", PAGE),
    ),
    fault("length too small", "article", raw(OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) - 30), PAGE)),
    fault("length too large", "connect", raw(OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 30), PAGE)),
    fault("length beyond all memory", "too-large", raw(OK + b"Content-Length: 99999999999999\r\n\r\n", PAGE)),
    fault("length of words", "article", raw(OK + b"Content-Length: about a page\r\n\r\n", PAGE)),
    fault("hundreds of cookies", "article", raw(OK + b"Set-Cookie: a=1\r\n" * 500 + _LENGTH + b"\r\n", PAGE)),
)

_CHUNKS = (
    fault("trailers", "article", raw(_CHUNKED + chunks(PAGE, end=b"0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n"))),
    fault("chunk extensions", "article", raw(_CHUNKED + b'%x;name="v"\r\n%s\r\n0;last\r\n\r\n' % (len(PAGE), PAGE))),
    fault(
        "line feeds between chunks", "article", raw(_CHUNKED + chunks(PAGE[:99], PAGE[99:], end=b"0\n\n", line=b"\n"))
    ),
    fault("garbage after the last chunk", "article", raw(_CHUNKED + chunks(PAGE) + b"<!-- cached -->")),
    fault("garbage in place of the trailer", "article", raw(_CHUNKED + chunks(PAGE, end=b"0\r\n<!-- cached -->"))),
    fault("chunks of one byte", "article", raw(_CHUNKED + chunks(*(PAGE[n : n + 1] for n in range(len(PAGE)))))),
    fault("no last chunk", "connect", raw(_CHUNKED + chunks(PAGE, end=b""))),
    fault("chunk size of words", "bad-encoding", raw(_CHUNKED + b"ZZZ\r\n" + PAGE)),
    fault("negative chunk size", "bad-encoding", raw(_CHUNKED + b"-5\r\n" + PAGE)),
    fault("chunk size without end", "bad-encoding", raw(_CHUNKED + b"f" * 200_000, *LONG_WAIT)),
    fault(
        "trailers without end",
        "article",
        Reply(raw=Endless(_CHUNKED, chunks(PAGE, end=b"0\r\n"), then=b"X-A: b\r\n" * 500)),
    ),
    fault(
        "transfer encoding of gzip",
        "article",
        raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks(gzip.compress(PAGE))),
    ),
    fault("chunked, and no chunks", "bad-encoding", raw(_CHUNKED + PAGE)),
)

_CODINGS = (
    fault("gzip twice, said once", "article", _coded("gzip", gzip.compress(gzip.compress(PAGE)))),
    fault("gzip of two members", "article", _coded("gzip", gzip.compress(PAGE[:_HALF]) + gzip.compress(PAGE[_HALF:]))),
    fault("gzip and garbage", "article", _coded("gzip", gzip.compress(PAGE) + b"\0" * 99)),
    fault("gzip without a word", "article", html(gzip.compress(PAGE))),
    fault("gzip that is none", "article", _coded("gzip", PAGE)),
    fault("gzip that breaks off", "bad-encoding", _coded("gzip", gzip.compress(PAGE)[:-20])),
    fault("gzip that is damaged", "bad-encoding", _coded("gzip", gzip.compress(PAGE)[:60] + b"\xff" * 300)),
    fault("gzip bomb", "too-large", _coded("gzip", gzip.compress(_ZEROS))),
    fault("gzip bomb in gzip", "too-large", _coded("gzip, gzip", gzip.compress(gzip.compress(_ZEROS)))),
    fault("gzip called br", "article", _coded("br", gzip.compress(PAGE))),
    fault("br bomb", "too-large", _coded("br", brotli.compress(_ZEROS, quality=5))),
    fault("br that breaks off", "bad-encoding", _coded("br", brotli.compress(PAGE)[:-20])),
    fault("br", "article", _coded("br", brotli.compress(PAGE))),
    fault("zstd", "article", _coded("zstd", zstandard.compress(PAGE))),
    fault("zstd bomb", "too-large", _coded("zstd", zstandard.compress(_ZEROS))),
    fault("zstd with a window of 128 MiB", "bad-encoding", _coded("zstd", _large_window(_ZEROS))),
    fault("raw deflate", "article", _coded("deflate", _raw_deflate(PAGE))),
    fault("six codings", "bad-encoding", _coded(", ".join(["gzip"] * 6), PAGE)),
    fault("a coding that nobody knows", "article", _coded("aws-chunked", PAGE)),
    fault("compress", "bad-encoding", _coded("compress", b"\x1f\x9d\x90" + PAGE)),
)

_STATUSES = (
    *(fault(f"status {status}", "http-gone", html(status=status)) for status in (404, 410, 451)),
    *(fault(f"status {status}", "http-denied", html(status=status)) for status in (401, 402, 403, 407)),
    fault("status 202", "bot-wall", html(status=202)),
    *(fault(f"status {status}", "http-busy", html(status=status)) for status in (408, 425, 429, 503)),
    *(fault(f"status {status}", "http-server-error", html(status=status)) for status in (500, 502, 520, 599)),
    *(fault(f"status {status}", "http-other", html(status=status)) for status in (206, 300, 304, 400, 418, 600, 999)),
    *(
        fault(f"status {status}", "no-text", Reply(status=status, raw=(b"HTTP/1.1 %d X\r\n\r\n" % status,)))
        for status in (204, 205)
    ),
    fault("empty 200", "no-text", html("")),
    fault("status 203", "article", html(status=203)),
)

_REDIRECTS = (
    fault("redirect to itself", "too-many-redirects", to("/story")),
    fault("redirect to a fragment", "too-many-redirects", to("#comments")),
    fault("redirect with a fragment", "article", to("/other#top"), other=html()),
    fault("redirect to a query", "article", to("?id=2"), **{"story?id=2": html()}),
    fault("redirect without a scheme", "article", to("//{host}/other"), other=html()),
    fault("redirect with blanks", "article", to(" /a b "), **{"a%20b": html()}),
    fault(
        "redirect beyond ASCII",
        "article",
        raw("HTTP/1.1 302 Found\r\nLocation: /é\r\nContent-Length: 0\r\n\r\n".encode()),
        **{"%C3%A9": html()},
    ),
    fault(
        "redirect in Latin-1",
        "article",
        raw("HTTP/1.1 302 Found\r\nLocation: /é\r\nContent-Length: 0\r\n\r\n".encode("latin-1")),
        **{"%E9": html(), "%C3%A9": html()},
    ),
    fault("redirect in capitals", "article", to("HTTP://{host}/other"), other=html()),
    fault("redirect to nowhere", "http-other", to("")),
    fault(
        "redirect with two locations",
        "article",
        raw(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"),
        other=html(),
    ),
    fault("redirects without end", "too-many-redirects", to("/a1"), **{f"a{n}": to(f"/a{n + 1}") for n in range(1, 9)}),
    Fault(
        name="redirects between two hosts",
        outcome="too-many-redirects",
        answers={"/story": to("http://www.{host}/story"), "http://www.{host}/story": to("http://{host}/story")},
    ),
    fault("redirect to data", "bad-url", to("data:text/html,<h1>hi</h1>")),
    fault("redirect to a script", "bad-url", to("javascript:alert(1)")),
    fault("redirect to a file", "bad-url", to("file:///etc/passwd")),
    fault("redirect to mail", "bad-url", to("mailto:desk@{host}")),
    fault("redirect to an app", "bad-url", to("intent://story#Intent;scheme=news;end")),
    fault("redirect to a bad port", "bad-url", to("http://{host}:99999/")),
    fault("redirect to loopback", "private-address", to("http://127.0.0.1:1/admin")),
    fault("redirect to a number", "private-address", to("http://2130706433/")),
    fault("redirect to a mapped address", "private-address", to("http://[::ffff:7f00:1]/")),
    fault("redirect to octal digits", "private-address", to("http://0177.0.0.1/")),
    fault("redirect to wide digits", "private-address", to("http://１２７.０.０.１/".encode().decode("latin-1"))),
    fault("redirect to metadata", "private-address", to("http://169.254.169.254/latest/meta-data/")),
    fault("redirect to localhost", "private-address", to("http://localhost./")),
    fault("meta refresh", "article", html("<meta http-equiv=refresh content='0;url=/other'>"), other=html()),
    fault("refresh in the head", "article", html("<p>Please wait.</p>", Refresh="0; url=/other"), other=html()),
    fault(
        "meta refresh between two pages",
        "too-many-redirects",
        html("<meta http-equiv=refresh content='0;url=/other'>"),
        other=html("<meta http-equiv=refresh content='0;url=/story'>"),
    ),
    fault("meta refresh to a script", "no-text", html("<meta http-equiv=refresh content='0;url=javascript:alert(1)'>")),
    fault("meta refresh to data", "no-text", html("<meta http-equiv=refresh content='0;url=data:text/html,hi'>")),
    fault(
        "an article that reloads",
        "article",
        html(PAGE.replace(b"<head>", b"<head><meta http-equiv=refresh content='300;url=/story'>")),
    ),
)

_ROBOTS = (
    fault("robots disallow", "robots-disallow", html(), robots=Reply(body=b"User-agent: *\nDisallow: /\n")),
    fault("robots 404", "article", html(), robots=Reply(status=404)),
    fault("robots 403", "article", html(), robots=Reply(status=403)),
    fault("robots 500", "robots-unavailable", html(), robots=Reply(status=500)),
    fault("robots 429", "robots-unavailable", html(), robots=Reply(status=429)),
    fault("robots of HTML", "article", html(), robots=html()),
    fault("robots that loop", "article", html(), robots=to("/robots.txt")),
    fault(
        "robots without end", "article", html(), robots=Reply(raw=Endless(OK + b"\r\n", then=b"Disallow: /a\n" * 999))
    ),
    fault("robots of zeros", "article", html(), robots=Reply(body=b"\0" * 5000)),
    fault(
        "robots elsewhere",
        "article",
        html(),
        robots=to("/other.txt"),
        **{"other.txt": Reply(body=b"User-agent: *\nAllow: /\n")},
    ),
    fault(
        "robots in a redirect",
        "robots-disallow",
        to("/private/story"),
        robots=Reply(body=b"User-agent: *\nDisallow: /private/\n"),
        private_story=html(),
    ),
)

TRANSPORT: tuple[Fault, ...] = (*_CONNECTIONS, *_HEADS, *_CHUNKS, *_CODINGS, *_STATUSES, *_REDIRECTS, *_ROBOTS)
"""The kinds."""
