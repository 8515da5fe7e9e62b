"""Signs of life, for files and systemd."""

import json
import socket
from pathlib import Path

import pytest

from pipelines.command.shell import PassError
from pipelines.service import heartbeat
from pipelines.service.heartbeat import Heartbeat
from transforms.accounting.progress import Progress


def test_a_pass_that_gets_on_gives_signs_of_life_to_systemd_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "EVERY", 0.01)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    progress = Progress(str(tmp_path / "progress"))
    (tmp_path / "progress").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        heart = Heartbeat(tmp_path / "beat.json", stale_after=3600)
        heart.begin()
        assert systemd.recv(100) == b"READY=1"
        with heart.during(progress):
            assert systemd.recv(100) == b"WATCHDOG=1"
            for _ in range(3):
                progress.add("feeds")
                progress.flush()
                assert systemd.recv(100) == b"WATCHDOG=1"
        systemd.setblocking(False)
        with pytest.raises(BlockingIOError):
            systemd.recv(100)
    assert json.loads((tmp_path / "beat.json").read_text())["state"] == "pass"
    assert heart.is_fresh()
    assert not Heartbeat(None, stale_after=0).is_fresh()


def test_a_heartbeat_that_cannot_begin_is_told(tmp_path: Path) -> None:
    with pytest.raises(PassError, match="Give --heartbeat a writable place"):
        Heartbeat(tmp_path / "nowhere" / "beat.json", 1).begin()
