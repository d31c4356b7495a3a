"""The pages for auditors in other languages: whole, and honest about what is English."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from data_etiquette.catalog.data import data_folder
from data_etiquette.model.error import RuleError
from data_etiquette.model.report import Provenance, Report, Worktree
from data_etiquette.reporting import html, index
from data_etiquette.reporting.change import Change
from data_etiquette.reporting.compare import Comparison, render_html
from data_etiquette.reporting.html import render_pages
from data_etiquette.reporting.index import render_folder
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.phrasebook import FOLDER, load_phrases
from data_etiquette.reporting.phrases import ENGLISH, Phrases
from tests.command import report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

TEMPLATES = data_folder("reports")
LANGUAGES = sorted(place.stem for place in (TEMPLATES / FOLDER).glob("*.yaml"))
_WRITTEN = re.compile(r"""\bt\(\s*"((?:[^"\\]|\\.)*)\"""")


@pytest.fixture(scope="module")
def shop() -> Report:
    return report_of(Path("fixtures/shop"))


def test_there_is_german() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_templates_is_there_with_its_names(language: str) -> None:
    own = load_phrases(TEMPLATES, language).own
    written = {
        phrase.replace('\\"', '"')
        for folder in ("compliance", "index", "compare")
        for place in (TEMPLATES / folder).glob("*.j2")
        for phrase in _WRITTEN.findall(place.read_text(encoding="utf-8"))
    }
    assert len(written) > 150
    assert sorted(written - own.keys()) == []
    for phrase, said in own.items():
        names = sorted(re.findall(r"\{\w+\}", phrase))
        assert sorted(re.findall(r"\{\w+\}", said)) == names, phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_title(shop: Report, language: str) -> None:
    titles = load_phrases(TEMPLATES, language).titles
    assert set(titles) == {rule.code for rule in shop.rules}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_that_a_report_says_is_there(
    shop: Report, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = load_phrases(TEMPLATES, language)
    said: set[str] = set()

    class Noted(Phrases):
        def __call__(self, phrase: str, **values: object) -> str:
            said.add(phrase)
            return super().__call__(phrase, **values)

    noted = Noted(language, own.own, own.titles)
    for module in (html, index):
        monkeypatch.setattr(module, "load_phrases", lambda *_: noted)
    changed = Worktree(("a.py",), ("b.py", "c.py"), is_staged=True)
    provenance = Provenance("shop", "ab" * 20, worktree=changed)
    for report in (shop, replace(shop, declaration=None, provenance=provenance)):
        render_folder(report, TEMPLATES, PageOptions(language))
    lists = {phrase for phrase in said if phrase.partition(": ")[0] + ":" in own.own}
    assert sorted(said - own.own.keys() - lists) == []


def test_the_german_report_is_german_and_says_what_is_english(shop: Report) -> None:
    [page] = render_pages(shop, TEMPLATES, PageOptions("de")).values()
    assert '<html lang="de">' in page
    assert "<h1>Prüfbericht</h1>" in page
    assert "Texte der Regeln, Befunde und Belege sind auf Englisch." in page
    assert "gemessen an etiquette.yaml" in page
    assert "Persönliche Daten werden in ein Protokoll geschrieben" in page
    [rule] = [rule for rule in shop.rules if rule.code == "ETQ301"]
    assert f'<span lang="en">{rule.why}' in page
    english = render_pages(shop, TEMPLATES)["compliance.html"]
    assert '<html lang="en">' in english
    assert 'lang="en">' not in english.partition("<body")[2]
    assert "data-words" not in english


def test_index_and_changes_are_german(shop: Report) -> None:
    files = render_folder(shop, TEMPLATES, PageOptions("de"))
    listed = files["index.html"].decode()
    assert "<h1>Berichte</h1>" in listed
    assert ">Prüfbericht</a>" in listed
    change = Change("gone", "Customer.email", "E-mail address", "app.py", 3)
    page = render_html(Comparison("v1", "v2", data=(change,)), TEMPLATES, "de")
    assert "<h1>Änderungsbericht</h1>" in page
    assert "1 Feld mit persönlichen Daten (1 weg)." in page
    assert "Persönliche Daten: was neu, weg oder geändert ist" in page


def test_numbers_periods_and_lists() -> None:
    german = load_phrases(TEMPLATES, "de")
    assert ENGLISH.counted(1200, "finding") == "1,200 findings"
    assert german.counted(1200, "finding") == "1.200 Befunde"
    assert german.counted(1, "finding") == "1 Befund"
    assert german.period("P1Y6M") == "1 Jahr 6 Monate"
    assert german.listed(["a", "b", "c"]) == "a, b und c"
    assert german("nothing of the kind") == "nothing of the kind"
    assert german("Personal data in {name}", name="{name}") == "Persönliche Daten in {name}"
    assert german.lead("Rules that need a declaration were not run: ETQ101.") == (
        "Regeln, die eine Erklärung brauchen, liefen nicht: ETQ101."
    )


@pytest.mark.parametrize(
    "content", ["", "[]", "phrases: {}", "phrases: {a: 1}\nrules: {}", "phrases: []\nrules: {}"]
)
def test_a_wrong_file_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "nl.yaml").write_text(content)
    with pytest.raises(RuleError, match="phrases"):
        load_phrases(tmp_path, "nl")


def test_a_language_without_a_file_is_english(tmp_path: Path) -> None:
    assert load_phrases(tmp_path, "nl") is ENGLISH
    assert yaml.safe_load((TEMPLATES / FOLDER / "de.yaml").read_bytes())["phrases"]
