"""etiquette.yaml to a `Declaration`: validated whole before anything is made of it."""

from __future__ import annotations

import difflib
from pathlib import Path

import yaml

from data_etiquette.declaration.schema import BLOCK_SECTIONS, DECLARATION
from data_etiquette.declaration.validate import (
    Mistakes,
    entries,
    items,
    text,
    todo_lines,
    validate,
)
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import (
    Activity,
    Agreement,
    Block,
    ClassifyOverride,
    Contact,
    Declaration,
    DeclaredConsent,
    DeclaredRecipient,
    DeclaredSubject,
    Organisation,
    RetentionPeriod,
)
from data_etiquette.model.error import ConfigError, ReadError

NAMES = ("etiquette.yaml", "etiquette.yml")
MAX_BYTES = 2_000_000

_Nodes = dict[str, yaml.Node]


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
    node = _compose(place, shown)
    mistakes = Mistakes(shown)
    validate(node, DECLARATION, mistakes)
    sections = entries(node)
    _check_elements(sections, catalog, mistakes)
    _check_references(sections, mistakes)
    if mistakes:
        raise ConfigError("\n".join(mistakes), hint="the keys are described in docs/declaration.md")
    return _declaration(shown, node, sections)


def _shown(place: Path, root: Path) -> str:
    try:
        return place.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return place.name


def _compose(place: Path, shown: str) -> yaml.Node:
    try:
        data = place.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=shown) from error
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


def _check_elements(sections: _Nodes, catalog: Catalog, mistakes: Mistakes) -> None:
    """`data:` names elements or groups that exist."""
    groups = {element.group for element in catalog.elements}
    known = {element.id for element in catalog.elements} | groups
    known |= {f"{group}.*" for group in groups} | {"*"}
    for section in ("activities", "recipients"):
        for entry in items(sections.get(section)):
            for node in items(entries(entry).get("data")):
                name = text(node)
                if name and name not in known and not name.startswith("TODO"):
                    close = difflib.get_close_matches(name, sorted(known), n=1)
                    hint = f"; did you mean `{close[0]}`?" if close else ""
                    mistakes.add(node, f"unknown data element `{name}`{hint}")
    for entry in items(sections.get("classify")):
        as_node = entries(entry).get("as")
        name = text(as_node)
        if as_node is not None and name not in known | {"none"}:
            close = difflib.get_close_matches(name, sorted(known), n=1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            mistakes.add(as_node, f"unknown data element `{name}`{hint}")


def _check_references(sections: _Nodes, mistakes: Mistakes) -> None:
    """Recipients and subjects that an activity names are declared."""
    for section, key in (("recipients", "recipients"), ("subjects", "subjects")):
        declared = {text(entries(entry).get("id")) for entry in items(sections.get(section))}
        if not declared and section == "subjects":
            continue
        for activity in items(sections.get("activities")):
            for node in items(entries(activity).get(key)):
                name = text(node)
                if name and name not in declared and not name.startswith("TODO"):
                    close = difflib.get_close_matches(name, sorted(declared), n=1)
                    hint = f"; did you mean `{close[0]}`?" if close else ""
                    mistakes.add(node, f"`{name}` is not in {section}{hint}")


def _declaration(shown: str, node: yaml.Node, sections: _Nodes) -> Declaration:
    return Declaration(
        path=shown,
        organisation=_organisation(sections.get("organisation")),
        subjects=tuple(_subject(entry) for entry in items(sections.get("subjects"))),
        activities=tuple(_activity(entry) for entry in items(sections.get("activities"))),
        recipients=tuple(_recipient(entry) for entry in items(sections.get("recipients"))),
        consent=tuple(_consent(entry) for entry in items(sections.get("consent"))),
        classify=tuple(_override(entry) for entry in items(sections.get("classify"))),
        blocks=tuple(
            block for name in BLOCK_SECTIONS for block in _blocks(name, sections.get(name))
        ),
        todos=tuple(todo_lines(node)),
    )


def _texts(node: yaml.Node | None) -> tuple[str, ...]:
    return tuple(filter(None, (text(entry) for entry in items(node))))


def _is_true(node: yaml.Node | None) -> bool:
    return text(node).lower() in ("true", "yes")


def _contact(node: yaml.Node | None) -> Contact | None:
    keys = entries(node)
    if not keys:
        return None
    return Contact(
        name=text(keys.get("name")),
        address=text(keys.get("address")),
        email=text(keys.get("email")),
        url=text(keys.get("url")),
    )


def _organisation(node: yaml.Node | None) -> Organisation:
    keys = entries(node)
    return Organisation(
        name=text(keys.get("name")),
        role=text(keys.get("role")) or "controller",
        contact=_contact(node) or Contact(),
        representative=_contact(keys.get("representative")),
        dpo=_contact(keys.get("dpo")),
        authority=_contact(keys.get("authority")),
        joint_controllers=tuple(
            filter(None, (_contact(entry) for entry in items(keys.get("joint_controllers"))))
        ),
    )


def _subject(node: yaml.Node) -> DeclaredSubject:
    keys = entries(node)
    return DeclaredSubject(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        fides=text(keys.get("fides")),
        code=_texts(keys.get("code")),
    )


def _activity(node: yaml.Node) -> Activity:
    keys = entries(node)
    fields = entries(keys.get("fields"))
    required = entries(keys.get("required"))
    return Activity(
        id=text(keys.get("id")),
        label=text(keys.get("label")) or text(keys.get("id")),
        line=node.start_mark.line + 1,
        purposes=_texts(keys.get("purposes")),
        legal_basis=text(keys.get("legal_basis")),
        legitimate_interest=text(entries(keys.get("legitimate_interest")).get("statement")),
        special_basis=text(keys.get("special_basis")),
        subjects=_texts(keys.get("subjects")),
        data=_texts(keys.get("data")),
        include=_texts(fields.get("include")),
        exclude=_texts(fields.get("exclude")),
        source=text(keys.get("source")) or "data_subject",
        statutory=_is_true(required.get("statutory")),
        contractual=_is_true(required.get("contractual")),
        consequence=text(required.get("consequence")),
        recipients=_texts(keys.get("recipients")),
        retention=_retention(keys.get("retention")),
        automated_decision=_is_true(entries(keys.get("automated_decision")).get("present")),
        code=_texts(keys.get("code")),
        owner=text(keys.get("owner")),
    )


def _retention(node: yaml.Node | None) -> RetentionPeriod | None:
    keys = entries(node)
    if not keys:
        return None
    return RetentionPeriod(
        period=text(keys.get("period")) or text(keys.get("criterion")),
        starts=text(keys.get("starts")),
        why=text(keys.get("why")),
        enforced_by=text(keys.get("enforced_by")),
    )


def _recipient(node: yaml.Node) -> DeclaredRecipient:
    keys = entries(node)
    agreement = entries(keys.get("agreement"))
    transfer = entries(keys.get("transfer"))
    return DeclaredRecipient(
        id=text(keys.get("id")),
        name=text(keys.get("name")),
        line=node.start_mark.line + 1,
        role=text(keys.get("role")),
        kind=text(keys.get("kind")),
        data=_texts(keys.get("data")),
        purposes=_texts(keys.get("purposes")),
        agreement=Agreement(
            type=text(agreement.get("type")),
            signed=text(agreement.get("signed")),
            link=text(agreement.get("link")),
            review=text(agreement.get("review")),
            expires=text(agreement.get("expires")),
        )
        if agreement
        else None,
        countries=_texts(transfer.get("countries")),
        mechanism=text(transfer.get("mechanism")),
        modules=_texts(keys.get("modules")),
        hosts=_texts(keys.get("hosts")),
        consent=text(keys.get("consent")),
    )


def _consent(node: yaml.Node) -> DeclaredConsent:
    keys = entries(node)
    age = text(keys.get("min_age"))
    return DeclaredConsent(
        id=text(keys.get("id")),
        purposes=_texts(keys.get("purposes")),
        field=text(keys.get("field")),
        record=text(keys.get("record")),
        withdraw=text(keys.get("withdraw")),
        min_age=int(age) if age.isdigit() else 0,
    )


def _override(node: yaml.Node) -> ClassifyOverride:
    keys = entries(node)
    return ClassifyOverride(
        match=text(keys.get("match")),
        as_element=text(keys.get("as")),
        why=text(keys.get("why")),
        until=text(keys.get("until")),
        line=node.start_mark.line + 1,
    )


def _blocks(section: str, node: yaml.Node | None) -> list[Block]:
    if isinstance(node, yaml.MappingNode):
        return [_block(section, node)]
    return [_block(section, entry) for entry in items(node)]


def _block(section: str, node: yaml.Node) -> Block:
    keys = entries(node)
    return Block(
        section=section,
        id=text(keys.get("id")) or text(keys.get("name")) or section,
        values=tuple((name, _flat(value)) for name, value in keys.items()),
        line=node.start_mark.line + 1,
    )


def _flat(node: yaml.Node) -> str:
    """A value as one text: lists joined by commas, mappings as `key: value`."""
    if isinstance(node, yaml.MappingNode):
        return "; ".join(f"{name}: {_flat(value)}" for name, value in entries(node).items())
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(_flat(entry) for entry in node.value)
    return text(node)
