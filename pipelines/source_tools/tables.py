"""[[source]] tables at the end of a sources file. What the file has already stays as it is, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pipelines.sources import SourcesError, load_sources
from schemas import Source, UsageError
from schemas.plain_text import printable


def source_table(source: Source) -> str:
    """The table of a source, as it is written in ``sources.toml``."""
    keys = ("id", "name", "kind", "homepage", "feeds", "zone", "language", "agency", "tags", "include", "exclude")
    lines = [f"{key} = {_value(getattr(source, key))}" for key in keys if getattr(source, key)]
    return "\n".join(["[[source]]", *lines]) + "\n"


def _value(value: str | tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, value))}]" if isinstance(value, tuple) else _quoted(value)


def _quoted(text: str) -> str:
    """A text as a TOML string: JSON escapes the same characters in the same way."""
    return json.dumps(" ".join(printable(text).split()), ensure_ascii=False)


def sources_in(path: Path) -> tuple[Source, ...]:
    """The sources of a TOML file, also the disabled ones; none if there is no such file, or an empty one. Raises SourcesError."""
    if path.suffix.lower() in (".opml", ".xml"):
        raise UsageError(f"{path} is OPML. Tables can be added to a TOML file only: give another --sources.")
    if not path.exists() or not path.read_bytes().strip():
        return ()
    loaded = load_sources(path)
    return (*loaded.sources, *loaded.disabled)


def append_sources(path: Path, sources: Sequence[Source]) -> None:
    """Adds tables at the end of a file, which is made if there is none. Raises SourcesError."""
    before = path.read_bytes() if path.exists() else b""
    text = "".join(("\n" if before or number else "") + source_table(source) for number, source in enumerate(sources))
    if before and not before.endswith(b"\n"):
        text = "\n" + text
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    try:
        with path.open("ab") as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise SourcesError(path, [f"cannot be written: {error.strerror or error}."]) from error
