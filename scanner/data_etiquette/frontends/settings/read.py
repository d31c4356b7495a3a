"""Settings files to facts, by their form. Total: what can't be read is a `Skipped`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import PurePosixPath

from data_etiquette.frontends.settings.document import read_document, read_schedules
from data_etiquette.frontends.settings.form import form_of
from data_etiquette.frontends.settings.lines import (
    read_crontab,
    read_dotenv,
    read_ini,
    read_toml,
)
from data_etiquette.frontends.settings.openapi import read_operations, read_schemas
from data_etiquette.frontends.settings.terraform import read_terraform
from data_etiquette.frontends.tree import Tree, read_trees
from data_etiquette.model.facts import Facts, SettingFact
from data_etiquette.model.location import Skipped

MAX_SETTINGS = 3000
"""Values of one file; more are cut and told."""

_TREES = frozenset({".yaml", ".yml", ".json", ".template"})
_LINES = {".toml": read_toml, ".ini": read_ini, ".cfg": read_ini, ".conf": read_ini}


def read_settings(path: str, text: str) -> Facts:
    """Read one settings file, whose form its name or else its beginning tells."""
    form = form_of(path) or "cloudformation"
    facts = Facts(
        path=path,
        language="settings",
        lines=text.count("\n") + 1,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        form=form,
    )
    suffix = PurePosixPath(path).suffix.lower()
    if form == "dotenv":
        return _with_settings(facts, read_dotenv(text))
    if form == "terraform":
        return _with_settings(facts, read_terraform(text))
    if suffix in _LINES:
        return _with_settings(facts, _LINES[suffix](text))
    if suffix in _TREES:
        trees, reason = read_trees(text.replace("\t", " ") if suffix == ".json" else text)
        return _from_trees(facts, trees, reason)
    return replace(facts, schedules=tuple(islice(read_crontab(text), MAX_SETTINGS)))


def _from_trees(facts: Facts, trees: list[Tree], reason: str) -> Facts:
    skipped = (Skipped(facts.path, 0, reason),) if reason else ()
    facts = replace(facts, skipped=skipped)
    if facts.form == "openapi":
        return replace(
            facts,
            operations=tuple(fact for tree in trees for fact in read_operations(tree)),
            schemas=tuple(fact for tree in trees for fact in read_schemas(tree)),
        )
    schedules = tuple(fact for tree in trees for fact in read_schedules(tree))
    facts = replace(facts, schedules=schedules)
    return _with_settings(facts, (fact for tree in trees for fact in read_document(tree)))


def _with_settings(facts: Facts, found: Iterable[SettingFact]) -> Facts:
    kept = tuple(islice(found, MAX_SETTINGS + 1))
    if len(kept) > MAX_SETTINGS:
        cut = Skipped(facts.path, kept[-1].line, f"more than {MAX_SETTINGS} settings")
        return replace(facts, settings=kept[:MAX_SETTINGS], skipped=(*facts.skipped, cut))
    return replace(facts, settings=kept)
