"""What the declaration says of a field, a recipient, a store. Pure lookups, no verdicts."""

from __future__ import annotations

import fnmatch

from data_etiquette.model.catalog import KnownRecipient
from data_etiquette.model.declaration import (
    Activity,
    Declaration,
    DeclaredMeasure,
    DeclaredRecipient,
    DeclaredStore,
)
from data_etiquette.model.graph import Entity, Field, Flow, Sink, Transfer
from data_etiquette.model.kind import SinkKind

OUTSIDE = (SinkKind.THIRD_PARTY, SinkKind.LLM)
"""Where a flow leaves for somebody else."""


class Coverage:
    """Answers questions about one declaration; with none, nothing is covered."""

    def __init__(self, declaration: Declaration | None) -> None:
        self._declaration = declaration
        self._activities = declaration.activities if declaration is not None else ()
        self._recipients = declaration.recipients if declaration is not None else ()
        self._stores = declaration.stores if declaration is not None else ()
        self._measures = declaration.measures if declaration is not None else ()

    def activities_of(self, entity: Entity, item: Field) -> tuple[Activity, ...]:
        """Activities that cover a field: by its name's pattern, or by its data element."""
        return tuple(found for found in self._activities if _covers(found, entity, item))

    def excludes(self, activity: Activity, entity: Entity, item: Field) -> bool:
        """Whether an activity leaves a field out on purpose."""
        return any(
            fnmatch.fnmatchcase(name, pattern)
            for pattern in activity.exclude
            for name in field_names(entity, item)
        )

    def recipient_of(self, sink: Sink) -> DeclaredRecipient | None:
        """The declared recipient that a sink's data goes to."""
        for recipient in self._recipients:
            if _names(recipient, sink):
                return recipient
        return None

    def recipient_of_flow(self, flow: Flow) -> DeclaredRecipient | None:
        """The declared recipient that a flow ends at, by its sink, else by the code it is in."""
        found = self.recipient_of(flow.sink)
        if found is not None or flow.sink.kind not in OUTSIDE:
            return found
        paths = [flow.sink.location.path, *(step.path for step in flow.steps)]
        for recipient in self._recipients:
            if any(
                is_in_code(name, path) or flow.scope == name or flow.scope.startswith(f"{name}.")
                for name in recipient.code
                for path in paths
            ):
                return recipient
        return None

    def recipient_named(
        self, transfer: Transfer, known: KnownRecipient | None
    ) -> DeclaredRecipient | None:
        """The declared recipient that a recipient seen in code is, by id, name, module or host."""
        modules = known.modules if known is not None else ()
        hosts = known.hosts if known is not None else (transfer.recipient,)
        for recipient in self._recipients:
            if (
                transfer.recipient == recipient.id
                or transfer.name.lower() == recipient.name.lower()
            ):
                return recipient
            if set(recipient.modules) & set(modules) or set(recipient.hosts) & set(hosts):
                return recipient
        return None

    def is_protected(self, entity: Entity, item: Field) -> bool:
        """Whether a declared measure or store says that this field is encrypted where it lies."""
        return any(_is_in(store, entity) for store in self._stores if store.is_encrypted) or any(
            _applies(measure, entity, item)
            for measure in self._measures
            if measure.kind.startswith("encryption")
        )


def name_of(entity: Entity) -> str:
    """What a declaration calls an entity: its dotted name, or its table's."""
    return entity.table if entity.kind.startswith("sql-") and entity.table else entity.id


def field_names(entity: Entity, item: Field) -> tuple[str, ...]:
    """All names by which a declaration may mean a field."""
    names = [f"{entity.id}.{item.name}", f"{entity.name}.{item.name}"]
    if entity.table:
        column = item.fact.column_name or item.name
        names += [f"{entity.table}.{column}", f"{entity.table.rsplit('.', 1)[-1]}.{column}"]
    parts = entity.id.split(".")
    # A pattern may start at any package: the scanned root need not be the import root.
    names += [f"{'.'.join(parts[start:])}.{item.name}" for start in range(1, len(parts))]
    return tuple(names)


def names_element(patterns: tuple[str, ...], item: Field) -> bool:
    """Whether a list of element keys and groups (`contact.*`, `contact`) names a field's data."""
    keys = (item.element, f"{item.group}.{item.element}", item.group)
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns for key in keys)


def _covers(activity: Activity, entity: Entity, item: Field) -> bool:
    names = field_names(entity, item)
    if any(fnmatch.fnmatchcase(name, pattern) for pattern in activity.exclude for name in names):
        return False
    if any(pattern in names for pattern in activity.include):
        return True
    is_meant = names_element(activity.data, item)
    included = any(
        fnmatch.fnmatchcase(name, pattern) for pattern in activity.include for name in names
    )
    if activity.include and entity.stored:
        # `Order.*` beside a list of data means the fields of Order that hold such data.
        return included and (is_meant or not activity.data)
    return included or is_meant


def _names(recipient: DeclaredRecipient, sink: Sink) -> bool:
    if sink.recipient and sink.recipient == recipient.id:
        return True
    if sink.recipient_name and sink.recipient_name.lower() == recipient.name.lower():
        return True
    if any(
        sink.name == module or sink.name.startswith(f"{module}.") for module in recipient.modules
    ):
        return True
    host = sink.recipient.lower()
    return any(
        host == known.lower() or host.endswith(f".{known.lower()}") for known in recipient.hosts
    )


def is_in_code(name: str, path: str) -> bool:
    """Whether a file is meant by a path pattern, a folder or a dotted name."""
    if "/" in name or name.endswith((".py", ".sql", ".html")):
        pattern = name.removesuffix("/").replace("/**", "*")
        return fnmatch.fnmatchcase(path, pattern) or path.startswith(f"{name.rstrip('/*')}/")
    dotted = path.rsplit(".", 1)[0].replace("/", ".")
    module = name.removesuffix(".*")
    return f".{dotted}.".find(f".{module}.") >= 0 or fnmatch.fnmatchcase(dotted, name)


def _is_in(store: DeclaredStore, entity: Entity) -> bool:
    """Whether a store is declared to hold an entity's table."""
    bare = entity.table.rsplit(".", 1)[-1]
    return any(
        fnmatch.fnmatchcase(table, pattern)
        for pattern in store.tables
        for table in (entity.table, bare)
    )


def _applies(measure: DeclaredMeasure, entity: Entity, item: Field) -> bool:
    """Whether a measure is declared for a field; one that says nothing of fields is for none."""
    return names_element(measure.applies_to, item) or any(
        fnmatch.fnmatchcase(name, pattern)
        for pattern in measure.applies_to
        for name in field_names(entity, item)
    )
