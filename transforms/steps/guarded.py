"""The readers of feeds and pages as the steps call them: in a child process, with limits. See transforms/guard.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from transforms.guard import PARSERS

if TYPE_CHECKING:
    from transforms.extraction.article import Extraction
    from transforms.feeds.parse import FeedContent


def extract_article(*arguments: Any, **named: Any) -> Extraction:
    """transforms.extraction.article.extract_article; raises Rejected for anything that goes wrong."""
    extraction: Extraction = PARSERS.call("transforms.extraction.article:extract_article", *arguments, **named)
    return extraction


def read_feed(*arguments: Any, **named: Any) -> FeedContent:
    """transforms.feeds.parse.read_feed; raises Rejected for anything that goes wrong."""
    content: FeedContent = PARSERS.call("transforms.feeds.parse:read_feed", *arguments, **named)
    return content
