"""Rows of the compliance report: what declaration and code say beside each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from data_etiquette.declaration.match import Coverage
from data_etiquette.model.catalog import Rule
from data_etiquette.model.declaration import Activity, DeclaredRecipient
from data_etiquette.model.graph import Entity, Erasure, Field, Transfer
from data_etiquette.model.kind import Principle, Severity, SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.period import days_of
from data_etiquette.model.report import FieldUse, Finding, Report
from data_etiquette.reporting.phrases import ENGLISH, Phrases
from data_etiquette.reporting.sentence import new_findings
from data_etiquette.reporting.spot import Spot, spots

PROMISES = {
    Principle.TRANSPARENCY: "What is collected, why and how it is used is declared and complete.",
    Principle.CONSENT: "Consent is freely given, specific, recorded and as easy to withdraw.",
    Principle.SECURITY: "Data is protected where it is stored, moved and shown.",
    Principle.PURPOSE: "Each field is collected and used only for declared purposes.",
    Principle.ACCURACY: "People can see and correct their data, and it is kept up to date.",
    Principle.RETENTION: "Data is kept no longer than declared, and erased everywhere.",
    Principle.SHARING: "Third parties get data only where it is declared and agreed.",
}
_HOW = {
    "delete": "deleted", "cascade": "deleted with the row above it",
    "anonymise": "made anonymous", "sql delete": "deleted", "truncate": "emptied",
    "expiry": "expired by the store", "partition": "dropped by partition",
    "view": "deleted", "admin": "deleted in administration pages",
    "soft delete": "only marked as deleted",
}  # fmt: skip
_BY = {
    "clock": "by the clock", "person": "on request", "command": "by a command",
    "database": "by the database", "code": "by code that nothing was seen to start",
}  # fmt: skip
_TIMED = frozenset({"clock", "database", "command"})
"""Who may come when a period is over: a command is what cron runs, and cron stands elsewhere."""
_MECHANISMS = {
    "adequacy": "adequacy decision (Art. 45)",
    "scc": "standard contractual clauses (Art. 46)",
    "bcr": "binding corporate rules (Art. 47)",
    "code_of_conduct": "code of conduct (Art. 46)",
    "certification": "certification (Art. 46)",
}
_WITHOUT_AGREEMENT = {
    "controller": "none: a controller of its own",
    "internal": "none needed: within the organisation",
    "joint_controller": "no arrangement declared (Art. 26)",
}
_MAX_WAYS = 4
_MAX_PERIODS = 3


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One principle: what was found against it, for it, and what was not checked."""

    name: str
    promise: str
    state: str
    """`broken`, `kept` (all checked, nothing against, something for it), `nothing found`,
    `partly checked`, `not checked`."""
    findings: int
    kept: int
    checked: tuple[str, ...]
    unchecked: tuple[tuple[str, tuple[str, ...]], ...]
    """(reason, rule codes)."""


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The findings of one rule at one severity."""

    rule: Rule
    severity: Severity
    spots: tuple[Spot, ...]
    law: tuple[str, ...]
    told_at: str
    """Where a graver group of the same rule says why and what to do; empty for the first."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, in the order of their places."""
        return tuple(origin.finding for spot in self.spots for origin in spot.origins)

    @property
    def id(self) -> str:
        """Anchor of its section."""
        return f"rule-{self.severity.value}-{self.rule.code}"


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One third party, as declared and as seen."""

    name: str
    kind: str
    role: str
    seen: tuple[str, ...]
    """Data that reaches it in the code."""
    promised: tuple[str, ...]
    """Data that it is declared to get."""
    purposes: tuple[str, ...]
    is_declared: bool
    is_seen: bool
    agreement: str
    """In words; empty where none is declared."""
    agreement_link: str
    countries: str
    safeguard: str
    places: tuple[Location, ...]
    findings: tuple[Finding, ...]

    @property
    def needs_agreement(self) -> bool:
        """Whether a contract is asked for and not declared (GDPR Art. 28(3))."""
        return not self.agreement and self.role in ("", "processor", "joint_controller")

    @property
    def no_agreement(self) -> str:
        """Why there need be none, or that there is none."""
        return _WITHOUT_AGREEMENT.get(self.role, "none declared")

    @property
    def sort(self) -> str:
        """`processor, payments`."""
        named = filter(None, (self.role, self.kind or ("" if self.role else "unknown kind")))
        return ", ".join(named).replace("_", " ")


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One entity that keeps personal data: how long by the declaration, and what ends it."""

    entity: Entity
    data: tuple[str, ...]
    periods: tuple[tuple[str, str], ...]
    """(activity, period in words), the ends where there are many."""
    activities: int
    """That use any of its fields."""
    ways: tuple[tuple[str, Location], ...]
    """(what erases it, where)."""
    more: int
    """Ways beyond those shown."""
    is_untimed: bool
    """Whether a period is declared, and nothing was found that erases by one or by the clock."""
    findings: tuple[Finding, ...]

    @property
    def is_erased(self) -> bool:
        """Whether any code takes it away."""
        return bool(self.ways)


def promises(report: Report) -> list[PromiseRow]:
    """The seven principles."""
    return [_promise(report, principle, text) for principle, text in PROMISES.items()]


def _promise(report: Report, principle: Principle, text: str) -> PromiseRow:
    codes = {rule.code for rule in report.rules if rule.principle is principle}
    statuses = [status for status in report.statuses if status.code in codes]
    found = sum(item.principle == principle.word for item in new_findings(report))
    kept = sum(item.principle == principle.word for item in report.practices)
    reasons: dict[str, list[str]] = {}
    for status in statuses:
        if not status.checked:
            reasons.setdefault(status.reason, []).append(status.code)
    checked = tuple(status.code for status in statuses if status.checked)
    if found:
        state = "broken"
    elif not checked:
        state = "not checked"
    elif reasons:
        state = "partly checked"  # half an answer must not look like a good one
    else:
        state = "kept" if kept else "nothing found"
    return PromiseRow(
        principle.word,
        text,
        state,
        found,
        kept,
        checked,
        tuple((reason, tuple(names)) for reason, names in reasons.items()),
    )


def rule_groups(report: Report) -> dict[Severity, list[RuleGroup]]:
    """Findings that count, by severity and rule; rules with most findings first."""
    rules = {rule.code: rule for rule in report.rules}
    found: dict[tuple[Severity, str], list[Finding]] = defaultdict(list)
    for item in new_findings(report):
        found[item.severity, item.rule].append(item)
    groups: dict[Severity, list[RuleGroup]] = {level: [] for level in reversed(Severity)}
    told: dict[str, str] = {}
    for (level, code), items in found.items():
        law = tuple(dict.fromkeys(short for item in items for short in item.law))
        group = RuleGroup(rules[code], level, spots(report, items), law, told.get(code, ""))
        told.setdefault(code, group.id)
        groups[level].append(group)
    for members in groups.values():
        members.sort(key=lambda group: (-len(group.findings), group.rule.code))
    return groups


def inventory(report: Report) -> list[tuple[Entity, Field, FieldUse | None]]:
    """Every personal field with what the declaration says of it, by data element."""
    labels = {element.id: element.label for element in report.elements}
    uses = {(use.entity, use.field): use for use in report.field_uses}
    rows = [
        (entity, item, uses.get((entity.id, item.name)))
        for entity in report.entities
        for item in entity.personal_fields
    ]
    return sorted(
        rows,
        key=lambda row: (labels.get(row[1].element, ""), row[0].name, row[1].name, row[1].location),
    )


def recipient_rows(report: Report, t: Phrases = ENGLISH) -> list[RecipientRow]:
    """Third parties that the code was seen to use, then those that are only declared."""
    coverage = Coverage(report.declaration)
    known = {item.id: item for item in report.recipients}
    declared = report.declaration.recipients if report.declaration is not None else ()
    found: dict[str, list[Transfer]] = {}
    rows = []
    for transfer in report.transfers:
        match = coverage.recipient_named(transfer, known.get(transfer.recipient))
        if match is None:
            rows.append(_recipient(report, None, [transfer], t))
        else:
            found.setdefault(match.id, []).append(transfer)
    rows += [_recipient(report, item, found.get(item.id, []), t) for item in declared]
    return sorted(rows, key=lambda row: (not row.is_seen, row.name.casefold(), row.name))


def _recipient(
    report: Report, declared: DeclaredRecipient | None, transfers: list[Transfer], t: Phrases
) -> RecipientRow:
    ids = {item.recipient for item in transfers} | ({declared.id} if declared else set())
    seats = sorted({item.country for item in transfers if item.country})
    return RecipientRow(
        name=declared.name if declared else transfers[0].name,
        kind=(declared.kind if declared else "") or next((t.kind for t in transfers), ""),
        role=declared.role if declared else "",
        seen=tuple(sorted({name for item in transfers for name in item.elements})),
        promised=declared.data if declared else (),
        purposes=declared.purposes if declared else (),
        is_declared=declared is not None,
        is_seen=bool(transfers),
        agreement=_agreement(declared, t),
        agreement_link=declared.agreement.link if declared and declared.agreement else "",
        countries=", ".join(declared.countries if declared and declared.countries else seats),
        safeguard=_safeguard(report, declared),
        places=tuple(sorted({place for item in transfers for place in item.locations})),
        findings=tuple(item for item in new_findings(report) if item.recipient in ids - {""}),
    )


def _agreement(declared: DeclaredRecipient | None, t: Phrases) -> str:
    if declared is None or declared.agreement is None:
        return ""
    found = declared.agreement
    unsigned = t("day of signature not stated")
    parts = [found.type.upper() if found.type else t("agreement")]
    parts += [t("signed {day}", day=found.signed) if found.signed else unsigned]
    parts += [t("last reviewed {day}", day=found.reviewed)] if found.reviewed else []
    parts += [t("review every {period}", period=t.period(found.review))] if found.review else []
    parts += [t("ends {day}", day=found.expires)] if found.expires else []
    return ", ".join(parts)


def _safeguard(report: Report, declared: DeclaredRecipient | None) -> str:
    if declared is None:
        return ""
    if not declared.mechanism:
        near = set(dict(report.regions).get("EEA", ())) | {"EEA", "EU"}
        is_near = bool(declared.countries) and set(declared.countries) <= near
        return "in the EEA, none needed" if is_near else ""
    if declared.mechanism == "none":
        return "none"
    article = declared.mechanism.removeprefix("derogation_49_1_")
    if article != declared.mechanism:
        return f"derogation (Art. 49(1)({article}))"
    return _MECHANISMS.get(declared.mechanism, declared.mechanism)


def kept_rows(report: Report, t: Phrases = ENGLISH) -> list[KeptRow]:
    """Entities that keep personal data; a table that a model speaks for stands under the model."""
    spoken = {_bare(entity) for entity in report.entities if entity.kind != "sql-table"}
    erasures: dict[str, list[Erasure]] = defaultdict(list)
    for item in report.erasures:
        erasures[item.entity].append(item)
    rows = []
    for entity in report.entities:
        is_told = entity.kind == "sql-table" and _bare(entity) in spoken
        if entity.stored and not entity.abstract and entity.personal_fields and not is_told:
            rows.append(_kept(report, entity, erasures[entity.id], t))
    return sorted(rows, key=lambda row: (row.is_erased, row.entity.name, row.entity.location))


def _kept(report: Report, entity: Entity, erasures: Iterable[Erasure], t: Phrases) -> KeptRow:
    labels = {element.id: element.label for element in report.elements}
    erasures = tuple(erasures)
    ways = list(dict.fromkeys(_ways(erasures, t)))
    activities = _covering(report, entity)
    is_limited = any(a.retention is not None and a.retention.period for a in activities)
    return KeptRow(
        entity=entity,
        data=tuple(sorted({labels.get(f.element, f.element) for f in entity.personal_fields})),
        periods=tuple((activity.label, _period(activity, t)) for activity in _ends(activities)),
        activities=len(activities),
        ways=tuple(ways[:_MAX_WAYS]),
        more=max(0, len(ways) - _MAX_WAYS),
        is_untimed=is_limited
        and bool(ways)
        and not any(item.period or item.run_by in _TIMED for item in erasures),
        findings=tuple(
            item
            for item in new_findings(report)
            if item.principle == Principle.RETENTION.word and item.entity == entity.name
        ),
    )


def _ways(erasures: Iterable[Erasure], t: Phrases) -> Iterator[tuple[str, Location]]:
    for item in sorted(erasures, key=lambda e: (e.run_by != "clock", e.how == "admin", e.location)):
        told = [t(_HOW.get(item.how, item.how))]
        told += [t("after {period}", period=t.period(item.period))] if item.period else []
        told += [t(_BY[item.run_by])] if item.run_by in _BY and item.how != "admin" else []
        told += [f"({', '.join(item.fields)})"] if item.fields else []
        yield " ".join(told), item.location


def _covering(report: Report, entity: Entity) -> list[Activity]:
    """Declared activities that use any of its fields."""
    if report.declaration is None:
        return []
    used = {name for use in report.field_uses if use.entity == entity.id for name in use.activities}
    return [activity for activity in report.declaration.activities if activity.id in used]


def _ends(activities: Sequence[Activity]) -> list[Activity]:
    """All of few; of many those without a length of time, the shortest and the longest."""
    if len(activities) <= _MAX_PERIODS:
        return list(activities)
    lengths = {
        activity.id: days
        for activity in activities
        if activity.retention is not None
        and (days := days_of(activity.retention.period)) is not None
    }
    timed = sorted(
        (activity for activity in activities if activity.id in lengths),
        key=lambda activity: (lengths[activity.id], activity.id),
    )
    chosen = {activity.id for activity in (*timed[:1], *timed[-1:])}
    return [item for item in activities if item.id in chosen or item.id not in lengths]


def _period(activity: Activity, t: Phrases) -> str:
    kept = activity.retention
    if kept is None or not (kept.period or kept.criterion):
        return ""
    length = kept.criterion or t.period(kept.period)
    return t("{length}, from {start}", length=length, start=kept.starts) if kept.starts else length


def _bare(entity: Entity) -> str:
    return (entity.table or entity.name).rsplit(".", 1)[-1].lower()


def verdict(report: Report, t: Phrases = ENGLISH) -> str:
    """One paragraph in plain words; no score."""
    fields = sum(len(entity.personal_fields) for entity in report.entities)
    special = sum(f.special_category for e in report.entities for f in e.personal_fields)
    everybody = {e.subject for e in report.entities if e.personal_fields}
    people = sorted(everybody - {"", "person"})
    told = t("The code handles {fields} of personal data", fields=t.counted(fields, "field"))
    told += t(" about {people}", people=_people(people, t)) if people else ""
    if people and len(everybody) > len(people):
        told += t(", and about people of whom it does not tell what they are")
    told += t("; {n} of them of special categories", n=t.number(special)) if special else ""
    parts = (_given(report, t), _promised(report, t), _to_do(report, t), _left_out(report, t))
    return " ".join((f"{told}.", *filter(None, parts)))


def _given(report: Report, t: Phrases) -> str:
    """Third parties by name, and places where data goes to one that the code does not name."""
    known = t.counted(len(report.transfers), "third party", "third parties")
    nameless = {
        (flow.sink.location.path, flow.sink.location.line)
        for flow in report.flows
        if flow.sink.kind is SinkKind.THIRD_PARTY and not flow.sink.recipient
    }
    told = t("{parties} could be named", parties=known)
    if nameless:
        places = t.counted(len(nameless), "place")
        told += t(", and at {places} data goes to one that the code does not name", places=places)
    return f"{told}."


def _promised(report: Report, t: Phrases) -> str:
    broken = sum(row.state == "broken" for row in promises(report))
    told = (
        t("There are findings against {n} of the 7 promises below", n=broken)
        if broken
        else t("No rule that was checked found anything")
    )
    if report.declaration is None:
        return f"{told}."
    return t("{told}, held against {declaration}.", told=told, declaration=report.declaration.path)


def _to_do(report: Report, t: Phrases) -> str:
    levels: dict[Severity, int] = defaultdict(int)
    for item in new_findings(report):
        levels[item.severity] += 1
    grave = [
        f"{t.number(levels[level])} {t(level.value)}"
        for level in (Severity.CRITICAL, Severity.HIGH)
        if levels[level]
    ]
    if grave:
        number = levels[Severity.CRITICAL] + levels[Severity.HIGH]
        first = "{findings} is to be mended first: {levels}."
        if number > 1:
            first = "{findings} are to be mended first: {levels}."
        return t(first, findings=t.counted(number, "finding"), levels=t.listed(grave))
    return t("No finding is high or critical.") if levels else ""


def _left_out(report: Report, t: Phrases) -> str:
    if not report.skipped:
        return t("Every file in scope was read whole.")
    parts = t.counted(len(report.skipped), "part")
    return t("{parts} of the code could not be read or followed to the end.", parts=parts)


_PLURALS = {"child": "children", "person": "people", "next_of_kin": "next of kin"}


def _people(words: list[str], t: Phrases) -> str:
    return t.listed([t(_PLURALS.get(word, f"{word.replace('_', ' ')}s")) for word in words])
