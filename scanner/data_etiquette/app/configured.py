"""What a scan would go by: each setting with its origin, and the dialect of each SQL file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from data_etiquette.app.cache import FactsCache, cache_folder
from data_etiquette.app.config import Config, apply_config, find_config
from data_etiquette.app.dialects import chosen_dialects, dialect_of_strings
from data_etiquette.app.discover import Found, discover, shown
from data_etiquette.app.map import Progress, read_files
from data_etiquette.app.scan import ScanRequest, own_rules, selection
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.declaration.load import find_declaration
from data_etiquette.flow.sql.dialects import ProjectDialects
from data_etiquette.frontends.read import language_of
from data_etiquette.frontends.sql.dialect import Choice
from data_etiquette.reporting.configuration import SettingLine, render_configuration
from data_etiquette.reporting.terminal import TextOptions

_COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class ConfigRequest:
    """What the user asks for."""

    scan: ScanRequest
    """As the command line has it."""
    config: Path | None = None
    use_config: bool = True
    options: TextOptions = field(default_factory=TextOptions)


def configured(request: ConfigRequest, *, progress: Progress | None = None) -> str:
    """The settings and dialects as text.

    Raises:
        EtiquetteError: a path does not exist, or the configuration is wrong.
    """
    config = find_config(request.scan.paths, request.config, use=request.use_config)
    applied = apply_config(config, request.scan)
    found = discover(selection(applied))
    lines = list(_settings(config, request.scan, applied, found))
    chosen = _dialects(applied, found, progress)
    place = shown(Path(os.path.relpath(config.place))) if config.place is not None else ""
    return render_configuration(place, config.reason, lines, chosen, request.options)


def _settings(
    config: Config, own: ScanRequest, applied: ScanRequest, found: Found
) -> list[SettingLine]:
    rules = applied.dialects.rules
    dialect = ", ".join(name if p == "*" else f"{p} = {name}" for p, name in rules)
    origins = [config.origin("exclude")] if config.exclude or not own.exclude else []
    origins += [_COMMAND_LINE] if own.exclude else []
    return [
        SettingLine("dialect", dialect or "told by files and settings", config.origin("dialect")),
        SettingLine("exclude", ", ".join(applied.exclude) or "nothing", ", ".join(origins)),
        SettingLine(
            "include-tests",
            "true" if applied.include_tests else "false",
            _COMMAND_LINE if own.include_tests else config.origin("include-tests"),
        ),
        SettingLine("fail-on", config.fail_on, config.origin("fail-on")),
        _declaration(config, own, found),
        SettingLine(
            "jobs",
            str(applied.jobs) if applied.jobs else "one a core",
            _COMMAND_LINE if own.jobs else config.origin("jobs"),
        ),
        _rules(config, own, applied, found),
        *_replaced(applied, found),
        *_policy(config),
    ]


def _policy(config: Config) -> list[SettingLine]:
    """Severities and what is accepted, each with its own line."""
    file = config.origin("severity" if config.policy.overrides else "allow").rpartition(":")[0]
    lines = [
        SettingLine(f"severity.{item.rule}", item.severity.value, f"{file}:{item.location.line}")
        for item in config.policy.overrides
    ]
    for item in config.policy.allowances:
        until = f", until {item.until}" if item.until else ""
        value = f"{item.rule} in {', '.join(item.paths)}: {item.acceptance.reason}{until}"
        lines.append(SettingLine("allow", value, f"{file}:{item.location.line}"))
    return lines


def _declaration(config: Config, own: ScanRequest, found: Found) -> SettingLine:
    if own.declaration is not None:
        return SettingLine("declaration", _shown(own.declaration), _COMMAND_LINE)
    if config.declaration is not None:
        return SettingLine("declaration", _shown(config.declaration), config.origin("declaration"))
    near = find_declaration(found.root)
    if near is None:
        return SettingLine("declaration", "none", "none beside or above the scanned path")
    return SettingLine("declaration", _shown(near), "found beside or above the scanned path")


def _rules(config: Config, own: ScanRequest, applied: ScanRequest, found: Found) -> SettingLine:
    used = own_rules(applied, found)
    named = ", ".join(_shown(folder) for folder in used)
    if own.rules:
        return SettingLine("rules", named, _COMMAND_LINE)
    if not config.rules and used:
        return SettingLine("rules", named, "found beside the declaration or the scanned path")
    return SettingLine("rules", named or "the tool's own", config.origin("rules"))


def _replaced(applied: ScanRequest, found: Found) -> list[SettingLine]:
    """Each file of the tool's own that one of the user's rules stands for."""
    folders = own_rules(applied, found)
    if not folders:
        return []
    catalog = load_catalog(data_folder("rules"), cache_folder(), folders)
    return [
        SettingLine("rules", f"{path} instead of the tool's own", "its id is the same")
        for path in catalog.replaced
    ]


def _shown(place: Path) -> str:
    return shown(Path(os.path.relpath(place)))


def _dialects(
    request: ScanRequest, found: Found, progress: Progress | None
) -> list[tuple[str, Choice]]:
    """Every SQL file's dialect, and that of SQL in other files; else the one that read it."""
    cache = FactsCache(cache_folder() if request.use_cache else None)
    facts = read_files(
        found.files,
        cache,
        jobs=request.jobs or os.cpu_count() or 1,
        progress=progress,
        rules=request.dialects,
    )
    sql = []
    for path, place in found.files:
        if language_of(path) == "sql":
            try:
                sql.append((path, place, place.read_bytes()))
            except OSError:
                continue
    project = ProjectDialects(item for item in facts if item.language != "sql")
    places = dict(found.files)
    voted = {item.path: next((t.dialect for t in item.tables if t.dialect), "") for item in facts}
    chosen = chosen_dialects(sql, project, request.dialects)
    inside = {
        item.path: dialect_of_strings(item, places[item.path], project, request.dialects)
        for item in facts
        if item.has_sql
    }
    return [
        *(
            (path, choice if choice.name else _by_vote(voted.get(path, "")))
            for path, choice in sorted(chosen.items())
        ),
        *(
            (path, choice if choice.name else _by_vote("", "each statement"))
            for path, choice in sorted(inside.items())
        ),
    ]


def _by_vote(name: str, what: str = "") -> Choice:
    if name:
        return Choice(name, "nothing says so, but its parser reads most statements")
    what = f"{what} is " if what else ""
    return Choice("", f"nothing says which; {what}read in any dialect that can")
