#!/usr/bin/env bash
# Runs airflow_dag.py in a real Airflow: one pass over the bundled newsroom, and one compaction.
#
#     examples/scheduling/check_airflow.sh [FOLDER]
#
# Installs Airflow into its own environment in FOLDER (default: .airflow-check, 600 MB) and keeps it for the next time. Needs Copydesk's
# .venv (make setup) and Python 3.10 to 3.13.
set -euo pipefail

AIRFLOW_VERSION=3.3.2
project=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$project/.airflow-check}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

if [ ! -e "$folder/venv/.ready" ]; then
    rm -rf "$folder/venv"
    "${PYTHON:-python3}" -m venv "$folder/venv"
    "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
    "$folder/venv/bin/uv" pip install --quiet --python "$folder/venv/bin/python" "apache-airflow==$AIRFLOW_VERSION"
    touch "$folder/venv/.ready"
fi

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

cd "$project"
port=$(.venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
.venv/bin/python -m examples.serve_newsroom --port "$port" > "$work/newsroom.log" &
server=$!

export AIRFLOW_HOME=$work/airflow
export AIRFLOW__CORE__DAGS_FOLDER=$work/dags AIRFLOW__CORE__LOAD_EXAMPLES=false AIRFLOW__LOGGING__LOGGING_LEVEL=WARNING
export PYTHONWARNINGS=ignore  # from Airflow's own libraries
export COPYDESK=$project/.venv/bin/copydesk COPYDESK_HOME=$work/news COPYDESK_OPTIONS="--proxy http://127.0.0.1:$port --pause 0"
mkdir -p "$AIRFLOW_HOME" "$work/dags" "$work/news"
cp examples/newsroom/sources.toml "$work/news/"
cp examples/scheduling/airflow_dag.py "$work/dags/"

airflow=$folder/venv/bin/airflow
"$airflow" db migrate > "$work/db.log" 2>&1 || { tail -20 "$work/db.log"; exit 1; }
"$airflow" dags reserialize
"$airflow" dags list
[ "$("$airflow" dags list-import-errors --output plain | grep -c airflow_dag.py)" = 0 ]
export AIRFLOW__LOGGING__LOGGING_LEVEL=INFO
"$airflow" dags test copydesk 2>&1 | tee "$work/test.log"
"$airflow" dags test copydesk_nightly 2>&1 | tee -a "$work/test.log"
grep -q 'Entries: 36 = 29 articles + 2 already seen + 5 rejects' "$work/test.log"
.venv/bin/copydesk verify --lake "$work/news/lake"
echo "Airflow $AIRFLOW_VERSION ran the pass and the compaction."
