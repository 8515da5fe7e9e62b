"""``headers`` and ``user_agent`` of a source: what may be added to its requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,4000}[\x21-\x7e])?")
_OURS = frozenset(
    "accept-encoding connection content-length content-type cookie expect host if-match if-modified-since if-none-match if-range keep-alive"
    " proxy-authorization range te trailer transfer-encoding upgrade user-agent".split()
)
"""Header fields that the client sets itself, or whose answers it would not understand."""
_ROBOT_NAME = re.compile(r"[\x20-\x27\x2a-\x7e]{1,200}")


def header_problems(where: str, headers: Any) -> Iterator[str]:
    """What is wrong with the headers of a source, each problem with its remedy. Values are never shown: they may be secret."""
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        yield f'{where}: headers must be a table of texts, such as headers = {{ "X-Api-Key" = "..." }}.'
        return
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            yield f"{where}: {name!r} is not the name of a header field."
        elif name.lower() in _OURS:
            hint = "Use user_agent." if name.lower() == "user-agent" else "Remove it."
            yield f"{where}: the header field {name} is set by Copydesk itself. {hint}"
        elif not _VALUE.fullmatch(value):
            yield f"{where}: the value of the header field {name} must be printable ASCII on one line."
    names = [name.lower() for name in headers]
    if len(set(names)) < len(names):
        yield f"{where}: headers names a field twice."


def user_agent_problems(where: str, text: str) -> Iterator[str]:
    """What is wrong with the user_agent of a source."""
    if not _ROBOT_NAME.fullmatch(text) or text != text.strip():
        yield (
            f"{where}: user_agent is added after Copydesk's own User-Agent. Write printable ASCII without parentheses, such as"
            ' user_agent = "example-research/1.0".'
        )
