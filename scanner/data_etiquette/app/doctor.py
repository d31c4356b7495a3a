"""What the tool runs on and what it goes by here: the first thing to read when a scan surprises."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from data_etiquette import __version__
from data_etiquette.app.baseline import find_baseline
from data_etiquette.app.cache import cache_folder
from data_etiquette.app.config import Config, apply_config, find_config
from data_etiquette.app.discover import Found, discover, shown
from data_etiquette.app.scan import ScanRequest, own_rules, selection
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.declaration.load import find_declaration
from data_etiquette.frontends.read import language_of
from data_etiquette.frontends.sql.dialect import dialect_names, known_dialect
from data_etiquette.model.catalog import Catalog
from data_etiquette.reporting.terminal import Sheet, TextOptions, one_line

_LIBRARIES = ("click", "jinja2", "msgspec", "pathspec", "platformdirs", "pyyaml", "sqlglot")
_EXTRAS = {
    "cluster": (("distributed",), "scan --executor dask://…"),
    "fleet": (("sqlalchemy", "psycopg"), "the history of etiquette fleet"),
}
"""What can be installed beside it: the packages, and what needs them."""
_MEGABYTE = 1_000_000

_UNKNOWN = "version unknown"

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _State:
    request: ScanRequest
    config: Config
    found: Found
    catalog: Catalog


def examine(paths: tuple[Path, ...], options: TextOptions) -> str:
    """The environment, the cache, what is found here and what is covered, as text.

    Raises:
        EtiquetteError: a path does not exist; the configuration or a rule is wrong.
    """
    config = find_config(paths)
    request = apply_config(config, ScanRequest(paths))
    found = discover(selection(request))
    folder = cache_folder()
    catalog = load_catalog(data_folder("rules"), folder, own_rules(request, found))
    state = _State(request, config, found, catalog)
    sheet = Sheet(options)
    sheet.title(f"etiquette {__version__}")
    for title, rows in (
        ("Environment", list(_environment())),
        ("Parsers", _parsers()),
        ("Extras", list(_extras())),
        ("Cache", _cache(folder)),
        ("Here", list(_here(state))),
        ("Covered", list(_covered(catalog))),
    ):
        sheet.section(title)
        sheet.lines += _columns(rows)
    return sheet.text()


def _environment() -> Iterator[Row]:
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "system", f"{platform.system()} {platform.machine()}, {os.cpu_count() or 1} processors"
    for name in _LIBRARIES:
        yield name, _version(name)
    yield "git", "found" if shutil.which("git") else "not found: --since needs it"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _UNKNOWN


def _extras() -> Iterator[Row]:
    for extra, (names, purpose) in _EXTRAS.items():
        found = {name: _version(name) for name in names}
        if any(version == _UNKNOWN for version in found.values()):
            yield extra, f"not installed: {purpose} needs pip install 'data-etiquette[{extra}]'"
        else:
            yield extra, ", ".join(f"{name} {version}" for name, version in found.items())


def _parsers() -> list[Row]:
    dialects = sorted({known_dialect(name) for name in dialect_names()})
    return [
        ("Python", f"this interpreter's own, syntax of Python {platform.python_version()}"),
        ("SQL", f"sqlglot {_version('sqlglot')}: {', '.join(dialects)}"),
    ]


def _cache(folder: Path) -> list[Row]:
    number, size = 0, 0
    for top, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(top) / name).stat().st_size
            except OSError:
                continue
            number += 1
    state = "" if _is_writable(folder) else ", not writable: every file is read anew"
    return [
        ("folder", f"{_from_home(folder)}{state}"),
        ("size", f"{size / _MEGABYTE:.1f} MB in {number:,} files"),
    ]


def _is_writable(folder: Path) -> bool:
    """Whether the folder, or the nearest one above it that exists, can be written to."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), folder)
    return os.access(there, os.W_OK)


def _from_home(folder: Path) -> str:
    """A place without the user's name."""
    home = Path.home()
    return f"~/{shown(folder.relative_to(home))}" if home in folder.parents else shown(folder)


def _here(state: _State) -> Iterator[Row]:
    root, request = state.found.root, state.request
    config = state.config.place
    yield "configuration", f"{_near(config)} ({state.config.reason})" if config else "none"
    declaration = request.declaration or find_declaration(root)
    yield "declaration", _near(declaration) if declaration else "none: `etiquette init` drafts one"
    baseline = find_baseline(root)
    yield "baseline", _near(baseline) if baseline else "none"
    rules = own_rules(request, state.found)
    yield "own rules", ", ".join(_near(folder) for folder in rules) or "none"
    if state.catalog.replaced:
        yield "in place of ours", ", ".join(state.catalog.replaced)
    languages = [language_of(path) or "settings" for path, _ in state.found.files]
    counts = [f"{languages.count(name):,} {name}" for name in sorted(set(languages))]
    yield "files to read", ", ".join(counts) or "none: name a folder with Python or SQL"
    left = len(state.found.skipped)
    yield "not readable", f"{left:,}" if left else "none known before reading"


def _near(place: Path) -> str:
    return shown(Path(os.path.relpath(place)))


def _covered(catalog: Catalog) -> Iterator[Row]:
    yield "rules", f"{len(catalog.rules)} (etiquette rules list)"
    yield "data elements", str(len(catalog.elements))
    yield "recipients", str(len(catalog.recipients))
    labels = {item.label for item in catalog.frameworks}
    yield "libraries", f"{len(labels)} groups (docs/coverage.md)"
    yield "rule set", catalog.digest[:12]


def _columns(rows: Sequence[Row]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    return [f"  {name:{width}}  {one_line(value)}" for name, value in rows]
