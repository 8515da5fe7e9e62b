"""What a lake needs of the place that holds its files.

Paths are relative to the lake and use ``/``. A file appears whole or not at all. Failures are OSErrors; FileNotFoundError means that there
is no such file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow.fs as pafs

Names = Mapping[str, set[str]]
"""Names of files by their folder."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file as a listing tells it."""

    bytes: int
    """Its size."""
    updated: float
    """When it was last written, in seconds by the clock of the store."""


class Store(Protocol):
    """What a lake needs of the place where its files are."""

    @property
    def address(self) -> str:
        """The place, for people."""
        ...

    def files(self, folder: str) -> dict[str, FileInfo]:
        """All files below a folder by path; none when it is not there."""
        ...

    def names(self, folder: str) -> list[str]:
        """The files and folders in a folder, sorted; none when it is not there."""
        ...

    def walk(self, folders: Iterable[str], refused: Callable[[str, OSError], None]) -> Iterator[str]:
        """Every file below some folders, sorted in each; calls ``refused`` for a folder that cannot be listed."""
        ...

    def exists(self, path: str) -> bool:
        """True for a file, and for a link that leads nowhere."""
        ...

    def is_folder(self, path: str) -> bool:
        """True for a folder; in an object store, when something is in it."""
        ...

    def read(self, path: str) -> str:
        """The text of a file."""
        ...

    def write_json(self, path: str, content: object) -> None:
        """Writes a file anew, or another one in its place."""
        ...

    def delete(self, paths: Iterable[str]) -> None:
        """Deletes files, where they are there."""
        ...

    def delete_folder(self, folder: str) -> None:
        """Deletes a folder if it is there, and the files in it after those of its folders."""
        ...

    def publish(self, staged: str, added: Names, removed: Names) -> None:
        """Moves files from below the folder ``staged`` to where they belong, and deletes those that they replace.

        Each folder changes by itself; each step may have been done before. FileNotFoundError when a file is neither here nor there.
        """
        ...

    def upload_folder(self, folder: str) -> AbstractContextManager[Path]:
        """A local folder whose files are in ``folder`` when the block has ended well."""
        ...

    def temp_folder(self, folder: str) -> AbstractContextManager[Path]:
        """A local folder, near ``folder`` if that is local, which is gone when the block has ended."""
        ...

    def local_copy(self, path: str) -> AbstractContextManager[Path]:
        """A local file with the content of a file, to be read from its first byte to its last."""
        ...

    def arrow_paths(self, paths: Iterable[str]) -> AbstractContextManager[tuple[list[str], pafs.FileSystem | None]]:
        """Names of files for pyarrow and the file system to read them by, a part here and a part there; None for local files."""
        ...


def as_json(content: object) -> str:
    """The text of a JSON file, for people too."""
    return json.dumps(content, ensure_ascii=False, indent=1)
