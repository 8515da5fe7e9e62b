"""WARC records and files for tests, byte by byte, so that they can be as broken as a test wants."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

import zstandard
from fastwarc.stream_io import ZstdWriter

from examples.serve_newsroom import NEWSROOM, page_file
from pipelines.sources import load_sources
from transforms.accounting.runs import now
from transforms.feeds.parse import read_feed
from transforms.urls import host

WHEN = "2026-10-05T08:00:00Z"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xml": "application/xml",
    ".atom": "application/atom+xml",
    ".rdf": "application/rdf+xml",
    ".txt": "text/plain",
}


def http(
    body: bytes, content_type: str = "text/html; charset=utf-8", status: str = "200 OK", fields: str = ""
) -> bytes:
    """An HTTP answer as it is stored."""
    return f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{fields}\r\n".encode() + body


def record(
    url: str,
    block: bytes,
    kind: str = "response",
    *,
    when: str = WHEN,
    version: str = "1.1",
    length: int | None = None,
    fields: str = "",
) -> bytes:
    """One record; ``length`` is the Content-Length that it claims."""
    head = (
        f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
        f"WARC-Date: {when}\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype={kind}\r\n{fields}"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def _with_dictionary(records: Iterable[bytes]) -> bytes:
    records = list(records)
    dictionary = zstandard.train_dictionary(4096, [*records, *records] * 20).as_bytes()
    buffer = io.BytesIO()
    writer = ZstdWriter(buffer, dictionary=dictionary, compress_dictionary_frame=True)
    for one in records:
        writer.write(one)
        writer.finish()
    writer.flush()
    return buffer.getvalue()


PACKED: dict[str, Callable[[Iterable[bytes]], bytes]] = {
    ".warc": b"".join,
    ".warc.gz": lambda records: b"".join(map(gzip.compress, records)),
    ".warc.zst": lambda records: b"".join(map(zstandard.compress, records)),
    "-dictionary.warc.zst": _with_dictionary,
    "-whole.warc.gz": lambda records: gzip.compress(b"".join(records)),
}
"""Records to a file, by the ending of its name."""


def newsroom() -> list[bytes]:
    """Records of the bundled newsroom: every feed, and every page by the address under which a feed lists it."""
    feeds = [(source, feed) for source in load_sources(NEWSROOM / "sources.toml").sources for feed in source.feeds]
    urls: dict[str, Path] = {}
    for source, feed in feeds:
        urls[feed] = found = _file(feed) or Path()
        for entry in read_feed(found.read_bytes(), {}, feed, source=source, feed_url=feed, seen_at=now()).entries:
            page = _file(entry.url)
            if page is not None:
                urls[entry.url] = page
    return [
        record(url, http(file.read_bytes(), TYPES.get(file.suffix, "application/rss+xml")))
        for url, file in sorted(urls.items())
    ]


def _file(url: str) -> Path | None:
    path = urlsplit(url).path
    return page_file(NEWSROOM, host(url), path) if path else None
