"""ETQ602: entities with personal data that nothing deletes, anonymises or expires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import erasures_of, is_own, keeping, labels, told
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.graph import Entity, Erasure, Field
from data_etiquette.model.kind import Confidence, Severity
from data_etiquette.model.report import Finding, Practice


def no_erasure_code(context: Context) -> Iterator[Finding]:
    """One finding for each stored entity without any erasure."""
    erasures = erasures_of(context)
    for entity in keeping(context):
        found = erasures.get(entity.id, [])
        if any(is_own(item) for item in found):
            continue
        data = labels(context, entity.personal_fields)
        message = f"Nothing was found that deletes or anonymises {entity.name} ({data})"
        confidence, severity = Confidence.MEDIUM, context.rule.severity
        if all(_is_mild(context, item) for item in entity.personal_fields):
            severity = severity.lowered()
        if any(item.how == "admin" for item in found):
            message += "; only the administration pages can delete a row"
            confidence, severity = Confidence.LOW, context.rule.severity.lowered()
        elif found:
            message += "; rows are only marked as deleted"
        finding = replace(context.on_entity(entity, message, confidence), severity=severity)
        owner = _library_owner(context, entity)
        if owner:
            # Whether the library deletes its rows cannot be seen, and these would go along.
            message += f", and with its {owner}, which is a library's"
            finding = replace(
                finding, message=message, severity=Severity.LOW, confidence=Confidence.LOW
            )
        yield finding


def _is_mild(context: Context, item: Field) -> bool:
    """What people wrote or did, and where they live: of itself it does not name them.

    Neither is `confirmed_by` what a thing is kept for: it says who worked on it.
    """
    known = context.elements.get(item.element)
    if known is None:
        return False
    *head, last = split(item.name) or ("",)
    is_done_by = last == "by" and not set(head).isdisjoint(dict(context.catalog.words)["done-by"])
    return (
        is_done_by
        or known.group in context.query("mild.groups")
        or item.element in context.query("mild.elements")
    )


def _library_owner(context: Context, entity: Entity) -> str:
    """The class, not one of the program's, that a row is deleted along with."""
    known = {other.name for other in context.graph.entities}
    linked = {name for name, _, _ in entity.relations}
    for item in entity.fields:
        fact = item.fact
        cascades = fact.option("on_delete").endswith("CASCADE") or "CASCADE" in " ".join(fact.args)
        if item.name in linked or not cascades or not fact.args:
            continue
        owner = fact.args[0].strip("'\"").rpartition(".")[2]
        if owner and owner not in known and not owner.startswith(("AUTH_USER", "get_user")):
            return owner
    return ""


def erasures_found(context: Context) -> Iterator[Practice]:
    """Each erasure of an entity with personal data; along with others only if it has no own."""
    erasures = erasures_of(context)
    for entity in keeping(context):
        own = [item for item in erasures.get(entity.id, []) if is_own(item)]
        direct = [item for item in own if item.how != "cascade"]
        for item in direct or own[:1]:
            yield context.kept(item.location, _sentence(entity.name, item), entity=entity.name)


def _sentence(name: str, erasure: Erasure) -> str:
    return f"{name} is {told(erasure)}"
