"""Rows that one step of a run hands over to a later step in a file of the run's staging folder.

An engine's shuffle is not made for many rows under one key. Flink, for one, merges them into one record, and fails if that is larger than
its sort buffer. A path is short. The files go with the staging folder, whether the run is committed or not.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pyarrow.parquet as pq

from schemas import Row
from schemas.arrow import table
from transforms.lake.fences import fence_of
from transforms.lake.layout import Lake

_FOLDER = "_handover"
_Record = TypeVar("_Record", bound=Row)


def hand_over(lake: Lake, run_id: str, rows: Sequence[Row]) -> str:
    """Writes rows of one record to a file, and returns its path. A bundle that is tried again writes another file."""
    folder, name = f"{fence_of(lake).staging(run_id)}/{_FOLDER}", f"{secrets.token_hex(8)}.parquet"
    with lake.store.upload_folder(folder) as local:
        local.mkdir(parents=True, exist_ok=True)
        pq.write_table(table(type(rows[0]), rows), local / name, compression="lz4", use_dictionary=False)
    return f"{folder}/{name}"


def handed_over(lake: Lake, record: type[_Record], paths: Iterable[str]) -> list[_Record]:
    """The rows of these files. Raises FileNotFoundError when a recovery has discarded them."""
    rows: list[_Record] = []
    for path in sorted(paths):
        with lake.store.local_copy(path) as local:
            rows.extend(record(**row) for row in pq.read_table(local).to_pylist())
    return rows
