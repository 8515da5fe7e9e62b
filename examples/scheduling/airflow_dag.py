"""Copydesk under Airflow 3: a pass every ten minutes, and the lake put in order every night.

Put this file into Airflow's folder of DAGs. Copydesk stays in an environment of its own; the worker only calls its command. Set these in
the environment of the workers:

    COPYDESK=/srv/news/.venv/bin/copydesk      the command
    COPYDESK_HOME=/srv/news                    the folder with sources.toml and lake/
    COPYDESK_OPTIONS="--contact you@example.org"   more options for each pass, if any

A task that finds the lake in use, or the network away, ends with status 1 and is tried again by Airflow. The next pass takes up whatever
one has missed, so there is no catching up.
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
    description="Many small files of the lake to few",
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
