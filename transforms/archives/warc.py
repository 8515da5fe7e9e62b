"""WARC archives to records, by FastWARC. A broken part of an archive becomes a record with a flaw, and reading goes on after it.

Reads plain, gzip and zstd files. It holds one record at a time, so memory does not grow with the archive.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from fastwarc.stream_io import ChunkedReader, GzipReader, ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord

from schemas import Reason, Rejected, UsageError
from transforms.urls import without_credentials
from transforms.web.decompress import CodingError, codings_of, decoded

REQUESTED = "Copydesk-Requested-URI"
"""WARC field of ours: the address with which a chain of redirects began, where it is not the record's own."""
DAMAGE = "damage"
"""The kind of a stretch of bytes that is no record."""

_GZIP, _ZSTD, _PLAIN = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""Begins the frame that holds the zstd dictionary of all other frames in a .warc.zst."""
_MAX_DICTIONARY_BYTES = 16 << 20
_HEADER_BYTES = 256 << 10
_BLOCK_BYTES = 1 << 20
_MAX_TRIES = 10_000
"""Offsets to try for the next record after a broken one. A file with more candidates, none of them a record, was made to waste our time."""
_CHUNK = re.compile(rb"\s*[0-9A-Fa-f]+[ \t]*(;[^\r\n]*)?\r?\n")


class ArchiveError(UsageError):
    """An archive that cannot be used. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRecord:
    """One record of an archive, or one stretch of bytes that is no record."""

    number: int
    """Its position among the records, from 0; the same in every reading."""
    kind: str
    """The WARC-Type (``response``, ``request``, …), or DAMAGE."""
    offset: int = 0
    """Byte offset of its beginning; 0 for all records of a file that can only be read from its beginning."""
    url: str = ""
    """WARC-Target-URI; empty when there is none."""
    requested_url: str | None = None
    """Address with which the chain of redirects began, where an archive of Copydesk says so; None when it is ``url``, or unknown."""
    captured_at: datetime | None = None
    """WARC-Date; None when it is missing or not usable."""
    status: int | None = None
    """HTTP status of a response; None for other records and protocols."""
    content_type: str | None = None
    """Content-Type of the HTTP header, else the type that the crawler identified."""
    refresh: str = ""
    """The header Refresh; empty when there is none."""
    codings: tuple[str, ...] = ()
    """Content and transfer codings of the stored body, in the order in which they were applied."""
    truncated: str | None = None
    """WARC-Truncated: why the crawler stored only a part; None when it stored everything."""
    size: int = 0
    """Bytes of the body as stored."""
    body: bytes | None = None
    """The body as stored; None when it was not wanted, and for a record with a flaw."""
    flaw: Rejected | None = None
    """Why it cannot be read: ARCHIVE_DAMAGED or ARCHIVE_TRUNCATED; None when it can."""

    @property
    def first_url(self) -> str:
        """The address with which the chain of redirects began, as far as it is known."""
        return self.requested_url or self.url


def check_archive(start: bytes) -> None:
    """Checks the first bytes of a file. Raises ArchiveError unless they are those of a WARC archive."""
    if not start:
        raise ArchiveError("is empty")
    if _magic(start) is None:
        raise ArchiveError(f"is not a WARC archive: it begins with {start[:16]!r}")
    try:
        content = _decompressed(io.BytesIO(start), _dictionary(io.BytesIO(start))).read(len(_PLAIN))
    except OSError:
        return  # damaged: that becomes a reject, and good records may follow
    if not _PLAIN.startswith(content):
        raise ArchiveError(f"is not a WARC archive: after decompression it begins with {content!r}")


def read_records(
    stream: BinaryIO, wanted: Callable[[ArchiveRecord], bool], max_bytes: int, start_at: tuple[int, int] = (0, 0)
) -> Iterator[ArchiveRecord]:
    """Every record of an archive in order, with its body if it is ``wanted`` and has at most ``max_bytes``.

    ``start_at`` is the offset and number of the record to begin with, as an earlier reading gave them. A record is yielded only when the
    next one has begun well: if none begins where a record ends, its length is wrong or something after it is lost, so it counts as
    damaged. Raises what the stream raises when it cannot be read.
    """
    watched = _Watched(stream)
    start: int | None = start_at[0]
    dictionary = _dictionary(watched)
    magic = _magic(watched.read_at(0, 4))
    number = start_at[1] if start else 0
    has_offsets = True
    while start is not None:
        record: ArchiveRecord | None = None  # the last record, until the next one has begun
        offset = start
        try:
            for raw in _iterator(watched, start, dictionary):
                # FastWARC reports no position for the first record when it was given a dictionary.
                offset = start if start and record is None else raw.stream_pos
                if record is not None:
                    yield record
                if number == 1:
                    has_offsets = watched.begins_at(offset, magic)
                record = _read(raw, number, offset if has_offsets else 0, wanted, max_bytes)
                if record.flaw is not None:
                    watched.raise_failure()
                number += 1
        except OSError as error:
            watched.raise_failure()
            message = str(error)
        else:
            if record is not None:
                yield record
            return
        false_start, start = _next_record(watched, offset, magic, dictionary)
        if record is not None:
            if record.flaw is None and false_start is None:
                detail = f"no record begins where this one ends ({message})"
                record = replace(record, flaw=Rejected(Reason.ARCHIVE_DAMAGED, detail), body=None)
            yield record
            offset = false_start if false_start is not None else offset
        if record is None or (false_start is not None and record.flaw is None):
            flaw = Rejected(Reason.ARCHIVE_DAMAGED, f"no record can be read at byte {offset} ({message})")
            yield ArchiveRecord(number=number, kind=DAMAGE, offset=offset if has_offsets else 0, flaw=flaw)
            number += 1


def plain_body(record: ArchiveRecord, max_bytes: int) -> bytes:
    """The body with its codings undone. Raises Rejected(BAD_ENCODING or TOO_LARGE).

    Many crawlers store the decoded body with the header fields of the coded one, so a coding that the body does not have is skipped.
    """
    body = record.body or b""
    for coding in (*reversed(record.codings), *codings_of("", record.content_type)):
        try:
            if coding != "chunked":
                body = decoded(body, codings_of(coding), max_bytes)
            elif _CHUNK.match(body[:200]):
                body = ChunkedReader(io.BytesIO(body)).read(max_bytes + 1)
        except (OSError, CodingError) as error:
            raise Rejected(Reason.BAD_ENCODING, str(error)[:200], record.status) from error
        if len(body) > max_bytes:
            raise Rejected(Reason.TOO_LARGE, f"more than {max_bytes} bytes", record.status)
    return body


# -- records -------------------------------------------------------------------------------------------------------------------------


def _read(
    raw: WarcRecord, number: int, offset: int, wanted: Callable[[ArchiveRecord], bool], max_bytes: int
) -> ArchiveRecord:
    fields = raw.headers
    kind = str(raw.record_type)
    url = without_credentials((fields.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">"))
    record = partial(
        ArchiveRecord,
        number=number,
        kind=kind,
        offset=offset,
        url=url,
        requested_url=fields.get(REQUESTED),
        captured_at=_captured_at(raw),
        truncated=fields.get("WARC-Truncated"),
    )
    if not (fields.get("Content-Length") or "").strip().isdecimal() or "WARC-Type" not in fields:
        return record(flaw=Rejected(Reason.ARCHIVE_DAMAGED, "the record's header is broken or breaks off"))
    try:
        if kind == "response" and raw.is_http:
            raw.parse_http(quirks_mode=True, max_header_len=_HEADER_BYTES)
            record = partial(record, **_http_values(raw))
        size = raw.content_length
        record = partial(record, size=size)
        body = raw.reader.read(size) if 0 < size <= max_bytes and wanted(record()) else None
        available = raw.consume() if body is None else len(body)
    except OSError as error:
        return record(flaw=Rejected(Reason.ARCHIVE_DAMAGED, str(error)[:200]))
    if available < size:
        detail = f"the archive ends after {available} of the record's {size} bytes"
        return record(flaw=Rejected(Reason.ARCHIVE_TRUNCATED, detail))
    return record(body=body)


def _http_values(raw: WarcRecord) -> dict[str, Any]:
    """What the HTTP header says, as fields of ArchiveRecord."""
    fields = raw.http_headers
    codings = [
        coding.strip().lower()
        for name in ("Content-Encoding", "Transfer-Encoding")
        for value in fields.get_multiple(name)
        for coding in value.split(",")
    ]
    return {
        "status": fields.status_code,
        "content_type": fields.get("Content-Type") or raw.headers.get("WARC-Identified-Payload-Type"),
        "refresh": fields.get("Refresh") or "",
        "codings": tuple(codings),
    }


def _captured_at(raw: WarcRecord) -> datetime | None:
    date: datetime | None = raw.record_date
    if date is not None:
        return date.astimezone(timezone.utc)
    # WARC 1.1 allows a day or a year alone, and old tools write fourteen digits.
    digits = re.sub(r"\D", "", raw.headers.get("WARC-Date") or "")[:14]
    try:
        return datetime.strptime(digits + "00000101000000"[len(digits) :], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


# -- the file ------------------------------------------------------------------------------------------------------------------------


class _Watched(io.RawIOBase):
    """A stream that remembers its own failure, so that an outage is not taken for a damaged archive."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except Exception as error:
            self._failure = error
            raise

    def read_at(self, offset: int, size: int) -> bytes:
        self.seek(offset)
        return self.read(size)

    def begins_at(self, offset: int, magic: bytes | None) -> bool:
        """True when these bytes are at the offset; keeps the stream's position. False in a file that is compressed as a whole."""
        position = self.tell()
        content = self.read_at(offset, len(magic)) if magic else b""
        self.seek(position)
        return content == magic

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


def _magic(start: bytes) -> bytes | None:
    """The bytes with which each record of the file begins; None when it is no archive."""
    if start.startswith(_DICTIONARY):
        return _ZSTD
    return next((magic for magic in (_GZIP, _ZSTD, _PLAIN) if start.startswith(magic[: len(start)])), None)


def _dictionary(stream: BinaryIO | _Watched) -> bytes | None:
    """The zstd dictionary at the beginning of the file; None when there is none."""
    stream.seek(0)
    head = stream.read(8)
    if not head.startswith(_DICTIONARY) or int.from_bytes(head[4:], "little") > _MAX_DICTIONARY_BYTES:
        return None
    content = stream.read(int.from_bytes(head[4:], "little"))
    try:
        # By a stream, because a broken frame may claim any size.
        return ZstdReader(io.BytesIO(content)).read(_MAX_DICTIONARY_BYTES) if content.startswith(_ZSTD) else content
    except OSError:
        return None


def _decompressed(stream: BinaryIO, dictionary: bytes | None) -> BinaryIO | GzipReader | ZstdReader:
    magic = _magic(stream.read(4))
    stream.seek(0)
    if magic == _ZSTD:
        return ZstdReader(stream) if dictionary is None else ZstdReader(stream, dictionary=dictionary)
    return GzipReader(stream) if magic == _GZIP else stream


def _iterator(stream: _Watched, start: int, dictionary: bytes | None) -> Iterator[WarcRecord]:
    stream.seek(start)
    # At the beginning of the file FastWARC finds the dictionary by itself.
    source = ZstdReader(stream, dictionary=dictionary) if start and dictionary is not None else stream
    return ArchiveIterator(source, parse_http=False)


def _next_record(
    stream: _Watched, after: int, magic: bytes | None, dictionary: bytes | None
) -> tuple[int | None, int | None]:
    """Two offsets beyond ``after``: of the first false start, and of the next record; None for each that does not exist.

    A false start is before the next record and looks like a record, but is none.
    """
    false_start: int | None = None
    for offset in islice(_offsets(stream, after + 1, magic), _MAX_TRIES) if magic else ():
        try:
            raw = next(_iterator(stream, offset, dictionary), None)
        except OSError:
            stream.raise_failure()
            raw = None
        if raw is not None and raw.headers.get("WARC-Type"):
            return false_start, offset
        false_start = offset if false_start is None else false_start
    return false_start, None


def _offsets(stream: _Watched, start: int, magic: bytes) -> Iterator[int]:
    """The offsets of these bytes in the file, from ``start`` on."""
    while block := stream.read_at(start, _BLOCK_BYTES):
        position = block.find(magic)
        while position >= 0:
            yield start + position
            position = block.find(magic, position + 1)
        start += max(1, len(block) - len(magic) + 1)
