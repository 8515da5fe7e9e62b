"""One writer at a time, on disks that can do it."""

import errno
import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.support.samples import RUN
from transforms.lake.fences import LakeLostError, require_lock
from transforms.lake.layout import LakeBusyError, LakeError
from transforms.lake.locking import go_on_as, writing
from transforms.lake.opening import open_lake


@pytest.mark.system
def test_two_writers_at_once_are_one_too_many_and_a_dead_one_does_not_count(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    holder = (
        "import sys\nfrom transforms.lake.locking import writing\nfrom transforms.lake.opening import open_lake\n"
        f"with writing(open_lake({str(tmp_path)!r}), 'run-of-the-other'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    other = subprocess.Popen([sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(LakeBusyError, match="run-of-the-other"), writing(lake, RUN):
        pass
    other.kill()
    other.wait()
    with writing(lake, RUN):
        assert json.loads((lake.root / "_owner.json").read_text())["run_id"] == RUN


def test_the_next_run_of_a_process_holds_the_lake_without_a_gap(tmp_path: Path) -> None:
    lake = open_lake(tmp_path)
    with writing(lake, RUN):
        go_on_as(lake, "next")
        require_lock(lake, "next")
        with pytest.raises(LakeLostError):
            require_lock(lake, RUN)
        with pytest.raises(LakeBusyError, match="run next"), writing(lake, "third"):
            pass


@pytest.mark.filterwarnings("ignore:flock not supported")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_disk_without_locks_is_refused_before_work_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    lake = open_lake(tmp_path)
    monkeypatch.setattr("fcntl.flock", Mock(side_effect=OSError(number, "no such thing here")))
    with (
        pytest.raises(LakeError, match=r"without locks\. A lake needs a disk with locks and renames"),
        writing(lake, RUN),
    ):
        pytest.fail("work began")
    assert not list(tmp_path.glob("_owner*"))


def test_a_disk_without_renames_is_refused_before_work_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = open_lake(tmp_path)
    monkeypatch.setattr(Path, "replace", Mock(side_effect=OSError(errno.EXDEV, "Invalid cross-device link")))
    with pytest.raises(LakeError, match=r"cannot be renamed: Invalid cross-device link\. A lake"), writing(lake, RUN):
        pytest.fail("work began")
    monkeypatch.undo()
    with writing(lake, RUN):
        assert lake.staging.exists()
