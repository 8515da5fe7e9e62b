"""What a lake needs from the place that holds its files: the protocol of all stores.

Paths are relative to the lake and use ``/``. A file appears whole or not at all. Errors are OSErrors; FileNotFoundError means that there
is no such file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow.fs as pafs

Names = Mapping[str, set[str]]
"""Names of files, by their folder."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file in a listing."""

    bytes: int
    """Its size."""
    updated: float
    """When it was last written, in seconds by the clock of the store."""


class Store(Protocol):
    """The files of one lake."""

    @property
    def address(self) -> str:
        """The place, for messages."""
        ...

    # Listing

    def files(self, folder: str) -> dict[str, FileInfo]:
        """All files below a folder, by path. Empty when there is no such folder. A folder that cannot be listed is an error."""
        ...

    def names(self, folder: str) -> list[str]:
        """Names of the files and folders in a folder, sorted. Empty when there is no such folder."""
        ...

    def walk(self, folders: Iterable[str], refused: Callable[[str, OSError], None]) -> Iterator[str]:
        """Paths of all files below some folders, sorted in each. Calls ``refused`` for a folder that cannot be listed."""
        ...

    def exists(self, path: str) -> bool:
        """True for a file, and for a link whose target is missing."""
        ...

    def is_folder(self, path: str) -> bool:
        """True for a folder. In an object store, a folder exists while it has files."""
        ...

    # Small files

    def read(self, path: str) -> str:
        """The text of a file."""
        ...

    def write_json(self, path: str, content: object, sync: bool = True) -> None:
        """Writes a JSON file, in place of the old one if there is one. Without ``sync`` it may be lost in a loss of power."""
        ...

    # Changes

    def delete(self, paths: Iterable[str]) -> None:
        """Deletes files. Skips those that do not exist."""
        ...

    def delete_folder(self, folder: str) -> None:
        """Deletes a folder if it exists. The files directly in it go last, after all that is below."""
        ...

    def publish(self, staged: str, added: Names, removed: Names) -> list[str]:
        """Moves files from below the folder ``staged`` to their places, and deletes the files that they replace.

        Each folder changes by itself. Steps that were done before are skipped. Returns the paths of files that are in neither place.
        """
        ...

    # Parquet files

    def upload_folder(self, folder: str) -> AbstractContextManager[Path]:
        """A local folder to write to. Its files are in ``folder`` when the block ends without an exception."""
        ...

    def temp_folder(self, folder: str) -> AbstractContextManager[Path]:
        """A local folder that is deleted when the block ends. For a local store, this is ``folder``."""
        ...

    def local_copy(self, path: str) -> AbstractContextManager[Path]:
        """A local file with the content of a file, to be read as a whole."""
        ...

    def arrow_paths(self, paths: Iterable[str]) -> AbstractContextManager[tuple[list[str], pafs.FileSystem | None]]:
        """Names of files for pyarrow, and the file system in which to read parts of them; None means local files."""
        ...


def as_json(content: object) -> str:
    """The text of a JSON file, readable for people too."""
    return json.dumps(content, ensure_ascii=False, indent=1)
