"""A process that ends at once has done all that was to be done."""

import subprocess
import sys

import pytest

SCRIPT = """
import atexit, sys, threading, time
{first}
atexit.register(print, "what another module does at the end")
threading.Thread(target=lambda: (time.sleep(0.2), print("a thread"))).start()
print("work", end=" ")
{last}
"""
COMMAND = "from copydesk.ending import end_at_once; status = []; end_at_once(lambda: status[0] if status else None)"


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        (COMMAND, "status.append(0); sys.exit(0)", 0),
        (COMMAND, "status.append(130); sys.exit(130)", 130),
        (COMMAND, "sys.exit(2)", 2),
        (COMMAND, "raise ValueError('no status')", 1),
        ("import copydesk.worker", "", 0),
        ("import copydesk.worker", "raise ValueError('a worker that fails')", 1),
    ],
)
def test_a_process_ends_with_its_status_after_its_threads_and_other_modules(first: str, last: str, status: int) -> None:
    code = SCRIPT.format(first=first, last=last)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == status
    assert ended.stdout == "work a thread\nwhat another module does at the end\n"
    assert ("Error" in ended.stderr) == ("raise" in last)


@pytest.mark.parametrize(("status", "said"), [("status.append(0)", ""), ("", "freed\n")])
def test_nothing_that_is_loaded_is_freed_once_the_status_is_known(status: str, said: str) -> None:
    code = f"{COMMAND}\n{status}\nclass Loaded:\n def __del__(self): print('freed')\nloaded = Loaded()"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == said
