"""ETQ707: recipients that settings name: mail, storage, error reporting, sign-in."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.model.application import Setting
from data_etiquette.model.catalog import KnownRecipient
from data_etiquette.model.graph import Transfer
from data_etiquette.model.report import Finding, Practice


def configured_recipient(context: Context) -> Iterator[Finding]:
    """One finding for the first setting of each recipient that is not declared."""
    for setting, recipient in _configured(context):
        if _declared(context, recipient):
            continue
        where = "" if context.declaration is not None else "; there is no declaration"
        message = (
            f"{recipient.name} ({recipient.kind}) is set up by {setting.key} and gets data "
            f"from then on, but is not declared as a recipient{where}"
        )
        yield context.on_place(
            setting.location, message, f"recipient:{recipient.id}", recipient=recipient.id
        )


def declared_configured(context: Context) -> Iterator[Practice]:
    """Recipients that settings name and the declaration knows."""
    for setting, recipient in _configured(context):
        if context.declaration is not None and _declared(context, recipient):
            message = f"{recipient.name}, set up by {setting.key}, is declared"
            yield context.kept(setting.location, message)


def _declared(context: Context, recipient: KnownRecipient) -> bool:
    transfer = Transfer(recipient.id, recipient.name, recipient.kind, recipient.country, (), ())
    return context.coverage.recipient_named(transfer, recipient) is not None


def _configured(context: Context) -> Iterator[tuple[Setting, KnownRecipient]]:
    known = {recipient.id: recipient for recipient in context.catalog.recipients}
    hosts = {host: item for item in known.values() for host in item.hosts}
    patterns = [
        (name.partition(".")[2], value.lower())
        for name, values in context.rule.query
        if name.startswith("recipients.")
        for value in values
    ]
    seen: set[str] = set()
    for setting in context.graph.settings:
        if not setting.meets_people:
            continue
        found = _named(setting, patterns) or _hosted(setting, hosts)
        recipient = known.get(found)
        if recipient is not None and recipient.id not in seen:
            seen.add(recipient.id)
            yield setting, recipient


def _named(setting: Setting, patterns: list[tuple[str, str]]) -> str:
    """A backend, an app, a login provider or a call that sets an SDK up."""
    if setting.kind not in ("text", "call"):
        return ""
    text = (setting.key if setting.kind == "call" else setting.value).lower()
    return next((name for name, pattern in patterns if fnmatch.fnmatchcase(text, pattern)), "")


def _hosted(setting: Setting, hosts: dict[str, KnownRecipient]) -> str:
    """The recipient whose host a setting holds."""
    if setting.kind not in ("text", "url"):
        return ""
    host = setting.value.lower().partition("://")[2] or setting.value.lower()
    host = host.partition("/")[0].partition("?")[0].partition(":")[0]
    if "." not in host or " " in host:
        return ""
    parts = host.split(".")
    ends = (".".join(parts[start:]) for start in range(len(parts) - 1))
    return next((hosts[end].id for end in ends if end in hosts), "")
