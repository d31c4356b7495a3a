"""Rule files of the classifier: data elements, subjects, roles and word lists."""

from __future__ import annotations

from data_etiquette.catalog.yamlfile import Node, Record
from data_etiquette.model.catalog import DataElement, ElementCase, RoleWords, SubjectKind
from data_etiquette.model.kind import Role

_ELEMENT = (
    "id", "label", "group", "sensitivity", "special_category", "crosswalk", "names",
    "context_names", "entity_names", "types", "not_names", "cases", "note",
)  # fmt: skip
_ELEMENT_NEEDS = (
    "id", "label", "group", "sensitivity", "special_category", "crosswalk", "cases",
)  # fmt: skip
_ROLES = tuple(role.value for role in Role)


def parse_element(node: Node) -> DataElement:
    """`data/<group>/<id>.yaml`."""
    record = node.record(_ELEMENT, _ELEMENT_NEEDS)
    crosswalk = record["crosswalk"].record(("fideslang", "dpv"), ("fideslang", "dpv"))
    element = DataElement(
        id=record["id"].text(),
        label=record["label"].text(),
        group=record["group"].text(),
        sensitivity=_sensitivity(record["sensitivity"]),
        special_category=record["special_category"].is_true(),
        fideslang=crosswalk["fideslang"].text(),
        dpv=crosswalk["dpv"].text(),
        names=record["names"].languages(),
        context_names=_context_names(record["context_names"]),
        entity_names=tuple(_entity_names(item) for item in record["entity_names"].items()),
        types=record["types"].texts(),
        not_names=record["not_names"].texts(),
        cases=tuple(_element_case(item) for item in record["cases"].items()),
        path=node.path,
    )
    record["note"].text()
    define(record["id"], "element", f"data/{element.group}/{element.id}.yaml")
    return element


def parse_subject(node: Node) -> SubjectKind:
    """`subjects/<id>.yaml`."""
    record = node.record(("id", "label", "names", "fideslang"), ("id", "label", "names"))
    subject = SubjectKind(
        record["id"].text(),
        record["label"].text(),
        record["names"].words(),
        record["fideslang"].text(),
    )
    define(record["id"], "subject", f"subjects/{subject.id}.yaml")
    return subject


def parse_role(node: Node) -> RoleWords:
    """`roles/<role>.yaml`; its cases are for `role_cases`."""
    record = _role_record(node)
    role = RoleWords(_role(record["role"]), record["heads"].words(), record["bases"].texts())
    record["label"].text()
    define(record["role"], "role", f"roles/{role.role.value}.yaml")
    role_cases(node)
    return role


def role_cases(node: Node) -> tuple[tuple[str, Role], ...]:
    """(name of an entity, the role it must get) of a role file."""
    found = []
    for item in _role_record(node)["cases"].items():
        record = item.record(("entity", "expect"), ("entity", "expect"))
        found.append((record["entity"].text(), _role(record["expect"])))
    return tuple(found)


def parse_words(node: Node) -> tuple[str, tuple[str, ...]]:
    """`words/<purpose>.yaml`: the list is known by the file's name."""
    record = node.record(("purpose", "why", "words"), ("purpose", "why", "words"))
    purpose = record["purpose"].text()
    record["why"].text()
    define(record["purpose"], "word list", f"words/{purpose}.yaml")
    return purpose, record["words"].words()


def define(node: Node, kind: str, path: str) -> None:
    """Register a name; the file is called after it, so that one search finds it."""
    name = node.text()
    if not name:
        return
    node.register.define(kind, name, node.place)
    if node.path != path:
        node.wrong(f"the file of {kind} `{name}` must be {path}")


def _role_record(node: Node) -> Record:
    return node.record(("role", "label", "heads", "bases", "cases"), ("role", "heads"))


def _context_names(node: Node) -> tuple[tuple[Role, tuple[str, ...]], ...]:
    found = []
    for name, value in node.mapping().items():
        if name in _ROLES:
            found.append((Role(name), value.words()))
        else:
            value.wrong(f"unknown role `{name}`; one of: {', '.join(_ROLES)}")
    return tuple(found)


def _entity_names(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
    record = node.record(("entities", "names"), ("entities", "names"))
    return record["entities"].words(), record["names"].words()


def _element_case(node: Node) -> ElementCase:
    record = node.record(("entity", "field", "type", "expect"), ("entity", "field"))
    if "expect" not in record:
        node.wrong("`expect` is missing; `null` says that the field is not personal")
    expect = record["expect"]
    node.register.use("element", expect.text(), expect.place)
    return ElementCase(
        record["entity"].text(), record["field"].text(), record["type"].text(), expect.text()
    )


def _sensitivity(node: Node) -> int:
    value = node.number()
    if not node.is_empty() and value not in range(1, 5):
        node.wrong("must be a whole number from 1 (mild) to 4 (grave)")
    return value


def _role(node: Node) -> Role:
    return Role(node.text(_ROLES) or Role.THING)
