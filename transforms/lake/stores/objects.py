"""The store in S3, Google Cloud Storage, or wherever else Beam's FileSystems reach: flat objects below one address.

An object appears whole or not at all, and every later listing contains it (S3 since 2020, Cloud Storage always). Nothing is renamed in one
step: a move is a copy, and then a deletion.

Beam's FileSystems make a new client with a new connection for every call. For S3 this takes 0.1 to 0.3 s of computing. So for S3 we keep
one client and call the parts of Beam's file system with it: a pass over 25 partitions then takes 4 s instead of 25 s. Other stores get few
calls, with many objects each.

Parquet in S3 and Cloud Storage is read by pyarrow's own clients. They fetch only the needed byte ranges, several at a time. Beam's files
fetch 16 MB at every place and hold Python's lock. From other stores, whole files are fetched. To write, we write a local file and upload
it: closing a Beam stream always creates the object, even after a failure half-way.

Only ``lake.layout`` imports this module, when it meets such an address: Beam takes a second to import, and a local lake does not need it.
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

from schemas import UsageError
from transforms.lake.stores.protocol import FileInfo, Names, as_json

EXTRAS = {"s3": "aws", "gs": "gcp", "azfs": "azure", "hdfs": "hadoop"}
"""The extra of Beam that a scheme needs."""
_OURS = {"aws", "gcp"}
"""The extras that Copydesk has too."""
_AT_ONCE = 8
"""Folders that change at the same time."""
_PIECE = 8_000_000
"""Bytes that are copied at a time."""


class UnusableError(UsageError):
    """The address cannot be used as a store; the message says what to do."""


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
        _drop_raised_errors()
        if FileSystems._pipeline_options is None:  # they are not set outside a pipeline, and S3 needs them
            FileSystems.set_options(PipelineOptions([]))
        try:
            FileSystems.get_filesystem(self._address)
        except (ValueError, BeamIOError) as error:
            raise UnusableError(_missing_libraries(address, self._scheme)) from error
        self._system = _S3System(address, self._bucket) if self._scheme == "s3" else _System()
        self._native: pafs.FileSystem | None = None

    @property
    def address(self) -> str:
        return self._address

    def files(self, folder: str) -> dict[str, FileInfo]:
        return dict(self._list(folder, None))

    def names(self, folder: str) -> list[str]:
        start = len(folder) + 1 if folder else 0
        return sorted({path[start:].partition("/")[0] for path in self.files(folder)})

    def walk(self, folders: Iterable[str], refused: Callable[[str, OSError], None]) -> Iterator[str]:
        for folder in folders:
            yield from sorted(self.files(folder))

    def exists(self, path: str) -> bool:
        with self._os_errors(path):
            return self._system.exists(self._at(path))

    def is_folder(self, path: str) -> bool:
        return bool(self._list(path, 1))

    def read(self, path: str) -> str:
        with self._os_errors(path), self._system.open(self._at(path)) as file:
            return bytes(file.read()).decode("utf-8")

    def write_json(self, path: str, content: object, sync: bool = True) -> None:
        # There is only one write, so an interruption cannot leave half of the text.
        with self._os_errors(path):
            self._system.put(self._at(path), as_json(content).encode("utf-8"))

    def delete(self, paths: Iterable[str]) -> None:
        addresses = [self._at(path) for path in paths]
        if addresses:
            with self._os_errors(addresses[0]):
                self._system.delete(addresses)

    def delete_folder(self, folder: str) -> None:
        files = self.files(folder)
        direct = {path for path in files if "/" not in path[len(folder) + 1 :]}
        self.delete(sorted(files.keys() - direct))
        self.delete(sorted(direct))

    def publish(self, staged: str, added: Names, removed: Names) -> list[str]:
        files = self.files(staged)

        def renew(folder: str) -> list[str]:
            # A file that is not staged any more was moved by an earlier try, or by another run that finishes this one right now.
            names = sorted(added.get(folder, ()))
            moves = [name for name in names if f"{staged}/{folder}/{name}" in files]
            try:
                self._move([(f"{staged}/{folder}/{name}", f"{folder}/{name}") for name in moves])
            except FileNotFoundError:
                moves = []
            missing = set(names) - set(self.names(folder)) if len(moves) < len(names) else set()
            self.delete(f"{folder}/{name}" for name in removed.get(folder, ()))
            return [f"{folder}/{name}" for name in sorted(missing)]

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [path for paths in pool.map(renew, sorted(added.keys() | removed.keys())) for path in paths]

    def _move(self, pairs: list[tuple[str, str]]) -> None:
        if pairs:
            with self._os_errors(pairs[0][0]):
                self._system.rename([(self._at(old), self._at(new)) for old, new in pairs])

    @contextmanager
    def upload_folder(self, folder: str) -> Iterator[Path]:
        with self.temp_folder(folder) as local:
            yield local
            for file in sorted(local.rglob("*")):
                if file.is_file():
                    self._upload(file, f"{folder}/{file.relative_to(local).as_posix()}")

    def _upload(self, file: Path, path: str) -> None:
        with self._os_errors(path):
            if file.stat().st_size <= _PIECE:
                self._system.put(self._at(path), file.read_bytes())
                return
            with file.open("rb") as source, self._system.create(self._at(path)) as sink:
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
        with self._os_errors(path), self._system.open(self._at(path)) as source, file.open("wb") as sink:
            shutil.copyfileobj(source, sink, _PIECE)
        return file

    @contextmanager
    def arrow_paths(self, paths: Iterable[str]) -> Iterator[tuple[list[str], pafs.FileSystem | None]]:
        if self._scheme in ("s3", "gs"):
            top = "/".join(filter(None, (self._bucket, self._prefix)))
            yield [f"{top}/{path}" for path in paths], self._arrow()
            return
        with self.temp_folder("") as local:
            yield [str(self._fetch(path, local)) for path in paths], None

    def _arrow(self) -> pafs.FileSystem:
        """pyarrow's client for the same place."""
        if self._native is None:
            self._native = self._system.native() if isinstance(self._system, _S3System) else pafs.GcsFileSystem()
        return self._native

    def _at(self, path: str) -> str:
        return f"{self._address}/{path}"

    def _list(self, folder: str, limit: int | None) -> list[tuple[str, FileInfo]]:
        start = len(self._address) + 1
        with self._os_errors(folder):
            objects = self._system.list(self._at(f"{folder}/" if folder else ""), limit)
            return [(address[start:], info) for address, info in objects]

    @contextmanager
    def _os_errors(self, path: str) -> Iterator[None]:
        """Turns all errors into OSErrors that name the object."""
        try:
            yield
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, "is not there", self._at(path)) from error
        except Exception as error:  # each of Beam's file systems raises errors of its own
            self._raise(error, self._at(path))

    def _raise(self, error: Exception, place: str) -> NoReturn:
        causes = [*(getattr(error, "exception_details", None) or {}).values()] or [error]
        if all(_status(cause) == 404 and "NoSuchBucket" not in str(cause) for cause in causes):
            raise FileNotFoundError(errno.ENOENT, "is not there", place) from error
        raise OSError(f"{place}: {_first_line(causes[0])}") from error


def _missing_libraries(address: str, scheme: str) -> str:
    extra = EXTRAS.get(scheme)
    if extra is None:
        return f"{address}: Beam has no file system for {scheme}://. Give --lake a folder, or an address with s3:// or gs://."
    requirement = f"'.[{extra}]'" if extra in _OURS else f"'apache-beam[{extra}]'"
    return f"{address} needs libraries that are not installed. Install them: pip install {requirement}"


class _System:
    """Beam's FileSystems. All names are addresses."""

    def list(self, prefix: str, limit: int | None) -> Iterable[tuple[str, FileInfo]]:
        for item in FileSystems.match([f"{prefix}**"], [limit])[0].metadata_list:
            yield item.path, FileInfo(item.size_in_bytes, item.last_updated_in_seconds)

    def exists(self, address: str) -> bool:
        return bool(FileSystems.exists(address))

    def open(self, address: str) -> Any:
        return FileSystems.open(address, compression_type=CompressionTypes.UNCOMPRESSED)

    def create(self, address: str) -> Any:
        return FileSystems.create(address, compression_type=CompressionTypes.UNCOMPRESSED)

    def put(self, address: str, content: bytes) -> None:
        with self.create(address) as file:
            file.write(content)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        FileSystems.rename([old for old, _ in pairs], [new for _, new in pairs])

    def delete(self, addresses: Sequence[str]) -> None:
        FileSystems.delete(addresses)


class _S3System(_System):
    """The same for S3, with one client for all calls. Settings come from Beam's options, the environment, or the files of AWS."""

    def __init__(self, address: str, bucket: str) -> None:
        if boto3_client.boto3 is None:
            raise UnusableError(_missing_libraries(address, "s3"))
        self._options = FileSystems._pipeline_options.view_as(S3Options)
        self._client = boto3_client.Client(options=self._options)
        # Checked once, because Beam takes a missing bucket for an empty one, and keeps trying for minutes without credentials.
        try:
            self._client.client.head_bucket(Bucket=bucket)
        except Exception as error:  # botocore's errors have no other common class
            status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
            advice = {
                403: "Your credentials do not open it: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or your AWS profile.",
                404: f"There is no bucket {bucket}: make it, or check the name.",
            }.get(status, "Check your credentials, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL.")
            raise UnusableError(f"{address} cannot be reached: {_first_line(error)}. {advice}") from error

    def list(self, prefix: str, limit: int | None) -> Iterable[tuple[str, FileInfo]]:
        for address, (size, updated) in islice(self._io().list_files(prefix, with_metadata=True), limit):
            yield address, FileInfo(size, updated)

    def exists(self, address: str) -> bool:
        return bool(self._io().exists(address))

    def open(self, address: str) -> Any:
        return self._io().open(address, "rb")

    def create(self, address: str) -> Any:
        return self._io().open(address, "wb")

    def put(self, address: str, content: bytes) -> None:
        # One request. Beam's writer makes three: it begins an upload of several parts, uploads one, and completes the upload.
        bucket, key = s3io.parse_s3_path(address)
        self._client.client.put_object(Bucket=bucket, Key=key, Body=content)

    def rename(self, pairs: Sequence[tuple[str, str]]) -> None:
        # Beam asks for the size of each file before it copies it. One request copies up to 5 GB, more than our files have.
        for old, new in pairs:
            source, target = s3io.parse_s3_path(old), s3io.parse_s3_path(new)
            self._client.client.copy_object(
                Bucket=target[0], Key=target[1], CopySource={"Bucket": source[0], "Key": source[1]}
            )
        self.delete([old for old, _ in pairs])

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
        # Threads can share boto3's client, but not Beam's wrapper around it, which stores the position of the last read.
        return s3io.S3IO(client=copy.copy(self._client))


def _status(error: Exception) -> int | None:
    """The HTTP status of an error of Beam's clients or of boto3; None for any other."""
    response: dict[str, Any] = getattr(error, "response", None) or {}
    code: int | None = getattr(error, "code", None)
    return code if code is not None else response.get("ResponseMetadata", {}).get("HTTPStatusCode")


def _first_line(error: Exception) -> str:
    message = error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
    return (message.splitlines() or [type(error).__name__])[0].rstrip(".")


class _WithoutRaised(logging.Filter):
    """Drops the errors with traceback that Beam's S3 client logs just before it raises them."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.module != "s3io" or record.levelno < logging.ERROR


def _drop_raised_errors() -> None:
    root = logging.getLogger()  # which Beam uses for these messages
    if not any(isinstance(item, _WithoutRaised) for item in root.filters):
        root.addFilter(_WithoutRaised())
