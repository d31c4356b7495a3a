# The two commands of the README are `make demo` and `make test`; each sets up what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    := out/shop

.PHONY: demo docs test setup lint types layers unit browser database bench torture sbom audit clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev --editable .
	touch $@

setup: $(VENV)/.ready

demo: setup
	@mkdir -p $(OUT)
	@$(BIN)/etiquette scan fixtures/shop --output text --output html:$(OUT) --output json:$(OUT)/report.json --fail-on never
	@echo
	@echo "The reports of fixtures/shop are in $(OUT):"
	@ls $(OUT) | sed 's|^|  $(OUT)/|'

# `make test BROWSER=required` fails where the pages cannot be opened in a browser.
BROWSER ?= optional

test: setup lint types layers unit

lint: setup
	$(BIN)/ruff check scanner tests benchmarks
	$(BIN)/ruff format --check scanner tests benchmarks

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

unit: setup browser database
	ETIQUETTE_BROWSER=$(BROWSER) $(BIN)/pytest -n auto
	@command -v chromium >/dev/null || echo "SKIPPED: the browser tests did not run, for there is no chromium."

browser:
	@command -v chromium >/dev/null || { \
	  echo "chromium is not here; trying to install it for the browser tests"; \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
	  || { sudo -n apt-get update -qq && sudo -n apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 \
	  || echo "it could not be installed: the browser tests will be skipped (or fail, with BROWSER=required)"; }

database:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
	  echo "PostgreSQL is not here; trying to install it for the tests of many systems"; \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 \
	  || { sudo -n apt-get update -qq && sudo -n apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 \
	  || echo "it could not be installed: its tests will be skipped"; }

bench: setup
	$(BIN)/python benchmarks/speed.py

# Everything that can be found or made wrong, some 50,000 files, in about an hour on one core.
torture: setup
	$(BIN)/python benchmarks/torture/run.py

# What an installation of the project holds, as CycloneDX: out/release/sbom.cdx.json.
sbom: setup
	@rm -rf out/release/venv && mkdir -p out/release
	@$(PYTHON) -m venv out/release/venv
	@out/release/venv/bin/python -m pip install --quiet --disable-pip-version-check .
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group release
	$(BIN)/cyclonedx-py environment out/release/venv/bin/python --pyproject pyproject.toml \
	  --mc-type application --output-reproducible --validate --of JSON -o out/release/sbom.cdx.json

# Known weaknesses of what an installation holds. Needs the network; says so where there is none.
audit: sbom
	@$(BIN)/pip-audit --progress-spinner off --path out/release/venv/lib/python3*/site-packages || { \
	  code=$$?; echo "pip-audit found something, or could not reach the advisory database (its message says which)"; exit $$code; }

# A site in out/docs that opens from the disk; a broken link fails.
docs: setup
	$(BIN)/mkdocs build --quiet --strict

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
