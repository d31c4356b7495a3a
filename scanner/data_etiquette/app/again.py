"""What the last scan of a program found, taken again where changed files leave it as it was.

A graph is a function of facts. An edit that leaves a file's facts as they were (the wording of a
comment, layout within a line, remarks at the end) leaves the graph as it was, and neither the facts
of the other files nor linking are needed to know it. After another edit all is linked, but flows
stand that are made of nothing that was edited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data_etiquette.app.cache import FactsCache
from data_etiquette.app.dialects import DialectRules
from data_etiquette.app.map import read_files
from data_etiquette.flow.program.edits import Edit, edit_of, mentioned
from data_etiquette.flow.tracing.kept import Before, Kept
from data_etiquette.frontends.read import language_of
from data_etiquette.model.facts import Facts
from data_etiquette.model.graph import Graph, SourceFile

MAX_CHANGED = 20
"""Changed files that are compared with what they said; a new branch is linked at once."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What it takes to compare files with themselves."""

    files: Sequence[tuple[str, Path]]
    digests: Mapping[str, str]
    cache: FactsCache
    rules: DialectRules


def told_again(before: Mapping[str, str], now: Changed) -> dict[str, Facts] | None:
    """Facts of the files with other digests than before; None where one says something else now.

    SQL is not compared: which dialect it is in depends on other files.
    """
    if before.keys() != now.digests.keys():
        return None
    changed = [item for item in now.files if before[item[0]] != now.digests[item[0]]]
    if len(changed) > MAX_CHANGED or any(language_of(path) == "sql" for path, _ in changed):
        return None
    places = dict(changed)
    told = {facts.path: facts for facts in read_files(changed, now.cache, rules=now.rules)}
    for path, facts in told.items():
        dialect = now.rules.dialect_of(path, places[path]).name
        earlier = now.cache.get(now.cache.key_of(path, before[path], dialect))
        if facts.digest != now.digests[path] or not _says_the_same(earlier, facts):
            return None
    return told


def renewed(graph: Graph, told: Mapping[str, Facts]) -> Graph:
    """A graph with the digests and lengths of files that say again what they said."""
    return replace(graph, files=tuple(_renewed(file, told.get(file.path)) for file in graph.files))


def before_of(kept: Kept | None, now: Changed, facts: Sequence[Facts]) -> Before | None:
    """What an earlier scan kept and what was edited since; None where edits are not understood."""
    if kept is None or kept.digests.keys() != now.digests.keys():
        return None
    places = dict(now.files)
    changed = [item for item in facts if kept.digests[item.path] != item.digest]
    if len(changed) > MAX_CHANGED:
        return None
    edits: list[Edit] = []
    for item in changed:
        dialect = now.rules.dialect_of(item.path, places[item.path]).name
        earlier = now.cache.get(now.cache.key_of(item.path, kept.digests[item.path], dialect))
        edit = edit_of(earlier, item) if earlier is not None else None
        if edit is None:
            return None
        edits.append(edit)
    try:
        sources = ((path, place.read_bytes) for path, place in now.files)
        return None if mentioned(edits, sources) else Before(kept, tuple(edits))
    except OSError:  # gone meanwhile
        return None


def _says_the_same(earlier: Facts | None, facts: Facts) -> bool:
    """Whether facts differ in nothing that linking asks for."""
    if earlier is None or earlier.has_sql or facts.has_sql:
        return False
    return _without_size(earlier) == _without_size(facts)


def _without_size(facts: Facts) -> Facts:
    """Facts without the file's digest and length, which linking only hands on."""
    functions = tuple(
        replace(item, end_line=0) if item.qualname == "<module>" else item
        for item in facts.functions
    )
    return replace(facts, digest="", lines=0, functions=functions)


def _renewed(file: SourceFile, facts: Facts | None) -> SourceFile:
    return file if facts is None else SourceFile(facts.path, facts.digest, facts.lines)
