# make run     set up and start the demonstration
# make test    set up what the tests need and run all of them
# make bench   measure
#
# Everything is installed into .venv, by hash. What has been set up once is not set up again until its list changes;
# `rm -rf .venv` starts afresh.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST_ARGS ?=
BENCH_ARGS ?=

.PHONY: run test bench check peers

run: $(VENV)/runs
	$(BIN)/hall demo

test: check peers
ifeq ($(PYTEST_ARGS),)
	$(BIN)/python tests/setup/halves.py
else
	$(BIN)/pytest $(PYTEST_ARGS)
endif

bench: $(VENV)/tests
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

check: $(VENV)/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases benchmarks tests/conftest.py tests/peers tests/proof tests/browser
	$(BIN)/lint-imports

peers: $(VENV)/tests
	sh tests/setup/peers.sh

$(BIN)/python:
	sh deploy/venv.sh $(VENV)

$(VENV)/runs: requirements/run.lock setup.py | $(BIN)/python
	$(PIP) install --require-hashes -r requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/tests: requirements/test.lock $(VENV)/runs
	$(PIP) install --require-hashes -r requirements/test.lock
	touch $@
