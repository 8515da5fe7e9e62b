"""The records that pass between Copydesk's steps. Their Arrow schemas are in schemas.arrow: only code that needs Arrow loads it."""

from schemas.agencies import AGENCIES, Agency
from schemas.errors import CopydeskError, UsageError
from schemas.reasons import Reason, Rejected, Stage
from schemas.records import (
    SCHEMA_VERSION,
    Article,
    DataFile,
    Dataset,
    Entry,
    FeedPoll,
    Image,
    IndexRow,
    Link,
    Medium,
    Page,
    Reject,
    Row,
    Sketch,
    StoryArticle,
)
from schemas.sources import Source

__all__ = [
    "AGENCIES",
    "SCHEMA_VERSION",
    "Agency",
    "Article",
    "CopydeskError",
    "DataFile",
    "Dataset",
    "Entry",
    "FeedPoll",
    "Image",
    "IndexRow",
    "Link",
    "Medium",
    "Page",
    "Reason",
    "Reject",
    "Rejected",
    "Row",
    "Sketch",
    "Source",
    "Stage",
    "StoryArticle",
    "UsageError",
]
