"""Rules with an SQL side show it in at least two dialects that the text itself tells."""

from __future__ import annotations

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.frontends.sql.dialect import guess_dialect
from data_etiquette.model.catalog import RuleCase

RULES = {rule.code: rule for rule in load_catalog(data_folder("rules"), with_cases=True).rules}
WITH_SQL_SIDE = (
    *("ETQ108", "ETQ201", "ETQ203", "ETQ303", "ETQ304", "ETQ305", "ETQ310", "ETQ311", "ETQ312"),
    *("ETQ318", "ETQ403", "ETQ405", "ETQ406", "ETQ408", "ETQ504", "ETQ601", "ETQ602", "ETQ604"),
    *("ETQ605", "ETQ606", "ETQ607", "ETQ608", "ETQ708"),
)


def dialects(case: RuleCase) -> set[str]:
    """The dialects of a case's SQL files, as far as they tell them."""
    return {
        guess_dialect(path if "/" in path else "", text)
        for path, text in case.files
        if path.endswith(".sql")
    } - {""}


@pytest.mark.parametrize("code", WITH_SQL_SIDE)
def test_found_in_two_dialects(code: str) -> None:
    found = {name for case in RULES[code].cases if case.expect for name in dialects(case)}
    assert len(found) > 1, f"{code} is found in {sorted(found)} alone"
