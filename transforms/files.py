"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

_PARTIAL = re.compile(r"\.(.+)\.[0-9a-f]{8}")


def write_atomically(path: Path, text: str, *, sync: bool = True) -> None:
    """Writes a file under a hidden name and renames it, so that readers find the old text or the new one. Raises OSError.

    With ``sync``, this is also true after a loss of power. Without it, the call is faster.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def partial_target(name: str) -> str | None:
    """The name that a file was to get, given the hidden name under which ``write_atomically`` began it. None for any other name."""
    match = _PARTIAL.fullmatch(name)
    return match[1] if match else None
