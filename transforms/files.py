"""Files that are written whole or not at all, and changes of folders that survive a loss of power."""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 16
"""Files or folders that change or are synced at the same time: a disk takes them together, so this is waiting, not work."""
_PARTIAL = re.compile(r"\.(.+)\.[0-9a-f]{8}")
_FEW = 4
"""Folders and files that are synced one by one. For more, the whole file system is synced in one call."""


def write_atomically(path: Path, text: str, *, sync: bool = True) -> None:
    """Writes a file under a hidden name and renames it, so that readers find the old text or the new one. Raises OSError.

    With ``sync``, the new text is there for good when the call returns, also after a loss of power. Without it, the call is faster.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
        if sync:
            sync_folders([path.parent])
    finally:
        partial.unlink(missing_ok=True)


def partial_target(name: str) -> str | None:
    """The name that a file was to get, given the hidden name under which ``write_atomically`` began it. None for any other name."""
    match = _PARTIAL.fullmatch(name)
    return match[1] if match else None


def sync_folders(folders: Iterable[Path], files: Iterable[Path] = ()) -> None:
    """Makes what was made, renamed and deleted in these folders, and the content of these files, survive a loss of power.

    Raises OSError.
    """
    disks: dict[int, list[Path]] = defaultdict(list)
    for path in (*folders, *files):
        disks[path.stat().st_dev].append(path)
    for paths in disks.values():
        if len(paths) > _FEW and _sync_file_system(paths[0]):
            continue
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(_sync, paths):
                pass


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_file_system(path: Path) -> bool:
    """Syncs the whole file system of a path. Returns False where this is not possible."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):  # a C library without it
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        return bool(syncfs(handle) == 0)
    finally:
        os.close(handle)
