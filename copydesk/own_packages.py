"""Lets this process import Copydesk's packages from beside this one, whatever folders of the same names are on its path.

``pipelines``, ``transforms`` and ``schemas`` are common names. Python looks into the working directory first where PYTHONPATH has ``.`` or
an empty entry, and in ``python -m …``, which is how Beam starts worker processes. The command imports this module, and so does each
worker. ``import copydesk`` does not: in your own program your packages keep their names.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from copydesk import _HOME, _PACKAGES


class _OwnPackages(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(fullname, [str(_HOME)], target) if fullname in _PACKAGES else None


sys.meta_path.insert(0, _OwnPackages())
