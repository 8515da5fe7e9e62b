"""The store on local disks."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow.fs as pafs

from transforms.files import write_atomically
from transforms.lake.stores.protocol import FileInfo, Names, as_json


@dataclass(frozen=True, slots=True)
class LocalStore:
    """Files of a local disk, moved by renames of the operating system. Commits survive a loss of power."""

    root: Path
    """The folder of the lake."""

    @property
    def address(self) -> str:
        return str(self.root)

    def files(self, folder: str) -> dict[str, FileInfo]:
        files = {}
        for inside, names in self._walk(folder, lambda error: None):
            for name in names:
                if name[0] == ".":  # still being written
                    continue
                with suppress(FileNotFoundError):  # deleted a moment ago
                    status = os.stat(f"{self.root}/{inside}/{name}")
                    files[f"{inside}/{name}"] = FileInfo(status.st_size, status.st_mtime)
        return files

    def names(self, folder: str) -> list[str]:
        try:
            return sorted(os.listdir(self.root / folder))
        except FileNotFoundError:
            return []

    def walk(self, folders: Iterable[str], refused: Callable[[str, OSError], None]) -> Iterator[str]:
        def refuse(error: OSError) -> None:
            if not isinstance(
                error, FileNotFoundError
            ):  # a dataset without rows so far, or a folder that was just deleted
                refused(self._relative(error.filename), error)

        for top in folders:
            for inside, names in self._walk(top, refuse):
                yield from (f"{inside}/{name}" for name in sorted(names))

    def _walk(self, folder: str, refuse: Callable[[OSError], None]) -> Iterator[tuple[str, list[str]]]:
        """A folder and all folders below it, each with the names of its files.

        Follows links, because a day may be on another disk, but enters no folder twice.
        """
        visited = {os.path.realpath(self.root / folder)}

        def is_new(path: str) -> bool:
            real = os.path.realpath(path)
            return real not in visited and not visited.add(real)  # type: ignore[func-returns-value]  # None, always

        for path, inside, names in os.walk(self.root / folder, followlinks=True, onerror=refuse):
            inside[:] = sorted(name for name in inside if is_new(os.path.join(path, name)))
            yield self._relative(path), names

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def exists(self, path: str) -> bool:
        return os.path.lexists(self.root / path)

    def is_folder(self, path: str) -> bool:
        return (self.root / path).is_dir()

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write_json(self, path: str, content: object) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, content)

    def delete(self, paths: Iterable[str]) -> None:
        for path in paths:
            (self.root / path).unlink(missing_ok=True)

    def delete_folder(self, folder: str) -> None:
        if not (self.root / folder).is_dir():
            return
        for path in (self.root / folder).iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        shutil.rmtree(self.root / folder)

    def publish(self, staged: str, added: Names, removed: Names) -> None:
        folders = sorted(added.keys() | removed.keys())
        for folder in folders:
            # Folder by folder, so that readers see old and new rows together for a moment only, if at all.
            self._renew(self.root / staged / folder, self.root / folder, added.get(folder, set()), removed.get(folder))
        for path in {path for folder in folders for path in _with_parents(folder)}:
            _sync_folder(self.root / path)

    def _renew(self, staged: Path, folder: Path, added: set[str], removed: set[str] | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if added and removed and _names(staged) == added and _names(folder) == removed and swap_folders(staged, folder):
            return  # in one step; the replaced files are now in the staging folder, which will be deleted
        for name in sorted(added):
            try:
                (staged / name).replace(folder / name)
            except FileNotFoundError:
                if not (folder / name).exists():  # else an earlier try has renamed it
                    raise
        for name in removed or ():
            (folder / name).unlink(missing_ok=True)

    @contextmanager
    def upload_folder(self, folder: str) -> Iterator[Path]:
        yield self.root / folder

    @contextmanager
    def temp_folder(self, folder: str) -> Iterator[Path]:
        try:
            yield self.root / folder
        finally:
            shutil.rmtree(self.root / folder, ignore_errors=True)

    @contextmanager
    def local_copy(self, path: str) -> Iterator[Path]:
        yield self.root / path

    @contextmanager
    def arrow_paths(self, paths: Iterable[str]) -> Iterator[tuple[list[str], pafs.FileSystem | None]]:
        yield [f"{self.root}/{path}" for path in paths], None


def write_json(path: Path, content: object) -> None:
    """Writes a JSON file, whole or not at all, into a folder that exists."""
    write_atomically(path, as_json(content))


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _with_parents(folder: str) -> Iterator[str]:
    yield folder
    while folder := folder.rpartition("/")[0]:
        yield folder
    yield "."


def _sync_folder(folder: Path) -> None:
    """Makes renames in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_HERE = -100  # AT_FDCWD: relative paths would begin at the working directory; ours are absolute
_EXCHANGE = 2  # RENAME_EXCHANGE


def swap_folders(one: Path, other: Path) -> bool:
    """Exchanges the names of two folders of one file system in one step, so that readers always find both of them, and whole.

    Returns False and does nothing where this is not possible: outside Linux, and on network file systems and some layered ones.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # a C library without it
        return False
    return bool(renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
