"""Declared, and nowhere in the code."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.declaration.difference import patch
from data_etiquette.declaration.difference.view import View, entity_fits
from data_etiquette.declaration.match import is_in_code
from data_etiquette.declaration.names import element_names
from data_etiquette.declaration.ways import endpoints_at, is_path
from data_etiquette.model.declaration import Activity, DeclaredRecipient
from data_etiquette.model.difference import Difference
from data_etiquette.model.location import Location


def stale_entries(view: View) -> Iterator[Difference]:
    """Everything that names something which is not there."""
    for activity in view.declaration.activities:
        yield from _elements(view, activity)
        yield from _fields(view, activity)
    yield from _recipients(view)
    yield from _entities(view)
    yield from _tables(view)
    yield from _measures(view)
    yield from _code(view)
    yield from _ways(view)
    yield from _overrides(view)


def _stale(  # noqa: PLR0913 (what, where, and what to do about it)
    view: View, about: str, key: str, told: str, fix: str, *, element: str = "", recipient: str = ""
) -> Difference:
    return Difference(
        kind="stale",
        about=about,
        key=key,
        message=told,
        location=view.in_file(key, key.rsplit("[", 1)[0]),
        patch=fix,
        element=element,
        recipient=recipient,
    )


def _elements(view: View, activity: Activity) -> Iterator[Difference]:
    """Elements that no field and no flow holds."""
    seen = {item.element for _, item in view.personal_fields()}
    seen |= {item.element for entity in view.graph.entities for item in entity.personal_fields}
    seen |= {flow.element for flow in view.graph.flows}
    found = [view.elements[name] for name in seen if name in view.elements]
    for name in activity.data:
        if name.startswith("TODO") or any(patch.is_listed((name,), element) for element in found):
            continue
        key = f"activities[{activity.id}].data[{name}]"
        told = f"{view.label(name)} is declared for {activity.id}, and no field holds it"
        fix = patch.entry("activities", activity.id, f"data: {patch.flow_list([name])}  # remove")
        yield _stale(view, "element", key, told, fix, element=name)


def _fields(view: View, activity: Activity) -> Iterator[Difference]:
    for part, patterns in (("include", activity.include), ("exclude", activity.exclude)):
        for pattern in patterns:
            if view.is_field(pattern):
                continue
            key = f"activities[{activity.id}].fields.{part}[{pattern}]"
            told = f"no field is called {pattern}"
            fix = patch.entry(
                "activities",
                activity.id,
                f"fields: {{{part}: {patch.flow_list([pattern])}}}  # remove",
            )
            yield _stale(view, "field", key, told, fix)


def _recipients(view: View) -> Iterator[Difference]:
    for recipient in view.declaration.recipients:
        if not _can_be_seen(view, recipient) or _is_seen(view, recipient):
            continue
        told = f"{recipient.name} is declared as a recipient, and no code was found that uses it"
        fix = f"recipients:\n  - id: {patch.scalar(recipient.id)}  # remove\n"
        yield _stale(
            view,
            "recipient",
            f"recipients[{recipient.id}]",
            told,
            fix,
            recipient=recipient.id,
        )


def _can_be_seen(view: View, recipient: DeclaredRecipient) -> bool:
    """Whether code would show it: an accountant has neither library nor host."""
    return (
        bool(recipient.modules or recipient.hosts or recipient.code)
        or recipient.id in view.recipients
    )


def _is_seen(view: View, recipient: DeclaredRecipient) -> bool:
    for transfer in view.graph.transfers:
        known = view.recipients.get(transfer.recipient)
        if view.coverage.recipient_named(transfer, known) == recipient:
            return True
    if any(view.coverage.recipient_of_flow(flow) == recipient for flow in view.graph.flows):
        return True
    return _is_named(view, recipient)


def _is_named(view: View, recipient: DeclaredRecipient) -> bool:
    """Whether dependencies, settings or pages name it without a call that could be followed."""
    known = view.recipients.get(recipient.id)
    modules = {*recipient.modules, *(known.modules if known is not None else ())}
    packages = {module.split(".")[0].replace("_", "-").lower() for module in modules}
    if any(dependency.name in packages for dependency in view.graph.dependencies):
        return True
    hosts = {*recipient.hosts, *(known.hosts if known is not None else ())}
    texts = [setting.value for setting in view.graph.settings]
    texts += [item.url for page in view.graph.pages for item in page.fact.resources]
    return any(host in text for host in hosts for text in texts)


def _entities(view: View) -> Iterator[Difference]:
    """Subjects and consents that name entities and fields."""
    for subject in view.declaration.subjects:
        for name in subject.code:
            if not any(entity_fits(name, entity) for entity in view.graph.entities):
                key = f"subjects[{subject.id}].code[{name}]"
                fix = patch.entry("subjects", subject.id, f"code: [{patch.scalar(name)}]  # remove")
                yield _stale(view, "subject", key, f"no entity is called {name}", fix)
    for consent in view.declaration.consent:
        if consent.field and not _is_todo(consent.field) and not view.is_field(consent.field):
            key = f"consent[{consent.id}].field"
            fix = patch.entry("consent", consent.id, "field: TODO")
            yield _stale(view, "consent", key, f"no field is called {consent.field}", fix)
        if consent.record and not _is_todo(consent.record):
            if any(entity_fits(consent.record, entity) for entity in view.graph.entities):
                continue
            key = f"consent[{consent.id}].record"
            fix = patch.entry("consent", consent.id, "record: TODO")
            yield _stale(view, "consent", key, f"no entity is called {consent.record}", fix)


def _tables(view: View) -> Iterator[Difference]:
    tables = {entity.table for entity in view.graph.entities if entity.table}
    tables |= {table.rsplit(".", 1)[-1] for table in tables}
    for store in view.declaration.stores:
        for pattern in store.tables:
            if pattern == "*" or _is_todo(pattern):
                continue
            if not any(fnmatch.fnmatchcase(table, pattern) for table in tables):
                key = f"storage[{store.id}].tables[{pattern}]"
                fix = patch.entry(
                    "storage", store.id, f"tables: {patch.flow_list([pattern])}  # remove"
                )
                yield _stale(view, "table", key, f"no table is called {pattern}", fix)


def _measures(view: View) -> Iterator[Difference]:
    """Fields that a measure is said to protect; elements are held against nothing."""
    known = element_names(view.catalog)
    for measure in view.declaration.measures:
        for name in measure.applies_to:
            if name in known or _is_todo(name) or "." not in name or view.is_field(name):
                continue
            key = f"measures[{measure.id}].applies_to[{name}]"
            fix = patch.entry(
                "measures", measure.id, f"applies_to: {patch.flow_list([name])}  # remove"
            )
            yield _stale(view, "measure", key, f"no field is called {name}", fix)


def _code(view: View) -> Iterator[Difference]:
    """Paths and modules that an activity is said to run in."""
    paths = [file.path for file in view.graph.files]
    for activity in view.declaration.activities:
        for name in activity.code:
            if _is_todo(name) or any(is_in_code(name, path) for path in paths):
                continue
            key = f"activities[{activity.id}].code[{name}]"
            fix = patch.entry(
                "activities", activity.id, f"code: {patch.flow_list([name])}  # remove"
            )
            yield _stale(view, "code", key, f"no file is {name}", fix)


def _ways(view: View) -> Iterator[Difference]:
    """Addresses that are said to serve a right or to take a consent back."""
    endpoints = [item for item in view.graph.endpoints if item.routes]
    for right in view.declaration.rights if endpoints else ():
        for way in right.served_by:
            if is_path(way) and not endpoints_at(way, endpoints):
                key = f"rights.{right.id}"
                fix = f"rights:\n  {right.id}: TODO  # instead of {way}\n"
                yield _stale(view, "right", key, f"no endpoint was found at {way}", fix)
    for consent in view.declaration.consent if endpoints else ():
        if is_path(consent.withdraw) and not endpoints_at(consent.withdraw, endpoints):
            key = f"consent[{consent.id}].withdraw"
            fix = patch.entry("consent", consent.id, "withdraw: TODO")
            told = f"no endpoint was found at {consent.withdraw}"
            yield _stale(view, "consent", key, told, fix)


def _overrides(view: View) -> Iterator[Difference]:
    for override in view.declaration.classify:
        if not view.is_field(override.match):
            yield Difference(
                kind="stale",
                about="override",
                key=f"classify[{override.match}]",
                message=f"no field is called {override.match}",
                location=Location(view.declaration.path, override.line),
                patch=f"classify:\n  - match: {patch.scalar(override.match)}  # remove\n",
            )


def _is_todo(value: str) -> bool:
    return value.startswith("TODO")
