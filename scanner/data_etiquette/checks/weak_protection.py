"""ETQ305: hashing and encryption that does not protect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data_etiquette.checks.context import Context
from data_etiquette.checks.query import first_traces
from data_etiquette.checks.stated import severity_of, stated
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence, Severity
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding

_MANY = 4
"""Elements in one hash from which on it is no pseudonym of anybody."""


def weak_protection(context: Context) -> Iterator[Finding]:
    """One finding for each use on personal data, each weak setting and each weak cipher."""
    yield from _uses(context, context.graph.protections)
    yield from _in_sql(context)
    first = _first_of_lists(context)
    for setting, told in stated(context):
        if (
            setting.key.endswith("[]")
            and setting.location != first[setting.key, setting.location.path]
        ):
            continue  # Old hashes are still checked by it; new ones are made by the first.
        message, severity = f"Weak protection: {told}", severity_of(context, setting)
        yield context.on_place(setting.location, message, setting.key, severity=severity)


def _first_of_lists(context: Context) -> dict[tuple[str, str], Location]:
    found: dict[tuple[str, str], Location] = {}
    for setting in context.graph.settings:
        key = (setting.key, setting.location.path)
        found[key] = min(found.get(key, setting.location), setting.location)
    return found


def _uses(context: Context, flows: Sequence[Flow]) -> Iterator[Finding]:
    guessable, secret = context.query("guessable"), context.query("secret")
    told_of: set[tuple[Location, str]] = set()
    grave = {flow.sink.location for flow in flows if flow.element in secret}
    mixed = _mixed(flows)
    for _, flow in first_traces(flows):
        if (flow.sink.location, flow.element) in told_of:
            continue
        if flow.element in guessable and flow.sink.location in grave:
            continue  # the salt of a password
        told_of.add((flow.sink.location, flow.element))
        name = flow.sink.name.rsplit(".", 1)[-1].lower()
        options = dict(flow.sink.options)
        if options.get("usedforsecurity") == "False":
            continue
        if flow.element in guessable and "keyed" in options:
            continue  # nobody hashes guesses without the key
        if name in context.query("broken") and flow.element in guessable:
            told = "which can be reversed by guessing, so it still tells who it is"
        elif name in context.query("fast") and flow.element in secret:
            told = "which is made to be fast: guesses are fast too"
        elif name in context.query("broken") and flow.element in secret:
            told = "which is broken"
        elif name in context.query("fast") and flow.element in guessable and _claims(context, flow):
            told = "which is called anonymous, and anybody who guesses the value gets the same hash"
        else:
            continue
        message = f"{context.label(flow.element)} is hashed by {flow.sink.name}, {told}"
        yield context.on_place(
            flow.sink.location,
            message,
            f"{flow.scope}:{flow.sink.name}",
            confidence=flow.confidence,
            element=flow.element,
            entity=flow.entity,
            field_name=flow.field,
            severity=Severity.MEDIUM if _is_mild(context, flow, mixed) else None,
        )


def _mixed(flows: Sequence[Flow]) -> frozenset[Location]:
    """Where so much is hashed together that it is a sum of a message: nobody guesses it all."""
    elements: dict[Location, set[str]] = {}
    for flow in flows:
        elements.setdefault(flow.sink.location, set()).add(flow.element)
    return frozenset(place for place, found in elements.items() if len(found) >= _MANY)


def _is_mild(context: Context, flow: Flow, mixed: frozenset[Location]) -> bool:
    """A hash that protects nothing: the name of a picture, the sum of a message."""
    if flow.element in context.query("secret") or _claims(context, flow):
        return False
    words = set(split(flow.scope))
    return bool(words & set(context.query("mild"))) or flow.sink.location in mixed


def _in_sql(context: Context) -> Iterator[Finding]:
    """`MD5(email)` in a statement, where one table has a column of that name."""
    wanted = (*context.query("guessable"), *context.query("secret"))
    fields = [(e, i) for e, i in context.stored_fields() if i.element in wanted and e.table]
    for control in context.graph.controls:
        if control.kind != "weak-hash":
            continue
        names = {column.rpartition(".")[2].lower() for column in control.columns}
        for entity, item in fields:
            column = (item.fact.column_name or item.name).lower()
            if column in names and (not control.entities or entity.id in control.entities):
                message = (
                    f"{context.label(item.element)} is hashed by {control.detail('method')}, "
                    "which can be reversed by guessing, so it still tells who it is"
                )
                yield context.on_place(
                    control.location,
                    message,
                    f"{control.location.path}:{entity.name}.{item.name}",
                    confidence=Confidence.MEDIUM,
                    element=item.element,
                    entity=entity.name,
                    field_name=item.name,
                )
                break


def _claims(context: Context, flow: Flow) -> bool:
    """Whether the function's name says that its result is anonymous."""
    scope = flow.scope.lower()
    return any(word in scope for word in context.query("claims"))
