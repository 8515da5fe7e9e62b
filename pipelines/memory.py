"""Settings of malloc for this process and its workers, so that freed memory goes back to the system.

Beam's in-process runner moves bundles as buffers of many megabytes between the threads of gRPC. glibc's malloc gives each thread a heap
and keeps its large blocks. ``python -m benchmarks.replay`` over 4,000 pages with two worker processes takes 1,143 MB with these settings,
and 1,882 MB with large limits in the environment, at 35.6 and 37.2 pages a second.

Arrow has its own malloc, which keeps more memory with every Parquet file that its threads read (apache/arrow issue 47266): 40 MB within
300 passes of ``copydesk watch``, although no data was kept.
"""

from __future__ import annotations

import ctypes
import os
import sys

_SETTINGS = {
    # name in the environment, for child processes: number for this process (M_… in malloc.h), value
    "MALLOC_ARENA_MAX": (-8, 1),
    "MALLOC_MMAP_THRESHOLD_": (-3, 128 << 10),
    "MALLOC_TRIM_THRESHOLD_": (-1, 128 << 10),
}


def let_arrow_use_malloc() -> None:
    """Makes Arrow use the system's malloc, in this process and its children, unless the user has chosen an allocator.

    Call it before pyarrow is imported: that is when it reads the environment.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def return_freed_memory() -> None:
    """Sets malloc for this process and its children. Keeps what the user has set. Does nothing where malloc is not glibc's."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is None:
        return
    for name, (number, value) in _SETTINGS.items():
        if name not in os.environ:
            os.environ[name] = str(value)
            mallopt(number, value)
