"""The base of all errors that end a command with a message for its user."""

from __future__ import annotations


class CopydeskError(Exception):
    """An error with a message for users: what happened, then what to do."""

    exit_status = 1
    """Exit status of a command that ends with this error: 1 when it failed or the lake is busy, 2 for wrong usage or input."""


class UsageError(CopydeskError):
    """An option, a file or an address that was given cannot be used."""

    exit_status = 2
