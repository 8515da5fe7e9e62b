"""The store in S3, Google Cloud Storage, or wherever else Beam's FileSystems reach: flat objects under one address.

An object appears whole or not at all, and whoever lists after that finds it (S3 since 2020, Cloud Storage always). Nothing is renamed in
one step: a move is a copy and then a deletion.

Beam's FileSystems make a new client, with a new connection, for every call, which for S3 takes 0.1 to 0.3 s of computing. So there we keep
one, and give it to what Beam's FileSystem for S3 is made of: a pass over 25 partitions then takes 4 s instead of 25. Of other stores
calls are few and take many objects each.

Parquet is read by pyarrow's own clients for S3 and Cloud Storage: they fetch the byte ranges that are needed, several at a time, while
Beam's files fetch 16 MB at every place and hold Python's lock. Of other stores whole files are fetched. Written is a local file, which then
is uploaded: Beam's streams can only be ended by making an object of what they were given so far, and that must be all.

The only importer is ``lake``, when it meets such an address: Beam takes a second to import, and who has a local lake needs no FileSystems.
"""

from __future__ import annotations

import copy
import errno
import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import pyarrow.fs as pafs
from apache_beam.io.aws import s3io
from apache_beam.io.aws.clients.s3 import boto3_client
from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions, S3Options

from transforms.lake.stores.protocol import FileInfo, Names, as_json

EXTRAS = {"s3": "aws", "gs": "gcp", "azfs": "azure", "hdfs": "hadoop"}
"""What has to be installed for a scheme, beside Beam."""
_OURS = {"aws", "gcp"}
_AT_ONCE = 8
"""Objects that are moved at the same time."""
_PIECE = 8_000_000


class UnusableError(Exception):
    """The address cannot be a store; the message says what to do."""


class BeamStore:
    """Objects whose names begin with ``address``, such as ``s3://bucket/lake``. Raises UnusableError."""

    def __init__(self, address: str) -> None:
        scheme, _, rest = address.partition("://")
        self._address = address.rstrip("/")
        self._bucket, _, self._prefix = rest.strip("/").partition("/")
        self._scheme = scheme.lower()
        if re.search(r"[*?\[\]\\\s]", rest) or not self._bucket:
            raise UnusableError(
                f"{address} cannot be a lake. Give --lake a bucket and a plain path, such as s3://bucket/lake."
            )
        _quieten()
        if FileSystems._pipeline_options is None:  # outside a pipeline nobody has set any, and S3 wants some
            FileSystems.set_options(PipelineOptions([]))
        try:
            FileSystems.get_filesystem(self._address)
        except (ValueError, BeamIOError) as error:
            raise UnusableError(_what_is_missing(address, self._scheme)) from error
        self._system = _S3System(address, self._bucket) if self._scheme == "s3" else _System()
        self._native: pafs.FileSystem | None = None

    @property
    def address(self) -> str:
        return self._address

    def files(self, folder: str) -> dict[str, FileInfo]:
        return dict(self._listed(folder, None))

    def names(self, folder: str) -> list[str]:
        start = len(folder) + 1 if folder else 0
        return sorted({path[start:].partition("/")[0] for path in self.files(folder)})

    def walk(self, folders: Iterable[str], refused: Callable[[str, OSError], None]) -> Iterator[str]:
        for folder in folders:
            yield from sorted(self.files(folder))

    def exists(self, path: str) -> bool:
        with self._told(path):
            return self._system.exists(self._at(path))

    def is_folder(self, path: str) -> bool:
        return bool(self._listed(path, 1))

    def read(self, path: str) -> str:
        with self._told(path), self._system.open(self._at(path)) as file:
            return bytes(file.read()).decode("utf-8")

    def write_json(self, path: str, content: object) -> None:
        # One write: whatever interrupts it, the object has all of the text or is not made.
        with self._told(path), self._system.create(self._at(path)) as file:
            file.write(as_json(content).encode("utf-8"))

    def delete(self, paths: Iterable[str]) -> None:
        addresses = [self._at(path) for path in paths]
        if addresses:
            with self._told(addresses[0]):
                self._system.delete(addresses)

    def delete_folder(self, folder: str) -> None:
        found = self.files(folder)
        own = {path for path in found if "/" not in path[len(folder) + 1 :]}
        self.delete(sorted(found.keys() - own))
        self.delete(sorted(own))

    def publish(self, staged: str, added: Names, removed: Names) -> None:
        waiting = self.files(staged)

        def renew(folder: str) -> None:
            # What is no longer staged was moved by an earlier try, or is just now by another run that finishes this one.
            names = sorted(added.get(folder, ()))
            moves = [name for name in names if f"{staged}/{folder}/{name}" in waiting]
            try:
                self._move([(f"{staged}/{folder}/{name}", f"{folder}/{name}") for name in moves])
            except FileNotFoundError:
                moves = []
            if len(moves) < len(names) and (lost := set(names) - set(self.names(folder))):
                raise FileNotFoundError(errno.ENOENT, "is neither staged nor in the lake", f"{folder}/{min(lost)}")
            self.delete(f"{folder}/{name}" for name in removed.get(folder, ()))

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(renew, sorted(added.keys() | removed.keys())):
                pass

    def _move(self, pairs: list[tuple[str, str]]) -> None:
        if pairs:
            with self._told(pairs[0][0]):
                self._system.rename([(self._at(old), self._at(new)) for old, new in pairs])

    @contextmanager
    def upload_folder(self, folder: str) -> Iterator[Path]:
        with self.temp_folder(folder) as local:
            yield local
            for file in sorted(local.rglob("*")):
                if file.is_file():
                    self._upload(file, f"{folder}/{file.relative_to(local).as_posix()}")

    def _upload(self, file: Path, path: str) -> None:
        with self._told(path), file.open("rb") as source, self._system.create(self._at(path)) as sink:
            shutil.copyfileobj(source, sink, _PIECE)

    @contextmanager
    def temp_folder(self, folder: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="copydesk-") as local:
            yield Path(local)

    @contextmanager
    def local_copy(self, path: str) -> Iterator[Path]:
        with self.temp_folder(path) as local:
            yield self._fetch(path, local)

    def _fetch(self, path: str, local: Path) -> Path:
        file = local / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._told(path), self._system.open(self._at(path)) as source, file.open("wb") as sink:
            shutil.copyfileobj(source, sink, _PIECE)
        return file

    @contextmanager
    def arrow_paths(self, paths: Iterable[str]) -> Iterator[tuple[list[str], pafs.FileSystem | None]]:
        if self._scheme in ("s3", "gs"):
            begin = "/".join(filter(None, (self._bucket, self._prefix)))
            yield [f"{begin}/{path}" for path in paths], self._arrow()
            return
        with self.temp_folder("") as local:
            yield [str(self._fetch(path, local)) for path in paths], None

    def _arrow(self) -> pafs.FileSystem:
        """pyarrow's client, which reaches the same place as Beam's."""
        if self._native is None:
            self._native = self._system.native() if isinstance(self._system, _S3System) else pafs.GcsFileSystem()
        return self._native

    def _at(self, path: str) -> str:
        return f"{self._address}/{path}"

    def _listed(self, folder: str, limit: int | None) -> list[tuple[str, FileInfo]]:
        start = len(self._address) + 1
        with self._told(folder):
            found = self._system.list(self._at(f"{folder}/" if folder else ""), limit)
            return [(address[start:], held) for address, held in found]

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, "is not there", self._at(path)) from error
        except Exception as error:  # each of Beam's file systems raises kinds of its own, and no list of them is whole
            self._raise(error, self._at(path))

    def _raise(self, error: Exception, place: str) -> NoReturn:
        causes = [*(getattr(error, "exception_details", None) or {}).values()] or [error]
        if all(getattr(cause, "code", None) == 404 and "NoSuchBucket" not in str(cause) for cause in causes):
            raise FileNotFoundError(errno.ENOENT, "is not there", place) from error
        raise OSError(f"{place}: {_first_line(causes[0])}") from error


def _what_is_missing(address: str, scheme: str) -> str:
    extra = EXTRAS.get(scheme)
    if extra is None:
        return f"{address}: no file system of Beam is for {scheme}://. Give --lake a folder, or an address with s3:// or gs://."
    of = f"'.[{extra}]'" if extra in _OURS else f"'apache-beam[{extra}]'"
    return f"{address} needs libraries that are not installed. Install them: pip install {of}"


class _System:
    """Beam's FileSystems, by addresses."""

    def list(self, below: str, limit: int | None) -> Iterable[tuple[str, FileInfo]]:
        for item in FileSystems.match([f"{below}**"], [limit])[0].metadata_list:
            yield item.path, FileInfo(item.size_in_bytes, item.last_updated_in_seconds)

    def exists(self, address: str) -> bool:
        return bool(FileSystems.exists(address))

    def open(self, address: str) -> Any:
        return FileSystems.open(address, compression_type=CompressionTypes.UNCOMPRESSED)

    def create(self, address: str) -> Any:
        return FileSystems.create(address, compression_type=CompressionTypes.UNCOMPRESSED)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        FileSystems.rename([old for old, _ in pairs], [new for _, new in pairs])

    def delete(self, addresses: Sequence[str]) -> None:
        FileSystems.delete(addresses)


class _S3System(_System):
    """The same for S3, with one client for all calls: set up by Beam's options, else by the environment and AWS's own files."""

    def __init__(self, address: str, bucket: str) -> None:
        if boto3_client.boto3 is None:
            raise UnusableError(_what_is_missing(address, "s3"))
        self._options = FileSystems._pipeline_options.view_as(S3Options)
        self._client = boto3_client.Client(options=self._options)
        # Asked once, for Beam takes a missing bucket for an empty one, and without credentials tries for minutes.
        try:
            self._client.client.head_bucket(Bucket=bucket)
        except Exception as error:  # botocore's errors have no common kind but this
            status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
            advice = {
                403: "Your credentials do not open it: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or your AWS profile.",
                404: f"There is no bucket {bucket}: make it, or check the name.",
            }.get(status, "Check your credentials, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL.")
            raise UnusableError(f"{address} cannot be reached: {_first_line(error)}. {advice}") from error

    def list(self, below: str, limit: int | None) -> Iterable[tuple[str, FileInfo]]:
        for address, (size, updated) in islice(self._io().list_files(below, with_metadata=True), limit):
            yield address, FileInfo(size, updated)

    def exists(self, address: str) -> bool:
        return bool(self._io().exists(address))

    def open(self, address: str) -> Any:
        return self._io().open(address, "rb")

    def create(self, address: str) -> Any:
        return self._io().open(address, "wb")

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        failed = {(old, new): error for old, new, error in self._io().rename_files(pairs) if error is not None}
        if failed:
            raise BeamIOError("Rename operation failed", failed)

    def delete(self, addresses: Sequence[str]) -> None:
        failed = {address: error for address, error in self._io().delete_files(addresses) if error is not None}
        if failed:
            raise BeamIOError("Delete operation failed", failed)

    def native(self) -> pafs.FileSystem:
        """pyarrow's client with the same settings."""
        meta = self._client.client.meta
        scheme, _, host = meta.endpoint_url.partition("://")
        return pafs.S3FileSystem(
            access_key=self._options.s3_access_key_id,
            secret_key=self._options.s3_secret_access_key,
            session_token=self._options.s3_session_token,
            region=meta.region_name,
            scheme=scheme,
            endpoint_override=None if "amazonaws.com" in host else host,
        )

    def _io(self) -> Any:
        # boto3's client serves many threads, but Beam's shell around it holds where the last reading was.
        return s3io.S3IO(client=copy.copy(self._client))


def _first_line(error: Exception) -> str:
    said = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    return (said.splitlines() or [type(error).__name__])[0].rstrip(".")


class _Untold(logging.Filter):
    """Keeps back the errors, with traceback, that Beam's S3 client logs just before it raises them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.module != "s3io" or record.levelno < logging.ERROR


def _quieten() -> None:
    root = logging.getLogger()  # Beam logs these with the root logger itself
    if not any(isinstance(found, _Untold) for found in root.filters):
        root.addFilter(_Untold())
