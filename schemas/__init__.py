"""The records that pass between Copydesk's steps, and the Arrow schemas of the lake."""

from schemas.agencies import AGENCIES, Agency
from schemas.arrow import Row, arrow_schema, table
from schemas.reasons import Reason, Rejected, Stage
from schemas.records import (
    SCHEMA_VERSION,
    Article,
    Dataset,
    Entry,
    FeedPoll,
    Page,
    Reject,
    Seen,
    Source,
    StoryArticle,
    Written,
)

__all__ = [
    "AGENCIES",
    "SCHEMA_VERSION",
    "Agency",
    "Article",
    "Dataset",
    "Entry",
    "FeedPoll",
    "Page",
    "Reason",
    "Reject",
    "Rejected",
    "Row",
    "Seen",
    "Source",
    "Stage",
    "StoryArticle",
    "Written",
    "arrow_schema",
    "table",
]
