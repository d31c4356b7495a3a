"""Rules with an SQL side show it in at least two dialects that the text itself tells."""

from __future__ import annotations

import pytest

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.frontends.sql.dialect import guess_dialect
from data_etiquette.model.catalog import RuleCase

RULES = {rule.code: rule for rule in load_catalog(data_folder("rules"), with_cases=True).rules}
WITH_SQL_SIDE = {
    "ETQ108": {"mysql", "postgres"},
    "ETQ201": {"mysql", "tsql"},
    "ETQ203": {"mysql", "postgres"},
    "ETQ303": {"mysql", "postgres"},
    "ETQ304": {"postgres", "tsql"},
    "ETQ305": {"mysql", "tsql"},
    "ETQ310": {"postgres", "snowflake", "tsql"},
    "ETQ311": {"mysql", "tsql"},
    "ETQ312": {"postgres", "tsql"},
    "ETQ318": {"mysql", "postgres"},
    "ETQ403": {"postgres", "tsql"},
    "ETQ405": {"mysql", "tsql"},
    "ETQ406": {"postgres", "tsql"},
    "ETQ408": {"mysql", "postgres"},
    "ETQ504": {"mysql", "postgres"},
    "ETQ601": {"mysql", "tsql"},
    "ETQ602": {"mysql", "postgres"},
    "ETQ604": {"mysql", "postgres"},
    "ETQ605": {"postgres", "tsql"},
    "ETQ606": {"postgres", "tsql"},
    "ETQ607": {"clickhouse", "postgres"},
    "ETQ608": {"postgres", "tsql"},
    "ETQ708": {"mysql", "redshift"},
}


def dialects(case: RuleCase) -> set[str]:
    """The dialects of a case's SQL files, as far as they tell them."""
    return {
        guess_dialect(path if "/" in path else "", text)
        for path, text in case.files
        if path.endswith(".sql")
    } - {""}


@pytest.mark.parametrize(("code", "wanted"), WITH_SQL_SIDE.items())
def test_found_in_these_dialects(code: str, wanted: set[str]) -> None:
    found = {name for case in RULES[code].cases if case.expect for name in dialects(case)}
    assert wanted - found == set()
