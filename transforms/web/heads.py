"""Repairs the heads of HTTP answers, and the frame of their bodies, that browsers read and aiohttp's parser refuses.

aiohttp has no setting for that. So a subclass of its protocol repairs the bytes before the parser gets them. Whatever it does not know, it
leaves as it is, for the parser to accept or refuse.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

from transforms.web.chunks import Chunks
from transforms.web.settings import HEADER_BYTES

_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"\s*http(?:/(\d)(?:\.(\d))?)?[ \t]+(\d{3})(?!\d)[ \t]*([^\r\n]*)", re.IGNORECASE)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH = re.compile(rb"\d{1,18}")
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_CONTROLS = bytes(set(range(32)) - {9}) + b"\x7f"


class LenientConnector(aiohttp.TCPConnector):
    """A connector whose connections repair the heads of answers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = partial(_LenientHandler, loop=asyncio.get_running_loop())  # type: ignore[assignment]


class _LenientHandler(ResponseHandler):
    """Holds back the beginning of an answer until its head is complete, and passes it on repaired. Then repairs the body's chunks."""

    _head: bytes | None = None
    """The beginning of an answer whose head is not complete; None when there is none."""
    _left: int | None = None
    """Bytes of the body that are still to come; None when only the parser knows."""
    _chunks: Chunks | None = None
    """The body, if it is chunked."""

    def set_response_params(self, **params: Any) -> None:
        """Called before each request on the connection."""
        self._head, self._left, self._chunks = b"", None, None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Called with the bytes as they arrive."""
        if not data:  # aiohttp goes on with what it has
            super().data_received(data)
            return
        if self._head is None:
            self._pass_on(data)
            return
        searched = max(0, len(self._head) - 3)
        data = self._head + data
        while (end := _END.search(data, searched)) and _may_be_http(data):
            head, data, searched = repaired(data[: end.end()]), data[end.end() :], 0
            if head.is_final:
                self._head, self._left, self._chunks = None, head.length, Chunks() if head.is_chunked else None
                if head.is_reframed:
                    self.force_close()  # client and server may disagree about where the body ends
                self._pass_on(data, head.content)
                return  # an interim answer is dropped: we never wait for one
        self._head = data
        if not _may_be_http(data) or len(data) > 2 * HEADER_BYTES:
            self._head = None
            super().data_received(data)

    def _pass_on(self, data: bytes, head: bytes = b"") -> None:
        """Passes on a part of the body, after the head. Bytes beyond its end are dropped, as in browsers, and end the connection."""
        is_too_much = self._left is not None and len(data) > self._left
        if self._chunks is not None:
            is_too_much = self._chunks.is_ended and bool(data)
            data = b"" if self._chunks.is_ended else self._chunks.repaired(data)
            if self._chunks.is_ended and not self._chunks.has_clean_end:
                self.force_close()
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        if head or data:
            super().data_received(head + data)
        if is_too_much:
            self.force_close()
            if self.transport is not None:
                self.transport.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedHead:
    """The head of an answer as the parser reads it."""

    content: bytes
    """The head, with the empty line after it."""
    length: int | None
    """Bytes of the body; None when its end shows only in the body, or when there is none."""
    is_final: bool
    """False for an interim answer (1xx)."""
    is_chunked: bool = False
    """True when the body is chunked."""
    is_reframed: bool = False
    """True when it stated the length of the body otherwise."""


def repaired(head: bytes) -> RepairedHead:
    """The head in the form of RFC 9112: one status line, CRLF, valid names, no folded lines, and one statement of the length.

    A head whose status line is unknown, or which states two different lengths, stays as it is.
    """
    first, *lines = head.strip(b"\r\n").split(b"\n")
    status = _STATUS_LINE.fullmatch(first.strip())
    if status is None:
        return RepairedHead(content=head, length=None, is_final=True)
    old = status[1] in (None, b"0") or (status[1] == b"1" and status[2] == b"0")
    fields = _fields(lines)
    framed, length = _with_one_length(fields)
    parts = [b"HTTP/1.%d %s %s" % (not old, status[3], status[4].translate(None, _CONTROLS))]
    parts += [b"%s: %s" % field for field in framed]
    is_final = not 100 <= int(status[3]) < 200 or status[3] == b"101"
    content = b"\r\n".join([*parts, b"", b""])
    codings = b",".join(_values(framed, b"transfer-encoding")).lower().split(b",")
    is_chunked = codings[-1].strip() == b"chunked"
    return RepairedHead(
        content=content, length=length, is_final=is_final, is_chunked=is_chunked, is_reframed=framed != fields
    )


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Names and values. A line that is no field continues the field before it if it is indented, and is dropped otherwise."""
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, colon, value = (part.strip().translate(None, _CONTROLS) for part in line.partition(b":"))
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] = fields[-1][0], fields[-1][1] + b" " + line.strip().translate(None, _CONTROLS)
        elif colon and _NAME.fullmatch(name):
            fields.append((name, value))
    return fields


def _with_one_length(fields: list[tuple[bytes, bytes]]) -> tuple[list[tuple[bytes, bytes]], int | None]:
    """The fields with one statement of the body's length, and the length. ``chunked`` overrules any Content-Length (RFC 9112, 6.3)."""
    lengths = [part.strip() for value in _values(fields, b"content-length") for part in value.split(b",")]
    codings = [part.strip().lower() for value in _values(fields, b"transfer-encoding") for part in value.split(b",")]
    is_chunked = b"chunked" in codings
    if not set(codings) <= {b"identity", b"", b"chunked"} or (len(set(lengths)) > 1 and not is_chunked):
        return fields, None
    length = int(lengths[0]) if not is_chunked and lengths and _LENGTH.fullmatch(lengths[0]) else None
    framing = [(b"Transfer-Encoding", b"chunked")] if is_chunked else []
    framing += [(b"Content-Length", b"%d" % length)] if length is not None else []
    if len(lengths) + len(codings) == len(framing):
        return fields, length
    kept = [field for field in fields if field[0].lower() not in _FRAMING]
    return [*kept, *framing], length


def _values(fields: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in fields if key.lower() == name]


def _may_be_http(data: bytes) -> bool:
    start = data.lstrip()[:4].upper()
    return start == b"HTTP"[: len(start)]
