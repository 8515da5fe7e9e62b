"""The kinds of problem that ``copydesk verify`` finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What is wrong."""

    LAKE_RECORD = "lake-record"
    """lake.json is missing or damaged."""
    NEWER = "newer"
    """The lake, a run or a file was written by a newer Copydesk."""
    RUN_RECORD = "run-record"
    """A file of runs/ cannot be read as the record of its run."""
    UNBALANCED = "unbalanced"
    """A run's own counts do not add up."""
    MISSING = "missing"
    """A committed file is not there."""
    MISSING_PARTITION = "missing-partition"
    """A whole folder of committed files is not there."""
    UNREADABLE = "unreadable"
    """A file is truncated or damaged, or a folder cannot be listed."""
    DIFFERS = "differs"
    """A file has another number of rows or bytes than its run said."""
    COLUMNS = "columns"
    """A file's columns are not those of its dataset."""
    EMPTY = "empty"
    """A file has no rows."""
    WRONG_PARTITION = "wrong-partition"
    """Rows are in the folder of another day."""
    UNSORTED = "unsorted"
    """Rows are not in the order of their dataset."""
    ORPHAN = "orphan"
    """A file among the data that no run has committed, or that a run has replaced."""
    UNKNOWN = "unknown"
    """A file or folder that is no part of a lake."""
    DUPLICATE = "duplicate"
    """An article stands there twice with the same revision."""
    REVISION = "revision"
    """An article's revisions do not count 1, 2, 3 and so on."""
    STORY = "story"
    """An article belongs to a story whose first article nobody knows."""
    NOT_INDEXED = "not-indexed"
    """Articles have no row in the index, so a later pass would write them again."""
    INDEX_DIFFERS = "index-differs"
    """The index tells another content_hash or story_id of an article."""
    NO_ARTICLE = "no-article"
    """The index has rows of articles that are not there."""
    COUNTS = "counts"
    """The rows of a run are not as many as its record says."""
    LEFTOVER = "leftover"
    """Work of a run that died is still in _staging."""
    PARTIAL = "partial"
    """A file that was never written to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a lake."""

    kind: Kind
    """What is wrong."""
    path: str
    """The file or folder, relative to the lake."""
    detail: str
    """What was met, and where it helps, what to do."""
    repairable: bool = False
    """True when ``copydesk verify --repair`` sets it right."""
