"""All rule folders to one `Catalog`: every mistake at once, and a compiled copy for the next run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from data_etiquette import __version__
from data_etiquette.catalog.parse import (
    parse_element,
    parse_framework,
    parse_law,
    parse_recipient,
    parse_role,
    parse_rule,
    parse_sanitiser,
    parse_subject,
    parse_words,
)
from data_etiquette.catalog.yamlfile import Mistakes, Node, read_node
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import RuleError

_FORMAT = 2
_NOT_LAW = "mapping.yaml"


def load_catalog(
    rules: Path,
    cache: Path | None = None,
    extra: Sequence[Path] = (),
    *,
    with_cases: bool = False,
) -> Catalog:
    """Load and validate all rule files.

    Args:
        rules: the package's own rule folder.
        cache: where the compiled catalog is kept; None keeps nothing.
        extra: the user's rule folders, of the same layout; they add, and may replace nothing.
        with_cases: whether the cases are wanted too (tests); the compiled copy has none.

    Raises:
        RuleError: the files have mistakes; the message lists them all with path and line.
    """
    folders = (rules, *extra)
    files = [(folder, place) for folder in folders for place in _files(folder)]
    digest = _digest(files)
    compiled = cache / "catalog" / f"{digest}.msgpack" if cache is not None else None
    if compiled is not None and not with_cases:
        found = _read_compiled(compiled)
        if found is not None:
            return found
    catalog = replace(_parse(files), digest=_content_digest(files))
    bare = _without_cases(catalog)
    if compiled is not None:
        _write_compiled(compiled, bare)
    return catalog if with_cases else bare


def _files(folder: Path) -> list[Path]:
    """All YAML files below a folder, sorted; a folder that is missing has none."""
    found: list[Path] = []
    for top, names, files in os.walk(folder):
        names.sort()
        found += [Path(top, name) for name in files if name.endswith((".yaml", ".yml"))]
    return sorted(found)


def _digest(files: Iterable[tuple[Path, Path]]) -> str:
    """Names the state of the files by name, size and time, without reading them."""
    digest = hashlib.sha256(f"{__version__}-{_FORMAT}".encode())
    for _, place in files:
        status = place.stat()
        digest.update(f"{place}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def _content_digest(files: Iterable[tuple[Path, Path]]) -> str:
    """Names the rule set by what the files say, the same on every machine."""
    digest = hashlib.sha256()
    for folder, place in files:
        digest.update(place.relative_to(folder).as_posix().encode() + b"\0" + place.read_bytes())
    return digest.hexdigest()


def _parse(files: list[tuple[Path, Path]]) -> Catalog:
    mistakes = Mistakes()
    nodes: dict[str, list[Node]] = {}
    for folder, place in files:
        shown = place.relative_to(folder).as_posix()
        kind = shown.split("/", 1)[0]
        if kind == "law" and place.name == _NOT_LAW:
            continue
        nodes.setdefault(kind, []).append(read_node(place, shown, mistakes))
    catalog = Catalog(
        elements=tuple(parse_element(node) for node in nodes.get("data", ())),
        subjects=tuple(parse_subject(node) for node in nodes.get("subjects", ())),
        roles=tuple(parse_role(node) for node in nodes.get("roles", ())),
        recipients=tuple(parse_recipient(node) for node in nodes.get("recipients", ())),
        laws=tuple(law for node in nodes.get("law", ()) for law in parse_law(node)),
        frameworks=tuple(parse_framework(node) for node in nodes.get("frameworks", ())),
        sanitisers=tuple(parse_sanitiser(node) for node in nodes.get("sanitisers", ())),
        rules=tuple(parse_rule(node) for node in nodes.get("checks", ())),
        words=tuple(parse_words(node) for node in nodes.get("words", ())),
    )
    _check(catalog, mistakes)
    if mistakes.found:
        raise RuleError("the rule files have mistakes:\n" + "\n".join(sorted(mistakes.found)))
    return catalog


def _check(catalog: Catalog, mistakes: Mistakes) -> None:
    """What one file says of another: unique ids, known elements and laws."""
    for label, names in (
        ("element", [item.id for item in catalog.elements]),
        ("recipient", [item.id for item in catalog.recipients]),
        ("rule", [item.code for item in catalog.rules]),
        ("law", [item.id for item in catalog.laws]),
        ("framework", [item.id for item in catalog.frameworks]),
    ):
        for name, number in Counter(names).items():
            if number > 1:
                mistakes.add(label, 1, f"two files define the {label} `{name}`")
    elements = {item.id for item in catalog.elements} | {""}
    laws = {item.id for item in catalog.laws}
    for element in catalog.elements:
        for case in element.cases:
            if case.expect not in elements:
                mistakes.add(element.path, 1, f"unknown element `{case.expect}` in a case")
    for framework in catalog.frameworks:
        for kind in framework.field_types:
            if kind.means not in elements:
                mistakes.add(framework.path, 1, f"unknown element `{kind.means}` of {kind.name}")
    for rule in catalog.rules:
        for reference in rule.law:
            if reference not in laws:
                mistakes.add(rule.path, 1, f"unknown law `{reference}`")


def _without_cases(catalog: Catalog) -> Catalog:
    return replace(
        catalog,
        elements=tuple(replace(item, cases=()) for item in catalog.elements),
        recipients=tuple(replace(item, cases=()) for item in catalog.recipients),
        frameworks=tuple(replace(item, cases=()) for item in catalog.frameworks),
        sanitisers=tuple(replace(item, cases=()) for item in catalog.sanitisers),
        rules=tuple(replace(item, cases=()) for item in catalog.rules),
    )


def _read_compiled(place: Path) -> Catalog | None:
    """The compiled catalog; None when there is none or it is damaged."""
    try:
        return msgspec.msgpack.decode(place.read_bytes(), type=Catalog)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def _write_compiled(place: Path, catalog: Catalog) -> None:
    with contextlib.suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(msgspec.msgpack.encode(catalog))
        Path(temporary).replace(place)
