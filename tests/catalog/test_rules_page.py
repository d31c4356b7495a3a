from __future__ import annotations

import importlib.util

from data_etiquette.model.catalog import Catalog
from tests.conftest import ROOT


def test_the_page_of_rules_is_up_to_date(catalog: Catalog) -> None:
    spec = importlib.util.spec_from_file_location("rules_page", ROOT / "docs" / "rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(catalog), (
        "run `python docs/rules.py`"
    )
