# One command, the same for everyone. `make demo` and `make test` need Python 3.11+ and nothing else.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
RUN := $(VENV)/.run-$(shell cat requirements.txt constraints.txt | cksum | cut -d' ' -f1)
DEV := $(VENV)/.dev-$(shell cat requirements.txt requirements-dev.txt constraints.txt | cksum | cut -d' ' -f1)
CHECK_ENV := ZERTIFY_VAR=$(CURDIR)/var/check ZERTIFY_HTTPS=on \
	ZERTIFY_SECRET_KEY=not-a-secret-only-read-by-the-checks-0123456789abcdef
# Faults and benches run alone: they measure time or kill processes.
PARALLEL ?= 2
MINUTES ?= 10
# What the browser itself fails in (no frame, a lost frame) is tried once more and listed; what a test expects is not.
BROWSER := tests/browser --reruns 1 --only-rerun '^Error: (Page|Locator|Frame|BrowserContext|Browser)[.]' -raR
PURE := tests/smf tests/policy tests/enforcement tests/house
STORE := tests/contract tests/web tests/analyzer tests/designer tests/runs tests/histories tests/live tests/config

.PHONY: help setup demo serve check fix test test-pure test-db coverage browser faults bench long screenshots vendor ci clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(PY):
	@echo "Making $(VENV) and installing what Zertify needs; this is done once ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@$(PYTHON) -m venv $(VENV)

$(RUN): | $(PY)
	@$(PY) -m pip install -q --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(DEV): | $(PY)
	$(PY) -m pip install -q --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@ $(RUN)

setup: $(DEV) ## a virtual environment with everything for development

demo: $(RUN) ## set up, ingest a sample site, run web and worker; Ctrl-C ends it
	@$(PY) -m config.demo

serve: $(RUN) ## web, worker and beat on the data that is there
	@$(PY) -m config.serve

check: $(DEV) ## format, lint, types, import contracts, templates, whether tests load, migrations, system checks
	$(VENV)/bin/ruff format --check -q .
	$(VENV)/bin/ruff check -q .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --quiet --lint templates
	$(VENV)/bin/codespell
	@# A test that can't be imported is seen here, not at the end of its ring.
	@set -o pipefail; $(PY) -m pytest --collect-only -qq tests | { grep -v '^tests/.*: [0-9]*$$' || true; }
	$(CHECK_ENV) $(PY) manage.py makemigrations --check --dry-run
	$(CHECK_ENV) $(PY) manage.py check --deploy --fail-level WARNING

fix: $(DEV) ## format and mend what can be mended
	$(VENV)/bin/ruff format -q .
	$(VENV)/bin/ruff check -q --fix .

test: $(DEV) test-pure test-db browser faults ## every ring

test-pure: $(DEV) ## no database: seconds
	ZERTIFY_TEST_PURE=1 $(PY) -m pytest -q -n $(PARALLEL) $(PURE)

test-db: $(DEV) ## real PostgreSQL, Valkey and workers
	$(PY) -m pytest -q -n $(PARALLEL) --dist loadfile --no-loadscope-reorder $(STORE)

coverage: $(DEV) ## all rings but the browser's, measured: all branches of smf, policy, web and the pure rooms of enforcement, 95 % of the rest
	rm -f .coverage .coverage.*
	ZERTIFY_TEST_PURE=1 $(PY) -m pytest -q -n $(PARALLEL) --cov --cov-report= $(PURE)
	$(PY) -m pytest -q -n $(PARALLEL) --dist loadfile --no-loadscope-reorder --cov --cov-append --cov-report= $(STORE)
	$(PY) -m pytest -q --cov --cov-append --cov-report= tests/faults
	$(PY) -m coverage report --include='smf/*,policy/*,web/*,enforcement/engine/*,enforcement/aggregation/*' --fail-under=100
	$(PY) -m coverage report --include='analyzer/*,designer/*,enforcement/*,config/*' --fail-under=95

browser: $(DEV) ## a real browser; skipped with one line where there is none, except with CI=true
	@if command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null; then \
		$(PY) -m pytest -q -n $(PARALLEL) --dist loadfile --no-loadscope-reorder $(BROWSER); \
	elif [ "$$CI" = true ]; then \
		echo "browser ring: no chromium on this machine, and CI=true demands it"; exit 1; \
	else \
		echo "browser ring SKIPPED: no chromium on this machine"; \
	fi

faults: $(DEV) ## kills workers and servers
	$(PY) -m pytest -q tests/faults

bench: $(DEV) ## one JSON line per figure, each a ratio measured in one run
	@$(PY) -m tests.bench

long: $(DEV) ## cases that no ring draws: of policy files and their reader (MINUTES, 10), of every property, of the REST interface
	ZERTIFY_TEST_PURE=1 ZERTIFY_LONG_CASES=10000 nice -n 10 $(PY) -m pytest -q --hypothesis-profile=fresh --durations=6 tests/policy/test_round_trip.py
	@mkdir -p var
	nice -n 10 $(PY) -m tests.policy.fuzz --minutes $(MINUTES)
	ZERTIFY_TEST_PURE=1 nice -n 10 $(PY) -m pytest -q -n $(PARALLEL) --hypothesis-profile=fresh $(PURE)
	ZERTIFY_CONTRACT_SEED=$${ZERTIFY_CONTRACT_SEED:-$$RANDOM} ZERTIFY_CONTRACT_EXAMPLES=$${ZERTIFY_CONTRACT_EXAMPLES:-25} \
		nice -n 10 $(PY) -m pytest -q tests/contract/test_schemathesis.py

screenshots: $(DEV) ## renew docs/screenshots
	ZERTIFY_SCREENSHOTS=docs/screenshots $(PY) -m pytest -q --basetemp /tmp/zertify -n $(PARALLEL) --dist loadfile --no-loadscope-reorder $(BROWSER)

vendor: $(DEV) ## renew static/vendor from package.json (needs npm)
	$(PY) -m config.vendor

ci: check test ## fast to slow; .ci/run calls it

clean: ## forget caches, not data
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
