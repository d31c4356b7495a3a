"""ETQ202: a use that rests on consent, on a way that does not ask for it."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.consents import consents_of, is_asked
from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases
from data_etiquette.model.application import Use
from data_etiquette.model.declaration import Activity
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

CONSENT = "consent"


def use_without_consent(context: Context) -> Iterator[Finding]:
    """One finding for each way on which nothing asks the consent of its activity."""
    for use, activity in _uses(context):
        consents = consents_of(context, activity)
        if is_asked(context, use.guards, consents):
            continue
        wanted = " or ".join(item.field for item in consents if item.field) or "a consent"
        message = (
            f"{_deed(context, use)} for `{activity.id}`, which rests on consent, and no way to "
            f"{use.name} was found to ask {wanted} before"
        )
        sure = Confidence.MEDIUM if use.kind == "profile" else Confidence.HIGH
        yield context.on_place(
            use.location,
            message,
            f"{use.scope}:{use.name}",
            confidence=sure,
            element="privacy_preference",
            recipient=use.recipient,
        )


def consent_asked(context: Context) -> Iterator[Practice]:
    """Uses that ask the consent they rest on."""
    for use, activity in _uses(context):
        if is_asked(context, use.guards, consents_of(context, activity)):
            names = ", ".join(sorted({name for _, name in use.guards}))
            yield context.kept(
                use.location,
                f"{_deed(context, use)} only after {names} was asked",
                element="privacy_preference",
            )


def _uses(context: Context) -> Iterator[tuple[Use, Activity]]:
    """Uses with the activity that they belong to, where that rests on consent."""
    activities = [
        activity
        for activity in (context.declaration.activities if context.declaration else ())
        if activity.legal_basis == CONSENT
    ]
    reached = {flow.sink.location for flow in context.graph.flows}
    for use in context.graph.uses:
        purposes = _purposes(context, use, reached)
        fitting = [item for item in activities if set(item.purposes) & purposes]
        if fitting:
            yield use, fitting[0]


def _purposes(context: Context, use: Use, reached: set[Location]) -> set[str]:
    """Purposes that a use may serve: by its words, or by the kind of service."""
    match use.kind:
        case "mail" | "message":
            return set(context.query("messages")) if is_marketing_use(context, use) else set()
        case "profile":
            return set(context.query("profiles"))
        case _:
            declared = context.declaration.recipients if context.declaration else ()
            if any(item.consent and item.id == use.recipient for item in declared):
                return set()  # ETQ706 asks whether that recipient may have it
            kind = next((r.kind for r in context.catalog.recipients if r.id == use.recipient), "")
            if use.sink not in reached or kind not in context.query("trackers"):
                return set()
            return set(context.query("messages" if kind == "marketing" else "tracking"))


def is_marketing_use(context: Context, use: Use) -> bool:
    """Whether people are written to in order to sell, as against about what they did."""
    if phrases(context, "transactional").first(use.words):
        return False
    marketing = phrases(context, "marketing")
    return bool(marketing.first(use.words) or marketing.first(use.places))


def _deed(context: Context, use: Use) -> str:
    known = {item.id: item.name for item in context.catalog.recipients}
    match use.kind:
        case "mail":
            return "People are sent mail"
        case "message":
            return "People are sent messages"
        case "profile":
            return f"{use.name} judges people"
        case _:
            return f"People's data goes to {known.get(use.recipient, use.recipient)}"
