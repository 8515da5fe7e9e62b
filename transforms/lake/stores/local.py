"""The store on local disks."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow.fs as pafs

from transforms.files import AT_ONCE, sync_folders, write_atomically
from transforms.lake.parquet import partial_name
from transforms.lake.stores.protocol import FileInfo, Names, as_json

_PIECE = 8_000_000
"""Bytes that are copied at a time."""


@dataclass(frozen=True, slots=True)
class LocalStore:
    """Files of a local disk, moved by renames of the operating system. Commits survive a loss of power."""

    root: Path
    """The folder of the lake."""

    @property
    def address(self) -> str:
        return str(self.root)

    def files(self, folder: str) -> dict[str, FileInfo]:
        def refuse(error: OSError) -> None:
            # A part of the lake that is not seen would be fetched and written again.
            if not isinstance(error, FileNotFoundError):
                raise error

        files = {}
        for inside, names in self._walk(folder, refuse):
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
                yield from (f"{inside}/{name}" for name in names)

    def _walk(self, top: str, refuse: Callable[[OSError], None]) -> Iterator[tuple[str, list[str]]]:
        """A folder and all folders below it, each with the names of its files, sorted.

        Follows links, because a day or a source may be on another disk, but enters no folder twice. Calls ``refuse`` with the error of a
        folder that cannot be listed, and of a link to something that is not there.
        """
        visited, waiting = set[tuple[int, int]](), [top]
        while waiting:
            inside = waiting.pop()
            path = f"{self.root}/{inside}"
            try:
                status = os.stat(path)
                if (status.st_dev, status.st_ino) in visited:
                    continue
                visited.add((status.st_dev, status.st_ino))
                with os.scandir(path) as entries:
                    found = sorted((entry.name, entry.is_dir(), entry.is_symlink()) for entry in entries)
            except FileNotFoundError as error:
                refuse(_broken_link(path) if os.path.islink(path) else error)
                continue
            except OSError as error:
                refuse(error)
                continue
            names = []
            for name, is_folder, is_link in found:
                if is_link and not is_folder and not os.path.exists(f"{path}/{name}"):
                    refuse(_broken_link(f"{path}/{name}"))
                elif not is_folder:
                    names.append(name)
            yield inside, names
            waiting += [f"{inside}/{name}" for name, is_folder, _ in reversed(found) if is_folder]

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def exists(self, path: str) -> bool:
        return os.path.lexists(self.root / path)

    def is_folder(self, path: str) -> bool:
        return (self.root / path).is_dir()

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def write_json(self, path: str, content: object, sync: bool = True) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, content, sync)
        if sync:  # a folder in a folder may be new
            sync_folders(self.root / above for above in list(_with_parents(path.rpartition("/")[0]))[1:-1])

    def delete(self, paths: Iterable[str]) -> None:
        for path in paths:
            (self.root / path).unlink(missing_ok=True)

    def delete_folder(self, folder: str) -> None:
        top = self.root / folder
        if top.is_symlink():
            top.unlink()
        if not top.is_dir():
            return
        for path in top.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
        shutil.rmtree(top)

    def publish(self, staged: str, added: Names, removed: Names) -> list[str]:
        def renew(folder: str) -> list[str]:
            # Each folder by itself, so that readers see old and new rows together for a moment only, if at all.
            names, gone = added.get(folder, set()), removed.get(folder)
            return [f"{folder}/{name}" for name in _renew(self.root / staged / folder, self.root / folder, names, gone)]

        folders = sorted(added.keys() | removed.keys())
        with ThreadPoolExecutor(AT_ONCE) as pool:
            missing = [path for paths in pool.map(renew, folders) for path in paths]
        sync_folders(
            self.root / path for path in sorted({path for folder in folders for path in _with_parents(folder)})
        )
        return missing

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


def write_json(path: Path, content: object, sync: bool = True) -> None:
    """Writes a JSON file, whole or not at all, into a folder that exists."""
    write_atomically(path, as_json(content), sync=sync)


def sync_tree(top: Path) -> None:
    """Makes a folder, and all that is in it, survive a loss of power."""
    inside = list(os.walk(top))
    files = [Path(folder, name) for folder, _, names in inside for name in names]
    sync_folders([top.parent, *(Path(folder) for folder, _, _ in inside)], files)


def _broken_link(path: str) -> OSError:
    return OSError(errno.ENOLINK, "is a link to something that is not there. Is its disk mounted?", path)


def _renew(staged: Path, folder: Path, added: set[str], removed: set[str] | None) -> list[str]:
    """Moves staged files to their folder, and deletes those that they replace. Returns the names of files that are in neither place."""
    if not removed and _move_whole(staged, folder, added):
        return []
    folder.mkdir(parents=True, exist_ok=True)
    may_swap = (
        added and removed and not folder.is_symlink()
    )  # a link is not a folder of this disk: the swap would move the link
    if may_swap and _names(staged) == added and _names(folder) == removed and swap_folders(staged, folder):
        return []  # in one step; the replaced files are now in the staging folder, which will be deleted
    missing = []
    for name in sorted(added):
        try:
            _move(staged / name, folder / name)
        except FileNotFoundError:
            if not (folder / name).exists():  # else an earlier try has moved it
                missing.append(name)
    for name in removed or ():
        (folder / name).unlink(missing_ok=True)
    return missing


def _move_whole(staged: Path, folder: Path, names: set[str]) -> bool:
    """Makes a staged folder of exactly these files that of the lake, if the lake has none yet. Returns False when it cannot."""
    if folder.exists() or _names(staged) != names:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        staged.replace(folder)
    except OSError:  # the lake has it now, or it is on another disk
        return False
    return True


def _move(old: Path, new: Path) -> None:
    """Renames a file. To another disk it is copied under a hidden name, synced, and renamed there."""
    try:
        old.replace(new)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
    partial = new.with_name(partial_name())
    try:
        with old.open("rb") as source, partial.open("wb") as copy:
            shutil.copyfileobj(source, copy, _PIECE)
            copy.flush()
            os.fsync(copy.fileno())
        partial.replace(new)
    finally:
        partial.unlink(missing_ok=True)
    old.unlink()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _with_parents(folder: str) -> Iterator[str]:
    yield folder
    while folder := folder.rpartition("/")[0]:
        yield folder
    yield "."


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
