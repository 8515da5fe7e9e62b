"""Beam in IPython and Jupyter without its interactive runner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import apache_beam.pipeline
from apache_beam.utils import interactive_utils

_MODULES = (apache_beam.pipeline, interactive_utils)


@contextmanager
def as_in_a_program() -> Iterator[None]:
    """Within the block, Beam treats IPython like a plain program.

    Otherwise it puts the number of the cell before the names of steps. For that it loads its interactive runner, which needs pandas and
    cannot be imported with pandas 3. It also does not delete the pipeline's temporary folder.
    """
    originals = [module.is_in_ipython for module in _MODULES]
    try:
        for module in _MODULES:
            module.is_in_ipython = lambda: False
        yield
    finally:
        for module, original in zip(_MODULES, originals, strict=True):
            module.is_in_ipython = original
