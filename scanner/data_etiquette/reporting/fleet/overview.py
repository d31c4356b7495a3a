"""What many systems do with personal data, side by side: the organisation's overview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from data_etiquette.model.kind import Principle, Severity
from data_etiquette.model.period import days_of, in_words
from data_etiquette.reporting.change import Change
from data_etiquette.reporting.compare import compare
from data_etiquette.reporting.fleet.snapshot import Held, Snapshot, promise_of, side_of
from data_etiquette.reporting.sentence import counted, in_sentence

PRINCIPLES = tuple(item for item in Principle if item is not Principle.TOOL)
UNDECLARED = "not declared"
"""In the place of a period of retention."""
ANYBODY = "People in general"
"""Of whom the code does not tell what they are to the organisation."""


@dataclass(frozen=True, slots=True)
class Words:
    """What data, people, purposes and rules are called."""

    elements: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)
    purposes: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    grave: Mapping[str, int] = field(default_factory=dict)
    """Data element to its sensitivity, 1 to 4."""

    def element(self, name: str) -> str:
        """`E-mail address`."""
        return self.elements.get(name, name)

    def subject(self, name: str) -> str:
        """`Customers`; people of whom no kind is known are people in general."""
        if name in ("", "person"):
            return ANYBODY
        return self.subjects.get(name, name.replace("_", " ").capitalize())

    def purpose(self, name: str) -> str:
        """`Order fulfilment`."""
        return self.purposes.get(name, name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class SystemState:
    """One system as it was found, or as it was last known."""

    name: str
    team: str = ""
    commit: str = ""
    link: str = ""
    """Where its own reports are."""
    snapshot: Snapshot | None = None
    """None where it could not be read, now or ever."""
    reason: str = ""
    """Why it was not scanned this time; empty when it was."""
    day: str = ""
    """When the snapshot was taken, where that is not today."""
    before: Snapshot | None = None
    """As it was last time."""
    is_new: bool = False
    """Whether the last time did not know it at all."""

    @property
    def is_read(self) -> bool:
        """Whether it was scanned this time."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everything that an overview is made of."""

    name: str
    day: str
    version: str
    systems: tuple[SystemState, ...]
    since: str = ""
    """Day of the last time; empty where there is none to hold against."""
    gone: tuple[str, ...] = ()
    """Systems of the last time that are no longer listed."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What one system shows of one principle."""

    principle: str
    state: str
    findings: int


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One system in short."""

    name: str
    team: str
    commit: str
    link: str
    reason: str
    day: str
    is_known: bool
    """Whether anything is known of it, from this time or an earlier one."""
    people: tuple[str, ...]
    data: tuple[str, ...]
    special: tuple[str, ...]
    recipients: tuple[str, ...]
    undeclared: tuple[str, ...]
    """Recipients that its declaration does not name."""
    periods: tuple[str, ...]
    """How long it keeps data, by its declaration."""
    unkept: int
    """Personal fields of which no period is declared."""
    fields: int
    severities: tuple[tuple[str, int], ...]
    """Findings by severity, gravest first; levels without any included."""
    promises: tuple[Promise, ...]
    declaration: str
    skipped: int
    accepted: int

    @property
    def findings(self) -> int:
        """Those that nobody accepted."""
        return sum(number for _, number in self.severities)

    @property
    def broken(self) -> int:
        """Promises with findings against them."""
        return sum(promise.state == "broken" for promise in self.promises)

    @property
    def gravity(self) -> str:
        """Orders systems by their gravest findings."""
        return "".join(f"{number:07d}" for _, number in self.severities)

    @property
    def findings_told(self) -> str:
        """`3 critical, 12 high`."""
        told = [f"{number:,} {level}" for level, number in self.severities if number]
        return ", ".join(told) or "none"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time, and the systems that keep something for it."""

    text: str
    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataRow:
    """One kind of data over all systems."""

    element: str
    label: str
    group: str
    is_special: bool
    sensitivity: int
    systems: tuple[str, ...]
    people: tuple[str, ...]
    recipients: tuple[str, ...]
    periods: tuple[Period, ...]
    readable: tuple[str, ...]
    """Systems in which a field of it is stored without a protection of its own."""


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """One kind of people over all systems."""

    label: str
    systems: tuple[str, ...]
    data: tuple[str, ...]
    special: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient over all systems."""

    name: str
    kind: str
    country: str
    declared: tuple[str, ...]
    """Systems whose declaration names it."""
    undeclared: tuple[str, ...]
    data: tuple[str, ...]
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule with findings, over all systems."""

    code: str
    title: str
    principle: str
    severity: Severity
    """The gravest of its findings."""
    findings: int
    systems: tuple[tuple[str, int], ...]
    """(system, findings in it), most first."""


@dataclass(frozen=True, slots=True)
class SystemChanges:
    """What is new, gone or changed in one system."""

    name: str
    told: str
    """For a system as a whole: that it is new, gone, or was read by another version."""
    sections: tuple[tuple[str, tuple[Change, ...]], ...] = ()

    @property
    def number(self) -> int:
        """Changes of all sections."""
        return sum(len(changes) for _, changes in self.sections)


@dataclass(frozen=True, slots=True)
class Overview:
    """All rows, sorted."""

    fleet: Fleet
    systems: tuple[SystemRow, ...]
    data: tuple[DataRow, ...]
    people: tuple[PeopleRow, ...]
    recipients: tuple[RecipientRow, ...]
    rules: tuple[RuleRow, ...]
    changes: tuple[SystemChanges, ...]

    @property
    def unread(self) -> tuple[SystemRow, ...]:
        """Systems that were not scanned this time."""
        return tuple(row for row in self.systems if row.reason)

    @property
    def read(self) -> int:
        """How many were scanned this time."""
        return len(self.systems) - len(self.unread)

    @property
    def severities(self) -> tuple[tuple[str, int], ...]:
        """Findings of all systems by severity, gravest first."""
        total: dict[str, int] = {level.value: 0 for level in reversed(Severity)}
        for row in self.systems:
            for level, number in row.severities:
                total[level] += number
        return tuple(total.items())

    @property
    def new_findings(self) -> tuple[Change, ...]:
        """Findings that were not there last time; none where there is no last time."""
        sections = [item for change in self.changes for item in change.sections]
        return tuple(
            item
            for title, items in sections
            if title == "Findings"
            for item in items
            if item.state == "new"
        )


def build_overview(fleet: Fleet, words: Words) -> Overview:
    """Put the systems beside each other."""
    known = {item.name: item.snapshot for item in fleet.systems if item.snapshot is not None}
    return Overview(
        fleet=fleet,
        systems=tuple(_system(state, words) for state in fleet.systems),
        data=tuple(_data(known, words)),
        people=tuple(_people(known, words)),
        recipients=tuple(_recipients(known, words)),
        rules=tuple(_rules(known, words)),
        changes=tuple(_changes(fleet, words)),
    )


# -- rows -------------------------------------------------------------------------------------


def _system(state: SystemState, words: Words) -> SystemRow:
    found = state.snapshot or Snapshot()
    levels = dict.fromkeys(reversed(Severity), 0)
    for item in found.counted:
        levels[item.severity] += 1
    return SystemRow(
        name=state.name,
        team=state.team,
        commit=state.commit,
        link=state.link,
        reason=state.reason,
        day=state.day,
        is_known=state.snapshot is not None,
        people=_sorted(words.subject(item.subject) for item in found.inventory),
        data=_sorted(words.element(item.element) for item in found.inventory),
        special=_sorted(
            words.element(item.element) for item in found.inventory if item.special_category
        ),
        recipients=_sorted(item.name or item.recipient for item in found.recipients),
        undeclared=_sorted(
            item.name or item.recipient for item in found.recipients if not item.declared
        ),
        periods=_by_length(part for item in found.inventory for part in _parts(item)),
        unkept=sum(not item.retention for item in found.inventory),
        fields=len(found.inventory),
        severities=tuple((level.value, number) for level, number in levels.items()),
        promises=_promises(state),
        declaration=found.scan.declaration or "",
        skipped=found.scan.skipped,
        accepted=len(found.findings) - len(found.counted),
    )


def _promises(state: SystemState) -> tuple[Promise, ...]:
    if state.snapshot is None:
        return tuple(Promise(item.word, "not checked", 0) for item in PRINCIPLES)
    return tuple(Promise(item.word, *promise_of(state.snapshot, item)) for item in PRINCIPLES)


def _data(known: Mapping[str, Snapshot], words: Words) -> list[DataRow]:
    found: dict[str, list[tuple[str, Held]]] = defaultdict(list)
    reached: dict[str, set[str]] = defaultdict(set)
    for name, snapshot in known.items():
        for item in snapshot.inventory:
            found[item.element].append((name, item))
        for shared in snapshot.recipients:
            for element in shared.elements:
                reached[element].add(shared.name or shared.recipient)
    rows = [
        DataRow(
            element=element,
            label=words.element(element),
            group=next((item.group for _, item in held if item.group), "").replace("_", " "),
            is_special=any(item.special_category for _, item in held),
            sensitivity=words.grave.get(element, 0),
            systems=_sorted(name for name, _ in held),
            people=_sorted(words.subject(item.subject) for _, item in held),
            recipients=_sorted(reached[element]),
            periods=_periods(held),
            readable=_sorted(name for name, item in held if item.protection == "none"),
        )
        for element, held in found.items()
    ]
    return sorted(
        rows,
        key=lambda row: (not row.is_special, -row.sensitivity, -len(row.systems), row.label),
    )


def _parts(item: Held) -> list[str]:
    """Periods of one field: several activities may keep it for several."""
    return [part for part in (item.retention or "").split("; ") if part]


def _periods(held: Iterable[tuple[str, Held]]) -> tuple[Period, ...]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, item in held:
        for part in _parts(item) or [""]:
            found[part].add(name)
    return tuple(
        Period(in_words(part) if part else UNDECLARED, _sorted(found[part]))
        for part in sorted(found, key=_length)
    )


def _by_length(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(in_words(part) for part in sorted(set(parts), key=_length)))


def _length(part: str) -> tuple[int, float, str]:
    """Lengths of time, then criteria in words, then none at all."""
    days = days_of(part)
    return (0, days, part) if days is not None else (1 if part else 2, 0.0, part)


def _people(known: Mapping[str, Snapshot], words: Words) -> list[PeopleRow]:
    found: dict[str, list[tuple[str, Held]]] = defaultdict(list)
    for name, snapshot in known.items():
        for item in snapshot.inventory:
            found[words.subject(item.subject)].append((name, item))
    rows = [
        PeopleRow(
            label,
            _sorted(name for name, _ in held),
            _sorted(words.element(item.element) for _, item in held),
            _sorted(words.element(item.element) for _, item in held if item.special_category),
        )
        for label, held in found.items()
    ]
    return sorted(rows, key=lambda row: (-len(row.systems), -len(row.data), row.label))


def _recipients(known: Mapping[str, Snapshot], words: Words) -> list[RecipientRow]:
    found = defaultdict(list)
    for name, snapshot in known.items():
        for item in snapshot.recipients:
            found[item.name or item.recipient].append((name, item))
    rows = [
        RecipientRow(
            name=label,
            kind=next((item.kind for _, item in uses if item.kind), "").replace("_", " "),
            country=", ".join(_sorted(item.country for _, item in uses if item.country)),
            declared=_sorted(name for name, item in uses if item.declared),
            undeclared=_sorted(name for name, item in uses if not item.declared),
            data=_sorted(words.element(part) for _, item in uses for part in item.elements),
            purposes=_sorted(words.purpose(part) for _, item in uses for part in item.purposes),
        )
        for label, uses in found.items()
    ]
    return sorted(
        rows, key=lambda row: (-len({*row.declared, *row.undeclared}), row.name.casefold())
    )


def _rules(known: Mapping[str, Snapshot], words: Words) -> list[RuleRow]:
    found = defaultdict(list)
    for name, snapshot in known.items():
        for item in snapshot.counted:
            found[item.rule].append((name, item))
    rows = []
    for code, items in found.items():
        numbers: dict[str, int] = defaultdict(int)
        for name, _ in items:
            numbers[name] += 1
        rows.append(
            RuleRow(
                code=code,
                title=words.rules.get(code, items[0][1].name.replace("-", " ")),
                principle=items[0][1].principle,
                severity=max((item.severity for _, item in items), key=lambda level: level.rank),
                findings=len(items),
                systems=tuple(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))),
            )
        )
    return sorted(rows, key=lambda row: (-row.severity.rank, -len(row.systems), row.code))


# -- what is new ------------------------------------------------------------------------------


def _changes(fleet: Fleet, words: Words) -> Iterator[SystemChanges]:
    if not fleet.since:
        return
    for state in fleet.systems:
        if state.reason or state.snapshot is None:
            continue  # nothing new is known of it
        if state.is_new or state.before is None:
            told = "New in this overview." if state.is_new else "Read for the first time."
            yield _changed(state.name, told, Snapshot(), state.snapshot, words)
        elif state.before != state.snapshot:
            found = _changed(state.name, "", state.before, state.snapshot, words)
            if found.number or found.told:
                yield found
    for name in fleet.gone:
        yield SystemChanges(name, "No longer listed.")


def _changed(
    name: str, told: str, before: Snapshot, after: Snapshot, words: Words
) -> SystemChanges:
    found = compare(side_of(before), side_of(after), ("", ""), words.elements)
    sections = tuple((title, changes) for title, changes in found.sections if changes)
    note = told or (" ".join(found.notes) if sections else "")
    return SystemChanges(name, note, sections)


def _sorted(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda word: (word.casefold(), word)))


# -- sentences --------------------------------------------------------------------------------


def verdict(found: Overview) -> str:
    """One paragraph in plain words; no score."""
    parts = (_scope, _handled, _shared, _undeclared, _broken)
    return " ".join(told for part in parts if (told := part(found)))


def _scope(found: Overview) -> str:
    total = len(found.systems)
    if not found.unread:
        return f"{counted(total, 'system')} {'was' if total == 1 else 'were'} read."
    known = sum(row.is_known for row in found.unread)
    told = (
        f"{found.read:,} of {counted(total, 'system')} {'was' if found.read == 1 else 'were'} read"
    )
    if known:
        verb = "is" if known == 1 else "are"
        told += f"; {counted(known, 'other')} {verb} shown as last known"
    return f"{told}."


def _handled(found: Overview) -> str:
    if not any(row.is_known for row in found.systems):
        return ""
    if not found.data:
        return "No personal data was found."
    special = sum(row.is_special for row in found.data)
    told = f"They handle {counted(len(found.data), 'kind')} of personal data"
    told += f", {special:,} of them special categories" if special else ""
    people = [in_sentence(row.label) for row in found.people if row.label != ANYBODY]
    told += f", about {some(people)}" if people else ""
    return f"{told}."


def _shared(found: Overview) -> str:
    if not found.recipients:
        return ""
    open_ones = [row for row in found.recipients if row.undeclared]
    told = f"{counted(len(found.recipients), 'recipient')} could be seen"
    if len(open_ones) == len(found.recipients) > 1:
        told += ", none of them declared in every system that uses it"
    elif open_ones:
        told += f", {len(open_ones):,} of them not declared in some system that uses them"
    return f"{told}."


def _undeclared(found: Overview) -> str:
    number = sum(row.is_known and not row.declaration for row in found.systems)
    if not number:
        return ""
    verb = "has" if number == 1 else "have"
    return (
        f"{counted(number, 'system')} {verb} no declaration: what it would promise was not checked."
    )


def _broken(found: Overview) -> str:
    broken = [row for row in found.systems if row.broken]
    levels = dict(found.severities)
    if not broken:
        return ""
    grave = [f"{levels[name]:,} {name}" for name in ("critical", "high") if levels[name]]
    told = f"There are findings against promises in {counted(len(broken), 'system')}"
    return f"{told}: {' and '.join(grave)}." if grave else f"{told}, none of them critical or high."


def news(found: Overview) -> str:
    """One sentence on what is new."""
    if not found.fleet.since:
        return "There is no earlier state to hold this one against."
    if not found.changes:
        return f"Nothing changed since {found.fleet.since}."
    number = sum(item.number for item in found.changes)
    told = counted(len(found.changes), "system")
    grave = len([item for item in found.new_findings if item.severity and item.severity.rank >= 2])
    more = f", among them {counted(grave, 'new critical or high finding')}" if grave else ""
    return f"Since {found.fleet.since}: {counted(number, 'change')} in {told}{more}."


def some(words: Sequence[str], most: int = 4) -> str:
    """`a, b, c and 12 more`."""
    if len(words) <= most + 1:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most:,} more"
