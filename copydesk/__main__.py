"""The ``copydesk`` command, also as ``python -m copydesk``."""

import sys
from importlib import import_module

import copydesk.own_packages  # noqa: F401  # before anything of them is imported
from copydesk.ending import end_at_once


def main() -> int:
    """Hands over to the command; returns its exit status. To be the last thing that a process does."""
    status: list[int] = []
    end_at_once(lambda: status[0] if status else None)
    status.append(import_module("pipelines.cli").main())
    return status[0]


if __name__ == "__main__":
    sys.exit(main())
