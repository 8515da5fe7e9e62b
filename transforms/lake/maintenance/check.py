"""Checks the files of a lake, and compares files, index and run records with each other.

Files are read one after the other, a few thousand rows at a time. For the comparison between files, memory holds the article_id and a
digest of 16 bytes of each article and index row: about 100 bytes a row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from schemas import CopydeskError, Dataset
from transforms.accounting.counts import Counts
from transforms.lake.layout import RECORDS, dataset_of, record_place
from transforms.lake.maintenance.file_check import Content, Trouble, read_content
from transforms.lake.maintenance.inventory import Committed, Inventory, day_of, replaced_since
from transforms.lake.maintenance.problems import Kind, Problem

_ARTICLES = pa.schema(
    {
        "article_id": pa.string(),
        "revision": pa.int32(),
        "digest": pa.binary(16),
        "story_id": pa.string(),
        "file": pa.int32(),
    }
)
_INDEX = pa.schema({"article_id": pa.string(), "revision": pa.int32(), "digest": pa.binary(16), "file": pa.int32()})


class ReplacedError(CopydeskError):
    """A run has replaced files before they were read. The lake must be checked again."""


@dataclass(slots=True)
class Findings:
    """The outcome of a check."""

    problems: list[Problem]
    """All problems, sorted by kind and then by path."""
    files: int = 0
    """Data files read."""
    rows: int = 0
    """Rows in these files."""
    bytes: int = 0
    """Size of these files."""
    unindexed: dict[str, pa.Array] = field(default_factory=dict)
    """The article_ids that have no row in the index, by the path of the file with the articles."""


class _Keys:
    """The keys of all files, which are compared with each other. Many small tables become few large ones."""

    def __init__(self, schema: pa.Schema) -> None:
        self._parts = [schema.empty_table()]
        self._small: list[pa.Table] = []

    def add(self, tables: Iterable[pa.Table], file: int) -> None:
        """Adds the keys of the file with this number. A negative number means that the file is known but not checked."""
        for rows in tables:
            self._small.append(rows.append_column("file", pa.repeat(pa.scalar(file, pa.int32()), rows.num_rows)))
        if len(self._small) > 256:
            self._parts.append(pa.concat_tables(self._small).combine_chunks())
            self._small.clear()

    def all(self) -> pa.Table:
        """All keys."""
        return pa.concat_tables([*self._parts, *self._small])


def check_lake(inventory: Inventory, advance: Callable[[int], None] = lambda size: None) -> Findings:
    """Reads every file of an inventory to its last page, and compares the files. Calls ``advance`` with the size of each file.

    Raises ReplacedError when a run replaces files in the meantime.
    """
    findings = Findings(list(inventory.problems))
    articles, index = _Keys(_ARTICLES), _Keys(_INDEX)
    counts: dict[Dataset, Counter[str]] = {dataset: Counter() for dataset in RECORDS}
    paths, missing, summed_to = sorted(inventory.files), [], ""
    for number, path in enumerate(paths):
        file = _read(inventory, path)
        if file is None:
            missing.append(path)
            continue
        size, content = file
        troubles = [*content.troubles, *_differences(inventory.files[path], content, size)]
        findings.problems += [Problem(kind=kind, path=path, detail=detail) for kind, detail in troubles]
        articles.add(content.articles, number)
        index.add(content.index, number)
        counts[dataset_of(path)] += content.counts
        summed_to = max(summed_to, content.summed_to)
        findings.files += 1
        findings.rows += content.rows
        findings.bytes += size
        advance(size)
    if missing and replaced_since(inventory):
        raise ReplacedError("Runs keep replacing files of the lake. Verify it when no compaction is running.")
    findings.problems += _missing(inventory, missing)
    findings.problems += _orphans(inventory, articles, index)
    findings.problems += _compare(articles.all(), index.all(), paths, findings)
    findings.problems += _compare_counts(inventory, counts, summed_to)
    order = {kind: position for position, kind in enumerate(Kind)}
    findings.problems.sort(key=lambda problem: (order[problem.kind], problem.path))
    return findings


def _read(inventory: Inventory, path: str) -> tuple[int, Content] | None:
    """Size and content of a committed file. None when it is missing."""
    parsed = day_of(path)
    assert parsed is not None, path  # an inventory has no other files
    for place in inventory.places(path):
        try:
            with inventory.lake.store.local_copy(place) as file:
                size = file.stat().st_size
                content = read_content(file, *parsed)
        except FileNotFoundError:
            continue
        expected = inventory.files[path].bytes
        if expected not in (None, size):
            sizes = f" ({size:,} bytes of {expected:,})"
            content.troubles = [(kind, detail + sizes * (kind is Kind.UNREADABLE)) for kind, detail in content.troubles]
        if content.troubles and inventory.locate(path) != place:
            return _read(inventory, path)  # a writer moved or deleted it before it was opened
        return size, content
    return None


def _differences(expected: Committed, content: Content, size: int) -> Iterator[Trouble]:
    """Compares a file with its run record."""
    if any(kind is Kind.UNREADABLE for kind, _ in content.troubles):
        return
    if expected.rows not in (None, content.rows) or expected.bytes not in (None, size):
        record = f"its run record says {expected.rows:,} rows and {expected.bytes:,} bytes"
        yield Kind.DIFFERS, f"has {content.rows:,} rows and {size:,} bytes; {record}"
    if content.rows == 0:
        yield Kind.EMPTY, "has no rows"


def _missing(inventory: Inventory, paths: list[str]) -> Iterator[Problem]:
    """A problem for each missing file, or for the topmost missing folder of several."""
    folders: dict[str, list[str]] = defaultdict(list)
    unless = ", unless it was replaced by a run whose record cannot be read" if inventory.unread else ""
    for path in paths:
        parts = path.split("/")
        parents = ("/".join(parts[:n]) for n in range(1, len(parts)))
        folder = next((parent for parent in parents if not inventory.lake.store.is_folder(parent)), None)
        if folder is not None:
            folders[folder].append(path)
            continue
        rows = inventory.files[path].rows or 0
        yield Problem(kind=Kind.MISSING, path=path, detail=f"is missing, with {rows:,} rows{unless}")
    for folder, inside in folders.items():
        rows = sum(inventory.files[path].rows or 0 for path in inside)
        detail = f"the whole folder is missing, with {len(inside)} files of {rows:,} rows{unless}"
        yield Problem(kind=Kind.MISSING_PARTITION, path=folder, detail=detail)


def _orphans(inventory: Inventory, articles: _Keys, index: _Keys) -> Iterator[Problem]:
    """A problem for each orphan, with what to do. Adds the keys of orphans, because readers find their rows too."""
    known: pa.Array | None = None
    contents = []
    for path in inventory.orphans:
        place = day_of(path)
        if place is None:
            detail = "no file of a lake has such a name: move it out"
            yield Problem(kind=Kind.ORPHAN, path=path, detail=detail)
            continue
        if path in inventory.removed:
            detail = f"run {inventory.removed[path]} replaced it: delete it, because readers see its rows twice"
            yield Problem(kind=Kind.ORPHAN, path=path, detail=detail)
            continue
        try:
            with inventory.lake.store.local_copy(path) as file:
                content = read_content(file, *place)
        except FileNotFoundError:
            continue
        if not inventory.lake.store.exists(path):
            continue  # a compaction includes orphans, and has deleted this one
        contents.append(content)
        if known is None:
            known = articles.all()["article_id"].combine_chunks()
        yield Problem(kind=Kind.ORPHAN, path=path, detail=f"no run has committed it; {_advice(content, known)}")
    for content in contents:
        articles.add(content.articles, -1)
        index.add(content.index, -1)


def _advice(content: Content, known: pa.Array) -> str:
    if content.troubles:
        kind, detail = content.troubles[0]
        return f"{kind.value}, {detail}: move it out of the lake"
    chunks = [chunk for rows in content.articles for chunk in rows["article_id"].chunks]
    copies = sum(pc.sum(pc.is_in(chunk, value_set=known)).as_py() or 0 for chunk in chunks)
    if copies:
        return f"{copies} of its {content.rows} articles are in the lake already: move it out"
    return f"its {content.rows} rows are sound: restore its run record in runs/ from a backup, or move it out"


def _compare(articles: pa.Table, index: pa.Table, paths: list[str], findings: Findings) -> Iterator[Problem]:
    """Compares articles with each other and with the index. Sets ``findings.unindexed``."""
    yield from _check_revisions(articles, paths)
    ids, indexed = articles["article_id"], index["article_id"]
    ours = articles.filter(pc.greater_equal(articles["file"], 0))

    joined = ours.filter(pc.is_valid(ours["story_id"])).select(["article_id", "story_id", "file"])
    stories = joined["story_id"]
    lost = joined.filter(pc.invert(pc.or_(_in(stories, ids), _in(stories, indexed))))
    yield from _by_file(
        Kind.STORY,
        lost,
        paths,
        "articles belong to a story whose first article is neither in the lake nor in the index",
    )

    rows = index.filter(pc.is_valid(index["digest"]))
    has_row = _in(_revisions(ours), _revisions(rows))
    unindexed = ours.filter(pc.invert(has_row)).select(["article_id", "file"]).sort_by("file")
    start = 0
    for row in _grouped(unindexed).to_pylist():
        findings.unindexed[paths[row["file"]]] = unindexed["article_id"].slice(start, row["article_id_count"])
        start += row["article_id_count"]
    yield from _by_file(Kind.NOT_INDEXED, unindexed, paths, "articles have no row in the index", repairable=True)

    differing = ours.filter(pc.and_(has_row, pc.invert(_in(ours["digest"], rows["digest"]))))
    detail = "articles have another content_hash or story_id than their row in the index"
    yield from _by_file(Kind.INDEX_DIFFERS, differing, paths, detail)

    index = index.filter(pc.greater_equal(index["file"], 0))
    duplicate = pc.and_(pc.is_null(index["digest"]), _in(index["article_id"], ids))
    alone = index.filter(pc.invert(pc.or_(duplicate, _in(_revisions(index), _revisions(articles)))))
    yield from _by_file(Kind.NO_ARTICLE, alone, paths, "rows name articles that are not in the lake")


def _revisions(rows: pa.Table) -> pa.ChunkedArray:
    """A column of article_id and revision together."""
    parts = (rows["article_id"], pc.cast(rows["revision"], pa.string()), " ")
    return pc.binary_join_element_wise(*parts, null_handling="replace")


def _in(values: pa.ChunkedArray, known: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.is_in(values, value_set=known.combine_chunks())


def _check_revisions(articles: pa.Table, paths: list[str]) -> Iterator[Problem]:
    """Each article's revisions must be 1, 2, 3 and so on, each of them once."""
    rows = articles.filter(pc.greater_equal(articles["file"], 0)).select(["article_id", "revision", "file"])
    rows = rows.sort_by([(name, "ascending") for name in rows.column_names])
    if not rows.num_rows:
        return
    before = pa.concat_tables([rows.slice(0, 1), rows.slice(0, rows.num_rows - 1)])
    first = pa.chunked_array([[True], pa.repeat(pa.scalar(False), rows.num_rows - 1)])
    same = pc.and_not(pc.equal(rows["article_id"], before["article_id"]), first)
    twice = pc.and_(same, pc.equal(rows["revision"], before["revision"]))
    expected = pc.if_else(same, pc.add(before["revision"], 1), pa.scalar(1, pa.int32()))
    gap = pc.and_not(pc.not_equal(rows["revision"], expected), twice)
    yield from _by_file(
        Kind.DUPLICATE, rows.filter(twice), paths, "articles are in the lake already with the same revision"
    )
    yield from _by_file(Kind.REVISION, rows.filter(gap), paths, "articles lack the revision before theirs")


def _grouped(rows: pa.Table) -> pa.Table:
    return rows.group_by("file").aggregate([("article_id", "count"), ("article_id", "min")]).sort_by("file")


def _by_file(kind: Kind, rows: pa.Table, paths: list[str], detail: str, repairable: bool = False) -> Iterator[Problem]:
    """One problem for each file, with the number of its rows and one of their articles."""
    for row in _grouped(rows).to_pylist():
        whole = f"{row['article_id_count']} {detail}, such as {row['article_id_min']}"
        yield Problem(kind=kind, path=paths[row["file"]], detail=whole, repairable=repairable)


def _compare_counts(inventory: Inventory, counts: dict[Dataset, Counter[str]], summed_to: str) -> Iterator[Problem]:
    """Compares the rows of each run with its record.

    Rows of polls may sum up several runs, the last of which is ``summed_to``. Polls of runs up to this one are compared all together.
    """
    runs = inventory.totals.keys() | {run_id for counter in counts.values() for run_id in counter}
    summed = {run_id for run_id in runs | inventory.unread if run_id <= summed_to}
    if summed and summed.isdisjoint(inventory.unread):
        in_lake = sum(counts["polls"][run_id] for run_id in summed)
        recorded = sum(_polled(inventory.totals[run_id]) for run_id in summed if run_id in inventory.totals)
        if in_lake != recorded:
            detail = f"the polls of the runs up to this one have {in_lake:,} entries; their records: {recorded:,}"
            yield Problem(kind=Kind.COUNTS, path=record_place(inventory.lake, summed_to), detail=detail)
    for run_id in sorted(runs - inventory.unread):
        total = inventory.totals.get(run_id)
        polled = counts["polls"][run_id] if run_id not in summed or total is None else _polled(total)
        rows = (counts["articles"][run_id], counts["rejects"][run_id], polled)
        recorded_rows = (total.articles, total.rejects, _polled(total)) if total else None
        if rows != recorded_rows:
            names = ("articles", "rejects", "entries")
            lake = ", ".join(f"{number:,} {name}" for number, name in zip(rows, names, strict=True))
            record = ", ".join(f"{number:,}" for number in recorded_rows) if recorded_rows else "there is none"
            detail = f"the lake has {lake}; the record: {record}"
            yield Problem(kind=Kind.COUNTS, path=record_place(inventory.lake, run_id), detail=detail)


def _polled(total: Counts) -> int:
    """The entries that a run's polls listed."""
    return total.entries - total.archived - total.retried
