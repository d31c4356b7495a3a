"""ETQ003: suppressions that match nothing any more, or have expired."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.suppression import suppressions
from data_etiquette.model.report import Finding


def stale_suppression(context: Context) -> Iterator[Finding]:
    """One finding for each; runs when all other rules have and their findings are marked."""
    codes = {rule.code for rule in context.catalog.rules}
    for item in suppressions(context.graph, codes):
        names = ", ".join(item.rules)
        if item.is_expired(context.today):
            message = f"The suppression of {names} ended on {item.until}; it suppresses nothing"
        elif item not in context.used and set(item.rules) <= context.checked:
            message = f"The suppression of {names} matches no finding any more: remove it"
        else:
            continue
        yield context.on_place(item.remark.location, message, item.remark.text)
    for entry in context.stale:
        message = (
            f"The baseline's entry of {entry.rule} in {entry.path} matches no finding any more: "
            "`etiquette baseline prune` removes it"
        )
        yield context.on_place(entry.location, message, entry.fingerprint)
    for allowance, message in context.stale_allowances:
        scope = f"{allowance.rule}:{','.join(allowance.paths)}"
        yield context.on_place(allowance.location, message, scope)
