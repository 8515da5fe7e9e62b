"""Copydesk's commands.

cli                the entry point
batch              run: one pass
watch              pass after pass
stream             without an end; stream_follower reports its windows
replay             from WARC archives; archive_selection chooses them
extract            one page
compact, verify    care of a lake
report             a lake as a page
ingest             the pipelines of run and replay, step by step; ingest_stream that of stream
passes             one pass: lock, recovery, pipeline, run record
sources            the sources file; agency_tables reads its agencies
memory             settings of malloc
command            what all commands share
engines            the engines of Beam
service            heartbeat and metrics
"""

import logging

from pipelines.memory import let_arrow_use_malloc

let_arrow_use_malloc()  # here, because pyarrow reads the environment when it is imported


def not_about_google_cloud(record: logging.LogRecord) -> bool:
    """False for the warning that Beam gives on import."""
    return not record.getMessage().startswith("apitools not found")


# Beam warns on import, through the root logger, when its Google Cloud extra is missing. Most users do not need it.
logging.getLogger().addFilter(not_about_google_cloud)
