"""Opens a lake or makes one, and checks its marker, ``lake.json``."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from schemas import SCHEMA_VERSION
from transforms.files import partial_target
from transforms.lake.layout import DAMAGED_JSON, MARKER, RUNS, TOP_LEVEL, Lake, LakeError, read_record, run_ids

_FORMAT = "copydesk lake"
_OF_SYSTEMS = (".DS_Store", "lost+found")
"""What operating systems put into folders. They also put ``._`` before the names of files."""


def lake_at(root: str | Path) -> Lake:
    """The lake that ``root`` names, whether or not it exists."""
    if "://" in str(root):
        return Lake(str(root).rstrip("/"))
    return Lake(Path(root).expanduser().absolute())


def open_lake(root: str | Path) -> Lake:
    """The lake at ``root``, made if there is none. Raises LakeError."""
    lake = lake_at(root)
    try:
        if lake.is_local:
            if lake.root.exists() and not lake.root.is_dir():
                raise LakeError(f"{lake.root} is a file. Give --lake a folder, new or made by an earlier run.")
            lake.root.mkdir(parents=True, exist_ok=True)
        if marker_is_cut_off(lake):
            _check_version(lake, _newest_version(lake))
            write_marker(lake)
        elif lake.store.exists(MARKER):
            _check_marker(lake)
        else:
            _refuse_other_files(lake)
            write_marker(lake)
        if lake.is_local:
            lake.staging.mkdir(exist_ok=True)
            lake.runs.mkdir(exist_ok=True)
    except OSError as error:
        raise unusable(lake, "written", error) from error
    return lake


def existing_lake(root: str | Path) -> Lake:
    """Like ``open_lake``, but makes no lake: raises LakeError when there is none."""
    lake = lake_at(root)
    try:
        exists = (lake.root / MARKER).is_file() if lake.is_local else lake.store.exists(MARKER)
    except OSError as error:
        raise unusable(lake, "read", error) from error
    if not exists:
        raise LakeError(f"{root} is not a lake: it has no {MARKER}. Give --lake the folder that copydesk run wrote to.")
    return open_lake(root)


def find_lake(root: str | Path) -> Lake:
    """The lake at ``root``, which may be damaged: its marker is not checked, and nothing is written. Raises LakeError."""
    lake = lake_at(root)
    try:
        exists = lake.store.exists(MARKER) or lake.store.is_folder(RUNS)
    except OSError as error:
        raise LakeError(f"{lake.place} cannot be read: {error.strerror or error}.") from error
    if not exists:
        raise LakeError(f"{lake.place} is not a lake. Give --lake the folder that copydesk run wrote to.")
    return lake


def unusable(lake: Lake, how: str, error: OSError) -> LakeError:
    """The error for a lake that cannot be read, written or locked, with what to do."""
    remedy = "Give --lake a writable folder." if lake.is_local else "Check the bucket, and what your credentials allow."
    return LakeError(f"{lake.place} cannot be {how}: {error.strerror or error}. {remedy}")


def write_marker(lake: Lake) -> None:
    """Writes the marker with the schema version of this Copydesk."""
    lake.store.write_json(MARKER, {"format": _FORMAT, "schema_version": SCHEMA_VERSION})


def marker_version(lake: Lake) -> int:
    """The schema version of a lake. Raises LakeError for the marker of something else, ValueError for a damaged one, and OSError."""
    try:
        marker = json.loads(lake.store.read(MARKER))
        of_lake, version = marker["format"] == _FORMAT, int(marker["schema_version"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    if not of_lake:
        raise LakeError(f"{lake.place}/{MARKER} is not the marker of a Copydesk lake. Give --lake another folder.")
    return version


def marker_is_cut_off(lake: Lake) -> bool:
    """True for a marker that is empty or no JSON, beside the records of runs: it was ours, and can be written again."""
    try:
        json.loads(lake.store.read(MARKER))
    except FileNotFoundError:
        return False
    except ValueError:
        return lake.store.is_folder(RUNS)
    return False


def _newest_version(lake: Lake) -> int:
    """The schema version of the latest run record that can be read; 0 when there is none."""
    for run_id in reversed(run_ids(lake)):
        with suppress(*DAMAGED_JSON):
            return read_record(lake, run_id).schema_version
    return 0


def _check_marker(lake: Lake) -> None:
    try:
        version = marker_version(lake)
    except ValueError as error:
        raise LakeError(
            f"{lake.place}/{MARKER} is damaged ({error}). Restore it from a backup, or use another folder."
        ) from error
    _check_version(lake, version)


def _check_version(lake: Lake, version: int) -> None:
    if version > SCHEMA_VERSION:
        raise LakeError(
            f"{lake.place} was written by a newer Copydesk (schema version {version}; this one knows {SCHEMA_VERSION})."
            " Upgrade Copydesk, or use another folder."
        )


def _refuse_other_files(lake: Lake) -> None:
    """Raises LakeError for a place that holds something else. A run that was killed while it made the lake may have left half a marker."""
    others = [
        name
        for name in lake.store.names("")
        if name not in TOP_LEVEL and name not in _OF_SYSTEMS and not name.startswith("._")
        if partial_target(name) != MARKER
    ]
    if others:
        raise LakeError(
            f"{lake.place} is not a lake and holds other files ({', '.join(others[:3])}…)."
            " Give --lake an empty folder or a new one."
        )
