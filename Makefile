# Seq2Scope. `make` prints what there is. Works with GNU make 3.81 and newer (Debian, macOS).

PYTHON ?=
VENV   ?= .venv
# Further options for pip, e.g. PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
PIP_ARGS ?=
# Further options for the program that a target runs, e.g. make test ARGS="tests/core -k cells"
ARGS ?=

PY  := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
NPM := $(shell command -v node >/dev/null 2>&1 && command -v npm 2>/dev/null)

# Whoever has no work left takes half of the other's, so that a long test at the end holds up nobody
SIDE_BY_SIDE := --numprocesses=auto --dist=worksteal

# What `make fast` runs: tests/README.md has the table of tiers
FAST := tests/test_architecture.py tests/test_typechecker.py tests/ui/test_pages.py tests/ui/test_address.py \
	$(addprefix tests/core/test_,$(addsuffix .py,attention cells checkpoint config decoder edits encoder loss \
	seq2seq tracing))

.PHONY: help app class test fast check checkjs docs format bench i18n clean

help: ## print the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo 'Variables: PYTHON (which interpreter makes the virtual environment), VENV, PIP_ARGS, ARGS.'

app: $(VENV)/.app ## open the app in the browser (installs what it needs into .venv the first time)
	$(PY) -m streamlit run app.py --server.showEmailPrompt=false --server.address=localhost $(ARGS)

class: $(VENV)/.app ## open the app for everybody in the local network; the terminal shows the address as a QR code
	$(PY) -m streamlit run app.py --server.showEmailPrompt=false --server.address=0.0.0.0 $(ARGS)

test: $(VENV)/.dev ## run the unit, screen and browser tests
ifeq ($(strip $(ARGS)),)
	$(PY) -m pytest --ignore=tests/browser $(SIDE_BY_SIDE)
	$(PY) -m pytest tests/browser -m 'not alone' $(SIDE_BY_SIDE) --maxprocesses=4
	$(PY) -m pytest tests/browser -m alone
else
	$(PY) -m pytest $(ARGS)
endif
	@if command -v node >/dev/null 2>&1 && [ -d tests/js ]; then \
		echo 'node --test tests/js'; \
		node --test $$(find tests/js -name '*.test.js' -o -name '*.test.mjs' | sort); \
	else echo 'tests/js skipped: node was not found'; fi

# Compiled modules are kept between the processes of a run, also where the machine is told otherwise
test fast: export PYTHONDONTWRITEBYTECODE :=
# One thread for each process: more would only wait for one another
test fast: export OMP_NUM_THREADS ?= 1

fast: $(VENV)/.dev ## run in a minute what a change breaks first: equations, trace, edits, checkpoints, pages
	$(PY) -m pytest $(FAST) -m 'not slow' $(SIDE_BY_SIDE) $(ARGS)

check: $(VENV)/.dev ## lint, formatting, types, import contracts
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	PYTHONPATH=. $(VENV)/bin/lint-imports
	@$(MAKE) --no-print-directory checkjs

checkjs: ## check the JavaScript: types, lint, formatting (part of check; needs node and npm)
ifeq ($(NPM),)
	@echo 'JavaScript was not checked: it needs node and npm, which were not found.'
	@[ "$$CI" != true ]
else
	@$(MAKE) --no-print-directory node_modules/.stamp
	$(NPM) run --silent check
endif

format: $(VENV)/.dev ## rewrite the code in the project's format
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
ifneq ($(NPM),)
	@$(MAKE) --no-print-directory node_modules/.stamp
	$(NPM) run --silent format
endif

bench: $(VENV)/.bench ## measure the figures that the README quotes
	$(PY) -m pytest benchmarks -s -o python_files='bench_*.py' $(ARGS)

docs: $(VENV)/.docs ## build the documentation into site/
	$(PY) -m mkdocs build --strict --quiet $(ARGS)

i18n: $(VENV)/.dev ## bring the catalogues of translations up to date with the screens
	$(PY) -m s2s_ui.locales

clean: ## remove the virtual environment and every cache
	rm -rf $(VENV) node_modules site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are written last, so that an installation that was interrupted is done again.

$(VENV)/.app: requirements.txt | $(PY)
	$(PIP) install $(PIP_ARGS) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-replicas.txt $(VENV)/.app
	$(PIP) install $(PIP_ARGS) -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: benchmarks/requirements.txt $(VENV)/.dev
	$(PIP) install $(PIP_ARGS) -r benchmarks/requirements.txt
	$(PIP) install $(PIP_ARGS) --no-deps joeynmt==2.3.0
	@touch $@

$(VENV)/.docs: docs/requirements.txt $(VENV)/.app
	$(PIP) install $(PIP_ARGS) -r docs/requirements.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	$(NPM) ci --no-audit --no-fund
	@touch $@

$(PY):
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
		if $$python -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
			echo "$$python -m venv $(VENV)"; \
			exec $$python -m venv $(VENV); \
		fi; \
		if [ -n "$(PYTHON)" ]; then break; fi; \
	done; \
	echo 'Seq2Scope needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian and Ubuntu: apt install python3-venv).' >&2; \
	echo 'If it is installed under another name: make PYTHON=/path/to/python' >&2; \
	exit 1
