"""What a command says at its end."""

from pathlib import Path

from examples.serve_newsroom import NEWSROOM
from examples.serve_newsroom import serving as newsroom
from pipelines import batch
from pipelines.command.console import closing_lines, timing_lines
from transforms.lake.layout import read_record, run_ids
from transforms.lake.opening import open_lake


def test_a_pass_keeps_its_timings_in_its_record_and_tells_them(tmp_path: Path) -> None:
    with newsroom() as proxy:
        sources = str(NEWSROOM / "sources.toml")
        arguments = ["--sources", sources, "--lake", str(tmp_path / "lake"), "--proxy", proxy, "--pause", "0"]
        assert batch.main([*arguments, "--quiet"]) == 0
    lake = open_lake(tmp_path / "lake")
    (run_id,) = run_ids(lake)
    summary = read_record(lake, run_id)
    counts = {kind: held.count for kind, held in summary.metrics.items()}
    assert (counts["poll"], counts["fetch"], counts["extract"]) == (8, 30, 30)
    assert counts["commit-lag"] == summary.total.articles
    assert counts["write"] == len(summary.written)
    assert 0 < counts["freshness"] <= summary.total.articles
    assert summary.balanced
    took, fresh = list(timing_lines(summary))
    assert took.startswith("Took (median, mean, at most): poll ")
    assert f"half of {counts['freshness']} articles" in fresh
    assert [took, fresh] == list(closing_lines(summary))[-2:]
