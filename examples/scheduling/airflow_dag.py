"""Copydesk under Airflow 3: a pass every ten minutes, and a compaction every night.

Put this file into Airflow's folder of DAGs. Copydesk stays in its own environment: the workers only call its command. Set these in the
environment of the workers:

    COPYDESK=/srv/news/.venv/bin/copydesk          the command
    COPYDESK_HOME=/srv/news                        the folder with sources.toml and lake/
    COPYDESK_OPTIONS="--contact you@example.org"   further options for each pass, if any

If the lake is in use or the network is down, a task ends with status 1, and Airflow tries it again. The next pass fetches what one has
missed, so the DAGs do not catch up.
"""

from datetime import datetime, timedelta, timezone

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    "copydesk",
    description="News feeds to the lake",
    schedule="*/10 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=2), "execution_timeout": timedelta(hours=1)},
    tags=["news"],
):
    BashOperator(
        task_id="run",
        bash_command='cd "${COPYDESK_HOME:?}" && exec "${COPYDESK:?}" run --sources sources.toml --lake lake ${COPYDESK_OPTIONS:-}',
    )

with DAG(
    "copydesk_nightly",
    description="Merges the small files of the lake",
    schedule="40 3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=2)},
    tags=["news"],
):
    BashOperator(
        task_id="compact",
        bash_command='cd "${COPYDESK_HOME:?}" && exec "${COPYDESK:?}" compact --lake lake --wait 10m',
    )
