"""The steps of Copydesk as public transforms. `pipelines.ingest` joins them into pipelines; your own pipeline may join them differently.

The steps load on first use, so the plain modules of this package import without Apache Beam.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.steps.drop_seen import DropSeen
    from transforms.steps.extract_articles import ExtractArticles
    from transforms.steps.gather_pages import GatherPages
    from transforms.steps.group_stories import GroupStories
    from transforms.steps.ledger import Ledger
    from transforms.steps.read_archives import ListArchives, ReadArchives
    from transforms.steps.write_lake import WriteLake

__all__ = [
    "DropSeen",
    "ExtractArticles",
    "GatherPages",
    "GroupStories",
    "Ledger",
    "ListArchives",
    "ReadArchives",
    "WriteLake",
]

_MODULES = {
    "DropSeen": "drop_seen",
    "ExtractArticles": "extract_articles",
    "GatherPages": "gather_pages",
    "GroupStories": "group_stories",
    "Ledger": "ledger",
    "ListArchives": "read_archives",
    "ReadArchives": "read_archives",
    "WriteLake": "write_lake",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"transforms.steps.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
