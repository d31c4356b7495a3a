"""ETQ201: consent that is given before the person did anything."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.consents import choices
from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases, says
from data_etiquette.model.application import Page
from data_etiquette.model.facts import InputFact
from data_etiquette.model.graph import Field
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding

_OPTIONS = (
    "default",
    "initial",
    "server_default",
    "default_value",
    "=",
    "load_default",
    "missing",
    "default_factory",
    "if_missing",
)


def preticked_consent(context: Context) -> Iterator[Finding]:
    """One finding for each consent field whose default is yes, and each box ticked beforehand."""
    yes = frozenset(text.lower() for text in context.query("yes"))
    for entity, item in choices(context):
        if _default_is_true(item, yes):
            message = f"{entity.name}.{item.name} takes consent as given: its default is true"
            yield context.on_field(entity, item, message)
    for page in context.graph.pages:
        yield from _boxes(context, page)


def _default_is_true(item: Field, yes: frozenset[str]) -> bool:
    if any(item.fact.option(name).lower().strip("()") in yes for name in _OPTIONS):
        return True
    # SQLModel and Pydantic: the default is Field's first argument.
    last = item.fact.call.rsplit(".", 1)[-1]
    return last == "Field" and item.fact.args[:1] == ("True",)


def _boxes(context: Context, page: Page) -> Iterator[Finding]:
    inputs = [control for form in page.fact.forms for control in form.inputs]
    for control in (*inputs, *page.fact.inputs):
        if control.type == "checkbox" and control.checked and _is_consent(context, control):
            name = control.name or control.label or "a box"
            yield context.on_place(
                Location(page.path, control.line),
                f"The box `{name}` takes consent as given: it is checked from the start",
                f"{page.path}:{name}",
                element="privacy_preference",
            )


def _is_consent(context: Context, control: InputFact) -> bool:
    consents, marketing = phrases(context, "consent"), phrases(context, "marketing")
    if phrases(context, "consent-refusals").names(control.name):
        return False
    named = any(found.names(control.name) for found in (consents, marketing))
    return named or says(consents, control.label) or says(marketing, control.label)
