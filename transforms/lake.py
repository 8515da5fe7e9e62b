"""The lake as a folder: where things are, opening it, and one writer at a time.

articles/date=…/source=…/part-<run>.parquet      date: UTC day of published_at, else of first_seen_at
rejects/date=…/  polls/date=…/  index/date=…/    date: UTC day of the pass
runs/<run>.json                                  what each pass did
lake.json  _lock  _staging/<run>/                format and version; the writer's lock; work not yet committed
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from filelock import FileLock, Timeout

from schemas import SCHEMA_VERSION, Dataset

FORMAT = "copydesk lake"
TOP_LEVEL = {
    "articles",
    "rejects",
    "polls",
    "index",
    "runs",
    "archive",
    "lake.json",
    "_lock",
    "_owner.json",
    "_staging",
}
"""What a lake may hold at its top."""


class LakeError(Exception):
    """The lake cannot be used as it is; the message says what to do."""


class LakeBusyError(LakeError):
    """Another run is writing to the lake."""


@dataclass(frozen=True, slots=True)
class Lake:
    """Paths of one lake. Holds no open files, so it travels to workers."""

    root: Path

    @property
    def staging(self) -> Path:
        return self.root / "_staging"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    def dataset(self, dataset: Dataset) -> Path:
        return self.root / dataset

    def files(self, dataset: Dataset, since: str = "") -> list[Path]:
        """Committed Parquet files of a dataset, of the days from ``since`` (YYYY-MM-DD) on, in order."""
        return [
            file
            for day in sorted(self.dataset(dataset).glob("date=*"))
            if day.name >= f"date={since}"
            for file in sorted(day.rglob("*.parquet"))
        ]


def new_run_id(now: datetime) -> str:
    """A name for a pass that sorts by time: ``20261001T081500Z-3f9a1c``."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def open_lake(root: str | Path) -> Lake:
    """The lake at ``root``, made if there is none; raises LakeError with the remedy."""
    if "://" in str(root):
        raise LakeError(f"{root}: only local paths can be a lake so far. Write to a local folder and copy it.")
    path = Path(root).expanduser().absolute()
    lake = Lake(path)
    try:
        if path.exists() and not path.is_dir():
            raise LakeError(f"{path} is a file. Give --lake a folder, new or made by an earlier run.")
        path.mkdir(parents=True, exist_ok=True)
        marker = path / "lake.json"
        if marker.exists():
            _check_marker(marker)
        else:
            _refuse_strangers(path)
            write_json(marker, {"format": FORMAT, "schema_version": SCHEMA_VERSION})
        lake.staging.mkdir(exist_ok=True)
        lake.runs.mkdir(exist_ok=True)
    except OSError as error:
        raise LakeError(
            f"{path} cannot be written: {error.strerror or error}. Give --lake a writable folder."
        ) from error
    return lake


def existing_lake(root: str | Path) -> Lake:
    """The lake at ``root``, which must be there: whoever looks at a lake, or after it, makes none. Raises LakeError."""
    if "://" not in str(root) and not (Path(root).expanduser() / "lake.json").is_file():
        raise LakeError(
            f"{root} is not a lake: it has no lake.json. Give --lake the folder that copydesk run wrote to."
        )
    return open_lake(root)


def _check_marker(marker: Path) -> None:
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
        version = int(found["schema_version"])
        known = found["format"] == FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(f"{marker} is damaged ({error}). Restore it from a backup, or use another folder.") from error
    if not known:
        raise LakeError(f"{marker} is not of a Copydesk lake. Give --lake another folder.")
    if version > SCHEMA_VERSION:
        raise LakeError(
            f"{marker.parent} was written by a newer Copydesk (schema version {version}; this one knows {SCHEMA_VERSION})."
            " Upgrade Copydesk, or use another folder."
        )


def _refuse_strangers(path: Path) -> None:
    # A run that was killed while it made the lake has left a part of the marker.
    strangers = sorted(
        entry.name
        for entry in path.iterdir()
        if entry.name not in TOP_LEVEL and not entry.name.startswith(".lake.json.")
    )
    if strangers:
        raise LakeError(
            f"{path} is not a lake and holds other files ({', '.join(strangers[:3])}…). Give --lake an empty or a new folder."
        )


@contextmanager
def writing(lake: Lake, run_id: str) -> Iterator[None]:
    """Holds the lake's lock, which the operating system frees when the process ends, however it ends.

    Raises LakeBusyError when another run holds it.
    """
    owner = lake.root / "_owner.json"
    lock = FileLock(lake.root / "_lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LakeBusyError(
            f"Another run is writing to {lake.root}{_said_by(owner)}. Wait until it has ended, or use another lake."
        ) from None
    except OSError as error:
        raise LakeError(
            f"{lake.root} cannot be locked: {error.strerror or error}. Give --lake a writable folder."
        ) from error
    try:
        write_json(owner, {"run_id": run_id, "pid": os.getpid(), "since": datetime.now(timezone.utc).isoformat()})
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _said_by(owner: Path) -> str:
    try:
        said = json.loads(owner.read_text(encoding="utf-8"))
        return f" (run {said['run_id']}, process {said['pid']}, since {said['since']})"
    except (OSError, ValueError, KeyError):
        return ""  # the owner's note is a courtesy: the lock alone decides


def write_json(path: Path, content: object) -> None:
    """Writes a JSON file so that a reader, and a machine that loses power, finds all of it or nothing."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
