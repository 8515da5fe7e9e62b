# `make` prints the targets. Each target sets up what it needs in .venv, once.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
TOOLS := .venv/.tools
SOURCES ?= sources.toml
LAKE ?= lake

.DEFAULT_GOAL := help
.PHONY: help setup run feeds test test-quick engines prism flink lint format docs calendar bench constraints check-airflow clean

help: ## print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(TOOLS) ## make the virtual environment .venv with everything for development (other targets do it themselves)

# Rebuilt when the requirements change. An unfinished environment has no .ready, so the next make starts again.
$(READY): setup.py constraints.txt
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25'
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[report]'
	touch $@

# The packages that only tests, benchmarks and linters need are large (Spark alone takes 490 MB). The main job runs without them.
$(TOOLS): $(READY)
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

run: $(READY) ## the main job on the bundled newsroom: feeds to lake, then queries (needs no internet)
	$(BIN)/python -m examples.demo

feeds: $(READY) ## the main job on real feeds: make feeds SOURCES=sources.toml LAKE=lake
	$(BIN)/copydesk run --sources $(SOURCES) --lake $(LAKE)

prism: $(READY) ## build Prism, the engine that streams on one machine, into .engines (needs Go)
	$(BIN)/python deploy/build_engines.py prism

flink: $(READY) ## fetch Flink and Beam's job server for it into .engines (needs a JDK and Maven)
	$(BIN)/python deploy/build_engines.py flink

# For the tests: builds the engines that can be built here. For each other one it prints a line, and their tests are skipped.
engines: $(READY)
	@$(BIN)/python deploy/build_engines.py prism flink --if-possible

test: engines $(TOOLS) ## all tests (about ten minutes on two cores)
	$(BIN)/python -m pytest

test-quick: $(TOOLS) ## the tests that start no engine and no other process (about two minutes)
	$(BIN)/python -m pytest -m "not system"

lint: $(TOOLS) ## ruff, strict mypy and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(TOOLS) ## fix and format the code with ruff
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY) ## write docs/fields.md from the records
	$(BIN)/python -m schemas.documentation docs/fields.md

calendar: $(READY) ## write names of months, weekdays and zones, and clocks of countries, from CLDR
	$(BIN)/python -m deploy.generate_calendar
	$(BIN)/python -m deploy.generate_places

bench: $(TOOLS) ## a quick benchmark on the bundled newsroom; benchmarks/README.md has the large ones
	$(BIN)/python -m benchmarks.throughput

constraints: $(TOOLS) ## write the newest versions that setup.py allows to constraints.txt
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.10 setup.py --extra dev --no-header --no-annotate \
	  --upgrade --output-file constraints.txt

check-airflow: ## run the Airflow example in its own Airflow (large, not part of the tests)
	examples/scheduling/check_airflow.sh

clean: ## delete what make made, except lakes and engines
	rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
