"""Arrow schemas of the records, and rows to Arrow tables."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Literal, Union

import pyarrow as pa

from schemas.records import SCHEMA_VERSION, Image, Link, Medium, Row


def _struct(record: type) -> pa.DataType:
    """The type of a record whose fields are all texts."""
    return pa.struct([(field.name, pa.string()) for field in fields(record)])


_PLAIN: dict[Any, pa.DataType] = {
    str: pa.string(),
    bytes: pa.binary(),
    bool: pa.bool_(),
    int: pa.int32(),
    float: pa.float64(),
    datetime: pa.timestamp("us", tz="UTC"),
    tuple[str, ...]: pa.list_(pa.string()),
    tuple[Medium, ...]: pa.list_(_struct(Medium)),
    tuple[Link, ...]: pa.list_(_struct(Link)),
    tuple[Image, ...]: pa.list_(_struct(Image)),
}


def arrow_schema(record: type[Row]) -> pa.Schema:
    """The Arrow schema of a record: one column per field, nullable if the field may be None."""
    return _derived_schema(record)  # type: ignore[arg-type]  # mypy does not know that classes are hashable


@cache  # reading the annotations takes longer than writing a small file
def _derived_schema(record: Any) -> pa.Schema:
    hints = typing.get_type_hints(record)
    columns = []
    for field in fields(record):
        kind, nullable = _without_none(hints[field.name])
        if typing.get_origin(kind) is Literal:
            kind = str
        columns.append(pa.field(field.name, _PLAIN[kind], nullable=nullable))
    metadata = {"copydesk.record": record.__name__, "copydesk.schema_version": str(SCHEMA_VERSION)}
    return pa.schema(columns, metadata=metadata)


def table(record: type[Row], rows: Iterable[Row]) -> pa.Table:
    """Rows of one record as an Arrow table with the record's schema."""
    schema = arrow_schema(record)
    kind, cells_of = _as_struct(record)  # type: ignore[arg-type]
    cells = list(map(cells_of, rows))
    if not cells:
        return schema.empty_table()
    return pa.Table.from_arrays(pa.array(cells, type=kind).flatten(), schema=schema)


@cache
def _as_struct(record: Any) -> tuple[pa.DataType, Callable[[Row], tuple[Any, ...]]]:
    """The record as one Arrow type, and the function that gives its values as Arrow takes them: tuples instead of records.

    One conversion of whole rows takes half of the time of one for each column, of which an article has more than forty.
    """
    schema = arrow_schema(record)
    values_of = attrgetter(*schema.names)
    inner = [
        (place, attrgetter(*(field.name for field in column.type.value_type)))
        for place, column in enumerate(schema)
        if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type)
    ]

    def cells_of(row: Row) -> tuple[Any, ...]:
        cells = values_of(row)
        if not inner:
            return cells
        changed = list(cells)
        for place, values in inner:
            if cells[place] is not None:
                changed[place] = list(map(values, cells[place]))
        return tuple(changed)

    return pa.struct(list(schema)), cells_of


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (Union, types.UnionType):
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        if len(members) == 1:
            return members[0], True
        raise TypeError(f"a column must have one type, not {hint}")
    return hint, False
