from __future__ import annotations

import importlib.util
from types import ModuleType

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from tests.conftest import ROOT


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "docs" / "rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_of_rules_are_up_to_date() -> None:
    pages = _generator().pages(load_catalog(data_folder("rules"), with_cases=True))
    docs = ROOT / "docs"
    found = {"rules.md", *(f"rules/{path.name}" for path in (docs / "rules").glob("*.md"))}
    assert found == set(pages), "run `python docs/rules.py`"
    stale = [name for name in pages if (docs / name).read_text(encoding="utf-8") != pages[name]]
    assert stale == [], "run `python docs/rules.py`"
