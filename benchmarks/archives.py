"""Writes WARC archives from a corpus of pages, which is repeated under other hosts until there are enough pages.

    python -m benchmarks.archives CORPUS OUT --pages 20000 --files 8 [--compression gzip|zstd|none] [--sample K]

CORPUS is a folder with ``pages.jsonl``, as in benchmarks.quality. The first copy has the pages' own addresses. The n-th copy is under
``….copyn.org``, so each page is another article. Each response follows its request, as crawlers write them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

from fastwarc.stream_io import GzipWriter, WarcWriter, ZstdWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from yarl import URL

BEGAN = datetime(2026, 11, 1, tzinfo=timezone.utc)
ENDINGS = {"gzip": ".warc.gz", "zstd": ".warc.zst", "none": ".warc"}
Write = Callable[[WarcRecord], object]


def make_archives(
    corpus: Path, out: Path, pages: int, files: int, compression: str = "gzip", sample: int = 1
) -> list[Path]:
    """Writes ``files`` archives with ``pages`` pages in total, and returns their paths. The pages of one copy are spread over the files."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"corpus-{number:05}{ENDINGS[compression]}" for number in range(files)]
    with ExitStack() as stack:
        writers = [_writer(stack, path, compression) for path in paths]
        for number, (url, html) in zip(range(pages), _pages(corpus, sample), strict=False):
            moment = BEGAN + timedelta(seconds=number)
            for record in (_request(url, moment), _response(url, moment, html)):
                writers[number % files](record)
    return paths


def _pages(corpus: Path, sample: int) -> Iterator[tuple[str, bytes]]:
    with (corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        # Copydesk would take a page that is in the corpus twice only once, but the code that it is compared with would take it twice.
        unique = {row["url"]: row for row in map(json.loads, lines) if row["url"].startswith(("http://", "https://"))}
        rows = list(unique.values())[::sample]
    for copy in count():
        for row in rows:
            path = corpus / row["html"]
            html = path.read_bytes()
            url = URL(row["url"])
            if copy:
                url = url.with_host(f"{url.host}.copy{copy}.org")
            yield str(url), gzip.decompress(html) if path.suffix == ".gz" else html


def _writer(stack: ExitStack, path: Path, compression: str) -> Write:
    file = stack.enter_context(path.open("wb"))
    if compression == "none":
        return lambda record: record.write(file)
    writer: WarcWriter = GzipWriter(file, compression_level=6) if compression == "gzip" else ZstdWriter(file)
    stack.callback(writer.flush)

    def write(record: WarcRecord) -> None:
        record.write(writer)
        writer.finish()  # one member or frame per record, so that a reader can begin at each record

    return write


def _response(url: str, moment: datetime, html: bytes) -> WarcRecord:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(html)}\r\n\r\n"
    return _record(WarcRecordType.response, url, moment, head.encode() + html)


def _request(url: str, moment: datetime) -> WarcRecord:
    address = URL(url)
    head = f"GET {address.raw_path_qs} HTTP/1.1\r\nHost: {address.raw_host}\r\n\r\n"
    return _record(WarcRecordType.request, url, moment, head.encode())


def _record(kind: WarcRecordType, url: str, moment: datetime, content: bytes) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    record.record_date = moment
    record.headers["WARC-Target-URI"] = url
    record.headers["Content-Type"] = f"application/http; msgtype={kind}"
    record.set_bytes_content(content)
    return record


def main() -> None:
    """Writes the archives, and prints their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=2000, help="in all files together (default: %(default)s)")
    parser.add_argument("--files", type=int, default=8, help="(default: %(default)s)")
    parser.add_argument("--compression", choices=ENDINGS, default="gzip")
    parser.add_argument("--sample", type=int, default=1, metavar="K", help="only every K-th page of the corpus")
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    for path in make_archives(**vars(options)):
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
