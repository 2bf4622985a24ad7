# Two commands on a fresh machine: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
# More options for pytest, the benchmarks or the demo: make test ARGS="-k outbox -x"
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
# Only wheels, each checked against its hash: nothing is compiled and no package's code runs while installing.
UV_INSTALL := $(VENV)/bin/uv pip install --quiet --python $(PY) --no-build --require-hashes
# No index address and no path goes into a lock file; one lock serves every supported Python and platform.
UV_LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" $(LOCK_ARGS)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run year test check mutants format bench soak chart pictures browser lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- the environment: stamps make a second call free --------------------------------------------------------------

$(VENV)/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Drempel needs Python 3.11 or newer, and this is %d.%d: try  make PYTHON=python3.11 …" % sys.version_info[:2])'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/uv.txt
	@touch $@

$(VENV)/.run: $(VENV)/.uv requirements/run.txt
	$(UV_INSTALL) -r requirements/run.txt
	@touch $@

# dev.txt holds all of run.txt at the same versions, so one call installs both.
$(VENV)/.dev: $(VENV)/.uv requirements/run.txt requirements/dev.txt
	$(UV_INSTALL) -r requirements/dev.txt
	@touch $@ $(VENV)/.run

install: $(VENV)/.dev  ## prepare .venv: everything needed to run, test and check

# --- running ------------------------------------------------------------------------------------------------------

# Proven once for each change of what decides; a second call is free.
certificate.json: $(VENV)/.run $(shell find flows -name '*.py' -o -name '*.toml' -o -name '*.po')
	@$(PY) -m flows check --write --once
	@touch $@

run: $(VENV)/.run certificate.json  ## start Drempel with made-up data: chat page and desk; Ctrl-C ends both
	@$(PY) scripts/run.py

year: $(VENV)/.run  ## fill the made-up shelter with a year of made-up conversations; ARGS="--conversations 5000"
	$(PY) -m storage demo --year $(ARGS)

# --- testing ------------------------------------------------------------------------------------------------------

browser:  ## find Chromium for the browser tests, or install it where that is possible
	@scripts/chromium.sh

test: $(VENV)/.dev browser certificate.json  ## run every test except the long campaigns; ARGS="-k name"
	$(PY) -m pytest -n 4 -m "not soak" $(ARGS)

soak: $(VENV)/.dev browser certificate.json  ## run the long campaigns and what is left out of `make test`
	$(PY) -m pytest -n 2 -m soak $(ARGS)

check: $(VENV)/.dev  ## lint, types, arrows between the rooms, known holes, and the proof of the conversation
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/bandit --quiet --severity-level medium --recursive bot desk flows scripts storage
	$(PY) scripts/advisories.py
	$(PY) -m flows check --write

mutants: $(VENV)/.dev  ## corrupt what decides, hundreds of times: does the proof see it? ARGS="--write" publishes it
	$(PY) -m flows mutants $(ARGS)

format: $(VENV)/.dev  ## put the code in its one format, mend what can be mended
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.dev certificate.json  ## measure what we claim about speed
	$(PY) -m benchmarks $(ARGS)

chart: $(VENV)/.run  ## draw the declared conversation into docs/flow.md
	$(PY) -m flows chart

pictures: $(VENV)/.dev browser certificate.json  ## make the pictures of the README anew
	$(PY) scripts/pictures.py

# --- upkeep -------------------------------------------------------------------------------------------------------

lock: $(VENV)/.uv  ## compile requirements/*.in again; LOCK_ARGS=--upgrade for newer versions
	$(UV_LOCK) requirements/uv.in -o requirements/uv.txt
	$(UV_LOCK) requirements/run.in -o requirements/run.txt
	$(UV_LOCK) -c requirements/run.txt requirements/dev.in -o requirements/dev.txt

clean:  ## remove .venv and everything generated; data/ and .env stay
	rm -rf certificate.json $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
