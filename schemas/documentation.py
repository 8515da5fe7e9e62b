"""Writes docs/fields.md from the records. The text under each field is the only place where the field is documented.

python -m schemas.documentation docs/fields.md
"""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

from schemas import Row, reasons
from schemas.agencies import AGENCIES
from schemas.arrow import arrow_schema
from schemas.reasons import Reason, Stage
from schemas.records import SCHEMA_VERSION, FeedPoll, IndexRow, Reject, Sketch, StoryArticle

_DATASETS: tuple[tuple[str, type[Row]], ...] = (
    ("articles", StoryArticle),
    ("rejects", Reject),
    ("polls", FeedPoll),
    ("index", IndexRow),
    ("sketches", Sketch),
)

_HEAD = f"""# Fields of the lake

`make docs` generates this page from the text under each field in `schemas/records.py`; a test compares the two. The schema version
is {SCHEMA_VERSION}; the metadata of every file contains it. Times are in UTC with microseconds. Null (`None` below) means that
no value was given.

The folders add a column `date`. For articles it is the UTC day of `published_at`, or of `first_seen_at` if that is null; for the other
datasets it is the day of the pass, and for sketches that of the article. The `source` of articles is only in the name of their folder, as
in every Hive layout: read articles by the folder or by a glob.
"""

_AGENCIES = """
## Agencies

The agencies that Copydesk knows. A lake may hold other codes: a sources file can add agencies (`[[agency]]`, see
[running.md](running.md#agencies)). A source on an agency's own site is that agency's wire, unless `sources.toml` says otherwise.

| code | name | own sites |
|---|---|---|
"""


def fields_page() -> str:
    """The content of docs/fields.md."""
    parts = [_HEAD]
    for dataset, record in _DATASETS:
        parts.append(
            f"## {dataset}\n\n{inspect.cleandoc(record.__doc__ or '')}\n\n| column | type | |\n|---|---|---|\n"
        )
        texts = field_docs(record)
        parts += [
            f"| `{column.name}` | {column.type}{'' if column.nullable else ', never null'} | {texts[column.name]} |\n"
            for column in arrow_schema(record)
        ]
    parts.append("## Stages and reasons of rejects\n\n| stage | |\n|---|---|\n")
    parts += [f"| `{Stage[name].value}` | {text} |\n" for name, text in enum_docs(reasons, "Stage").items()]
    parts.append(
        "\nAn entry is tried again for three days or for some hours, as the table says; see [running.md](running.md#retries).\n\n"
        "| reason | tried again | |\n|---|---|---|\n"
    )
    parts += [
        f"| `{Reason[name].value}` | {_tried_again(Reason[name])} | {text} |\n"
        for name, text in enum_docs(reasons, "Reason").items()
    ]
    parts.append(_AGENCIES)
    parts += [
        f"| `{agency.code}` | {agency.names[0]} | {', '.join(agency.domains)} |\n" for agency in AGENCIES.values()
    ]
    return "\n".join(_joined(parts))


def _tried_again(reason: Reason) -> str:
    return "for days" if reason.transient else "for hours" if reason.early else ""


def field_docs(record: type) -> dict[str, str]:
    """The text under each field of a record, by field name; inherited fields first."""
    texts: dict[str, str] = {}
    for base in reversed(record.__mro__[:-1]):
        texts |= _docs_below(ast.parse(inspect.getsource(base)).body[0])
    return {field.name: texts[field.name] for field in fields(record)}


def enum_docs(module: ModuleType, name: str) -> dict[str, str]:
    """The text under each member of an enumeration, by member name."""
    classes = (node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef))
    return _docs_below(next(node for node in classes if node.name == name))


def _docs_below(node: ast.stmt) -> dict[str, str]:
    assert isinstance(node, ast.ClassDef)
    texts = {}
    for statement, below in zip(node.body, node.body[1:], strict=False):
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]  # type: ignore[assignment]  # an enumeration's members are plain names
        is_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(target, ast.Name) and is_text:
            texts[target.id] = " ".join(str(below.value.value).split())  # type: ignore[attr-defined]  # is_text
    return texts


def _joined(parts: list[str]) -> list[str]:
    """The lines of the page. Rows of a table follow each other; an empty line separates all other parts."""
    text = "".join(part if part.startswith("|") else f"\n{part}" for part in parts)
    return [*text.strip().split("\n"), ""]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(fields_page(), encoding="utf-8")
