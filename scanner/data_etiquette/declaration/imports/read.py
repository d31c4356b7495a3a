"""Files of other tools, told apart by what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from data_etiquette.declaration.imports.dbt import is_dbt, read_dbt_meta
from data_etiquette.declaration.imports.django_gdpr import is_django_gdpr, read_django_gdpr
from data_etiquette.declaration.imports.fides import is_fides, read_fides
from data_etiquette.declaration.imports.open_edx import (
    Words,
    has_annotations,
    is_safe_list,
    read_open_edx,
    read_safe_list,
)
from data_etiquette.declaration.imports.said import Said
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import ConfigError, ReadError, UsageError

MAX_BYTES = 5_000_000
_ENDINGS = (".py", ".yml", ".yaml")


def read_import(place: Path, catalog: Catalog) -> Said:
    """What a file says, or all files of a folder.

    Raises:
        UsageError: there is no such file, or nothing in it is known.
        ReadError: it cannot be read.
        ConfigError: a file named is not YAML.
    """
    if not place.exists():
        raise UsageError(f"{place.name} does not exist")
    said = Said()
    known = 0
    for file in _files(place):
        found = _read(file, catalog, is_named=file == place)
        if found is not None:
            said.add(found)
            known += 1
    if not known:
        raise UsageError(
            f"{place.name} holds nothing that is known",
            hint="known: gdpr.yml, Fides systems and datasets, dbt's properties, `.. pii:` notes",
        )
    return said


def _files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        for file in sorted(place.rglob("*")):
            if file.suffix in _ENDINGS and file.is_file() and not file.is_symlink():
                yield file
    else:
        yield place


def _read(file: Path, catalog: Catalog, *, is_named: bool) -> Said | None:
    try:
        if file.stat().st_size > MAX_BYTES:
            return None
        text = file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=file.name) from error
    if file.suffix == ".py":
        known = has_annotations(text)
        return read_open_edx(text, file.name, _edx_words(catalog)) if known else None
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        if is_named:
            raise ConfigError("not YAML", where=file.name) from error
        return None
    return _of_yaml(top, file.name, catalog) if top is not None else None


def _of_yaml(top: yaml.Node, name: str, catalog: Catalog) -> Said | None:
    if is_fides(top):
        return read_fides(top, name, catalog)
    if is_django_gdpr(top):
        return read_django_gdpr(top, name)
    if is_dbt(top):
        return read_dbt_meta(top, name, frozenset(element.id for element in catalog.elements))
    if is_safe_list(top):
        return read_safe_list(top, name, _edx_words(catalog))
    return None


def _edx_words(catalog: Catalog) -> Words:
    return next((dict(item.words) for item in catalog.imports if item.id == "open-edx"), {})
