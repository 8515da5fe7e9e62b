"""What an engine frees goes back to the system."""

import os
import platform
import subprocess
import sys

import pytest

# Large blocks with small ones between them, as bundles leave them: malloc's defaults learn from the first one to keep the holes.
HOLES = """
import os
from pathlib import Path
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
bytearray(b"x" * 3_000_000)
before = resident()
blocks = [(b"x" * (1_000_000 + n), bytearray(b"y" * 5_000)) for n in range(100)]
kept = [small for _, small in blocks]
del blocks
print(round(resident() - before))
"""


needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="this malloc is not glibc's")


def said(code: str, **environment: str) -> str:
    """What a process prints whose malloc nobody has set but this environment."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", f"from pipelines.memory import return_freed_memory; {code}"]
    done = subprocess.run(command, env={**bare, **environment}, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def kept_mb(call: str, **environment: str) -> int:
    """MB that a process still has after it freed 100 MB."""
    return int(said(call + HOLES, **environment))


@pytest.mark.system
@needs_glibc
def test_memory_that_was_freed_goes_back_to_the_system_unless_the_user_wants_otherwise() -> None:
    theirs = {"MALLOC_ARENA_MAX": "8", "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "1073741824"}
    assert kept_mb("") > 50
    assert kept_mb("return_freed_memory()") < 10
    assert kept_mb("return_freed_memory()", **theirs) > 50


@pytest.mark.system
@needs_glibc
def test_processes_that_are_started_do_the_same() -> None:
    child = "import os; print(os.environ['MALLOC_MMAP_THRESHOLD_'])"
    assert (
        said(f"return_freed_memory(); import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
        == "131072"
    )


@pytest.mark.system
def test_arrow_uses_malloc_unless_the_user_wants_otherwise() -> None:
    command = [sys.executable, "-c", "import pipelines, pyarrow; print(pyarrow.default_memory_pool().backend_name)"]
    bare = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    for environment, pool in ((bare, "system"), ({**bare, "ARROW_DEFAULT_MEMORY_POOL": "mimalloc"}, "mimalloc")):
        done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)
        assert done.stdout.strip() == pool


def test_garbage_is_collected_less_often_and_what_is_loaded_stays_out_of_it() -> None:
    code = "import gc; from transforms.garbage import collect_garbage_less_often as less; less(); n = gc.get_freeze_count(); less()"
    said = subprocess.run(
        [sys.executable, "-c", f"{code}; print(gc.get_threshold()[0], n > 0, n == gc.get_freeze_count())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said.split() == ["10000", "True", "True"]
