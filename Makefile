# Every target builds what it needs; the second time that is quick.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help build run ocr test lint chaos fuzz bench bench-scans lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

build: $(VENV)/.built ## the environment in .venv/, from the lock file

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "fazhi needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.built: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "installing the packages of requirements.lock: 300 MB, a minute or two …"
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.built requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

run: build ## start everything on this machine; Ctrl-C stops it
	@$(BIN)/fazhi run

ocr: build ## add text recognition, for scans and pictures: 350 MB
	$(PIP) install --require-hashes -r requirements-ocr.lock

test: $(VENV)/.tested ## every test, with the real servers, three processes side by side
	$(BIN)/python -m pytest -n 3 --dist loadfile

lint: $(VENV)/.tested ## style, types, and which way imports run
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

chaos: $(VENV)/.tested ## ten minutes of faults on a whole system: nothing lost, nothing doubled
	$(BIN)/python -m tests.chaos

fuzz: $(VENV)/.tested ## ten minutes of mutated files for each reader
	$(BIN)/python -m tests.fuzz

bench: $(VENV)/.tested ## speed, as ratios of one run
	$(BIN)/python -m bench

bench-scans: $(VENV)/.tested ## scans recognised and cleaned (needs fonts-noto-cjk, fonts-arphic-ukai)
	$(BIN)/python -m bench.scans

lock: ## pin the dependencies anew (needs uv)
	printf 'setuptools\n' | uv pip compile pyproject.toml - --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --no-header --upgrade --quiet -o requirements.lock
	printf 'setuptools\n' | uv pip compile pyproject.toml - --extra ocr --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --no-header --upgrade --quiet -c requirements.lock -o requirements-ocr.lock
	printf 'setuptools\n' | uv pip compile pyproject.toml - --extra ocr --extra parquet --universal --generate-hashes \
	  --no-emit-index-url --python-version 3.11 --no-header --upgrade --quiet -c requirements-ocr.lock -o requirements-image.lock
	printf 'setuptools\n' | uv pip compile pyproject.toml - --extra dev --extra ocr --universal --generate-hashes \
	  --no-emit-index-url --python-version 3.11 --no-header --upgrade --quiet -c requirements-image.lock -o requirements-dev.lock

clean: ## remove the environment (never the data)
	rm -rf $(VENV)
