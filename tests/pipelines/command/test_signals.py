"""Signals that end a command."""

import signal
import subprocess
import sys

import pytest


@pytest.mark.system
def test_a_second_signal_ends_the_process_at_once() -> None:
    program = """
import time
from pipelines.command.signals import stop_on_signals
stopped = stop_on_signals()
try:
    print("ready", flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    time.sleep(1)
    print("stopping", flush=True)
    time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)  # an echo, such as timeout makes
        assert process.stdout.readline() == "stopping\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
