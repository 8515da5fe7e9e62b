from pathlib import Path
from unittest.mock import Mock

import pytest

from transforms.files import partial_target, write_atomically


@pytest.mark.parametrize("sync", [True, False])
def test_a_write_replaces_the_file_and_leaves_nothing_else(tmp_path: Path, sync: bool) -> None:
    for text in ("old", "néw"):
        write_atomically(tmp_path / "a.json", text, sync=sync)
        assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"a.json": text}


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    write_atomically(tmp_path / "a.json", "old")
    monkeypatch.setattr(step, Mock(side_effect=OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        write_atomically(tmp_path / "a.json", "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_partial_file_is_known_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed before the rename leaves the file that is found here."""
    monkeypatch.setattr(Path, "replace", Mock())
    monkeypatch.setattr(Path, "unlink", Mock())
    write_atomically(tmp_path / "run.end", "x")
    (partial,) = tmp_path.iterdir()
    assert partial_target(partial.name) == "run.end"
    assert [partial_target(name) for name in ("run.end", ".hidden", ".run.end.0123abc", "run.end.0123abcd")] == [
        None
    ] * 4
