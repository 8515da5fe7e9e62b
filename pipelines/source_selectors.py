"""``selectors`` of a source: what to take from its pages, and what to drop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from schemas.sources import Selectors

_KEYS = tuple(field.name for field in fields(Selectors))
_EXAMPLE = '{ body = "div.article-text", drop = [".related"] }'


def selector_problems(where: str, table: Any) -> Iterator[str]:
    """What is wrong with the selectors of a source, each problem with its remedy."""
    if table is None:
        return
    if not isinstance(table, dict) or not table:
        yield f"{where}: selectors must be a table of CSS selectors, such as selectors = {_EXAMPLE}."
        return
    for key, value in table.items():
        if key not in _KEYS:
            yield f"{where}: selectors has no {key!r}. Use {', '.join(_KEYS)}."
        elif key == "drop" and not isinstance(value, (list, tuple)):
            yield f'{where}: drop in selectors must be a list of CSS selectors, such as drop = [".related"].'
        else:
            for pattern in value if key == "drop" else [value]:
                if problem := _problem(pattern):
                    yield f"{where}: {key} in selectors: {problem}"


def _problem(pattern: Any) -> str | None:
    from cssselect import SelectorError

    from transforms.extraction.selectors import compiled  # loads lxml; most sources have no selectors

    if not isinstance(pattern, str) or not pattern.strip():
        return f"{pattern!r} must be a CSS selector in quotes."
    try:
        compiled(pattern)
    except SelectorError as error:
        return f"{pattern!r} is not a CSS selector ({error})."
    return None


def read_selectors(table: dict[str, Any] | None) -> Selectors | None:
    """The selectors of a source whose table has no problems."""
    return Selectors(**{**table, "drop": tuple(table.get("drop", ()))}) if table else None
