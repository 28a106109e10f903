# Samenkracht. `make run` serves it, `make test` proves it; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
BASE := $(VENV)/.base-installed
DEV := $(VENV)/.dev-installed
export MODE ?= development
export PYTHON

.PHONY: help run test test-sqlite test-postgres lint format bench bench-short screenshots messages lock clean system

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --- Running ---------------------------------------------------------------------------------
run: $(BASE) ## Set up, load the demonstration town once and serve on http://localhost:PORT (default 8000)
	@$(PY) -m tools.run $(PORT)

# --- Proving ---------------------------------------------------------------------------------
test: $(DEV) system ## Everything: lint, types, contracts, and the suite on SQLite and on PostgreSQL + Redis
	@tools/lint.sh
	@tools/test.sh sqlite
	@tools/test.sh postgres

test-sqlite: $(DEV) system ## The suite on SQLite (ARGS go to pytest)
	@tools/test.sh sqlite $(ARGS)

test-postgres: $(DEV) system ## The suite on throw-away PostgreSQL and Redis servers (ARGS go to pytest)
	@tools/test.sh postgres $(ARGS)

lint: $(DEV) ## Style, types, import contracts, migrations, deployment check, security
	@tools/lint.sh

format: $(DEV) ## Put the code in its one format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV) system ## Measure the engine, its peers, the API, the workers and the sockets (twenty minutes)
	@tools/bench.sh

bench-short: $(DEV) system ## The same with small numbers, to see that it runs (two minutes)
	@tools/bench.sh --short

screenshots: $(DEV) system ## A picture of every page, in screenshots/
	@$(PY) -m tools.compile_messages
	@$(PY) -m tests.browser.screenshots

# --- Upkeep ----------------------------------------------------------------------------------
messages: $(DEV) system ## Collect the strings of every app into its catalogue, and compile
	@$(PY) -m tools.collect_messages
	@$(PY) -m tools.compile_messages

lock: $(DEV) ## Lock requirements/*.in with hashes
	@tools/lock.sh

clean: ## Remove everything that was made here: environment, data, caches
	@tools/clean.sh

# --- Set-up ----------------------------------------------------------------------------------
$(PY):
	@tools/make_venv.sh $(VENV)

$(BASE): requirements/base.txt | $(PY)
	@tools/install.sh $(BIN) $<
	@touch $@

$(DEV): requirements/dev.txt | $(PY)
	@tools/install.sh $(BIN) $<
	@touch $@ $(BASE)

system:
	@tools/system_packages.sh
