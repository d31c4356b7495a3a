"""etiquette.yaml to a `Declaration`: validated whole before anything is made of it."""

from __future__ import annotations

from pathlib import Path

import yaml

from data_etiquette.declaration.build import build_declaration
from data_etiquette.declaration.names import Names
from data_etiquette.declaration.schema import DECLARATION
from data_etiquette.declaration.validate import Mistakes, Validator
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.error import ConfigError, ReadError

NAMES = ("etiquette.yaml", "etiquette.yml")
MAX_BYTES = 2_000_000


def find_declaration(root: Path) -> Path | None:
    """The nearest etiquette.yaml at the scanned root or above it, up to the repository's top."""
    for folder in (root, *root.parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
        if (folder / ".git").exists():
            return None
    return None


def load_declaration(place: Path, catalog: Catalog, root: Path) -> Declaration:
    """Read and validate the declaration.

    Args:
        place: the file.
        catalog: knows the data elements that `data:` may name.
        root: the scanned root; the declaration's path is shown relative to it.

    Raises:
        ReadError: the file cannot be read.
        ConfigError: it is not YAML, or has mistakes; the message lists them all with their lines.
    """
    shown = _shown(place, root)
    try:
        data = place.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=shown) from error
    return parse_declaration(data, shown, catalog)


def parse_declaration(data: bytes, shown: str, catalog: Catalog) -> Declaration:
    """The declaration that a text is; raises what `load_declaration` does."""
    node = _compose(data, shown)
    mistakes = Mistakes(shown)
    Validator(Names(catalog, node), mistakes).check(node, DECLARATION)
    if mistakes:
        raise ConfigError("\n".join(mistakes), hint="the keys are described in docs/declaration.md")
    return build_declaration(shown, node)


def _shown(place: Path, root: Path) -> str:
    try:
        return place.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return place.name


def _compose(data: bytes, shown: str) -> yaml.Node:
    if len(data) > MAX_BYTES:
        raise ConfigError("the file is larger than 2 MB", where=shown)
    try:
        node = yaml.compose(data, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{shown}:{mark.line + 1}:{mark.column + 1}" if mark is not None else shown
        problem = getattr(error, "problem", None) or "not YAML text"
        raise ConfigError(f"not valid YAML: {problem}", where=where) from error
    if node is None:
        raise ConfigError("the file is empty", where=shown, hint="it needs an organisation first")
    return node
