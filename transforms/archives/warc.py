"""WARC archives to records, by FastWARC. What is broken in an archive becomes a record with a flaw, and the rest of the archive goes on.

Plain, gzip and zstd files alike; a record at a time, so memory does not grow with the archive.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import islice
from typing import BinaryIO

from fastwarc.stream_io import BrotliReader, ChunkedReader, GzipReader, ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord

from schemas import Reason, Rejected
from transforms.web.decompress import Decompressor

DAMAGE = "damage"
"""Kind of a stretch that is no record."""

_GZIP, _ZSTD, _PLAIN = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"WARC/"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""Begins the frame in which a .warc.zst carries the dictionary of all others."""
_LARGEST_DICTIONARY = 16 << 20
_HEADER_BYTES = 256 << 10
_BLOCK = 1 << 20
_MOST_TRIES = 10_000
"""Places behind a broken one at which a record may begin; a file that has more in which none does was made to keep us busy."""
_CHUNK = re.compile(rb"\s*[0-9A-Fa-f]+[ \t]*(;[^\r\n]*)?\r?\n")


class ArchiveError(Exception):
    """An archive cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRecord:
    """One record of an archive, or one stretch that is none."""

    number: int
    """Its place in the archive, from 0; the same in every reading."""
    kind: str
    """``response``, ``request`` and so on as in WARC-Type, or DAMAGE."""
    offset: int = 0
    """Byte of the file at which it begins; 0 for all of a file that can only be read from its beginning."""
    url: str = ""
    """WARC-Target-URI; empty without one."""
    captured_at: datetime | None = None
    """WARC-Date; None when there is no usable one."""
    status: int | None = None
    """HTTP status of a response; None when it is not of HTTP."""
    content_type: str | None = None
    """Content-Type of the HTTP header, else what the crawler identified."""
    codings: tuple[str, ...] = ()
    """Content and transfer codings of the stored body, in the order in which they were applied."""
    truncated: str | None = None
    """WARC-Truncated: why the crawler stored only a part."""
    size: int = 0
    """Bytes of the body as stored."""
    body: bytes | None = None
    """The body as stored; None unless it was wanted, and for a record with a flaw."""
    flaw: Rejected | None = None
    """ARCHIVE_DAMAGED or ARCHIVE_TRUNCATED when it cannot be read as it stands there."""


def check_archive(start: bytes) -> None:
    """Looks at the first bytes of a file; raises ArchiveError when they are not those of a WARC archive."""
    if not start:
        raise ArchiveError("is empty")
    if _magic(start) is None:
        raise ArchiveError(f"is not a WARC archive: it begins with {start[:16]!r}")
    try:
        begun = _decompressed(io.BytesIO(start), _dictionary(io.BytesIO(start))).read(len(_PLAIN))
    except OSError:
        return  # damaged, as it seems: that becomes a reject, and there may be good records behind
    if not _PLAIN.startswith(begun):
        raise ArchiveError(f"is not a WARC archive: inside it begins with {begun!r}")


def read_records(
    stream: BinaryIO, wanted: Callable[[ArchiveRecord], bool], max_bytes: int, since: tuple[int, int] = (0, 0)
) -> Iterator[ArchiveRecord]:
    """Every record of an archive in order, with the body where it is ``wanted`` and has at most ``max_bytes``.

    ``since`` is the place and number of the record to begin with, as an earlier reading told them.
    A record is given once the one behind it has begun well: where none does, its length is wrong, or something was lost behind it, and so
    it counts as damaged. Raises what the stream raises when it cannot be read.
    """
    watched = _Watched(stream)
    start: int | None = since[0]
    dictionary = _dictionary(watched)
    magic = _magic(watched.read_at(0, 4))
    number = since[1] if start else 0
    splits = True
    while start is not None:
        held: ArchiveRecord | None = None
        at = start
        try:
            for found in _iterator(watched, start, dictionary):
                # Where FastWARC was given a dictionary, it misses the place of the first record.
                at = start if start and held is None else found.stream_pos
                if held is not None:
                    yield held
                if number == 1:
                    splits = watched.begins_at(at, magic)
                held = replace(_read(found, number, wanted, max_bytes), offset=at if splits else 0)
                if held.flaw is not None:
                    watched.raise_own()
                number += 1
        except OSError as error:
            watched.raise_own()
            trouble = str(error)
        else:
            if held is not None:
                yield held
            return
        failed, start = _next_record(watched, at, magic, dictionary)
        if held is not None:
            if held.flaw is None and failed is None:
                said = f"no record begins where this one ends ({trouble})"
                held = replace(held, flaw=Rejected(Reason.ARCHIVE_DAMAGED, said), body=None)
            yield held
            at = failed if failed is not None else at
        if held is None or (failed is not None and held.flaw is None):
            flaw = Rejected(Reason.ARCHIVE_DAMAGED, f"no record can be read at byte {at} ({trouble})")
            yield ArchiveRecord(number=number, kind=DAMAGE, offset=at if splits else 0, flaw=flaw)
            number += 1


def plain_body(record: ArchiveRecord, max_bytes: int) -> bytes:
    """The body without its codings; raises Rejected(BAD_ENCODING or TOO_LARGE).

    Many crawlers store it decoded and keep the header fields of the coded one, so a coding that is not there is passed over.
    """
    body = record.body or b""
    for coding in reversed(record.codings):
        if not _is_coded(body, coding):
            continue
        try:
            body = _decoded(body, coding, max_bytes + 1)
        except (OSError, zlib.error) as error:
            raise Rejected(Reason.BAD_ENCODING, f"{coding}: {error}"[:200], record.status) from error
        if len(body) > max_bytes:
            raise Rejected(Reason.TOO_LARGE, f"more than {max_bytes} bytes", record.status)
    return body


# -- records -------------------------------------------------------------------------------------------------------------------------


def _read(found: WarcRecord, number: int, wanted: Callable[[ArchiveRecord], bool], max_bytes: int) -> ArchiveRecord:
    fields = found.headers
    kind = str(found.record_type)
    record = ArchiveRecord(
        number=number,
        kind=kind,
        url=(fields.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">"),
        captured_at=_moment(found),
        truncated=fields.get("WARC-Truncated"),
    )
    if not (fields.get("Content-Length") or "").strip().isdecimal() or "WARC-Type" not in fields:
        return replace(record, flaw=Rejected(Reason.ARCHIVE_DAMAGED, "its header is broken or breaks off"))
    try:
        if kind == "response" and found.is_http:
            found.parse_http(quirks_mode=True, max_header_len=_HEADER_BYTES)
            record = _with_http(record, found)
        size = found.content_length
        record = replace(record, size=size)
        body = found.reader.read(size) if 0 < size <= max_bytes and wanted(record) else None
        got = found.consume() if body is None else len(body)
    except OSError as error:
        return replace(record, flaw=Rejected(Reason.ARCHIVE_DAMAGED, str(error)[:200]))
    if got < size:
        said = f"the archive ends after {got} of its {size} bytes"
        return replace(record, flaw=Rejected(Reason.ARCHIVE_TRUNCATED, said))
    return replace(record, body=body)


def _with_http(record: ArchiveRecord, found: WarcRecord) -> ArchiveRecord:
    fields = found.http_headers
    codings = [
        coding.strip().lower()
        for name in ("Content-Encoding", "Transfer-Encoding")
        for value in fields.get_multiple(name)
        for coding in value.split(",")
    ]
    return replace(
        record,
        status=fields.status_code,
        content_type=fields.get("Content-Type") or found.headers.get("WARC-Identified-Payload-Type"),
        codings=tuple(codings),
    )


def _moment(found: WarcRecord) -> datetime | None:
    moment: datetime | None = found.record_date
    if moment is not None:
        return moment.astimezone(timezone.utc)
    # WARC 1.1 allows a mere day or year, and old tools write fourteen digits.
    digits = re.sub(r"\D", "", found.headers.get("WARC-Date") or "")[:14]
    try:
        return datetime.strptime(digits + "00000101000000"[len(digits) :], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


# -- codings -------------------------------------------------------------------------------------------------------------------------


def _is_coded(body: bytes, coding: str) -> bool:
    """True when a body begins as this coding does; False for codings that nobody knows, as in browsers."""
    if coding in ("gzip", "x-gzip"):
        return body.startswith(_GZIP[:2])
    if coding == "zstd":
        return body.startswith(_ZSTD)
    if coding == "chunked":
        return _CHUNK.match(body[:200]) is not None
    return coding in ("deflate", "br") and not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and body != b""


def _decoded(body: bytes, coding: str, room: int) -> bytes:
    if coding in ("gzip", "x-gzip", "deflate"):
        inflate = Decompressor(coding)
        plain = inflate.decompress(body, room)
        if len(plain) < room and not inflate.eof:
            raise zlib.error("the compressed body breaks off")
        return plain
    reader = {"chunked": ChunkedReader, "br": BrotliReader, "zstd": ZstdReader}[coding]
    decoded: bytes = reader(io.BytesIO(body)).read(room)
    return decoded


# -- the file ------------------------------------------------------------------------------------------------------------------------


class _Watched(io.RawIOBase):
    """A stream that remembers its own failure: an outage must not be taken for a damaged archive."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except Exception as error:
            self._failure = error
            raise

    def read_at(self, place: int, size: int) -> bytes:
        self.seek(place)
        return self.read(size)

    def begins_at(self, place: int, magic: bytes | None) -> bool:
        """True where these bytes stand; leaves the stream as it is. In a file that is compressed as a whole no record has a place."""
        here = self.tell()
        found = self.read_at(place, len(magic)) if magic else b""
        self.seek(here)
        return found == magic

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def raise_own(self) -> None:
        if self._failure is not None:
            raise self._failure


def _magic(start: bytes) -> bytes | None:
    """What each record of the file begins with; None when it is no archive."""
    if start.startswith(_DICTIONARY):
        return _ZSTD
    return next((magic for magic in (_GZIP, _ZSTD, _PLAIN) if start.startswith(magic[: len(start)])), None)


def _dictionary(stream: BinaryIO | _Watched) -> bytes | None:
    """The zstd dictionary that the file begins with, if it does."""
    stream.seek(0)
    head = stream.read(8)
    if not head.startswith(_DICTIONARY) or int.from_bytes(head[4:], "little") > _LARGEST_DICTIONARY:
        return None
    held = stream.read(int.from_bytes(head[4:], "little"))
    try:
        # In pieces, because a broken frame may claim any size.
        return ZstdReader(io.BytesIO(held)).read(_LARGEST_DICTIONARY) if held.startswith(_ZSTD) else held
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
    # From the beginning FastWARC finds the dictionary by itself.
    source = ZstdReader(stream, dictionary=dictionary) if start and dictionary is not None else stream
    return ArchiveIterator(source, parse_http=False)


def _next_record(
    stream: _Watched, after: int, magic: bytes | None, dictionary: bytes | None
) -> tuple[int | None, int | None]:
    """The first place behind ``after`` that looks like a record and is none, if any comes before the next record; and that record's."""
    failed: int | None = None
    for place in islice(_places(stream, after + 1, magic), _MOST_TRIES) if magic else ():
        try:
            found = next(_iterator(stream, place, dictionary), None)
        except OSError:
            stream.raise_own()
            found = None
        if found is not None and found.headers.get("WARC-Type"):
            return failed, place
        failed = place if failed is None else failed
    return failed, None


def _places(stream: _Watched, start: int, magic: bytes) -> Iterator[int]:
    """Where in a file these bytes stand."""
    while block := stream.read_at(start, _BLOCK):
        found = block.find(magic)
        while found >= 0:
            yield start + found
            found = block.find(magic, found + 1)
        start += max(1, len(block) - len(magic) + 1)
