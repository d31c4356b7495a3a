"""ETQ303: grave data kept readable in a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from data_etiquette.checks.context import Context
from data_etiquette.checks.stated import stated
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Protection, Role
from data_etiquette.model.report import Finding

GRAVE = 4
"""Sensitivity from which a field needs protection of its own."""
_MAX_NAMES = 6


def unencrypted_field(context: Context) -> Iterator[Finding]:
    """One finding for each stored entity that keeps data of sensitivity 4 without protection.

    A field whose line bears a comment about this rule is told alone: what a person decided about
    one field says nothing of the others. Storage that is set up without encryption is told too.
    """
    remarked = {
        (remark.location.path, line)
        for remark in context.graph.remarks
        if context.rule.code in remark.text
        for line in range(remark.first, remark.last + 1)
    }
    readable = (pair for pair in context.stored_fields() if _is_readable(context, *pair))
    for _, pairs in groupby(readable, key=lambda pair: pair[0].id):
        together = []
        for entity, item in pairs:
            if (item.location.path, item.location.line) in remarked:
                yield _finding(context, entity, [item])
            else:
                together.append(item)
        if together:
            yield _finding(context, entity, together)
    if any(True for _ in context.stored_fields()):
        for setting, told in stated(context):
            yield context.on_place(setting.location, f"{told}: what lies there is readable", told)


def _is_readable(context: Context, entity: Entity, item: Field) -> bool:
    if item.sensitivity < GRAVE or item.protection is not Protection.NONE:
        return False
    if _is_dictionary(context, entity):
        return False
    # Credentials are ETQ304's question.
    return item.group != "credentials" and not context.coverage.is_protected(entity, item)


def _is_dictionary(context: Context, entity: Entity) -> bool:
    """Whether its rows are what can be chosen, each name but once, and belong to nobody."""
    links = bool(entity.relations) or any(item.value == "relation" for item in entity.fields)
    if links or entity.abstract or entity.role is Role.PERSON:
        return False
    titles = context.query("dictionary.titles")
    return any(
        item.name in titles and item.fact.option("unique") == "True" for item in entity.fields
    )


def _finding(context: Context, entity: Entity, items: list[Field]) -> Finding:
    """Stands on the first field of the gravest; a field more makes it another finding."""
    ranked = sorted(items, key=lambda item: item.location)
    head = max(ranked, key=lambda item: context.severity_for(item.element).rank)
    finding = context.on_field(entity, head, _message(context, entity, head, ranked))
    names = "+".join(sorted(item.name for item in items))
    return replace(finding, scope=f"{entity.id}.{names}")


def _message(context: Context, entity: Entity, head: Field, items: list[Field]) -> str:
    others = [f"{item.name} ({context.label(item.element)})" for item in items if item is not head]
    more = f", and {len(others) - _MAX_NAMES} more" if len(others) > _MAX_NAMES else ""
    also = f"; so are {', '.join(others[:_MAX_NAMES])}{more}" if len(others) > 1 else ""
    also = f"; so is {others[0]}" if len(others) == 1 else also
    return (
        f"{context.label(head.element)} is stored in {entity.name}.{head.name} "
        f"and no encryption, hashing or declared storage control was found{also}"
    )
