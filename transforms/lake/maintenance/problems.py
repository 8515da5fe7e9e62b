"""The kinds of problem that ``copydesk verify`` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What is wrong, in the order in which problems are reported."""

    LAKE_RECORD = "lake-record"
    """lake.json is missing or damaged."""
    NEWER = "newer"
    """A newer Copydesk has written the lake, a run record or a file."""
    RUN_RECORD = "run-record"
    """A file in runs/ is not a readable run record."""
    UNBALANCED = "unbalanced"
    """The counts in a run record do not add up."""
    MISSING = "missing"
    """A committed file is missing."""
    MISSING_PARTITION = "missing-partition"
    """A whole folder of committed files is missing."""
    UNREADABLE = "unreadable"
    """A file is truncated or damaged, or a folder cannot be listed."""
    DIFFERS = "differs"
    """A file has another number of rows or bytes than its run record says."""
    COLUMNS = "columns"
    """A file's columns are not those of its dataset."""
    EMPTY = "empty"
    """A file has no rows."""
    WRONG_PARTITION = "wrong-partition"
    """A file has rows of another day than its folder."""
    UNSORTED = "unsorted"
    """The rows of a file are not in the order of its dataset."""
    ORPHAN = "orphan"
    """A file among the data was never committed by a run, or was replaced by one."""
    UNKNOWN = "unknown"
    """A file or folder does not belong to a lake."""
    DUPLICATE = "duplicate"
    """A revision of an article is in the lake twice."""
    REVISION = "revision"
    """A revision of an article is missing: revisions must count 1, 2, 3 and so on."""
    STORY = "story"
    """The first article of an article's story is neither in the lake nor in the index."""
    NOT_INDEXED = "not-indexed"
    """An article has no row in the index, so a later pass would write it again."""
    INDEX_DIFFERS = "index-differs"
    """An article has another content_hash or story_id than its row in the index."""
    NO_ARTICLE = "no-article"
    """The index has a row for an article that is not in the lake."""
    COUNTS = "counts"
    """The lake has more or fewer rows of a run than its record says."""
    LEFTOVER = "leftover"
    """A run died and left files in _staging."""
    PARTIAL = "partial"
    """A file was never completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a lake."""

    kind: Kind
    """What is wrong, in general."""
    path: str
    """The file or folder, relative to the lake."""
    detail: str
    """What exactly is wrong and, where it helps, what to do."""
    repairable: bool = False
    """True when ``copydesk verify --repair`` repairs it."""
