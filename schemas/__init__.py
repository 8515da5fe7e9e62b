"""The records that pass between Copydesk's steps, and the Arrow schemas of the lake."""

from schemas.agencies import AGENCIES, Agency
from schemas.arrow import Row, arrow_schema, table
from schemas.reasons import Reason, Rejected, Stage
from schemas.records import (
    SCHEMA_VERSION,
    Article,
    DataFile,
    Dataset,
    Entry,
    FeedPoll,
    IndexRow,
    Page,
    Reject,
    Source,
    StoryArticle,
)

__all__ = [
    "AGENCIES",
    "SCHEMA_VERSION",
    "Agency",
    "Article",
    "DataFile",
    "Dataset",
    "Entry",
    "FeedPoll",
    "IndexRow",
    "Page",
    "Reason",
    "Reject",
    "Rejected",
    "Row",
    "Source",
    "Stage",
    "StoryArticle",
    "arrow_schema",
    "table",
]
