"""Names of runs."""

import os

from transforms.accounting.runs import new_run_id, now


def test_names_of_runs_sort_by_time() -> None:
    assert new_run_id(now()) > "20261001T000000Z"
    assert os.sep not in new_run_id(now())
