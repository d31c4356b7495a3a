# The two commands of the README are `make demo` and `make test`; each sets up what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    := out/shop

.PHONY: demo test setup lint types layers unit bench clean

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

test: setup lint types layers unit

lint: setup
	$(BIN)/ruff check scanner tests benchmarks
	$(BIN)/ruff format --check scanner tests benchmarks

types: setup
	$(BIN)/mypy

layers: setup
	$(BIN)/lint-imports

unit: setup
	$(BIN)/pytest -n auto

bench: setup
	$(BIN)/python benchmarks/speed.py

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
