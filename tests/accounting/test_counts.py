"""Counts that must add up, and the tallies of rows."""

import json
from dataclasses import replace
from datetime import timedelta

from schemas import Row
from tests.support.accounts import record, timing
from tests.support.samples import NOON, article, poll, story_article
from transforms.accounting.counts import Counts, commit_lags, tallies_of
from transforms.accounting.run_record import RunRecord


def test_counts_that_do_not_add_up_are_not_balanced() -> None:
    assert Counts(entries=2, articles=1, seen=1).balanced
    assert not replace(Counts(entries=2, articles=1, seen=1), entries=3).balanced


def test_rows_give_the_timings_of_polls_and_the_freshness_of_articles() -> None:
    rows: list[Row] = [
        poll(seconds=0.4),
        poll(outcome="failed", seconds=0.0),
        story_article(),  # published an hour before it was seen
        story_article(article(published_precision="day")),
        story_article(article(published_at=None, published_precision=None)),
        story_article(article(revision=2)),
    ]
    run = record("r", *(tally for row in rows for tally in tallies_of(row)))
    assert run.metrics == {"poll": timing(0.4), "freshness": timing(3600)}
    assert run.reasons == {}
    assert RunRecord.from_json(json.dumps(run.to_json())) == run


def test_the_commit_lag_counts_only_articles_that_this_run_fetched() -> None:
    old, new = NOON - timedelta(days=400), NOON + timedelta(seconds=3)
    lags = commit_lags([old, new], NOON, NOON + timedelta(seconds=10))
    assert record("r", *lags).metrics == {"commit-lag": timing(7)}


def test_counts_of_sources_add_up_and_unknown_names_are_ignored() -> None:
    parts = [Counts(entries=2, seen=1), Counts.from_mapping({"entries": 3, "of_a_newer_version": 7})]
    assert Counts.sum(parts) == Counts(entries=5, seen=1)
    assert parts[0] == Counts(entries=2, seen=1)
    assert Counts.sum([]) == Counts()
