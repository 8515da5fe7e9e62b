"""Makes text encodable. JSON and markup can name lone surrogates, which no UTF-8 file can hold."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

T = TypeVar("T")

_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(value: T) -> T:
    """The value with texts that UTF-8 can encode: pairs of surrogates are joined, lone ones become U+FFFD.

    Looks into records, tuples, lists and dictionaries.
    """
    return cast(T, _encodable(value))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        if value.isascii() or not _SURROGATE.search(value):
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, (tuple, list)):
        items = [_encodable(item) for item in value]
        return type(value)(items) if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        changes = {name: new for name, text in old.items() if (new := _encodable(text)) is not text}
        return replace(value, **changes) if changes else value
    return value
