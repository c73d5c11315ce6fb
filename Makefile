# One command for each thing that a person or CI does here; `make` alone lists them.
# Paths are relative throughout, so the checkout may lie in a folder whose name has spaces.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=
UV ?= uv

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# Integers are figures and codes, whose range a constraint holds; varchar, and a table made outside a transaction, only
# occur in Alembic's own table of versions.
SQUAWK_EXCEPT := $(addprefix --exclude=,prefer-bigint-over-int prefer-bigint-over-smallint prefer-text-field prefer-robust-stmts)
QUERIES := attacks_per_month unattributed_incidents

.PHONY: help demo test check bench clean pins
.DELETE_ON_ERROR:
.NOTPARALLEL:

help:  ## list these commands
	@echo 'usage: make COMMAND'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-7s %s\n", $$1, $$2 }' Makefile
	@echo 'PYTHON=/path/to/python3 chooses the interpreter of a new .venv.'

demo: .venv/.demo  ## from nothing to a database of the seed articles, and its first answers
	@printf '\n==> eventdb db upgrade\n'
	@$(BIN)/eventdb db upgrade
	@printf '\n==> eventdb ingest seeds\n'
	@$(BIN)/eventdb ingest seeds
	@for view in $(QUERIES); do printf '\n==> eventdb query %s\n' "$$view"; $(BIN)/eventdb query "$$view" || exit; done

test: .venv/.dev  ## run the tests on WORKERS=2 processes; ARGS='-k name' goes to pytest
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: .venv/.dev  ## lint, format, types, import contract, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@mkdir -p build
	$(BIN)/eventdb db sql > build/migrations.sql
	$(BIN)/squawk --pg-version 15 $(SQUAWK_EXCEPT) build/migrations.sql

bench: .venv-bench/.done  ## the coder beside spaCy, in an environment of its own; ARGS='--rounds 3 FOLDER' goes to it
	.venv-bench/bin/python benchmarks/coder $(ARGS)

clean:  ## remove what the other commands made here; the database stays
	rm -rf .venv .venv-bench build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./.git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

pins:  ## renew the pinned requirements from pyproject.toml (needs uv)
	$(call compile,requirements.txt,)
	$(call compile,requirements-dev.txt,--extra dev --constraint requirements.txt)
	$(call compile,requirements-bench.txt,--extra dev --extra bench --constraint requirements-dev.txt)

# One universal file for every supported Python and platform. The dev set takes the versions of the first.
compile = $(UV) pip compile pyproject.toml $(2) --group build --universal --python-version 3.11 --upgrade \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file $(1)

# An install that was interrupted is taken up again by the same command.
install = $(BIN)/python -m ensurepip > /dev/null && $(PIP) install --no-deps --require-hashes -r $(1) && \
	$(PIP) install --no-deps --no-build-isolation --editable .

# The stamps lie inside .venv: they go with it, and are older than requirements that have changed.
# The requirements are complete, so pip has nothing to resolve (--no-deps).
.venv/.demo: requirements.txt pyproject.toml $(BIN)/python
	@echo 'Installing the pinned requirements into .venv ...'
	@$(call install,requirements.txt)
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml $(BIN)/python
	@echo 'Installing the pinned requirements, with the tools of development, into .venv ...'
	@$(call install,requirements-dev.txt)
	@touch $@

.venv-bench/.done: BENCH = .venv-bench/bin/python -m pip --quiet --disable-pip-version-check install --no-deps
.venv-bench/.done: requirements-bench.txt pyproject.toml $(BIN)/python
	@echo 'Installing the pinned requirements, with spaCy, into .venv-bench ...'
	@$(BIN)/python -m venv --clear .venv-bench
	@$(BENCH) --require-hashes -r requirements-bench.txt && $(BENCH) --no-build-isolation --editable .
	@touch $@

# A .venv whose interpreter has gone away is made anew, whatever its stamps say.
$(shell [ -x $(BIN)/python ] || rm -f .venv/.demo .venv/.dev)

$(BIN)/python:
	@command -v "$(PYTHON)" > /dev/null || \
	    { echo 'make: there is no "$(PYTHON)" here; try: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "make: eventdb needs Python 3.11 or later, and \"$(PYTHON)\" is $$("$(PYTHON)" -V 2>&1);" \
	           "try: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || \
	    { echo 'make: "$(PYTHON)" has no venv with pip (Debian and Ubuntu: apt install python3-venv);' \
	           'or try: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear --without-pip .venv
