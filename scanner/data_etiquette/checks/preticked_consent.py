"""ETQ201: consent that is given before the person did anything."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.graph import Field
from data_etiquette.model.report import Finding

_TRUE = frozenset(
    {
        "true",
        "'true'",
        "'on'",
        "1",
        "'1'",
        "b'1'",
        "y",
        "'y'",
        "t",
        "'t'",
        "sqlalchemy.true()",
        "sqlalchemy.sql.expression.true()",
        "lambda: true",
    }
)
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
    """One finding for each consent field whose default is yes."""
    for entity in context.graph.entities:
        for item in entity.fields:
            if _is_consent(item) and _default_is_true(item):
                message = f"{entity.name}.{item.name} takes consent as given: its default is true"
                yield context.on_field(entity, item, message)


def _is_consent(item: Field) -> bool:
    is_choice = item.element in ("privacy_preference", "parental_consent")
    return is_choice and item.value in ("boolean", "")


def _default_is_true(item: Field) -> bool:
    if any(item.fact.option(name).lower() in _TRUE for name in _OPTIONS):
        return True
    # SQLModel and Pydantic: the default is Field's first argument.
    last = item.fact.call.rsplit(".", 1)[-1]
    return last == "Field" and item.fact.args[:1] == ("True",)
