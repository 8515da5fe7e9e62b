"""Folds of registered domains: what is trained is measured on pages of domains that it has not seen."""

from __future__ import annotations

import hashlib
from pathlib import Path


def fold_of(domain: str, folds: int) -> int:
    """The fold of a registered domain, the same in every run."""
    return int(hashlib.sha256(domain.encode()).hexdigest()[:8], 16) % folds


def table_path(folder: Path, fold: int) -> Path:
    """The table that was trained without the domains of a fold."""
    return folder / f"fold-{fold}.json"
