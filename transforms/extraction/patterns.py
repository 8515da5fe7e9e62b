"""Regular expressions for the names of the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from transforms.extraction.calendar import AMBIGUOUS_ZONES, CIVIL_ZONES, FIXED_ZONES, MONTHS

_Tree = dict[str, Any]


@cache
def month() -> str:
    """A group that matches the lower-case name of a month, full or short, without a full stop."""
    return any_of(MONTHS)


@cache
def zone() -> str:
    """A group that matches the lower-case name of a time zone."""
    return any_of([*FIXED_ZONES, *CIVIL_ZONES, *AMBIGUOUS_ZONES])


def any_of(words: Iterable[str]) -> str:
    """A group that matches any of the words, the longest first.

    The words are a tree in which they share their beginnings. With hundreds of words it matches several times faster than an alternation
    that tries each word in turn.
    """
    tree: _Tree = {}
    for word in words:
        branch = tree
        for char in word:
            branch = branch.setdefault(char, {})
        branch[""] = {}
    return f"(?:{_alternatives(tree)})"


def _alternatives(tree: _Tree) -> str:
    branches = []
    for char, branch in sorted(tree.items(), reverse=True):  # "", the end of a word, comes last
        rest = _alternatives(branch)
        branches.append(re.escape(char) + (f"(?:{rest})" if len(branch) > 1 else rest))
    return "|".join(branches)
