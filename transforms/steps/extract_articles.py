"""ExtractArticles: pages to articles."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.pvalue import PCollection, TaggedOutput
from apache_beam.transforms.window import GlobalWindows

from schemas import Article, Page, Reason, Rejected, Stage
from transforms.accounting.counts import Tally
from transforms.accounting.rows import entry_reject, with_retry
from transforms.accounting.runs import now
from transforms.accounting.timings import Timing
from transforms.archives.entries import ArchivedEntry
from transforms.extraction.extraction import Extraction
from transforms.extraction.feed_text import page_instead
from transforms.steps.context import RunContext
from transforms.steps.guarded import extract_article
from transforms.steps.ledger import Ledger, flattened


class ExtractArticles(beam.PTransform):
    """Pages to articles. Groups nothing: it fuses with the step before it, so raw pages never cross a shuffle.

    The input may be a tuple of collections, as from GatherPages. Each is extracted by itself.
    """

    def __init__(self, run: RunContext, ledger: Ledger) -> None:
        super().__init__()
        self._extract = ExtractArticle(run)
        self._ledger = ledger

    def expand(self, pages: PCollection[Page] | tuple[PCollection[Page], ...]) -> PCollection[Article]:
        """Wires the step."""
        if not isinstance(pages, tuple):
            return self._extracted(pages, "Extract")
        return flattened(
            [self._extracted(part, f"Extract {number}") for number, part in enumerate(pages, start=1)], "All articles"
        )

    def _extracted(self, pages: PCollection[Page], label: str) -> PCollection[Article]:
        extracted = pages | label >> beam.ParDo(self._extract).with_outputs("rejects", "tallies", main="articles")
        self._ledger.rejects.append(extracted["rejects"])
        self._ledger.tallies.append(extracted["tallies"])
        return extracted["articles"]


class ExtractArticle(beam.DoFn):
    """Extracts the article of one page."""

    def __init__(self, run: RunContext) -> None:
        self._run = run
        self._articles = Metrics.counter("extract", "articles")
        self._rejects = Metrics.counter("extract", "rejects")
        self._milliseconds = Metrics.distribution("extract", "milliseconds")

    def start_bundle(self) -> None:
        """Forgets the durations of a bundle that failed."""
        self._timings = {"extract": Timing(), "fetch": Timing()}

    def process(self, page: Page) -> Iterator[Article | TaggedOutput]:
        """Yields the article; in tagged outputs the reject, and what the source's selectors did not find."""
        began = time.perf_counter()
        output = self._extract(page)
        seconds = time.perf_counter() - began
        if isinstance(output, Extraction):
            if output.unmatched:
                yield TaggedOutput("tallies", Tally(page.entry.source.id, "unmatched"))
            yield output.article
        else:
            yield output
        self._milliseconds.update(round(seconds * 1000))
        self._timings["extract"].add(seconds)
        if page.seconds is not None:
            self._timings["fetch"].add(page.seconds)

    def _extract(self, page: Page) -> Extraction | TaggedOutput:
        try:
            extraction = self._article(page)
        except Rejected as rejected:
            self._rejects.inc()
            self._run.progress.add("rejects")
            stage = Stage.EXTRACT
            if page.missing is not None:
                stage = Stage.READ if page.missing.reason is Reason.NOT_ARCHIVED else Stage.FETCH
            why, from_archive = page.missing or rejected, isinstance(page.entry, ArchivedEntry)
            row = entry_reject(page.entry, stage, why, now(), self._run.run_id, from_archive)
            return TaggedOutput("rejects", row)
        self._articles.inc()
        self._run.progress.add("articles")
        return extraction

    def _article(self, page: Page) -> Extraction:
        """The article of the page, or else of the text in the feed. Raises Rejected: the one of the page."""
        try:
            return self._read(page)
        except Rejected as rejected:
            instead = page_instead(page.entry, rejected) if page.body_from == "page" else None
            if instead is None:
                raise
            with suppress(Rejected):
                return self._read(instead)
            raise

    def _read(self, page: Page) -> Extraction:
        extraction = extract_article(page, self._run.run_id, self._run.agencies)
        if page.missing is None or isinstance(page.entry, ArchivedEntry):
            return extraction
        return replace(extraction, article=with_retry(extraction.article, page.entry, page.missing, now()))

    def finish_bundle(self) -> Iterator[TaggedOutput]:
        """Writes the last counts. Yields how long the pages of the bundle took, because a tally for each page would cost as much."""
        self._run.progress.flush()
        for kind, timing in self._timings.items():
            for name, count in timing.named_counts(kind):
                yield TaggedOutput("tallies", GlobalWindows.windowed_value_at_end_of_window(Tally("", name, count)))
