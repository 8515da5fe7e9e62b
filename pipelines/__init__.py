"""Copydesk's commands: options, the way of the news as one sentence, and what surrounds it."""

import logging

from pipelines.memory import let_arrow_use_malloc

let_arrow_use_malloc()  # here, for pyarrow reads the environment while it is imported


def not_about_google_cloud(record: logging.LogRecord) -> bool:
    """False for the warning that Beam gives on import."""
    return not record.getMessage().startswith("apitools not found")


# Beam warns on import, by the root logger, when its Google Cloud extra is absent: most users neither have nor want it.
logging.getLogger().addFilter(not_about_google_cloud)
