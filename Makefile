# Everything glassnet does from a clean checkout; each target installs what it needs into .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CHROMIUM := /usr/bin/chromium
TORCH := torch==2.13.0 captum==0.9.0

BENCH := .venv-bench/bin/python

# A program of the system: installed where that is possible, named where it is not.
tool = @command -v $(1) >/dev/null || { test "$$(id -u)" = 0 && apt-get install --yes --quiet $(1) >/dev/null; } \
	|| echo "$(1) is missing: install your system's package of it"

.PHONY: play demo test test-torch lint types rooms seeds held-out explain-times page-times clinic bench \
	bench-quick bench-page guard guard-update constraints clean help

help:            ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 16

play: .venv/core ## the page, live in the browser: paint four pixels, look inside, train
	@$(BIN)/glassnet play

demo: .venv/core ## the main job in the terminal: four pixels, then real digits, in under a minute
	@$(BIN)/glassnet demo

test: .venv/dev $(CHROMIUM) lint types rooms  ## the set-up, the linters and all tests
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

page-times: .venv/dev $(CHROMIUM) ## the page in a browser: first picture, frames a second, answer to a painted pixel
	@$(BIN)/python benchmarks/live_page.py

DRAW ?= 1
clinic: .venv/core ## how good the doctor is: thousands of healthy and faulty trainings (MNIST=file.npz; DRAW=N judges on other data)
	@test -n "$(MNIST)" || { echo "make clinic MNIST=file.npz, with images and labels"; exit 1; }
	@$(BIN)/python benchmarks/clinic.py tune --mnist "$(MNIST)"
	@$(BIN)/python benchmarks/clinic.py judge --mnist "$(MNIST)" --draw $(DRAW)
	@$(BIN)/python benchmarks/clinic.py judge --mnist "$(MNIST)" --draw $(DRAW) --treat --every 3
	@$(BIN)/python benchmarks/clinic.py table
	@$(BIN)/python benchmarks/clinic_overhead.py

constraints:     ## renew constraints.txt from pyproject.toml (needs uv)
	uv pip compile --universal --no-header --no-annotate --all-extras pyproject.toml -o constraints.txt

bench: .venv-bench/made ## glassnet beside its peers: measures all, then writes docs/benchmarks (GROUPS="training start" for some)
	@$(BENCH) -m benchmarks.bench $(GROUPS)
	@$(BENCH) -m benchmarks.page

bench-quick: .venv-bench/made ## a few cases and peers in under 3 minutes, printed only
	@$(BENCH) -m benchmarks.bench training prediction --networks 4-4-4-8-4 784-128-10 --optimizer sgd \
		--peers JAX PyTorch NumPy onnxruntime --rounds 5 --results .venv-bench/quick.json

bench-page: .venv-bench/made ## docs/benchmarks from the results, without measuring
	@$(BENCH) -m benchmarks.page

guard: .venv/core ## instructions of the hot loops, compared with benchmarks/guard.json
	$(call tool,valgrind)
	@$(BIN)/python -m benchmarks.guard

guard-update: .venv/core ## write benchmarks/guard.json anew
	$(call tool,valgrind)
	@$(BIN)/python -m benchmarks.guard --update

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

# The tests of the page need a browser: the system's own, since Playwright would fetch one from elsewhere.
$(CHROMIUM):
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing chromium for the tests of the page ..." && \
	  apt-get update --quiet=2 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes chromium >/dev/null; \
	else \
	  echo "The tests of the page need $(CHROMIUM): install it (on Debian: sudo apt-get install chromium)" >&2; exit 1; \
	fi

.venv/torch: .venv/dev
	@$(PIP) $(TORCH)
	@touch $@

.venv-bench/made: benchmarks/peers.txt benchmarks/constraints.txt
	$(call tool,clang)
	@echo "Making .venv-bench and installing the peers into it (some GB) ..."
	@$(PYTHON) -m venv .venv-bench
	@$(BENCH) -m pip install --quiet --disable-pip-version-check --constraint benchmarks/constraints.txt \
		--editable . --requirement benchmarks/peers.txt
	@touch $@

clean:           ## remove what make made
	rm -rf .venv .venv-bench .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
