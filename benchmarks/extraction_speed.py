"""CPU time of extraction for each page, beside that of trafilatura, and what each stage takes.

    python -m benchmarks.extraction_speed CORPUS [--pages 150] [--turns 3]
    python -m benchmarks.extraction_speed CORPUS --memory 20000
    python -m benchmarks.extraction_speed CORPUS --guard

CORPUS is a folder with ``pages.jsonl`` (see ``benchmarks.quality``). The pages are spread evenly over it. Both engines read each page in
turn, in one process. The turn before the first one is not counted: it loads models and compiles patterns. A page counts with its fastest
turn. trafilatura runs as ``bare_extraction(with_metadata=True, include_comments=False)`` on the bytes of the page.

Stages are timed in a turn of their own, because timing takes time too. A stage counts without the stages inside it.

``--memory`` instead extracts so many pages, all of the corpus again and again, and prints the resident memory after each tenth of them.

``--guard`` compares extraction in a child process, as passes do it (``transforms.guard``), with extraction in this one. The child is warm.
CPU is that of both processes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from statistics import fmean, median
from typing import Any
from unittest.mock import patch

import psutil
import trafilatura

from benchmarks.quality import read_page
from schemas import Page, Rejected
from transforms.extraction.article import extract_article, prepare
from transforms.guard import Guard

_STAGES = {
    "parse": "article.read_page",
    "facts": "article.read_facts",
    "kind of page": "article.require_article_page",
    "surroundings": "printed.Surroundings",
    "printed dates": "printed.printed_dates",
    "printed bylines": "printed.bylines_beside",
    "bylines elsewhere": "printed.bylines_elsewhere",
    "blocks": "body.read_blocks",
    "features": "block_model.block_features",
    "model": "body.article_odds",
    "trafilatura": "body._of_trafilatura",
    "cleaning": "body.clean_body",
    "rest of body": "article._body_of",
    "dates": "article.published_candidates",
    "people": "article.name_people",
    "agency": "article.find_agency",
    "language": "article.detect_language",
    "access": "article.access_of",
    "images": "article.images_of",
    "links": "article.links_of",
    "publisher's id": "article.publisher_id",
    "control characters": "article.printable",
    "headline": "article.pick_headline",
}
"""Functions of ``transforms.extraction`` by the stage that they are."""
Reader = Callable[[Page], object]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=150, help="default: %(default)s")
    parser.add_argument("--turns", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--memory", type=int, metavar="COUNT", help="print the memory over COUNT pages, and no times")
    parser.add_argument("--guard", action="store_true", help="print what the child process costs, and no other times")
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    prepare()
    if options.guard:
        direct, guarded = cpu_with_guard(sample(options.corpus, options.pages), options.turns)
        print(
            f"CPU of {options.pages} pages: {direct:.2f} s in this process, {guarded:.2f} s in a child: {guarded / direct - 1:+.1%}"
        )
        return 0
    if options.memory:
        for count, megabytes in memory_over(options.corpus, options.memory):
            print(f"{count:7} pages: {megabytes:6.0f} MB", flush=True)
        return 0
    pages = sample(options.corpus, options.pages)
    ours, theirs = cpu_of_pages(pages, (_copydesk, _trafilatura), options.turns)
    print(f"CPU of {len(pages)} pages in milliseconds, the fastest of {options.turns} turns:")
    for name, times in (("copydesk", ours), ("trafilatura", theirs)):
        print(f"  {name:12} mean {fmean(times):6.1f}  median {median(times):6.1f}  95th percentile {_late(times):6.1f}")
    print(
        f"  share of trafilatura's: mean {fmean(ours) / fmean(theirs):.2f}, median {median(ours) / median(theirs):.2f}, "
        f"95th percentile {_late(ours) / _late(theirs):.2f}"
    )
    print("Milliseconds of a page in each stage:")
    stages = stages_of(pages)
    whole = sum(stages.values())
    for stage, seconds in sorted(stages.items(), key=lambda item: -item[1]):
        print(f"  {stage:18} {1000 * seconds / len(pages):6.2f}  {seconds / whole:6.1%}")
    return 0


def sample(corpus: Path, count: int) -> list[Page]:
    """Pages spread evenly over the corpus, at most ``count``."""
    lines = (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = lines[:: max(1, len(lines) // count)][:count]
    return [read_page(corpus, json.loads(line)) for line in chosen]


def cpu_of_pages(pages: Sequence[Page], readers: Sequence[Reader], turns: int) -> list[list[float]]:
    """For each reader the milliseconds that each page takes in its fastest turn, after one turn that does not count."""
    fastest = [[float("inf")] * len(pages) for _ in readers]
    for turn in range(turns + 1):
        for place, page in enumerate(pages):
            for reader, times in zip(readers, fastest, strict=True):
                began = time.process_time()
                reader(page)
                used = 1000 * (time.process_time() - began)
                if turn:
                    times[place] = min(times[place], used)
    return fastest


def cpu_with_guard(pages: Sequence[Page], turns: int) -> tuple[float, float]:
    """CPU seconds of the pages in this process, and of this process and a child that reads them, each in its fastest turn."""
    guard = Guard(children=1)

    def guarded(page: Page) -> None:
        with suppress(Rejected):
            guard.call("transforms.extraction.article:extract_article", page, "run")

    fastest = [float("inf"), float("inf")]
    for turn in range(turns + 1):
        for place, reader in enumerate((_copydesk, guarded)):
            began = _cpu_with_children()
            for page in pages:
                reader(page)
            if turn:
                fastest[place] = min(fastest[place], _cpu_with_children() - began)
    guard.close()
    return fastest[0], fastest[1]


def _cpu_with_children() -> float:
    this = psutil.Process()
    times = [each.cpu_times() for each in (this, *this.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def memory_over(corpus: Path, count: int) -> Iterator[tuple[int, float]]:
    """The resident memory of this process in megabytes after each tenth of the pages."""
    rows = [json.loads(line) for line in (corpus / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    for number, row in enumerate(islice(cycle(rows), count), start=1):
        _copydesk(read_page(corpus, row))
        if number % max(1, count // 10) == 0:
            yield number, psutil.Process().memory_info().rss / 1e6


def stages_of(pages: Sequence[Page]) -> dict[str, float]:
    """CPU seconds of each stage over all pages."""
    times: dict[str, float] = defaultdict(float)
    with _timed_stages(times) as timed:
        for page in pages:
            timed("everything else", _copydesk)(page)
    return times


@contextmanager
def _timed_stages(times: dict[str, float]) -> Iterator[Callable[[str, Callable[..., Any]], Callable[..., Any]]]:
    """Times the stages while the block runs. Yields the function that times another one."""
    inside: list[float] = []

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            inside.append(0.0)
            began = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                used = time.process_time() - began
                times[stage] += used - inside.pop()
                if inside:
                    inside[-1] += used

        return call

    patches = []
    for stage, place in _STAGES.items():
        name, _, function = place.rpartition(".")
        module = import_module(f"transforms.extraction.{name}")
        patches.append(patch.object(module, function, timed(stage, getattr(module, function))))
    for one in patches:
        one.start()
    try:
        yield timed
    finally:
        for one in patches:
            one.stop()


def _copydesk(page: Page) -> object:
    with suppress(Rejected):
        return extract_article(page, "run")
    return None


def _trafilatura(page: Page) -> object:
    return trafilatura.bare_extraction(page.html, url=page.url, with_metadata=True, include_comments=False)


def _late(times: Sequence[float]) -> float:
    return sorted(times)[-1 - len(times) // 20]


if __name__ == "__main__":
    sys.exit(main())
