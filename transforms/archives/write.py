"""Exchanges of the client to WARC 1.1 files, by FastWARC: a request, a response and a metadata record for each.

Each process writes files of its own, under a name that ends in ``.open`` until they are complete. The records of an exchange are written
together, so a process that is killed leaves whole records, up to the last.
"""

from __future__ import annotations

import atexit
import errno
import hashlib
import io
import os
import socket
import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count
from pathlib import Path
from typing import BinaryIO

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from schemas import CopydeskError, UsageError
from transforms.archives.warc import REQUESTED
from transforms.web.exchanges import Exchange, Fields

FILE_BYTES = 1 << 30
"""Size in bytes at which a file is complete and the next one begins."""
OPEN = ".open"
"""Ends the name of a file that is not complete."""
_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_CODING_FIELDS = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})
"""Fields of a response that would not be true of the decoded body."""
_LEVEL = 6

_lock = threading.Lock()
_files: dict[tuple[int, WarcArchive], _File] = {}
"""The open file of each archive, by process: a forked child must not complete its parent's."""


class ArchiveWriteError(CopydeskError):
    """The archive cannot be written. It is no OSError, because the client takes those for failures of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcArchive:
    """The archive of one run. It is pickled to workers; a process opens its file when it records the first exchange."""

    folder: str
    """Absolute path of the folder."""
    run_id: str
    """The run id, in the names of its files."""
    user_agent: str
    """The User-Agent of the requests."""
    contact: str | None = None
    """E-mail or web address of the operator."""

    def record(self, exchange: Exchange) -> None:
        """Writes the records of an exchange. Raises ArchiveWriteError."""
        with _lock:
            file = _files.get(self._key)
            try:
                if file is None:
                    file = _files[self._key] = _File(self)
                file.write(exchange)
                if file.size >= FILE_BYTES:
                    _files.pop(self._key).complete()
            except OSError as error:
                _files.pop(self._key, None)
                raise self._error(error) from None  # from None: the cause would be reported as a full disk of the lake

    def flush(self) -> None:
        """Makes what this process recorded durable. Raises ArchiveWriteError."""
        with _lock:
            try:
                if self._key in _files:
                    _files[self._key].flush()
            except OSError as error:
                _files.pop(self._key, None)
                raise self._error(error) from None

    def close(self) -> None:
        """Completes this process's file. Raises ArchiveWriteError."""
        with _lock:
            try:
                if self._key in _files:
                    _files.pop(self._key).complete()
            except OSError as error:
                raise self._error(error) from None

    @property
    def _key(self) -> tuple[int, WarcArchive]:
        return os.getpid(), self

    def _error(self, error: OSError) -> ArchiveWriteError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return ArchiveWriteError(f"the disk of the archive {self.folder} is full. Free some space.")
        return ArchiveWriteError(f"the archive {self.folder} cannot be written: {error.strerror or error}.")


def archive_folder(path: str) -> str:
    """The absolute path of a folder for archives, which is created if it is missing. Raises UsageError."""
    if "://" in path:
        raise UsageError(
            f"--archive {path} is not a folder on this machine. Write the archives locally, and upload them."
        )
    folder = os.path.abspath(os.path.expanduser(path))
    try:
        os.makedirs(folder, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise UsageError(f"--archive {path} cannot be used: {error.strerror or error}.") from error
    return folder


class _File:
    """One file of an archive."""

    def __init__(self, archive: WarcArchive) -> None:
        self._path, self._stream = _create(archive)
        self.size = 0
        info = _info(archive, self._path.name)
        self._info_id = info.record_id or ""
        self._append(_packed([info]))

    def write(self, exchange: Exchange) -> None:
        """Appends the records of an exchange."""
        payload_digest = hashlib.sha1(exchange.body, usedforsecurity=False).digest()
        self._append(_packed(_records(exchange, self._info_id), payload_digest))

    def flush(self) -> None:
        """Waits until everything is on the disk."""
        os.fsync(self._stream.fileno())

    def complete(self) -> None:
        """Closes the file and gives it its name."""
        try:
            self.flush()
        finally:
            self._stream.close()
        os.rename(self._path.with_name(self._path.name + OPEN), self._path)

    def _append(self, records: bytes) -> None:
        view = memoryview(records)
        try:
            while view:
                view = view[self._stream.write(view) :]
        except OSError:
            self._stream.truncate(self.size)  # leaves whole records only
            self._stream.close()
            raise
        self.size += len(records)


def _create(archive: WarcArchive) -> tuple[Path, BinaryIO]:
    """A new file under the first free number, and its final path. Several processes may create files at the same time."""
    for number in count():
        path = Path(archive.folder, f"copydesk-{archive.run_id}-{number}.warc.gz")
        opened = path.with_name(path.name + OPEN)
        try:
            stream = open(opened, "xb", buffering=0)  # noqa: SIM115 - _File closes it
        except FileExistsError:
            continue
        if not path.exists():
            return path, stream
        stream.close()
        opened.unlink()
    raise AssertionError("numbers do not end")


# -- records -------------------------------------------------------------------------------------------------------------------------


def _records(exchange: Exchange, info_id: str) -> list[WarcRecord]:
    """Request, response and metadata of an exchange."""
    response = _record(WarcRecordType.response, exchange.began_at, info_id, exchange.url)
    if exchange.ip_address:
        response.headers["WARC-IP-Address"] = exchange.ip_address
    if exchange.truncated:
        response.headers["WARC-Truncated"] = exchange.truncated
    if exchange.requested_url != exchange.url and exchange.requested_url.isprintable():
        response.headers[REQUESTED] = exchange.requested_url
    kept = tuple(field for field in exchange.response_fields if field[0].lower() not in _CODING_FIELDS)
    fields = (*kept, (b"Content-Length", b"%d" % len(exchange.body)))
    response.set_bytes_content(_head(exchange.status_line, fields) + exchange.body)
    response.is_http = True

    request = _record(WarcRecordType.request, exchange.began_at, info_id, exchange.url)
    request.headers["WARC-Concurrent-To"] = response.record_id or ""
    request.set_bytes_content(_head(exchange.request_line, exchange.request_fields))
    request.is_http = True

    metadata = _record(WarcRecordType.metadata, exchange.began_at, info_id, exchange.url)
    metadata.headers["WARC-Concurrent-To"] = response.record_id or ""
    changed = [field for field in exchange.response_fields if field[0].lower() in _CODING_FIELDS]
    _set_fields(
        metadata,
        [
            ("fetchTimeMs", str(round(exchange.seconds * 1000))),
            *((f"original-{name.decode('latin-1')}", value.decode("latin-1")) for name, value in changed),
        ],
    )
    return [request, response, metadata]


def _info(archive: WarcArchive, name: str) -> WarcRecord:
    info = _record(WarcRecordType.warcinfo, datetime.now(timezone.utc))
    info.headers["WARC-Filename"] = name
    operator = [("operator", archive.contact)] if archive.contact else []
    _set_fields(
        info,
        [
            ("software", archive.user_agent.partition(" ")[0]),
            ("format", "WARC File Format 1.1"),
            ("conformsTo", _CONFORMS_TO),
            ("isPartOf", archive.run_id),
            ("hostname", socket.gethostname()),
            *operator,
            ("http-header-user-agent", archive.user_agent),
            ("robots", "obey"),
            (
                "description",
                "Bodies are stored without their transfer and content codings; the metadata records have the fields as received."
                " Feeds are configured one by one and are requested without robots.txt.",
            ),
        ],
    )
    return info


def _record(kind: WarcRecordType, date: datetime, info_id: str = "", url: str = "") -> WarcRecord:
    record = WarcRecord()
    record.init_headers(record_type=kind)
    record.headers["WARC-Date"] = f"{date.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S.%fZ}"
    if info_id:
        record.headers["WARC-Warcinfo-ID"] = info_id
    if url:
        record.headers["WARC-Target-URI"] = url
    return record


def _head(first_line: bytes, fields: Fields) -> bytes:
    return b"".join([first_line, b"\r\n", *(b"%s: %s\r\n" % field for field in fields), b"\r\n"])


def _set_fields(record: WarcRecord, fields: list[tuple[str, str]]) -> None:
    record.headers["Content-Type"] = "application/warc-fields"
    record.set_bytes_content("".join(f"{name}: {value}\r\n" for name, value in fields).encode())


def _packed(records: list[WarcRecord], payload_digest: bytes | None = None) -> bytes:
    """The records, each as a gzip member of its own, with their digests. ``payload_digest`` is that of the response."""
    packed = io.BytesIO()
    for record in records:
        writer = GzipWriter(packed, compression_level=_LEVEL)
        is_response = record.record_type == WarcRecordType.response
        record.write(writer, checksum_data=True, payload_digest=payload_digest if is_response else None)
        writer.finish()
    return packed.getvalue()


@atexit.register
def _complete_all() -> None:
    """Completes the files of this process. A worker process has no other end."""
    with _lock:
        for process, archive in list(_files):
            if process == os.getpid():
                _files.pop((process, archive)).complete()
