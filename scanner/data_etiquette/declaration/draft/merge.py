"""Two drafts as one: what another tool's file says goes before what the code suggests."""

from __future__ import annotations

from data_etiquette.declaration.draft.parts import Draft, DraftActivity, DraftSubject


def merged(first: Draft, second: Draft) -> Draft:
    """Both drafts; of activities that are called the same, `first` has the word."""
    made = Draft(organisation=first.organisation or second.organisation)
    made.near = first.near | second.near
    made.activities = _activities(first, second)
    known = {item.id for item in first.recipients}
    made.recipients = first.recipients + [i for i in second.recipients if i.id not in known]
    subjects = {item.id for item in first.subjects}
    made.subjects = first.subjects + [i for i in second.subjects if i.id not in subjects]
    known = {item.id for item in made.subjects}
    used = {item.subject for item in made.activities if item.subject} - known
    made.subjects = sorted(
        [*made.subjects, *(DraftSubject(name) for name in used)], key=lambda item: item.id
    )
    made.consents = [*first.consents, *second.consents]
    made.rights = {**second.rights, **first.rights}
    made.protected = {**second.protected, **first.protected}
    made.cookies = [*first.cookies, *second.cookies]
    made.overrides = sorted({*first.overrides, *second.overrides})
    return made


def _activities(first: Draft, second: Draft) -> list[DraftActivity]:
    found = {item.id: item for item in first.activities}
    for item in second.activities:
        if item.id in found:
            _join(found[item.id], item)
        else:
            found[item.id] = item
    return [found[name] for name in sorted(found)]


def _join(one: DraftActivity, other: DraftActivity) -> None:
    """What the other knows beside what the one says."""
    one.elements |= other.elements
    one.include |= other.include
    one.entities |= other.entities
    one.recipients |= other.recipients
    one.purposes |= other.purposes
    one.erased |= other.erased
    one.special = one.special or other.special
    one.subject = one.subject or other.subject
    one.perhaps = one.perhaps or other.perhaps
    one.starts = one.starts or other.starts
    for period, places in other.periods.items():
        one.periods.setdefault(period, set()).update(places)
    for period, entities in other.expired.items():
        one.expired.setdefault(period, set()).update(entities)
