"""ETQ206: a consent that is read, and whose answer decides nothing."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.consents import ELEMENTS
from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding

_WHY = {
    "overwritten": "is overwritten by a constant before anything reads it",
    "itself": "is compared with itself",
    "always": "is joined with a constant, so that the outcome is always the same",
    "empty": "is asked, and nothing is done either way",
    "object": "is asked of the field's declaration, which is always true, not of its value",
}


def dead_consent_check(context: Context) -> Iterator[Finding]:
    """One finding for each."""
    consents, marketing = phrases(context, "consent"), phrases(context, "marketing")
    for guard in context.graph.asked:
        if not guard.dead:
            continue
        named = consents.names(guard.field) or marketing.names(guard.field)
        if guard.element not in ELEMENTS and not named:
            continue
        yield context.on_place(
            guard.location,
            f"`{guard.field}` {_WHY[guard.dead]}",
            f"{guard.scope}:{guard.field}:{guard.dead}",
            confidence=Confidence.MEDIUM if guard.dead == "empty" else Confidence.HIGH,
            element="privacy_preference",
            field_name=guard.field,
        )
