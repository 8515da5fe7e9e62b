"""A lake and its figures."""

from pathlib import Path

import pytest

from pipelines.report.figures import Figures
from pipelines.report.queries import read_figures
from tests.support.reports import HOUR, lake_of_a_summer
from tests.support.samples import NOON
from transforms.lake.layout import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_of_a_summer(tmp_path / "lake")


@pytest.fixture(scope="package")
def found(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    """The figures of such a lake."""
    return read_figures(lake_of_a_summer(tmp_path_factory.mktemp("report") / "lake"), 30, NOON + 2 * HOUR)
