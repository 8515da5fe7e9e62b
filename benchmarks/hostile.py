"""Hostile text in every function that reads text, and in every place of a page and a feed: CPU seconds, and how they grow.

    python -m benchmarks.hostile --seconds 300 [--only functions|places|pages|feeds] [--match split_byline]

Each text repeats a motif that one of our expressions begins with. It is read at the largest size; if that takes a tenth of a second, at a
half, a quarter and an eighth too. The exponent of growth is 1 where twice the text takes twice as long. Ends with status 1 for a reading
that takes more than half a second with an exponent above 1.3, that takes more than the limit, or that raises what is not Rejected.
"""

from __future__ import annotations

import argparse
import html
import math
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.fuzz import read_feed_bytes, read_page_bytes
from benchmarks.hostile_documents import feeds, pages
from benchmarks.hostile_texts import FUNCTIONS, MOTIFS, NOW, SOURCE, texts
from schemas import CopydeskError, Entry, Page, Rejected
from transforms.extraction.article import extract_article
from transforms.extraction.detected_language import detect_language

_WORTH_A_LOOK = 0.1
_DEAR = 0.5
_STEEP = 1.3
_LIMIT = 20.0
"""CPU seconds after which a reading is ended."""
_SIZES = (8, 4, 2, 1)
"""Parts of the largest size, in eighths."""
_BODY = "<p>The council met on Tuesday, and the vote was close, said the mayor of the town.</p>" * 8
_PAGE = (
    "<html><head>{head}</head><body><article><h1>The vote of the day</h1>{inside}" + _BODY + "</article></body></html>"
)
_PLACES = {
    "meta copyright": ("<meta name=copyright content='{}'>", ""),
    "meta author": ("<meta name=author content='{}'>", ""),
    "meta date": ("<meta name=date content='{}'>", ""),
    "meta site": ("<meta property=og:site_name content='{}'>", ""),
    "title": ("<title>{}</title>", ""),
    "canonical": ("<link rel=canonical href='http://post.example/{}'>", ""),
    "byline": ("", "<p class=byline>{}</p>"),
    "time": ("", "<time>{}</time>"),
    "class": ("", "<p class='{}'>a</p>"),
    "paragraph": ("", "<p>{}</p>"),
    "last paragraph": ("", _BODY + "<p>{}</p>"),
}
_FEED_PLACES = ("title", "description", "link", "guid", "author", "pubDate", "category")
Read = Callable[[int], object]
"""Reads a text or document of a size."""


class _TooDear(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading at several sizes."""

    name: str
    seconds: float
    """CPU seconds at the largest size."""
    exponent: float
    """Growth: 1 is linear, 2 is quadratic."""
    error: str | None
    """What it raised that is not Rejected; None if it raised nothing else."""

    @property
    def is_bad(self) -> bool:
        return self.error is not None or self.seconds >= _LIMIT or (self.seconds > _DEAR and self.exponent > _STEEP)


def measured(name: str, read: Read, largest: int) -> Measured:
    """Reads at the largest size, and if that takes long, at smaller ones."""
    taken: list[tuple[int, float]] = []
    error = None
    for part in _SIZES:
        seconds, failure = _cpu_seconds(partial(read, largest * part // 8))
        error = error or failure
        taken.append((part, seconds))
        if taken[0][1] < _WORTH_A_LOOK:
            break
    return Measured(name, taken[0][1], _exponent(taken), error)


def _exponent(taken: Sequence[tuple[int, float]]) -> float:
    """The slope between the largest size and the smallest that took long enough to be measured."""
    (most, longest), (least, shortest) = taken[0], next((one for one in reversed(taken) if one[1] > 0.01), taken[0])
    return math.log(longest / shortest) / math.log(most / least) if most > least and longest > 0 else 1.0


def _cpu_seconds(read: Callable[[], object]) -> tuple[float, str | None]:
    def end(*_: object) -> None:
        raise _TooDear

    signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, _LIMIT)
    began, failure = time.process_time(), None
    try:
        read()
    except (Rejected, CopydeskError):
        pass
    except _TooDear:
        return _LIMIT, None
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"[:80]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - began, failure


def function_readings() -> Iterator[tuple[str, Read]]:
    """Each function with each text."""
    for name, function in FUNCTIONS.items():
        for motif in MOTIFS:
            for ending in texts(motif, 1):
                yield f"{name} {motif!r}{ending}", partial(_read_text, function, motif, ending)


def _read_text(function: Callable[[str], object], motif: str, ending: str, size: int) -> object:
    return function(texts(motif, size)[ending])


def place_readings() -> Iterator[tuple[str, Read]]:
    """Each place of a page and of a feed with each text."""
    for motif in MOTIFS:
        for place in _PLACES:
            yield f"page, {place} {motif!r}", partial(_read_place, place, motif)
        yield f"page, byline of the feed {motif!r}", partial(_read_with_byline, motif)
        yield f"page, markup {motif!r}", partial(_read_markup, motif)
        for place in _FEED_PLACES:
            yield f"feed, {place} {motif!r}", partial(_read_item, place, motif, True)
            yield f"feed, {place}, markup {motif!r}", partial(_read_item, place, motif, False)


def _read_document(read: Callable[[bytes], object], shape: Callable[[int], str], size: int) -> object:
    return read(shape(size).encode("utf-8", "surrogatepass"))


def _read_markup(motif: str, size: int) -> object:
    return _read_page("", motif * (size // len(motif)))


def _read_place(place: str, motif: str, size: int) -> object:
    text = html.escape(motif * (size // len(motif)))
    head, inside = _PLACES[place]
    return _read_page(head.format(text), inside.format(text))


def _read_page(head: str, inside: str) -> object:
    return read_page_bytes(_PAGE.format(head=head, inside=inside).encode("utf-8", "surrogatepass"))


def _read_with_byline(motif: str, size: int) -> object:
    byline = motif * (size // len(motif))
    url = "http://post.example/vote"
    entry = Entry(
        entry_key="k", url_key="u", source=SOURCE, feed_url="", entry_id=None, url=url, byline=byline, seen_at=NOW
    )
    content = _PAGE.format(head="", inside="").encode()
    page = Page(entry=entry, url=url, http_status=200, content_type="text/html", html=content, fetched_at=NOW)
    return extract_article(page, "hostile")


def _read_item(place: str, motif: str, escaped: bool, size: int) -> object:
    text = motif * (size // len(motif))
    inside = html.escape(text) if escaped else text
    body = f"<rss version='2.0'><channel><item><{place}>{inside}</{place}></item></channel></rss>"
    return read_feed_bytes(body.encode("utf-8", "surrogatepass"))


def document_readings(kind: str) -> Iterator[tuple[str, Read]]:
    """Each shape of a page or a feed."""
    read = read_page_bytes if kind == "pages" else read_feed_bytes
    for name, shape in pages() if kind == "pages" else feeds():
        yield f"{kind}: {name}", partial(_read_document, read, shape)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Reads hostile texts, pages and feeds.")
    kinds = ("functions", "places", "pages", "feeds")
    parser.add_argument(
        "--seconds", type=float, default=300, metavar="N", help="how long, in all (default: %(default)s)"
    )
    parser.add_argument("--only", choices=kinds, action="append", help="only these; may be given again")
    parser.add_argument("--match", default="", metavar="TEXT", help="only what has this in its name")
    parser.add_argument("--characters", type=int, default=64_000, metavar="N", help="of a text (default: %(default)s)")
    parser.add_argument(
        "--elements", type=int, default=24_000, metavar="N", help="of a document (default: %(default)s)"
    )
    parser.add_argument("--show", type=int, default=20, metavar="N", help="how many to print (default: %(default)s)")
    options = parser.parse_args()
    detect_language("It takes 0.7 s to load the detector, which is not the time of a text.")
    chosen = options.only or kinds
    tables = {
        "pages": (document_readings("pages"), options.elements),
        "feeds": (document_readings("feeds"), options.elements),
        "functions": (function_readings(), options.characters),
        "places": (place_readings(), options.characters // 4),
    }
    results: list[Measured] = []
    left = 0
    ends = time.monotonic() + options.seconds
    for number, kind in enumerate(kind for kind in tables if kind in chosen):
        readings, largest = tables[kind]
        listed = [(name, read) for name, read in readings if options.match in name]
        random.Random(len(listed)).shuffle(listed)  # what a bounded time leaves out is of all functions
        until = time.monotonic() + (ends - time.monotonic()) / (len(chosen) - number)
        for at, (name, read) in enumerate(listed):
            if time.monotonic() > until:
                left += len(listed) - at
                break
            results.append(measured(name, read, largest))
            if results[-1].is_bad:
                print(f"bad: {_line(results[-1])}", flush=True)
    results.sort(key=lambda one: one.seconds, reverse=True)
    print(f"{'CPU s':>8}{'exponent':>10}  reading")
    for one in results[: options.show]:
        print(_line(one))
    bad = sum(one.is_bad for one in results)
    print(f"{len(results)} readings, {bad} bad; {left} left out for lack of time")
    return 1 if bad else 0


def _line(one: Measured) -> str:
    return f"{one.seconds:>8.2f}{one.exponent:>10.2f}  {one.name}{f'  {one.error}' if one.error else ''}"


if __name__ == "__main__":
    sys.exit(main())
