# What a developer runs. Each target sets up what it needs, once: Python's things in .venv, the rest in build.
#
#   make test ARGS='-k wire'                  ARGS goes to pytest, or to the demonstration
#   make test ARGS='-n0 tests/faults'         without workers, so that what the tests measure is told at the end
#   make test PYTHON=python3.13 VENV=.venv13  another Python; without VENV, .venv is made anew with it

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Stamps: the environment (of which Python), the package in it, the development tools in it (pip 25.1 knows groups).
ENVIRONMENT := $(VENV)/.made-by-$(subst /,-,$(PYTHON))
PACKAGE := $(VENV)/.package
DEVELOPMENT := $(VENV)/.development
DOCUMENTATION := $(VENV)/.documentation
FUZZING := $(VENV)/.fuzzing
DEBIAN := build/debian-packages
MICROPYTHON := build/micropython/64/micropython build/micropython/32/micropython
NEWER := build/micropython/newer/micropython

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint docs screenshots fuzz soak bench bench-quick device footprint tools clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: $(PACKAGE) ## start the demonstration application
	$(BIN)/python -m examples.demo $(ARGS)

test: lint tools ## pass every check and every test
	$(BIN)/python -m pytest --numprocesses=4 --dist=loadfile $(ARGS)

lint: $(DEVELOPMENT) ## check style and types
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

docs: $(DOCUMENTATION) ## make the documentation site in build/site, warnings are errors, ARGS='--site-dir DIR' elsewhere
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict $(ARGS)

screenshots: $(DEVELOPMENT) $(DEBIAN) ## make the pictures of the demonstration in docs/screenshots
	$(BIN)/python tools/screenshots.py

fuzz: $(FUZZING) ## look for input that breaks the server, TIME=60 seconds for each of TARGETS
	@set -e; for target in $(or $(TARGETS),$$($(BIN)/python -m tests.fuzz)); do \
	    echo "--- $$target"; $(BIN)/python -m tests.fuzz $$target $(or $(TIME),60); done

soak: $(DEVELOPMENT) tools ## stream 1 GiB and let 100,000 messages go to 200 clients through Redis, with each server
	SOAK=yes $(BIN)/python -m pytest -s -o faulthandler_timeout=0 tests/runtimes/test_memory.py tests/pubsub $(ARGS)

bench: $(PACKAGE) $(DEBIAN) ## measure what a request costs, beside others, ARGS='requests --rounds 3' a part of it
	$(BIN)/python -m bench $(ARGS)

bench-quick: $(PACKAGE) $(DEBIAN) ## measure the most telling of that in two minutes
	$(BIN)/python -m bench --quick $(ARGS)

device: $(DEVELOPMENT) ## make what a board gets, BASE=https://... is where it will be served
	$(BIN)/python tools/device.py $(if $(BASE),build/device $(BASE))

footprint: $(DEVELOPMENT) $(MICROPYTHON) ## measure what Microdot takes of a board, beside 2.7, ARGS=docs/footprint.svg draws it
	$(BIN)/python -m bench.footprint $(ARGS)

tools: $(DEBIAN) $(MICROPYTHON) $(NEWER) ## get what the tests use beside Python; what cannot be had is named

clean: ## remove what was made
	rm -rf $(VENV) build dist .*_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -r {} +

$(ENVIRONMENT):
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tools/install-debian.sh python3-venv
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install 'pip>=25.1'
	@touch $@

$(PACKAGE): $(ENVIRONMENT) pyproject.toml
	$(PIP) install --editable '.[session]'
	@touch $@

$(DEVELOPMENT): $(PACKAGE)
	$(PIP) install --group dev
	@touch $@

$(DOCUMENTATION): $(ENVIRONMENT) pyproject.toml
	$(PIP) install --group docs
	@touch $@

$(FUZZING): $(DEVELOPMENT)
	$(PIP) install --group fuzz
	@touch $@

# Neither stops the tests: one that needs what is missing is skipped, or under CI fails.
$(DEBIAN): tools/debian-packages tools/install-debian.sh
	@mkdir -p $(@D)
	@if sh tools/install-debian.sh $$(sed 's/#.*//' $<); then touch $@; fi

$(MICROPYTHON): build/micropython/%/micropython: tools/get-micropython.sh
	@sh $< $* $(@D) || echo 'No MicroPython of $* bits.' >&2

$(NEWER): tools/get-micropython.sh
	@sh $< 64 $(@D) forky || echo 'No newer MicroPython.' >&2
