"""Precision and recall of wire attribution on a corpus of real pages, against the labels in ``wire_labels.tsv``.

    python -m benchmarks.wire CORPUS [--labels FILE] [--processes N]

CORPUS is a folder with ``pages.jsonl`` (see ``benchmarks.quality``). A label is a line with the id of a page, a tab, and the code of
the agency whose copy the page is; a dash for a page that is no agency's copy, though it may quote one, thank one or print its photos.
The labels were made by reading the pages, and the rules were mended with them. The command lists the pages that differ, and fails if
precision is below .98 or recall below .95.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

from benchmarks.people import LABELS, agency_figures, read_labels
from benchmarks.quality import read_page
from schemas import Rejected
from transforms.extraction.article import extract_article

_LEAST_PRECISION, _LEAST_RECALL = 0.98, 0.95


def found_agency(corpus: Path, row: dict[str, Any]) -> tuple[str, str, str]:
    """Id of a page, the code that is found (empty: none), and the evidence."""
    try:
        article = extract_article(read_page(corpus, row), "benchmark").article
    except Rejected as rejected:
        return row["id"], "", f"no article: {rejected.reason.value}"
    return row["id"], article.agency or "", "; ".join(article.agency_evidence)


def main() -> int:
    """Prints the figures; the exit status is 1 if they are below the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args(sys.argv[1:] or ["--help"])
    labels = read_labels(options.labels)
    with (options.corpus / "pages.jsonl").open(encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["id"] in labels]
    with ProcessPoolExecutor(options.processes) as pool:
        found = list(pool.map(found_agency, repeat(options.corpus), rows, chunksize=8))
    for page, code, evidence in found:
        if code != labels[page]:
            print(f"{page}: {labels[page] or 'none'}, found {code or 'none'} ({evidence})")
    precision, recall, pages = agency_figures({page: code for page, code, _ in found}, labels)
    print(f"{pages} pages: precision {precision:.3f}, recall {recall:.3f}")
    return 0 if precision >= _LEAST_PRECISION and recall >= _LEAST_RECALL else 1


if __name__ == "__main__":
    sys.exit(main())
