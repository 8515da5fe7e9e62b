"""The ``copydesk`` command, also as ``python -m copydesk``."""

import sys
from importlib import import_module

import copydesk.own_packages  # noqa: F401  # before anything of them is imported


def main() -> int:
    """Hands over to the command; returns its exit status."""
    status: int = import_module("pipelines.cli").main()
    return status


if __name__ == "__main__":
    sys.exit(main())
