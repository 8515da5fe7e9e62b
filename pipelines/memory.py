"""How this process and its workers hold memory: what the engines free goes back to the system.

Beam's in-process runner moves bundles as buffers of many megabytes between the threads of gRPC. glibc's malloc answers with a heap for each
thread, and keeps on each what once was large. ``python -m benchmarks.replay`` over 4,000 pages with two worker processes: 1,882 MB with
large limits in the environment, 1,143 MB with these, at 37.2 and 35.6 pages a second.
"""

from __future__ import annotations

import ctypes
import os
import sys

_SETTINGS = {
    # name for processes to come: number for this one (M_… in malloc.h), value
    "MALLOC_ARENA_MAX": (-8, 1),
    "MALLOC_MMAP_THRESHOLD_": (-3, 128 << 10),
    "MALLOC_TRIM_THRESHOLD_": (-1, 128 << 10),
}


def return_what_is_freed() -> None:
    """Sets malloc for this process and those that it starts. What the user has set stays; where malloc is not glibc's, nothing is done."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return
    for name, (number, value) in _SETTINGS.items():
        if name not in os.environ:
            os.environ[name] = str(value)
            mallopt(number, value)
