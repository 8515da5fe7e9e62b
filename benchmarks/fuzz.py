"""Mutated pages and feeds: finds those that raise what is not Rejected, give texts that cannot be stored or shown, or take too much.

    python -m benchmarks.fuzz --seconds 3600 --keep found [--feeds | --pages] [--corpus CORPUS]

Pages and feeds of the bundled newsroom, those of ``benchmarks.fuzz_seeds``, and some of CORPUS (see ``benchmarks.quality``) if it is
given, are mutated: bytes, words, elements, charsets and the Content-Type. ``extract_article`` and ``read_feed`` read them in this process,
with limits of CPU time and memory. Each kind of finding is reported once, and its smallest input is kept; if a reading crashes the
process, its input is left as ``crashed``. Ends with status 1 if there is any finding.
"""

from __future__ import annotations

import argparse
import faulthandler
import gzip
import hashlib
import json
import random
import re
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.fuzz_seeds import FEED_SEEDS, PAGE_SEEDS
from benchmarks.mutations import mutated
from schemas import Entry, Page, Rejected, Source
from schemas.encodable import map_texts
from schemas.plain_text import printable
from transforms.extraction.article import extract_article
from transforms.feeds.parse import read_feed

_NEWSROOM = Path(__file__).parent.parent / "examples" / "newsroom" / "pages"
_OURS = ("transforms", "schemas")
_SOURCE = Source(id="post", kind="outlet", feeds=("http://post.example/feed",), name="Post")
_NOW = datetime(2026, 10, 1, tzinfo=timezone.utc)
_URL = "http://post.example/vote"
_LARGEST = 10 << 20
"""Bytes of a page or feed, as in a run."""
_MEMORY = 4 << 30
"""Bytes of address space of this process, as in a run."""
_DEAR_MEMORY = 1 << 30
"""Bytes by which one reading may raise the most memory that this process ever had."""
_MOST_SEEDS = 150
"""Pages or feeds of a corpus. More give few new kinds, and fill the memory."""
_MINIMIZE_SECONDS = 60.0
_SMALLEST_PART = 0.3
"""Inputs below this number of megabytes have the same limit of time."""


class _TooDear(BaseException):
    """Reading took more than the limit. No Exception, so that no library catches it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A function that reads hostile bytes."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes], object]


def read_page_bytes(body: bytes) -> object:
    """Extracts the article of a page. Its first line may be the Content-Type header. Raises Rejected."""
    content_type, body = _with_header(body)
    entry = Entry(entry_key="k", url_key="u", source=_SOURCE, feed_url="", entry_id=None, url=_URL, seen_at=_NOW)
    page = Page(entry=entry, url=_URL, http_status=200, content_type=content_type, html=body, fetched_at=_NOW)
    extraction = extract_article(page, "fuzz")
    _require_plain(replace(extraction.article, url=""))
    return extraction


def read_feed_bytes(body: bytes) -> object:
    """Reads a feed. Its first line may be the Content-Type header. Raises Rejected."""
    content_type, body = _with_header(body)
    headers = {"content-type": content_type} if content_type else {}
    feed = read_feed(body, headers, "http://post.example/feed", source=_SOURCE, feed_url="f", seen_at=_NOW)
    for entry in feed.entries:
        _require_plain(replace(entry, url="", entry_id=None))
        _require_encodable((entry.url, entry.entry_id))
    return feed


def _with_header(body: bytes) -> tuple[str | None, bytes]:
    line, _, rest = body.partition(b"\n")
    name, colon, value = line.partition(b":")
    return (value.decode("latin-1").strip(), rest) if colon and name == b"Content-Type" else (None, body)


def _require_plain(value: object) -> None:
    """Raises UnsafeTextError for a text that cannot be stored or shown as it is."""
    _require_encodable(value)

    def check(text: str) -> str:
        if printable(text) != text:
            raise UnsafeTextError("it has control characters")
        return text

    map_texts(value, check)


def _require_encodable(value: object) -> None:
    def check(text: str) -> str:
        if not text.isascii():
            text.encode()
        return text

    map_texts(value, check)


class UnsafeTextError(ValueError):
    """A text that must not be shown."""


PAGES = Reader("page", (".html",), read_page_bytes)
FEEDS = Reader("feed", (".xml", ".atom", ".rdf"), read_feed_bytes)


def kind_of(read: Callable[[bytes], object], body: bytes, limit: float) -> str | None:
    """What is wrong with the reading of an input: the exception, or that it was too dear, with the place; None if nothing is.

    ``limit`` is in CPU seconds for each megabyte.
    """
    before = _most_memory()
    try:
        with _limited(limit * max(_SMALLEST_PART, len(body) / 1e6)):
            read(body)
    except Rejected:
        pass
    except _TooDear as dear:
        return f"dear in {_place(dear)}"
    except Exception as error:
        return f"{type(error).__name__} in {_place(error)}"
    return "memory" if _most_memory() - before > _DEAR_MEMORY else None


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends what takes more CPU seconds. Native code ends only when it returns, but regular expressions end at once."""

    def end(*_: object) -> None:
        raise _TooDear

    signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _place(error: BaseException) -> str:
    """The innermost function of ours, and the library that it called."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if any(f"/{package}/" in frame.filename for package in _OURS)]
    where = f"{Path(ours[-1].filename).stem}.{ours[-1].name}" if ours else "nothing of ours"
    library = re.search(r"site-packages/(\w+)", frames[-1].filename)
    return f"{where} ({library[1]})" if library else where


def minimized(body: bytes, is_same: Callable[[bytes], bool], seconds: float) -> bytes:
    """A smaller input of the same kind: pieces are cut out as long as the kind stays. Bounded in time."""
    ends = time.monotonic() + seconds
    size = len(body) // 2
    while size and time.monotonic() < ends:
        place, before = 0, len(body)
        while place < len(body) and time.monotonic() < ends:
            shorter = body[:place] + body[place + size :]
            if is_same(shorter):
                body = shorter
            else:
                place += size
        if len(body) == before or size > len(body):
            size //= 2
    return body


def seeds_of(reader: Reader, corpus: Path | None) -> list[bytes]:
    """The pages or feeds to mutate."""
    paths = [path for path in sorted(_NEWSROOM.rglob("*")) if path.suffix in reader.suffixes]
    if corpus is not None:
        field, name = ("html", "pages.jsonl") if reader is PAGES else ("feed", "feeds.jsonl")
        listed = [corpus / json.loads(line)[field] for line in (corpus / name).read_text().splitlines()]
        paths += listed[:: 1 + len(listed) // _MOST_SEEDS]
    own = PAGE_SEEDS if reader is PAGES else FEED_SEEDS
    return [text.encode() for text in own] + [
        gzip.decompress(content) if path.suffix == ".gz" else content
        for path in paths
        for content in [path.read_bytes()]
    ]


@dataclass(frozen=True, slots=True)
class _Options:
    limit: float
    keep: Path | None


def fuzz(reader: Reader, seeds: list[bytes], draw: random.Random, ends: float, options: _Options) -> Counter[str]:
    """Reads mutated seeds until the time is up; the kinds that were found, each with its number."""
    kinds: Counter[str] = Counter()
    readings, slowest, began = 0, 0.0, time.monotonic()
    current = options.keep / f"{reader.name}-crashed" if options.keep else None
    while time.monotonic() < ends:
        body = mutated(draw, draw.choice(seeds), seeds)[:_LARGEST]
        if current:
            current.write_bytes(body)
        cpu = time.process_time()
        kind = kind_of(reader.read, body, options.limit)
        slowest = max(slowest, time.process_time() - cpu)
        readings += 1
        if kind is None:
            continue
        kinds[kind] += 1
        if kinds[kind] == 1:
            print(f"{reader.name}: {kind} ({len(body)} bytes)", flush=True)
            _report(reader, kind, body, options)
    if current:
        current.unlink()
    seconds = time.monotonic() - began
    print(
        f"{reader.name}s: {readings} read in {seconds:.0f} s, the slowest in {slowest:.2f} s of CPU; {len(kinds)} kinds"
    )
    return kinds


def _report(reader: Reader, kind: str, body: bytes, options: _Options) -> None:
    if options.keep is None:
        return
    slug = re.sub(r"\W+", "-", kind).strip("-")[:80]
    path = options.keep / f"{reader.name}-{slug}-{hashlib.sha256(kind.encode()).hexdigest()[:6]}{reader.suffixes[0]}"
    path.write_bytes(body)
    smaller = minimized(body, lambda one: kind_of(reader.read, one, options.limit) == kind, _MINIMIZE_SECONDS)
    path.write_bytes(smaller)
    print(f"  {len(smaller)} bytes in {path}", flush=True)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Reads mutated pages and feeds.")
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="N", help="how long, in all (default: %(default)s)"
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--feeds", action="store_true", help="only feeds")
    only.add_argument("--pages", action="store_true", help="only pages")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="a corpus of real pages and feeds, to mutate them too"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="folder for the smallest input of each kind")
    parser.add_argument(
        "--limit", type=float, default=5, metavar="S", help="CPU seconds for a megabyte (default: %(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=None, metavar="N", help="begin of the random numbers (default: the time)"
    )
    options = parser.parse_args()
    readers = [
        reader
        for reader in (FEEDS, PAGES)
        if not (options.feeds or options.pages) or (reader is FEEDS) == options.feeds
    ]
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    seed = options.seed if options.seed is not None else time.time_ns() % 1_000_000
    print(f"seed {seed}", flush=True)
    draw = random.Random(seed)
    found: Counter[str] = Counter()
    for reader in readers:
        ends = time.monotonic() + options.seconds / len(readers)
        found += fuzz(reader, seeds_of(reader, options.corpus), draw, ends, _Options(options.limit, options.keep))
    for kind, count in found.most_common():
        print(f"{count:>6}  {kind}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
