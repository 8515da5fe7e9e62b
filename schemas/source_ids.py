"""Which names a source may have. They become names of folders, in which query engines see values of a type."""

from __future__ import annotations

import re

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VALUES = frozenset("true false null none nan inf infinity epoch now today tomorrow yesterday".split())
_NUMBER_OR_TIME = re.compile(
    r"[\d_-]+|\d[\d_]*[dfl]|\d[\d_]*e[_-]?\d+|0x[\da-f_]+|0b[01_]+|0o[0-7_]+|\d+-\d+-\d+(?:t[\dtz_-]*|z)"
)


def is_source_id(text: str) -> bool:
    """True for 1 to 64 lower-case letters, digits, ``-`` and ``_`` that begin with a letter or a digit."""
    return _ID.fullmatch(text) is not None


def is_read_as_value(source_id: str) -> bool:
    """True for an id that an engine may read as a number (``007``), a date (``2024-01-02``), a boolean or a null.

    DuckDB, Polars, Spark and pyarrow guess the types of folders. Two such sources then become one (``7`` and ``007``), or filters by text
    fail.
    """
    return source_id in _VALUES or _NUMBER_OR_TIME.fullmatch(source_id) is not None
