# What this project does, by name. `make` alone prints the list.
# All that is installed lies in this folder: .venv, node_modules, .cache. Nothing is global.

# A Python that the locks have packages for; set PYTHON=… to choose another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && exit; done; echo python3)
DATE ?= $(shell date -u +%F)
STAGES := .venv/bin/python -m scripts.testing

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test check lint types unit integration contracts fuzz abis bench-gas bench-wallet bench-bridge docs e2e install-check format nightly coverage symbolic slither mutation faults faults-report clean

help: ## print this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is locked, into this folder only; quick when nothing changed
	@$(PYTHON) -m scripts.setup

demo: setup ## a deposit becomes a token, is paid on, and comes back; ONCE=1 ends afterwards
	@.venv/bin/python -m scripts.demo $(if $(ONCE),--once)

test: setup ## everything: what `check` runs, contracts, the whole flow on both databases, install
	@$(STAGES) all

check: setup ## the quick part: format, lint, types, unit tests
	@$(STAGES) check

lint: setup ## format and lint, changing nothing
	@$(STAGES) lint

format: setup ## put the sources into the one format
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

types: setup ## mypy, strict
	@$(STAGES) types

unit: setup ## tests of wallet, bridge, scripts and habits; they need no server
	@$(STAGES) unit

integration: setup ## tests on a real chain, on PostgreSQL, and with processes that are killed
	@$(STAGES) integration

contracts: setup ## the contracts' tests, on a chain of their own, under brownie
	@$(STAGES) contracts

fuzz: setup ## the contracts' property tests, against a plain model, under forge
	@$(STAGES) fuzz

abis: setup ## write wallet/abi anew from the compiled contracts
	@$(STAGES) write-abis

bench-gas: setup ## gas, ours beside others' tokens; JSON=FILE writes it, SNAPSHOT=1 records it
	@.venv/bin/python -m scripts.bench.gas $(if $(JSON),--json "$(JSON)") $(if $(SNAPSHOT),--snapshot)

bench-wallet: ## speed, ours beside cast, eth-account, bip32, bip_utils and ape; JSON=FILE writes it
	@$(PYTHON) -m scripts.setup bench
	@.venv/bin/python -m scripts.bench.wallet $(if $(JSON),--json "$(JSON)")

bench-bridge: setup ## the bridge under load; JSON=FILE writes it, ROWS="transfers reads" takes some
	@.venv/bin/python -m scripts.bench.bridge $(if $(ROWS),--rows $(ROWS)) $(if $(JSON),--json "$(JSON)")

docs: setup ## draw the state machines in docs/SPECIFICATION.md anew from the code
	@$(STAGES) write-docs

e2e: setup ## the whole flow with real processes, on SQLite and on PostgreSQL
	@$(STAGES) e2e

install-check: setup ## plain `pip install .` into an empty environment gives both commands
	@$(STAGES) install

faults: setup ## kill the bridge everywhere, and drive it from seeds
	@$(STAGES) faults

faults-report: ## write docs/reports/DATE-faults.md from the last run of `faults`; DATE=… sets it
	@.venv/bin/python -m scripts.docs.faults_report $(DATE)

nightly: setup ## as `test`, with long budgets, and the report of faults; MINUTES=120 takes a part of those
	@JIAOZI_TEST_PROFILE=nightly FOUNDRY_PROFILE=nightly \
	$(if $(MINUTES),JIAOZI_TEST_MINUTES=$(MINUTES)) $(STAGES) all
	@.venv/bin/python -m scripts.docs.faults_report $(DATE)

coverage: setup ## do the contracts' tests under forge reach every line and branch?
	@$(STAGES) coverage

symbolic: ## halmos proves packing, limits, conservation and «no signature, no burn» for all values
	@$(PYTHON) -m scripts.setup proof
	@.venv/bin/python -m scripts.proof.symbolic

slither: ## static analysis of the contracts; every finding must be answered
	@$(PYTHON) -m scripts.setup proof
	@.venv/bin/python -m scripts.proof.slither

mutation: ## faults put into the contracts one by one: do the tests notice? hours; MINUTES=30 takes a part
	@$(PYTHON) -m scripts.setup proof
	@.venv/bin/python -m scripts.proof.mutation $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SAMPLE),--sample $(SAMPLE))

clean: ## stop a running demo and forget everything that was made here, the demo's data too
	@$(PYTHON) -m scripts.setup.clean
