"""JSON with mistakes in it, as pages print it: comments, too many commas or too few, quotation marks inside texts, an end that is cut off.

``json`` reads what is right. Here a value that goes wrong costs only itself: reading goes on at the next key. It takes one pass over the
text.
"""

from __future__ import annotations

import re
from typing import Any

_DEEPEST = 60
_BETWEEN = re.compile(r"[\s,;]+")
_BLANKS = re.compile(r"\s+")
_KEY = re.compile(r'"(?P<key>[@\w:.#-]{1,60})"\s*:|\'(?P<other>[@\w:.#-]{1,60})\'\s*:|(?P<bare>[A-Za-z_@]\w{0,60})\s*:')
_STRAY_KEY = re.compile(r'["\'][@\w:.#-]{1,60}["\']\s*:|[\]}]')
_END_OF_TEXT = re.compile(r'"(?=\s*(?:[,}\]:]|$|//|/\*|"[@\w:.#-]{1,60}"\s*:))')
_WORD = re.compile(r"[^\s,;\]}\[{\"']+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


def read_loose_json(text: str) -> list[Any]:
    """The values that stand one after the other in a text, as far as they can be read. Never raises."""
    reader = _Reader(text)
    values = []
    while (value := reader.top()) is not None:
        values.append(value)
    return values


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def top(self) -> dict[str, Any] | list[Any] | None:
        """The next object or list; None at the end."""
        while self.skip():
            if self.text[self.at] in "{[":
                found: dict[str, Any] | list[Any] = self.value(0)
                return found
            self.at += 1
        return None

    def skip(self, *, commas: bool = True) -> bool:
        """Skips blanks, comments and commas. False at the end of the text."""
        between = _BETWEEN if commas else _BLANKS
        while True:
            if match := between.match(self.text, self.at):
                self.at = match.end()
            elif self.text.startswith("//", self.at):
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end + 1
            elif self.text.startswith("/*", self.at):
                end = self.text.find("*/", self.at + 2)
                self.at = len(self.text) if end < 0 else end + 2
            else:
                return self.at < len(self.text)

    def value(self, depth: int) -> Any:
        mark = self.text[self.at]
        if mark in "{[":
            self.at += 1
            if depth > _DEEPEST:
                return None
            return self.members(depth) if mark == "{" else self.items(depth)
        if mark == '"':
            return self.string()
        if word := _WORD.match(self.text, self.at):
            self.at = word.end()
            return _WORDS.get(
                word[0], int(word[0]) if word[0].isascii() and word[0].isdigit() and len(word[0]) < 18 else word[0]
            )
        self.at += 1
        return None

    def members(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.skip():
            if self.text[self.at] in "]}":
                self.at += 1
                break
            key = _KEY.match(self.text, self.at)
            if not key:
                stray = _STRAY_KEY.search(self.text, self.at + 1)
                self.at = stray.start() if stray else len(self.text)
                continue
            self.at = key.end()
            if self.skip(commas=False) and self.text[self.at] not in ",]}":
                found.setdefault(key["key"] or key["other"] or key["bare"], self.value(depth + 1))
        return found

    def items(self, depth: int) -> list[Any]:
        found = []
        while self.skip():
            if self.text[self.at] in "]}":
                self.at += 1
                break
            found.append(self.value(depth + 1))
        return found

    def string(self) -> str:
        """A text ends at a quotation mark after which a value can end; without one, with all that is left."""
        start = self.at + 1
        end = _END_OF_TEXT.search(self.text, start)
        while end and _is_escaped(self.text, end.start(), start):
            end = _END_OF_TEXT.search(self.text, end.end())
        stop = end.start() if end else len(self.text)
        self.at = end.end() if end else len(self.text)
        return _ESCAPE.sub(
            lambda it: chr(int(it[1], 16)) if it[1] else _ESCAPED.get(it[2], it[2]), self.text[start:stop]
        )


def _is_escaped(text: str, at: int, start: int) -> bool:
    count = 0
    while at - count - 1 >= start and text[at - count - 1] == "\\":
        count += 1
    return count % 2 == 1
