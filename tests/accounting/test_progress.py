"""Progress of a running pass."""

from pathlib import Path

from transforms.accounting.progress import Progress


def test_progress_of_several_workers_adds_up(tmp_path: Path) -> None:
    (tmp_path / "99999999.json").write_text('{"pages": 3}')
    progress = Progress(str(tmp_path))
    progress.add("pages", 2)
    progress.flush()
    assert progress.read()["pages"] == 5
    Progress(None).add("pages")
    assert Progress(str(tmp_path / "gone")).read() == {}


def test_counts_of_a_finished_pass_are_dropped(tmp_path: Path) -> None:
    progress = Progress(str(tmp_path))
    progress.add("feeds")
    progress.flush()
    progress.forget()
    progress.add("feeds")
    progress.flush()
    assert progress.read() == {"feeds": 1}
