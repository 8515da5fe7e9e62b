"""Rows to the lake."""

import apache_beam as beam
import pytest
from apache_beam.testing.util import assert_that, equal_to

from schemas import DataFile
from tests.support.samples import RUN, poll, reject, story_article
from tests.support.steps import pipeline, run_of
from transforms import Ledger, WriteLake
from transforms.accounting.counts import Tally
from transforms.accounting.run_record import RunRecord
from transforms.lake.commit import recover
from transforms.lake.fences import LakeLostError
from transforms.lake.layout import Lake, partition, record_path
from transforms.lake.locking import writing
from transforms.steps.write_lake import StageFiles


def test_a_pass_whose_command_died_commits_nothing_once_another_run_has_held_the_lake(lake: Lake) -> None:
    """As on a cluster, which goes on with it."""
    ledger = Ledger()
    with writing(lake, RUN):
        pass
    late = pipeline()
    ledger.rejects.append(late | "Rejects" >> beam.Create([reject()]))
    late | beam.Create([story_article()]) | WriteLake(run_of(lake), ledger)
    with pytest.raises(LakeLostError, match="no longer holds the lock"):
        late.run()
    assert lake.files("articles") == []
    assert recover(lake) == [f"Discarded the uncommitted work of run {RUN}; its entries are taken up again."]


def test_write_lake_commits_all_that_the_ledger_gathered(lake: Lake) -> None:
    ledger = Ledger()
    with writing(lake, RUN), pipeline() as p:
        ledger.rejects.append(p | "Rejects" >> beam.Create([reject(), reject(entry_key=None, source="meridian")]))
        ledger.polls.append(p | "Polls" >> beam.Create([poll(entries=3)]))
        ledger.tallies.append(p | "Tallies" >> beam.Create([Tally("post", "seen"), Tally("post", "feeds")]))
        articles = p | beam.Create([story_article()])
        assert_that(articles | WriteLake(run_of(lake, engine="test"), ledger), equal_to([RUN]))
    record = RunRecord.from_json((lake.root / record_path(RUN)).read_text())
    assert record.balanced
    assert (record.total.entries, record.total.articles, record.total.seen, record.total.rejects) == (3, 1, 1, 1)
    assert (record.engine, len(record.written), record.reasons) == ("test", 4, {"timeout": 2})
    assert {dataset: len(lake.files(dataset)) for dataset in ("articles", "rejects", "polls", "index")} == {
        "articles": 1,
        "rejects": 1,
        "polls": 1,
        "index": 1,
    }
    assert list(lake.staging.iterdir()) == []


@pytest.mark.parametrize("is_local", [True, False])
def test_files_are_synced_as_they_are_staged_only_when_another_machine_commits_them(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, is_local: bool
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("transforms.lake.parquet.os.fsync", synced.append)
    step = StageFiles(run_of(lake, is_local=is_local))
    step.start_bundle()
    staged = list(step.process((partition(poll()), [poll()])))
    assert any(isinstance(part, DataFile) for part in staged)
    assert len(synced) == (0 if is_local else 1)
