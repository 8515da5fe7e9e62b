"""Makes text encodable. JSON and markup can name lone surrogates, which no UTF-8 file can hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(value: T) -> T:
    """The value with texts that UTF-8 can encode: pairs of surrogates are joined, lone ones become U+FFFD.

    Looks into records, tuples, lists and dictionaries.
    """
    return cast(T, map_texts(value, _encodable))


def _encodable(text: str) -> str:
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The value with every text in it changed. Looks into records, tuples, lists and dictionaries.

    ``change`` must return the text itself when nothing changes: a value without changes is not copied.
    """
    if isinstance(value, str):
        return change(value)
    if isinstance(value, (tuple, list)):
        items = [map_texts(item, change) for item in value]
        return type(value)(items) if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        return {map_texts(key, change): map_texts(item, change) for key, item in value.items()}
    changes = {
        name: new
        for name in _field_names(value.__class__)
        if (text := getattr(value, name)) and (new := map_texts(text, change)) is not text
    }
    return replace(value, **changes) if changes else value


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    """The fields of a record's class; none for other types."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
