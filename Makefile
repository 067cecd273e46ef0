# Everything glassnet does from a clean checkout; each target installs what it needs into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
TORCH := torch==2.13.0 captum==0.9.0

.PHONY: demo test test-torch lint types rooms seeds held-out explain-times clinic constraints clean help

help:            ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 16

demo: .venv/core ## the main job in the terminal: four pixels, then real digits, in under a minute
	@$(BIN)/glassnet demo

test: .venv/dev lint types rooms  ## the set-up, the linters and all tests
	@$(BIN)/python -m pytest -n 2 --ignore=tests/pytorch

test-torch: .venv/torch  ## the same numbers as PyTorch and captum (a large install)
	@$(BIN)/python -m pytest tests/pytorch

lint: .venv/dev  ## ruff: style and format
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: .venv/dev ## mypy, strict
	@$(BIN)/mypy

rooms: .venv/dev ## import-linter: imports go down only
	@$(BIN)/lint-imports

seeds: .venv/core ## SPEC's table: how many of 200 seeds learn the four pixel camera, with 95 % intervals
	@$(BIN)/python benchmarks/from_scratch.py

held-out: .venv/core ## held-out accuracy on the digits, over 20 seeds that no default was chosen on
	@$(BIN)/python benchmarks/held_out.py

explain-times: .venv/core ## how long explanations take, beside what was promised
	@$(BIN)/python benchmarks/explain_times.py

clinic: .venv/core ## how good the doctor is: hundreds of healthy and faulty trainings (MNIST=file.npz for all of them)
	@$(BIN)/python benchmarks/clinic.py tune
	@test -z "$(MNIST)" || $(BIN)/python benchmarks/clinic.py judge --mnist "$(MNIST)"
	@test -z "$(MNIST)" || $(BIN)/python benchmarks/clinic.py again --mnist "$(MNIST)"
	@$(BIN)/python benchmarks/clinic.py table
	@$(BIN)/python benchmarks/clinic_overhead.py

constraints:     ## renew constraints.txt from pyproject.toml (needs uv)
	uv pip compile --universal --no-header --no-annotate --all-extras pyproject.toml -o constraints.txt

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "glassnet needs Python 3.11 or newer")'
	@echo "Making .venv and installing glassnet into it ..."
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/core: .venv/made pyproject.toml constraints.txt
	@$(PIP) --editable .
	@touch $@

.venv/dev: .venv/core
	@$(PIP) --editable '.[dev]'
	@touch $@

.venv/torch: .venv/dev
	@$(PIP) $(TORCH)
	@touch $@

clean:           ## remove what make made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
