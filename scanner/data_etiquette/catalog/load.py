"""All rule folders to one `Catalog`: every mistake at once, a compiled copy for the next run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from data_etiquette.catalog.compiled import (
    compiled_key,
    compiled_place,
    read_compiled,
    write_compiled,
)
from data_etiquette.catalog.element import (
    parse_element,
    parse_role,
    parse_subject,
    parse_words,
    role_cases,
)
from data_etiquette.catalog.file import RuleFile, digest_of, find_files
from data_etiquette.catalog.framework import parse_framework
from data_etiquette.catalog.importing import parse_import
from data_etiquette.catalog.law import (
    MAPPING,
    REGIONS,
    Mapping,
    parse_law,
    parse_mapping,
    parse_regions,
)
from data_etiquette.catalog.purpose import parse_purpose
from data_etiquette.catalog.recipient import parse_recipient
from data_etiquette.catalog.register import Place, Register, suggestion
from data_etiquette.catalog.rule import parse_rule
from data_etiquette.catalog.sanitiser import parse_sanitiser
from data_etiquette.catalog.yamlfile import Node, read_node
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.error import RuleError
from data_etiquette.model.kind import Role

_KINDS = (
    "checks", "data", "frameworks", "imports", "law", "purposes", "recipients", "roles",
    "sanitisers", "subjects", "words",
)  # fmt: skip
_REPLACEABLE = ("data", "frameworks", "purposes", "recipients", "sanitisers", "subjects")


def load_catalog(
    rules_folder: Path,
    cache_folder: Path | None = None,
    extra: Sequence[Path] = (),
    *,
    with_cases: bool = False,
) -> Catalog:
    """Load and validate all rule files.

    Args:
        rules_folder: the program's own rules; what is missing in it is empty in the catalog.
        cache_folder: where the compiled catalog is kept; None keeps nothing.
        extra: the user's rule folders, of the same layout; what they say of an element, recipient,
            library, sanitiser, subject or purpose stands instead of the tool's own of that id.
        with_cases: whether the cases are wanted too (tests); the compiled copy has none.

    Raises:
        RuleError: the files have mistakes; the message lists them all as `path:line: mistake`.
    """
    files = find_files(rules_folder, extra)
    key = compiled_key(files)
    place = compiled_place(cache_folder, (rules_folder, *extra)) if cache_folder else None
    found = read_compiled(place, key) if place and not with_cases else None
    if found is not None:
        return found
    catalog = _parse(files)
    bare = _without_cases(catalog)
    if place is not None:
        write_compiled(place, key, bare)
    return catalog if with_cases else bare


def load_mapping(rules_folder: Path) -> Mapping:
    """Which provisions of which instrument speak about each principle."""
    register = Register()
    files = [file for file in find_files(rules_folder) if file.path == MAPPING]
    nodes = _nodes(_contents(files, register), register)
    found = tuple(entry for node in nodes["mapping"] for entry in parse_mapping(node))
    _raise_mistakes(register)
    return found


def load_role_cases(rules_folder: Path) -> tuple[tuple[str, Role], ...]:
    """(name of an entity, the role it must get): the cases of all role files, for the tests."""
    register = Register()
    files = [file for file in find_files(rules_folder) if file.kind == "roles"]
    nodes = _nodes(_contents(files, register), register)
    found = tuple(case for node in nodes["roles"] for case in role_cases(node))
    _raise_mistakes(register)
    return found


def _parse(files: Sequence[RuleFile]) -> Catalog:
    register = Register()
    contents = _contents(files, register)
    nodes = _nodes(contents, register)
    replaced = _replaced(nodes)
    catalog = Catalog(
        elements=tuple(parse_element(node) for node in nodes["data"]),
        subjects=tuple(parse_subject(node) for node in nodes["subjects"]),
        roles=tuple(parse_role(node) for node in nodes["roles"]),
        recipients=tuple(parse_recipient(node) for node in nodes["recipients"]),
        laws=tuple(law for node in nodes["law"] for law in parse_law(node)),
        frameworks=tuple(parse_framework(node) for node in nodes["frameworks"]),
        sanitisers=tuple(parse_sanitiser(node) for node in nodes["sanitisers"]),
        rules=tuple(parse_rule(node) for node in nodes["checks"]),
        words=tuple(parse_words(node) for node in nodes["words"]),
        imports=tuple(parse_import(node) for node in nodes["imports"]),
        purposes=tuple(parse_purpose(node) for node in nodes["purposes"]),
        regions=tuple(region for node in nodes["regions"] for region in parse_regions(node)),
        digest=digest_of(contents),
        own=tuple(sorted(_own(nodes))),
        replaced=replaced,
    )
    for node in nodes["mapping"]:
        parse_mapping(node)
    register.resolve()
    _raise_mistakes(register)
    return catalog


def _contents(files: Sequence[RuleFile], register: Register) -> list[tuple[RuleFile, bytes]]:
    found = []
    for file in files:
        try:
            found.append((file, Path(file.place).read_bytes()))
        except OSError as error:
            register.unreadable(Place(file.shown, 1), f"cannot be read: {error.strerror}")
    return found


def _nodes(contents: Sequence[tuple[RuleFile, bytes]], register: Register) -> dict[str, list[Node]]:
    """Top nodes by kind; files of `law` that are no instruments stand under their own names."""
    apart = {MAPPING: "mapping", REGIONS: "regions"}
    found: dict[str, list[Node]] = {kind: [] for kind in (*_KINDS, *apart.values())}
    for file, content in contents:
        if file.kind not in _KINDS:
            known = suggestion(file.kind, _KINDS) or f"; one of: {', '.join(_KINDS)}"
            register.wrong(Place(file.shown, 1), f"unknown rule folder `{file.kind}`{known}")
            continue
        node = read_node(file.path, file.shown, content, register)
        if node is not None:
            found[apart.get(file.path, file.kind)].append(node)
    return found


def _replaced(nodes: dict[str, list[Node]]) -> tuple[str, ...]:
    """Take out the tool's own files that the user's files of the same id stand for; their paths.

    What a rule's code, a law or a word list means is the same everywhere: those can't be replaced.
    """
    found = []
    for kind in _REPLACEABLE:
        own = {_id(node) for node in nodes[kind] if _is_own(node)} - {""}
        given_up = [node for node in nodes[kind] if not _is_own(node) and _id(node) in own]
        found += [node.path for node in given_up]
        nodes[kind] = [node for node in nodes[kind] if node not in given_up]
    return tuple(sorted(found))


def _own(nodes: dict[str, list[Node]]) -> Iterator[str]:
    """`recipients/stripe` for each of the user's own files that has an id."""
    for kind in _REPLACEABLE:
        for node in nodes[kind]:
            if _is_own(node) and _id(node):
                yield f"{kind}/{_id(node)}"


def _id(node: Node) -> str:
    found = node.mapping().get("id") if node.is_mapping() else None
    return found.text() if found is not None else ""


def _is_own(node: Node) -> bool:
    """Whether a file is the user's: mistakes in it are told with the way that leads there."""
    return node.path != node.place.shown


def _raise_mistakes(register: Register) -> None:
    lines = register.lines()
    if lines:
        raise RuleError("the rule files have mistakes:\n" + "\n".join(lines))


def _without_cases(catalog: Catalog) -> Catalog:
    """Nothing but tests and the documentation reads cases, and they are half of the text."""
    return replace(
        catalog,
        elements=tuple(replace(item, cases=()) for item in catalog.elements),
        recipients=tuple(replace(item, cases=()) for item in catalog.recipients),
        frameworks=tuple(replace(item, cases=()) for item in catalog.frameworks),
        sanitisers=tuple(replace(item, cases=()) for item in catalog.sanitisers),
        rules=tuple(replace(item, cases=()) for item in catalog.rules),
    )
