"""How this process and its workers hold memory: what the engines free goes back to the system.

Beam's in-process runner moves bundles as buffers of many megabytes between the threads of gRPC. glibc's malloc answers with a heap for each
thread, and keeps on each what once was large. ``python -m benchmarks.replay`` over 4,000 pages with two worker processes: 1,882 MB with
large limits in the environment, 1,143 MB with these, at 37.2 and 35.6 pages a second.

Arrow brings a malloc of its own, which keeps more with every Parquet file that its threads read (apache/arrow issue 47266): in
``copydesk watch`` 40 MB within 300 passes, while nothing was held.
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


def let_arrow_use_malloc() -> None:
    """Chooses the system's malloc for Arrow, here and in processes that are started; an allocator that the user has chosen stays.

    Must come before pyarrow is imported: it reads the environment then.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def return_what_is_freed() -> None:
    """Sets malloc for this process and those that it starts. What the user has set stays; where malloc is not glibc's, nothing is done."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return
    for name, (number, value) in _SETTINGS.items():
        if name not in os.environ:
            os.environ[name] = str(value)
            mallopt(number, value)
