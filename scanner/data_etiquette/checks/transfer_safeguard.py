"""ETQ704: recipients in countries that no adequacy covers, with nothing in its place."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.recipients import countries_of, declared_recipients, place_of
from data_etiquette.declaration.policy import Regions, in_region, regions_of
from data_etiquette.model.declaration import DeclaredRecipient
from data_etiquette.model.report import Finding, Practice

_NOTHING = ("", "none", "todo")


def transfer_without_safeguard(context: Context) -> Iterator[Finding]:
    """One finding for each recipient."""
    regions = regions_of(context.catalog.regions)
    for recipient in declared_recipients(context):
        wrong = [
            country
            for country in countries_of(context, recipient)
            if not _is_safe(context, recipient, country, regions)
        ]
        if wrong and not context.is_open(f"recipients[{recipient.id}].transfer"):
            message = (
                f"{recipient.name} gets data in {', '.join(wrong)}, "
                f"and {_reason(recipient)}{_reviewed(context)}"
            )
            yield context.on_place(
                place_of(context, recipient), message, recipient.id, recipient=recipient.id
            )


def transfer_safeguarded(context: Context) -> Iterator[Practice]:
    """Each recipient outside the EEA with a safeguard."""
    regions = regions_of(context.catalog.regions)
    for recipient in declared_recipients(context):
        if context.is_open(f"recipients[{recipient.id}].transfer"):
            continue
        outside = [c for c in countries_of(context, recipient) if not _is_near(c, regions)]
        if outside and all(_is_safe(context, recipient, c, regions) for c in outside):
            how = recipient.mechanism if recipient.mechanism.lower() not in _NOTHING else "adequacy"
            message = f"{recipient.name} gets data in {', '.join(outside)} under: {how}"
            yield context.kept(place_of(context, recipient), message)


def _is_near(country: str, regions: Regions) -> bool:
    return not country or in_region(country.upper(), ("EEA", "EU"), regions) or country == "EU"


def _is_safe(
    context: Context, recipient: DeclaredRecipient, country: str, regions: Regions
) -> bool:
    if _is_near(country, regions):
        return True
    is_adequate = in_region(country.upper(), ("adequacy",), regions)
    mechanism = recipient.mechanism.lower()
    if mechanism in _NOTHING:
        # Where only some companies are covered, the declaration has to say that this one is.
        return is_adequate and country.upper() not in context.query("partly") and not mechanism
    return is_adequate if mechanism.startswith("adequacy") else True


def _reason(recipient: DeclaredRecipient) -> str:
    if recipient.mechanism.lower().startswith("adequacy"):
        return "no decision of adequacy is known for it"
    return "no mechanism of transfer is declared"


def _reviewed(context: Context) -> str:
    reviewed = context.query("reviewed")
    return f" (list of countries reviewed {reviewed[0]})" if reviewed else ""
