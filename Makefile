# Two commands do everything on a machine with Python 3.11 or newer: make run, make test.

PYTHON ?= python3
BIN := .venv/bin
CORES ?= all

.PHONY: help setup run test lint clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready  ## make .venv with the pinned versions

.venv/.ready: pyproject.toml constraints.txt
	@echo "Installing the pinned packages into .venv; this can take some minutes."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[pipeline,generators,test]'
	touch $@

run: setup  ## the default pipeline in its quick size: tables, figures, results/report.html
	$(BIN)/snakemake --cores $(CORES) --configfile workflow/presets/quick.yaml

lint: setup  ## style, types, import directions, workflow lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

test: lint  ## lint, then all tests
	$(BIN)/pytest --numprocesses=auto

clean:  ## remove results and logs of the default output root
	rm -rf results logs
