"""Beam in IPython and Jupyter, without the interactive side that it loads there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apache_beam.pipeline
from apache_beam.utils import interactive_utils

_WHO_ASK = (apache_beam.pipeline, interactive_utils)


@contextmanager
def as_in_a_program() -> Iterator[None]:
    """Within the block, Beam takes IPython for a plain program.

    Else it puts the number of the cell before the names of steps, and for that loads its interactive runner, which needs pandas, and with
    pandas 3 cannot be imported; and it leaves the pipeline's temporary folder behind.
    """
    originals = [module.is_in_ipython for module in _WHO_ASK]
    try:
        for module in _WHO_ASK:
            module.is_in_ipython = lambda: False
        yield
    finally:
        for module, original in zip(_WHO_ASK, originals, strict=True):
            module.is_in_ipython = original
