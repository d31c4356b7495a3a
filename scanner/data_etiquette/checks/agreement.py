"""ETQ703: processors without a contract, or with one that is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from data_etiquette.checks.context import Context
from data_etiquette.checks.recipients import declared_recipients, place_of
from data_etiquette.declaration.duration import days
from data_etiquette.model.declaration import Agreement, DeclaredRecipient
from data_etiquette.model.report import Finding, Practice


def no_agreement(context: Context) -> Iterator[Finding]:
    """One finding for each processor."""
    for recipient in declared_recipients(context):
        if recipient.role not in context.query("roles"):
            continue
        if context.is_open(f"recipients[{recipient.id}].agreement"):
            continue
        reason = _wrong(recipient, _day(context.today))
        if reason:
            message = f"{recipient.name} is a processor: {reason}"
            yield context.on_place(
                place_of(context, recipient), message, recipient.id, recipient=recipient.id
            )


def agreement_in_force(context: Context) -> Iterator[Practice]:
    """Each processor whose contract is there and in date."""
    for recipient in declared_recipients(context):
        agreement = recipient.agreement
        if agreement is None or recipient.role not in context.query("roles"):
            continue
        if context.is_open(f"recipients[{recipient.id}].agreement"):
            continue
        if not _wrong(recipient, _day(context.today)):
            signed = f", signed {agreement.signed}" if agreement.signed else ""
            message = f"{recipient.name} has an agreement{signed}"
            yield context.kept(place_of(context, recipient), message)


def _wrong(recipient: DeclaredRecipient, today: date | None) -> str:
    agreement = recipient.agreement
    if agreement is None or not (agreement.type or agreement.signed or agreement.link):
        return "no agreement is declared"
    if agreement.type.lower() in ("none", "todo"):
        return "no agreement is declared"
    expires = _day(agreement.expires)
    if expires is not None and today is not None and expires < today:
        return f"its agreement expired on {agreement.expires}"
    due = _due(agreement)
    if due is not None and today is not None and due < today:
        return f"its agreement was to be reviewed by {due.isoformat()}"
    return ""


def _due(agreement: Agreement) -> date | None:
    """The day by which the agreement is to be looked at again."""
    last = _day(agreement.reviewed) or _day(agreement.signed)
    length = days(agreement.review)
    if last is None or length is None:
        return None
    try:
        return last + timedelta(days=length)
    except OverflowError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
