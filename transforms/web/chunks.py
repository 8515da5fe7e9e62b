"""Repairs chunked bodies that browsers read and aiohttp's parser refuses: their lines, and what follows the last chunk."""

from __future__ import annotations

import re

_FIRST_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_NEXT_LINE = re.compile(rb"\r?\n" + _FIRST_LINE.pattern)
"""The end of a chunk, and the size of the next one."""
_BEGINNING = re.compile(rb"\r?\n?[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\n]*|\r)?")
"""What may become one of these lines."""
_LONGEST_LINE = 16 << 10
"""Bytes of a line with a chunk's size and its extensions."""
_BROKEN = b"?\r\n"
"""What the parser gets for a line that is no size: it fails at once, whatever it would make of the line itself."""


class Chunks:
    """The chunked body of one answer. Lines may end with a bare LF, extensions are dropped, and nothing follows the last chunk."""

    is_ended = False
    """True after the last chunk, or after a line that is none."""
    has_clean_end = False
    """True when the empty line after the last chunk has arrived, and nothing else. Then the connection can be used again."""

    def __init__(self) -> None:
        self._left = 0
        """Bytes of the current chunk that are still to come."""
        self._held = b""
        """The beginning of a line."""
        self._is_first = True

    def repaired(self, data: bytes) -> bytes:
        """The next bytes of the body in the form of RFC 9112."""
        parts: list[bytes] = []
        place, data, self._held = 0, self._held + data, b""
        while place < len(data) and not self.is_ended:
            if self._left:
                parts.append(data[place : place + self._left])
                place += len(parts[-1])
                self._left -= len(parts[-1])
                continue
            line = (_FIRST_LINE if self._is_first else _NEXT_LINE).match(data, place)
            if line is None:
                if len(data) - place < _LONGEST_LINE and _BEGINNING.fullmatch(data, place):
                    self._held = data[place:]
                else:
                    self.is_ended = True
                    parts.append(self._line(_BROKEN))
                break
            place = line.end()
            self._left = int(line[1], 16)
            if self._left:
                parts.append(self._line(b"%x\r\n" % self._left))
            else:
                parts.append(self._line(b"0\r\n\r\n"))
                self.is_ended, self.has_clean_end = True, data[place:] in (b"\r\n", b"\n")
        return b"".join(parts)

    def _line(self, line: bytes) -> bytes:
        """A line with a size, after the end of the chunk before it."""
        start, self._is_first = b"" if self._is_first else b"\r\n", False
        return start + line
