"""Arrow schemas of the records, and rows to Arrow tables."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
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
    values = list(map(attrgetter(*schema.names), rows))
    if not values:
        return schema.empty_table()
    columns = []
    for column, cells in zip(schema, map(list, zip(*values, strict=True)), strict=True):
        if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type):
            cells = [None if cell is None else _dictionaries(cell, column.type.value_type) for cell in cells]
        columns.append(pa.array(cells, type=column.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _dictionaries(records: Iterable[Any], kind: pa.DataType) -> list[dict[str, Any]]:
    """Records as Arrow takes them."""
    names = [field.name for field in kind]
    return [{name: getattr(record, name) for name in names} for record in records]


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (Union, types.UnionType):
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        if len(members) == 1:
            return members[0], True
        raise TypeError(f"a column must have one type, not {hint}")
    return hint, False
