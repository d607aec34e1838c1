# What a contributor types. Everything lives in .venv; nothing else on the machine is changed,
# except that `make test` installs Debian's Chromium and PostgreSQL where there is apt-get and they are not there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
CODE := footload devices dashboard tests sample_data

.DEFAULT_GOAL := help
.PHONY: help demo test lint lint-style lint-types lint-layers lint-pages fix docs pictures sample-data bench damage scan browser postgres clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

demo: $(VENV)/.installed ## simulated mat on a port: record, analyze, fill a sample lab, open the pages
	$(BIN)/footload demo

test: lint browser postgres ## everything that CI runs
	FOOTLOAD_TESTS_NEED_POSTGRES=1 $(BIN)/pytest -n 2 --dist loadfile --ignore tests/browser
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder tests/browser  # apart from the others: the browser's driver keeps an event loop running

lint: $(VENV)/.installed-tools ## style, types, layers, generated pages
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint-style lint-types lint-layers lint-pages

lint-style:
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)

lint-types:
	$(BIN)/pyright

lint-layers:
	$(BIN)/lint-imports

lint-pages:
	$(BIN)/python -m footload.cli.documentation --check

fix: $(VENV)/.installed-tools ## repair what ruff can repair
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

docs: $(VENV)/.installed ## write the generated pages again
	$(BIN)/python -m footload.cli.documentation

pictures: $(VENV)/.installed-tools browser ## take the pictures of every page again
	PYTHONPATH=. $(BIN)/python tests/browser/pictures.py

sample-data: $(VENV)/.installed ## make the simulated trials again, byte for byte
	$(BIN)/python sample_data/make.py

bench: $(VENV)/.installed-peers ## how long things take, beside other packages
	rm -rf .benchmarks && mkdir .benchmarks
	OPENBLAS_NUM_THREADS=1 FOOTLOAD_BENCH_ROWS=.benchmarks/rows.jsonl $(BIN)/pytest tests/benchmarks \
		tests/validation/test_jiku_walks.py --benchmark-enable --benchmark-json .benchmarks/times.json \
		>.benchmarks/log.txt 2>&1; status=$$?; cat .benchmarks/log.txt; \
	$(BIN)/python tests/benchmarks/test_decoding.py; \
	for lab in lab_numbers lab_pages; do \
		FOOTLOAD_BENCH_ROWS=.benchmarks/rows.jsonl $(BIN)/python tests/benchmarks/$$lab.py || status=1; \
	done; \
	$(BIN)/python tests/benchmarks/table.py .benchmarks; exit $$status  # in one table, also in docs/benchmarks.md

damage: $(VENV)/.installed-tools ## read 1,000 damaged variants of a file of every format
	FOOTLOAD_DAMAGED_VARIANTS=1000 $(BIN)/pytest -n 2 tests/readers -k damage

scan: $(VENV)/.installed-tools $(VENV)/scan/.installed ## look for what is unsafe: bandit on the code, wapiti on the pages
	$(BIN)/python tests/scan/scan.py --wapiti $(VENV)/scan/bin/wapiti

clean: ## remove the environment and what the tools left
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "footload needs Python 3.11 or newer, but '$(PYTHON)' is not; name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); sh .ci/apt-install python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.pip: $(VENV)/bin/python
	@$(INSTALL) --upgrade pip  # dependency groups need pip 25.1
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt $(VENV)/.pip
	$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-tools: $(VENV)/.installed
	$(INSTALL) --group test --group lint
	$(INSTALL) --no-deps --group recordings
	@touch $@

$(VENV)/.installed-peers: $(VENV)/.installed-tools
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["bench"], sep="\n")' | \
	while read -r peer; do $(INSTALL) "$$peer" </dev/null || echo "$$peer does not install here; its rows will say so" >&2; done
	@touch $@

$(VENV)/scan/.installed: $(VENV)/.installed
	$(INSTALL) --group scan
	$(PYTHON) -m venv $(VENV)/scan
	$(VENV)/scan/bin/python -m pip install --quiet --disable-pip-version-check "wapiti3>=3.2"  # with versions of its own
	@touch $@

browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; sh .ci/apt-install chromium

postgres:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || sh .ci/apt-install postgresql
