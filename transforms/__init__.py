"""The steps of Copydesk as public transforms; a pipeline of one's own joins them as ``pipelines.ingest`` does.

They are loaded on first use, so that the plain modules beside them can be imported without Apache Beam.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.drop_seen import DropSeen
    from transforms.extract_articles import ExtractArticles
    from transforms.fetch_pages import FetchPages
    from transforms.group_stories import GroupStories
    from transforms.ledger import Ledger
    from transforms.poll_feeds import PollFeeds
    from transforms.read_archives import ListArchives, ReadArchives
    from transforms.write_lake import WriteLake

__all__ = [
    "DropSeen",
    "ExtractArticles",
    "FetchPages",
    "GroupStories",
    "Ledger",
    "ListArchives",
    "PollFeeds",
    "ReadArchives",
    "WriteLake",
]

_MODULES = {
    "DropSeen": "drop_seen",
    "ExtractArticles": "extract_articles",
    "FetchPages": "fetch_pages",
    "GroupStories": "group_stories",
    "Ledger": "ledger",
    "ListArchives": "read_archives",
    "PollFeeds": "poll_feeds",
    "ReadArchives": "read_archives",
    "WriteLake": "write_lake",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"transforms.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
