"""Two folders change places in one step, where the operating system can do that."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: relative paths begin at the working directory; ours are absolute
_EXCHANGE = 2  # RENAME_EXCHANGE


def swap_folders(one: Path, other: Path) -> bool:
    """Lets two folders of one file system change names, so that no reader finds either of them missing or half.

    False, and nothing done, where that does not exist: outside Linux, and on network and some layered file systems.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # a C library without it
        return False
    return bool(renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
