.DEFAULT_GOAL := help
.PHONY: help run test check bench night words clean python system-packages
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
ARGS ?=
FILES ?= 100000

# python3.11 first, else a python3 that is new enough.
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif

# A stamp carries the Python version and the hash of what was installed, so a changed pin installs
# again and an unchanged one costs nothing.
key = $(if $(PYTHON),$(shell cat $(1) | $(PYTHON) -c 'import hashlib, sys; \
	print("%d.%d-" % sys.version_info[:2] + hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:16])'),none)
RUN_STAMP := $(VENV)/run-$(call key,requirements.txt)
DEV_STAMP := $(VENV)/dev-$(call key,requirements.txt requirements-fast.txt requirements-dev.txt)

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(RUN_STAMP) ## Open the analyzer in your browser (PORT=8501)
	@echo "Open http://127.0.0.1:$(PORT) in your browser; Ctrl+C here stops the analyzer."
	@exec $(BIN)/python -m streamlit run app.py --server.headless true --server.address 127.0.0.1 --server.port $(PORT)

test: system-packages $(DEV_STAMP) ## Run every check and every test (ARGS="-k landed" for some)
	@status=0; \
	$(BIN)/python -m ruff check || status=1; \
	$(BIN)/python -m mypy --strict tariffs app.py || status=1; \
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup $(ARGS) || status=1; \
	exit $$status

check: $(DEV_STAMP) ## Read the code with ruff and mypy, without running it
	@status=0; \
	$(BIN)/python -m ruff check || status=1; \
	$(BIN)/python -m mypy --strict tariffs app.py || status=1; \
	exit $$status

bench: $(DEV_STAMP) ## Measure the claims about speed, each against what a user would write instead
	@$(BIN)/python -m bench

night: | python ## Load 100,000 mutated files, and as many that atheris steers (FILES=100000)
	@.ci/python-env $(PYTHON) build/night requirements-night.txt
	@build/night/bin/bandit -q -r tariffs app.py
	@build/night/bin/python -m tests.test_intake_fuzz --files $(FILES)
	@build/night/bin/python -m tests.guided_fuzz --files $(FILES)

words: $(RUN_STAMP) ## Bring the catalogues up to date and say what is left to translate (locale/README.md)
	@$(BIN)/python -m tariffs.words.catalogue

clean: ## Remove what was made: environment, build and caches
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN_STAMP): | python
	@rm -f $(VENV)/run-* $(VENV)/dev-*
	@.ci/python-env $(PYTHON) $(VENV) requirements.txt
	@touch $@

# The tests' environment holds all that the analyzer needs, so it serves `make run` as well.
$(DEV_STAMP): | python
	@rm -f $(VENV)/run-* $(VENV)/dev-*
	@.ci/python-env $(PYTHON) $(VENV) requirements-dev.txt
	@touch $@ $(RUN_STAMP)

python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed. On Debian and Ubuntu:" >&2; \
		echo "    sudo apt-get install python3 python3-venv" >&2; exit 1; }

system-packages: ## Install what the tests look through: Chromium, LibreOffice, fonts (as root on Debian)
	@.ci/system-packages
