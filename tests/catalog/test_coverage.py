from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.model.catalog import RuleCase

_SCRIPT = Path(__file__).parents[2] / "docs" / "coverage.py"
CATALOG = load_catalog(data_folder("rules"), with_cases=True)


def _coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_page", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date() -> None:
    module = _coverage()
    assert module.PAGE.read_text(encoding="utf-8") == module.page(CATALOG), (
        "run `python docs/coverage.py`"
    )


def test_a_case_that_gives_something_else_does_not_count() -> None:
    files = (("app.py", "def show(customer):\n    print(customer.email)\n"),)
    module = _coverage()
    right = RuleCase("right", files, ("2: email -> log",))
    wrong = RuleCase("wrong", files, ("2: phone -> log",))
    assert [module.passing(case, CATALOG) for case in (right, wrong)] == [True, False]
