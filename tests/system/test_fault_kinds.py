"""Servers that misbehave, one way each: every kind has its outcome, in passes over all of them whose counts add up."""

import pytest

from benchmarks.faults import FAULTS, Outcome, outcomes_of_faults
from tests.support.faults import Fault

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """By name."""
    return outcomes_of_faults(FAULTS, tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_has_its_outcome(fault: Fault, outcomes: dict[str, Outcome]) -> None:
    assert " + ".join(outcomes[fault.name].kinds) == fault.outcome
    assert len(outcomes[fault.name].detail) <= 600


def test_no_two_kinds_share_a_host() -> None:
    assert len({fault.host for fault in FAULTS}) == len(FAULTS)
