"""Makes a process of Beam ready to be a worker for us. Beam imports this module there first, as a plugin (see choose_engine)."""

from __future__ import annotations

import sys

import copydesk.own_packages  # noqa: F401  # before anything of them is imported
from copydesk.ending import end_at_once
from transforms.garbage import collect_garbage_less_often


def _status() -> int:
    return 1 if hasattr(sys, "last_value") else 0  # the error that ended it, which Python has printed by now


end_at_once(_status)
collect_garbage_less_often()
