"""Opens a lake, or makes one; checks its marker file."""

from __future__ import annotations

import json
from pathlib import Path

from schemas import SCHEMA_VERSION
from transforms.lake.layout import FORMAT, MARKER, RUNS, TOP_LEVEL, Lake, LakeError


def find_lake(root: str | Path) -> Lake:
    """The lake at ``root``, which must be there; makes and changes nothing. Raises LakeError."""
    lake = lake_at(root)
    try:
        found = lake.store.exists(MARKER) or lake.store.is_folder(RUNS)
    except OSError as error:
        raise LakeError(f"{lake.place} cannot be read: {error.strerror or error}.") from error
    if not found:
        raise LakeError(f"{lake.place} is not a lake. Give --lake the folder that copydesk run has written.")
    return lake


def lake_at(root: str | Path) -> Lake:
    """The lake that is meant by ``root``, whether it is there or not."""
    if "://" in str(root):
        return Lake(str(root).rstrip("/"))
    return Lake(Path(root).expanduser().absolute())


def open_lake(root: str | Path) -> Lake:
    """The lake at ``root``, made if there is none; raises LakeError with the remedy."""
    lake = lake_at(root)
    try:
        if lake.is_local:
            if lake.root.exists() and not lake.root.is_dir():
                raise LakeError(f"{lake.root} is a file. Give --lake a folder, new or made by an earlier run.")
            lake.root.mkdir(parents=True, exist_ok=True)
        if lake.store.exists(MARKER):
            _check_marker(lake)
        else:
            _refuse_strangers(lake)
            lake.store.write_json(MARKER, {"format": FORMAT, "schema_version": SCHEMA_VERSION})
        if lake.is_local:
            lake.staging.mkdir(exist_ok=True)
            lake.runs.mkdir(exist_ok=True)
    except OSError as error:
        raise unusable_lake(lake, "written", error) from error
    return lake


def existing_lake(root: str | Path) -> Lake:
    """The lake at ``root``, which must be there: whoever looks at a lake, or after it, makes none. Raises LakeError."""
    lake = lake_at(root)
    try:
        found = (lake.root / MARKER).is_file() if lake.is_local else lake.store.exists(MARKER)
    except OSError as error:
        raise unusable_lake(lake, "read", error) from error
    if not found:
        raise LakeError(
            f"{root} is not a lake: it has no lake.json. Give --lake the folder that copydesk run wrote to."
        )
    return open_lake(root)


def unusable_lake(lake: Lake, how: str, error: OSError) -> LakeError:
    remedy = "Give --lake a writable folder." if lake.is_local else "Check the bucket, and what your credentials allow."
    return LakeError(f"{lake.place} cannot be {how}: {error.strerror or error}. {remedy}")


def _check_marker(lake: Lake) -> None:
    marker = f"{lake.place}/{MARKER}"
    try:
        found = json.loads(lake.store.read(MARKER))
        version = int(found["schema_version"])
        known = found["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(f"{marker} is damaged ({error}). Restore it from a backup, or use another folder.") from error
    if not known:
        raise LakeError(f"{marker} is not of a Copydesk lake. Give --lake another folder.")
    if version > SCHEMA_VERSION:
        raise LakeError(
            f"{lake.place} was written by a newer Copydesk (schema version {version}; this one knows {SCHEMA_VERSION})."
            " Upgrade Copydesk, or use another folder."
        )


def _refuse_strangers(lake: Lake) -> None:
    # A run that was killed while it made the lake has left a part of the marker.
    strangers = [name for name in lake.store.names("") if name not in TOP_LEVEL and not name.startswith(f".{MARKER}.")]
    if strangers:
        raise LakeError(
            f"{lake.place} is not a lake and holds other files ({', '.join(strangers[:3])}…)."
            " Give --lake an empty or a new folder."
        )
