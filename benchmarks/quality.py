"""Writes predictions for a corpus of real pages, to score the quality of extraction. Articles are made as in ``copydesk extract``.

    python -m benchmarks.quality CORPUS --out predictions.jsonl [--processes N] [--sample K] [--by-source] [--tables FOLDER]
    python CORPUS/score.py CORPUS predictions.jsonl

CORPUS is a folder with ``pages.jsonl``: one page per line, with ``id``, ``url``, ``html`` (a path relative to the folder, gzip or plain),
and optionally ``crawled``. The source is what a user would write who knows nothing about the site: no zone, no language, no feed. A
prediction line has ``id``, ``body``, ``published_at`` (the printed time with its offset, ISO 8601, or null), ``authors``,
``credits``, ``agency``, ``byline`` and ``title``. The corpus comes with its own scorer; figures of people and agencies are printed here.

With ``--by-source`` all pages of a registered domain are articles of one source in one commit, so the lines that it repeats are dropped as
in a lake. With ``--tables`` each page is read with the table of ``benchmarks.train_body --folds`` that was made without its domain: the
table of the release has seen the pages that it was trained on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from itertools import starmap
from pathlib import Path
from typing import Any

from benchmarks.folds import fold_of, table_path
from benchmarks.people import agency_figures, people_figures, read_labels
from schemas import Article, Entry, Page, Rejected, Source
from transforms.extraction import block_model
from transforms.extraction.article import extract_article
from transforms.stories.group import group_articles
from transforms.stories.repeated import LineCounts, without_repeated
from transforms.stories.resolve import in_stories
from transforms.stories.sketch import sketch_of
from transforms.urls import host, site

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
"""When a page counts as fetched if its line does not say when it was crawled."""


def read_page(corpus: Path, row: dict[str, Any]) -> Page:
    """The page of a corpus line, as if the feed of an otherwise unknown source had led to it."""
    path = corpus / row["html"]
    html = path.read_bytes()
    return page_of(row, gzip.decompress(html) if path.suffix == ".gz" else html)


def page_of(row: dict[str, Any], html: bytes) -> Page:
    """The same with the bytes of the page."""
    crawled = datetime.fromisoformat(row["crawled"]).replace(tzinfo=timezone.utc) if row.get("crawled") else NOW
    source = Source(id="corpus", kind="outlet", feeds=(f"http://{host(row['url'])}/feed",))
    entry = Entry(
        entry_key=row["id"],
        url_key=row["id"],
        source=source,
        feed_url=source.feeds[0],
        entry_id=None,
        url=row["url"],
        fingerprint="",
        seen_at=crawled,
    )
    return Page(entry=entry, url=row["url"], http_status=200, content_type="text/html", html=html, fetched_at=crawled)


def predict(corpus: Path, row: dict[str, Any], tables: Path | None = None) -> tuple[dict[str, Any], Article | None]:
    """The prediction line of one page of a corpus, and its article."""
    if tables is not None:
        use_table_without(row["url"], tables)
    return prediction(read_page(corpus, row))


def prediction(page: Page) -> tuple[dict[str, Any], Article | None]:
    """The prediction line of a page, with the seconds that its extraction took; and its article."""
    began = time.perf_counter()
    try:
        extraction = extract_article(page, "benchmark")
    except Rejected as rejected:
        seconds = time.perf_counter() - began
        return {"id": page.entry.entry_key, "reason": rejected.reason.value, "seconds": seconds}, None
    article = extraction.article
    seconds = time.perf_counter() - began
    published = article.published_at
    if published is not None:
        published = published.astimezone(timezone(timedelta(minutes=article.published_offset_minutes or 0)))
    line = {
        "id": page.entry.entry_key,
        "body": article.body,
        "published_at": published.isoformat() if published else None,
        "authors": list(article.authors),
        "credits": list(article.credits or ()),
        "byline": article.byline,
        "agency": article.agency,
        "title": article.headline,
        "origins": extraction.origins,
        "seconds": seconds,
    }
    return line, article


def use_table_without(url: str, tables: Path) -> None:
    """Extracts with the table that has not seen the domain of an address from here on."""
    trees = table_of(table_path(tables, fold_of(site(url), len(list(tables.glob("*.json"))))))
    setattr(block_model, "trained", lambda: trees)  # noqa: B010  # mypy takes no assignment to a function


@cache
def table_of(path: Path) -> block_model.Trees:
    """The table in a file, read once."""
    return block_model.trees_of(json.loads(path.read_text(encoding="utf-8")))


def without_repeated_lines(articles: dict[str, Article]) -> dict[str, Article]:
    """The articles, by page, as a lake has them when those of a registered domain are one source, and all come with one commit."""
    articles = {
        page: replace(article, article_id=page, source=site(article.canonical_url))
        for page, article in articles.items()
    }
    sketches = [sketch_of(article) for article in articles.values()]
    counts = LineCounts(in_stories(sketches, group_articles(sketches, [], [], {})))
    return articles | {page: without_repeated(articles[page], lines) for page, lines in counts.repeated().items()}


def main() -> None:
    """Writes the predictions, and prints pages a second."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=Path("predictions.jsonl"), help="default: %(default)s")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--sample", type=int, default=1, metavar="K", help="only every K-th page")
    parser.add_argument(
        "--by-source", action="store_true", help="drop the lines that stand in several articles of a domain"
    )
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help="tables of the folds of benchmarks.train_body")
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    with (options.corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:: options.sample]

    began = time.perf_counter()
    tasks = [(options.corpus, row, options.tables) for row in rows]
    if options.processes > 1:
        with ProcessPoolExecutor(options.processes) as pool:
            pairs = list(pool.map(predict, *zip(*tasks, strict=True), chunksize=8))
    else:
        pairs = list(starmap(predict, tasks))
    elapsed = time.perf_counter() - began
    predictions = [line for line, _ in pairs]
    if options.by_source:
        kept = without_repeated_lines({line["id"]: article for line, article in pairs if article is not None})
        for line in predictions:
            if line["id"] in kept:
                line["body"] = kept[line["id"]].body
        changed = [article for article in kept.values() if article.repeated_lines]
        count = sum(len(article.repeated_lines or ()) for article in changed)
        print(f"repeated by their sources: {count} lines of {len(changed)} articles", file=sys.stderr)

    with options.out.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(prediction, ensure_ascii=False) + "\n" for prediction in predictions)
    times = sorted(prediction["seconds"] for prediction in predictions)
    reasons = Counter(prediction["reason"] for prediction in predictions if "reason" in prediction)
    print(
        f"{len(rows)} pages in {elapsed:.1f} s, {len(rows) / elapsed:.1f} pages/s; "
        f"per page {1000 * sum(times) / len(times):.1f} ms in the mean, "
        f"{1000 * times[len(times) // 2]:.1f} median, {1000 * times[-1 - len(times) // 20]:.1f} at the 95th percentile",
        file=sys.stderr,
    )
    print(f"no article: {dict(reasons)}", file=sys.stderr)
    by_id = {prediction["id"]: prediction for prediction in predictions}
    for figures in people_figures(rows, by_id):
        print(figures)
    precision, recall, labelled = agency_figures(
        {page: it.get("agency") or "" for page, it in by_id.items()}, read_labels()
    )
    print(f"agency: precision {precision:.3f}, recall {recall:.3f}, of {labelled} labelled pages")
    print(f"Score: python {options.corpus / 'score.py'} {options.corpus} {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
