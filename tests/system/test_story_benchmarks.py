"""The benchmarks of stories: the real steps over a set, and the scores of what they find."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import stories, stories_report
from benchmarks.stories import Prediction
from benchmarks.story_scores import false_pairs, groups_of, recall_by_kind, relation_scores, story_scores
from tests.support.story_corpus import corpus


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of the tests as a set."""
    path = tmp_path_factory.mktemp("stories") / "set.parquet"
    rows = [
        {
            "doc_id": document.article.article_id,
            "source": document.article.source,
            "published_at": document.article.published_at,
            "title": document.article.headline,
            "body": document.article.body,
            "is_wire": document.article.source_kind == "wire",
            "story_id": document.story,
            "kind": document.relation,
        }
        for document in corpus()
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def predicted(documents: Path, out: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> list[Prediction]:
    monkeypatch.setattr(sys, "argv", ["stories", str(documents), "--out", str(out), *options])
    stories.main()
    return stories_report.read(out)


def test_order_shards_and_the_way_of_a_stream_change_no_prediction(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = predicted(documents, tmp_path / "first.jsonl", monkeypatch)
    other = predicted(documents, tmp_path / "other.jsonl", monkeypatch, "--shuffle", "7", "--shards", "5")
    stream = predicted(documents, tmp_path / "stream.jsonl", monkeypatch, "--stream", "--shuffle", "8")
    assert len(first) == len(corpus())
    assert set(first) == set(other) == set(stream)
    assert {"original", "exact", "abridged"} <= {each.relation for each in first}
    assert capsys.readouterr().out.count("story_ids changed by later passes: 0") == 3


def test_passes_find_the_same_groups_and_a_short_look_back_finds_more(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [
        groups_of(
            {each.doc_id: each.story_id for each in predicted(documents, tmp_path / "out", monkeypatch, *options)}
        )
        for options in ([], ["--stream", "--passes", "0.02"], ["--stream", "--look-back", "0.001"])
    ]
    assert groups[0] == groups[1]
    assert len(groups[2]) > len(groups[0])


def test_the_report_prints_scores_and_stages(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    predicted(documents, out, monkeypatch, "--stream")
    monkeypatch.setattr(sys, "argv", ["stories_report", str(documents), str(out), str(out), "--stages"])
    stories_report.main()
    told = capsys.readouterr().out
    assert "small F1" in told
    assert "verification" in told
    assert (
        f"0 of {len(groups_of({each.doc_id: each.story_id for each in stories_report.read(out)}))} groups differ"
        in told
    )


TRUTH = [
    {"doc_id": name, "story_id": story, "kind": kind, "relation": relation, "relation_alt": relation, "of_docs": of}
    for name, story, kind, relation, of in (
        ("a", "1", "wire", "original", []),
        ("b", "1", "light", "near", ["a"]),
        ("c", "1", "light", "near", ["a"]),
        ("d", "2", "followup", "quotes", ["a"]),
        ("e", "3", "wire", "original", []),
    )
]


def test_scores_count_pairs() -> None:
    found = {"a": "x", "b": "x", "c": "y", "d": "x"}
    scores = story_scores(TRUTH, found)
    assert (scores.precision, scores.recall, scores.largest) == (1 / 3, 1 / 3, 3)
    assert scores.small_precision == pytest.approx(1 / 3)
    assert scores.small_recall == pytest.approx(1 / 3)
    assert recall_by_kind(TRUTH, found) == {"light": (2, 0.25), "wire": (1, 0.5)}
    assert false_pairs(TRUTH, found) == {("followup", "wire"): 1, ("followup", "light"): 1}


def test_relations_count_by_class() -> None:
    found = [
        Prediction("a", "x", "original", None),
        Prediction("b", "x", "near", "a"),
        Prediction("c", "y", "derived", "a"),
        Prediction("d", "z", "quotes", "b"),
    ]
    scores = relation_scores(TRUTH, found)
    assert scores.by_class["near"] == (1.0, 0.5)
    assert scores.by_class["quotes"] == (1.0, 1.0)
    assert scores.by_class["reuse"] == (0.5, 1.0)
    assert scores.matched == pytest.approx(2 / 3)
