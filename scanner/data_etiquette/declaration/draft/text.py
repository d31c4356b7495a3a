"""A draft as the text of an etiquette.yaml."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from data_etiquette.declaration.difference.patch import flow_list, recipient_lines, scalar
from data_etiquette.declaration.draft.parts import (
    Draft,
    DraftActivity,
    DraftConsent,
    DraftCookie,
    DraftSubject,
)
from data_etiquette.declaration.schema import RIGHTS

_WIDTH = 100
_HEAD = """\
# Drafted by `etiquette init` from the code. Every TODO is a question that code cannot answer:
# `etiquette check` fails until all are answered. The keys are described in docs/declaration.md.
version: 1
law: [gdpr]
organisation:
  name: {name}
  role: TODO  # controller, processor or joint_controller
  address: TODO
  email: TODO
  authority: {{name: TODO, url: TODO}}
"""

_MEASURES = """\
measures:
  - id: measures
    kind: TODO  # what protects the data: access_control, encryption_at_rest
    last_reviewed: TODO
    review: TODO  # how often: P1Y
"""

_BACKUPS = """\
backups:
  - id: backups
    what: [TODO]
    period: TODO  # how often one is made: P1D
    encrypted: TODO
    tested: TODO  # the day one was last restored
    retention: TODO  # erased data lives on in them for that long
"""


def draft_text(draft: Draft) -> str:
    """The whole file."""
    parts = [_HEAD.format(name=scalar(draft.organisation) if draft.organisation else "TODO")]
    if draft.subjects:
        parts.append(_section("subjects", (subject_lines(item) for item in draft.subjects)))
    parts.append(_section("activities", (activity_lines(item) for item in draft.activities)))
    if draft.recipients:
        entries = (
            recipient_lines(item.transfer, item.known, draft.near, item.evidence)
            for item in draft.recipients
        )
        parts.append(_section("recipients", entries))
    if draft.consents:
        parts.append(_section("consent", (consent_lines(item) for item in draft.consents)))
    parts.append(_rights(draft))
    if draft.protected:
        parts.append(_section("measures", map(_measure, sorted(draft.protected.items()))))
    else:
        parts.append(_MEASURES)
    parts.append(_BACKUPS)
    if draft.cookies:
        parts.append(_section("cookies", (cookie_lines(item) for item in draft.cookies)))
    if draft.overrides:
        parts.append(_section("classify", (override_lines(*item) for item in draft.overrides)))
    return "\n".join(parts)


def _measure(measure: tuple[str, set[str]]) -> list[str]:
    """One entry of `measures`."""
    kind, elements = measure
    return [
        f"  - id: {kind}",
        f"    kind: {kind}",
        *listed("applies_to", sorted(elements)),
        "    last_reviewed: TODO",
        "    review: TODO  # how often that is due: P1Y",
    ]


def override_lines(pattern: str, element: str, why: str) -> list[str]:
    """One entry of `classify`."""
    return [f"  - {{match: {scalar(pattern)}, as: {scalar(element)}, why: {scalar(why)}}}"]


def _section(name: str, entries: Iterable[list[str]]) -> str:
    lines = [line for entry in entries for line in entry]
    return f"{name}:\n" + "\n".join(lines) + "\n" if lines else f"{name}: []\n"


def subject_lines(subject: DraftSubject) -> list[str]:
    """One entry of `subjects`."""
    lines = [
        f"  - id: {scalar(subject.id)}",
        f"    label: {scalar(subject.label) if subject.label else 'TODO'}",
    ]
    if subject.fides:
        lines.append(f"    fides: {scalar(subject.fides)}")
    if subject.code:
        lines += listed("code", sorted(subject.code))
    return lines


def activity_lines(activity: DraftActivity) -> list[str]:
    """One entry of `activities`."""
    label = scalar(activity.note) if activity.note else "TODO"
    lines = [f"  - id: {scalar(activity.id)}"]
    lines.append(f"    label: {label}{_comment(_told(activity.entities))}")
    lines += _purposes(activity)
    basis = activity.legal_basis or "TODO"
    lines.append(
        f"    legal_basis: {basis}"
        + ("" if activity.legal_basis else "  # consent, contract, legal_obligation, …")
    )
    if activity.special_basis or activity.special:
        lines.append(f"    special_basis: {activity.special_basis or 'TODO'}")
    if activity.consent:
        lines += listed("consent", sorted(activity.consent))
    lines.append(f"    subjects: {flow_list([activity.subject]) if activity.subject else '[TODO]'}")
    lines += listed("data", sorted(activity.elements))
    if activity.include:
        inner = listed("include", sorted(activity.include))
        lines += ["    fields:", *(f"  {line}" for line in inner)]
    if activity.recipients:
        lines += listed("recipients", sorted(activity.recipients))
    return [*lines, *_retention(activity)]


def _purposes(activity: DraftActivity) -> list[str]:
    if activity.purposes:
        return listed("purposes", sorted(activity.purposes))
    perhaps = f"perhaps {', '.join(activity.perhaps)}" if activity.perhaps else ""
    return [f"    purposes: [TODO]{_comment(perhaps)}"]


def _retention(activity: DraftActivity) -> list[str]:
    why = scalar(activity.why) if activity.why else "TODO"
    if activity.criterion:
        return [f"    retention: {{criterion: {scalar(activity.criterion)}}}"]
    if activity.retention:
        return [f"    retention: {{period: {activity.retention}, why: {why}}}"]
    starts = scalar(activity.starts) if activity.starts else "TODO"
    if len(activity.periods) == 1 and len(activity.entities) <= len(
        next(iter(activity.expired.values()), ())
    ):
        [(period, places)] = activity.periods.items()
        enforced = scalar(min(places))
        return [
            "    retention:",
            f"      period: {period}  # as the code erases",
            f"      starts: {starts}",
            f"      why: {why}",
            f"      enforced_by: {enforced}",
        ]
    seen = "; ".join(
        f"{period} in {_told(places)}" for period, places in sorted(activity.periods.items())
    )
    told = _told(activity.erased)
    seen = f"erased after {seen}" if seen else (f"erased in {told}" if told else "")
    return [f"    retention: {{period: TODO, starts: TODO, why: {why}}}{_comment(seen)}"]


def cookie_lines(cookie: DraftCookie) -> list[str]:
    """One entry of `cookies`."""
    return [
        f"  - name: {scalar(cookie.name)}{_comment(cookie.place)}",
        "    kind: TODO  # strictly_necessary, functional, analytics, advertising, …",
        "    lifetime: TODO",
        "    purpose: TODO",
    ]


def consent_lines(consent: DraftConsent) -> list[str]:
    """One entry of `consent`."""
    return [
        f"  - id: {scalar(consent.id)}",
        "    purposes: [TODO]",
        f"    field: {scalar(consent.field)}",
        "    withdraw: TODO  # what takes it back",
    ]


def _rights(draft: Draft) -> str:
    """Rights, seen ones as a suggestion; `contact` always is a person's to say."""
    lines = ["rights:  # the view, endpoint or command that serves each, or `mail`"]
    for name in RIGHTS:
        seen = draft.rights.get(name, [])
        if name in ("access", "rectification", "erasure", "portability") or seen:
            comment = f"perhaps {', '.join(seen)}" if seen else ""
            lines.append(f"  {name}: TODO{_comment(comment)}")
    lines.append("  contact: TODO")
    return "\n".join(lines) + "\n"


def listed(key: str, values: list[str]) -> list[str]:
    """`    key: [a, b]`, wrapped like a paragraph."""
    text = f"    {key}: {flow_list(values)}"
    if len(text) <= _WIDTH:
        return [text]
    return textwrap.wrap(
        text.strip(),
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _told(names: Iterable[str]) -> str:
    """A few names, for a comment."""
    ordered = sorted(names)
    rest = len(ordered) - 4
    return ", ".join(ordered[:4]) + (f" and {rest} more" if rest > 0 else "")


def _comment(text: str) -> str:
    """A comment that stays on its line."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"  # {plain}" if text else ""
