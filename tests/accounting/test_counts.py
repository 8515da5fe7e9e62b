"""Counts that must add up, and the tallies of rows."""

import json
from dataclasses import replace
from datetime import timedelta

from schemas import Row
from tests.support.accounts import record, timing
from tests.support.samples import NOON, article, poll, story_article
from transforms.accounting.counts import Counts, commit_lags, tallies_of
from transforms.accounting.run_record import RunRecord


def test_an_unbalanced_record_would_be_noticed() -> None:
    assert Counts(entries=2, articles=1, seen=1).balanced
    assert not replace(Counts(entries=2, articles=1, seen=1), entries=3).balanced


def test_rows_tell_how_long_polls_took_and_how_fresh_articles_were() -> None:
    rows: list[Row] = [
        poll(seconds=0.4),
        poll(outcome="failed", seconds=0.0),
        story_article(),  # published an hour before it was seen
        story_article(article(published_precision="day")),
        story_article(article(published_at=None, published_precision=None)),
        story_article(article(revision=2)),
    ]
    summary = record("r", *(tally for row in rows for tally in tallies_of(row)))
    assert summary.metrics == {"poll": timing(0.4), "freshness": timing(3600)}
    assert summary.reasons == {}
    assert RunRecord.from_json(json.dumps(summary.to_json())) == summary


def test_the_commit_lag_is_of_articles_that_this_run_fetched() -> None:
    old, new = NOON - timedelta(days=400), NOON + timedelta(seconds=3)
    lags = commit_lags([old, new], NOON, NOON + timedelta(seconds=10))
    assert record("r", *lags).metrics == {"commit-lag": timing(7)}
