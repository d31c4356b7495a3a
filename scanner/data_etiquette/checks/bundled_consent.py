"""ETQ205: one yes for several things."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.consents import ELEMENTS, means
from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases, says
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding


def bundled_consent(context: Context) -> Iterator[Finding]:
    """Boxes that accept terms and marketing at once, and consents declared for several purposes."""
    for entity in context.graph.entities:
        for item in entity.fields:
            is_choice = item.value == "boolean" or item.element in ELEMENTS
            if is_choice and _is_bundle(context, item.name, item.fact.doc):
                yield _found(
                    context,
                    item.location,
                    f"{entity.name}.{item.name} accepts terms and marketing with one yes",
                    f"{entity.id}.{item.name}",
                )
    for page in context.graph.pages:
        inputs = [control for form in page.fact.forms for control in form.inputs]
        for control in (*inputs, *page.fact.inputs):
            if control.type == "checkbox" and _is_bundle(context, control.name, control.label):
                place = Location(page.path, control.line)
                message = f"The box `{control.name}` accepts terms and marketing with one yes"
                yield _found(context, place, message, f"{page.path}:{control.name}")
    yield from _declared(context)


def _is_bundle(context: Context, name: str, label: str) -> bool:
    """Whether name and label together speak of terms and of offers."""
    terms, offers = phrases(context, "terms"), phrases(context, "offers")
    has_terms = terms.names(name) or says(terms, label)
    return has_terms and (offers.names(name) or says(offers, label))


def _declared(context: Context) -> Iterator[Finding]:
    if context.declaration is None:
        return
    by_field: dict[str, set[str]] = {}
    for consent in context.declaration.consent:
        if consent.field:
            by_field.setdefault(consent.field, set()).update(consent.purposes)
    for pattern, purposes in sorted(by_field.items()):
        if len(purposes) < 2:
            continue
        found = _field(context, pattern)
        if found is not None:
            entity, item = found
            message = (
                f"{entity.name}.{item.name} is one yes for several purposes: "
                f"{', '.join(sorted(purposes))}"
            )
            yield _found(context, item.location, message, f"{entity.id}.{item.name}")


def _field(context: Context, pattern: str) -> tuple[Entity, Field] | None:
    for entity in context.graph.entities:
        for item in entity.fields:
            if means(pattern, entity.id, item.name):
                return entity, item
    return None


def _found(context: Context, location: Location, message: str, scope: str) -> Finding:
    return context.on_place(
        location, message, scope, confidence=Confidence.HIGH, element="privacy_preference"
    )
