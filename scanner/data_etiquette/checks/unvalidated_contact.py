"""ETQ503: contact data and birth dates stored without a check of their form."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.kind import Protection
from data_etiquette.model.report import Finding


def unvalidated_contact(context: Context) -> Iterator[Finding]:
    """One finding for each stored text field that nothing validates on its way in."""
    wanted = frozenset(context.query("field.elements"))
    checked = _checked_names(context)
    for entity, item in context.stored_fields():
        if item.element not in wanted or item.validated or item.protection is Protection.HASHED:
            continue
        if item.value not in ("text", ""):
            continue
        if item.name in checked or (entity.kind == "sql-table" and item.fact.option("check")):
            continue
        message = (
            f"{context.label(item.element)} is stored in {entity.name}.{item.name} "
            "without any check of its form"
        )
        yield context.on_field(entity, item, message)


def _checked_names(context: Context) -> frozenset[str]:
    """Names that a form, serializer or schema validates by type or by a method of its own."""
    names = set()
    for entity in context.graph.entities:
        for item in entity.personal_fields:
            if item.validated and not entity.stored:
                names.add(item.name)
        for method in entity.methods:
            for prefix in context.query("checking.prefixes"):
                if method.startswith(prefix):
                    names.add(method.removeprefix(prefix))
    return frozenset(names)
