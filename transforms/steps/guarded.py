"""The readers of feeds and pages as the steps call them: in a child process, with limits. See transforms/guard.py."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from transforms.guard import PARSERS

if TYPE_CHECKING:
    from transforms.extraction.extraction import Extraction
    from transforms.feeds.parse import FeedContent


def extract_article(*arguments: Any, **named: Any) -> Extraction:
    """transforms.extraction.article.extract_article; raises Rejected for anything that goes wrong."""
    extraction: Extraction = PARSERS.call("transforms.extraction.article:extract_article", *arguments, **named)
    return extraction


@cache
def prepare_extraction() -> None:
    """Lets a child load, in the background and once, what extraction needs. That takes a second, in which pages would have to wait."""
    PARSERS.prepare("transforms.extraction.article:prepare")


def read_feed(*arguments: Any, **named: Any) -> FeedContent:
    """transforms.feeds.parse.read_feed; raises Rejected for anything that goes wrong."""
    content: FeedContent = PARSERS.call("transforms.feeds.parse:read_feed", *arguments, **named)
    return content
