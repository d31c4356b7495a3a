"""What changed between two scans: data, protection, purposes, recipients and findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

from data_etiquette.model.kind import Severity
from data_etiquette.reporting.change import SIGNS, Change, State
from data_etiquette.reporting.changerows import field_rows, finding_rows
from data_etiquette.reporting.jsontext import json_text
from data_etiquette.reporting.markdown import MAX_LENGTH, code_span, plain
from data_etiquette.reporting.page import page_environment, pinned, read_asset, stamped
from data_etiquette.reporting.phrasebook import load_phrases
from data_etiquette.reporting.phrases import DEFAULT_LANGUAGE, ENGLISH, Phrases
from data_etiquette.reporting.terminal import one_line
from data_etiquette.reporting.text import TextOptions

SCHEMA = "etiquette/comparison/v1"
MARKER = "<!-- etiquette-comparison -->"
"""By it a bot finds its own comment again and updates it in place."""
_OTHER_TOOL = (
    "The two sides were read by different versions or rules of the tool: "
    "a difference may come from that."
)
_COLOURS: Mapping[State, str] = {
    "new": "33", "gone": "32", "moved": "2", "changed": "36", "accepted": "2",
}  # fmt: skip
_TOLD = (
    ("data", "personal field"),
    ("protection", "change of protection", "changes of protection"),
    ("purposes", "purpose"),
    ("recipients", "recipient"),
    ("findings", "finding"),
)


@dataclass(frozen=True, slots=True)
class SideTool:
    """What made a report."""

    version: str = ""
    rules: str = ""


@dataclass(frozen=True, slots=True)
class SideField:
    """One entry of a report's inventory."""

    entity: str
    field: str
    element: str
    subject: str = ""
    path: str = ""
    line: int = 0
    protection: str = "none"
    special_category: bool = False
    purposes: tuple[str, ...] = ()
    retention: str | None = None


@dataclass(frozen=True, slots=True)
class SideRecipient:
    """One recipient of a report."""

    recipient: str
    name: str = ""
    elements: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    declared: bool = False
    country: str | None = None


@dataclass(frozen=True, slots=True)
class SideFinding:
    """One finding of a report."""

    rule: str
    severity: Severity
    message: str
    path: str
    line: int
    fingerprint: str
    status: str = "new"
    element: str | None = None
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What of a report is compared: the names are those of `etiquette/report/v1`."""

    inventory: tuple[SideField, ...] = ()
    recipients: tuple[SideRecipient, ...] = ()
    findings: tuple[SideFinding, ...] = ()
    tool: SideTool = SideTool()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, each list sorted."""

    old: str
    new: str
    data: tuple[Change, ...] = ()
    protection: tuple[Change, ...] = ()
    purposes: tuple[Change, ...] = ()
    recipients: tuple[Change, ...] = ()
    findings: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """Titles with their changes."""
        return (
            ("Personal data", self.data),
            ("Protection", self.protection),
            ("Purposes", self.purposes),
            ("Recipients", self.recipients),
            ("Findings", self.findings),
        )

    @property
    def rows(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """The sections as a reader sees them: what belongs together in one row."""
        titles = [title for title, _ in self.sections]
        rows = (
            field_rows(self.data),
            self.protection,
            self.purposes,
            self.recipients,
            finding_rows(self.findings),
        )
        return tuple(zip(titles, rows, strict=True))

    @property
    def new_findings(self) -> tuple[Change, ...]:
        """Findings that were not there before."""
        return tuple(item for item in self.findings if item.state == "new")


# -- the differences --------------------------------------------------------------------------


def compare(old: Side, new: Side, names: tuple[str, str], labels: Mapping[str, str]) -> Comparison:
    """Hold two sides against each other.

    Args:
        old: the earlier one.
        new: the later one.
        names: what to call them.
        labels: data element id to its words, where known.
    """
    before, after = _fields(old.inventory, labels), _fields(new.inventory, labels)
    return Comparison(
        old=names[0],
        new=names[1],
        data=_data(before, after),
        protection=_protection(before, after),
        purposes=_purposes(old, new),
        recipients=_recipients(old, new, labels),
        findings=_findings(old.findings, new.findings, labels),
        notes=_notes(old.tool, new.tool),
    )


def _notes(old: SideTool, new: SideTool) -> tuple[str, ...]:
    if (old.version, old.rules) == (new.version, new.rules):
        return ()
    return (_OTHER_TOOL,)


@dataclass(slots=True)
class _Merged:
    """All entries of one field: the same name may stand in several files."""

    places: list[tuple[str, int]] = field(default_factory=list)
    data: set[str] = field(default_factory=set)
    about: set[str] = field(default_factory=set)
    protection: set[str] = field(default_factory=set)
    retention: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)


_Fields: TypeAlias = "dict[str, _Merged]"


def _fields(inventory: Iterable[SideField], labels: Mapping[str, str]) -> _Fields:
    found: _Fields = defaultdict(_Merged)
    for item in inventory:
        merged = found[f"{item.entity}.{item.field}"]
        merged.places.append((item.path, item.line))
        special = " (special category)" if item.special_category else ""
        merged.data.add(labels.get(item.element, item.element) + special)
        merged.about.add(item.subject)
        merged.protection.add(item.protection)
        merged.retention.add(item.retention or "")
        merged.purposes.update(item.purposes)
    return dict(found)


def _data(before: _Fields, after: _Fields) -> tuple[Change, ...]:
    changes = [
        _field_change("new", name, after[name]) for name in sorted(after.keys() - before.keys())
    ]
    changes += [
        _field_change("gone", name, before[name]) for name in sorted(before.keys() - after.keys())
    ]
    for name in sorted(before.keys() & after.keys()):
        told = _differing(before[name], after[name])
        if told:
            path, line = min(after[name].places)
            changes.append(Change("changed", name, told, path, line))
    return tuple(changes)


def _field_change(state: State, name: str, merged: _Merged) -> Change:
    path, line = min(merged.places)
    about = _joined(item.replace("_", " ") for item in merged.about)
    protection = _joined(merged.protection - {"none"})
    told = [_joined(merged.data)]
    told += [f"about: {about}"] if about else []
    told += [protection] if protection else []
    return Change(state, name, ", ".join(told), path, line)


def _differing(old: _Merged, new: _Merged) -> str:
    pairs = (
        ("data", old.data, new.data),
        ("about", old.about, new.about),
        ("kept", old.retention, new.retention),
        ("purposes", old.purposes, new.purposes),
    )
    return "; ".join(
        f"{word}: {_joined(a) or 'not told'} → {_joined(b) or 'not told'}"
        for word, a, b in pairs
        if _joined(a) != _joined(b)
    )


def _protection(before: _Fields, after: _Fields) -> tuple[Change, ...]:
    changes = []
    for name in sorted(before.keys() & after.keys()):
        old, new = before[name].protection, after[name].protection
        if old != new:
            path, line = min(after[name].places)
            lost = "lost: " if "none" in new - old else ""
            told = f"{lost}{_joined(old)} → {_joined(new)}"
            changes.append(Change("changed", name, told, path, line))
    return tuple(changes)


def _purposes(old: Side, new: Side) -> tuple[Change, ...]:
    before, after = _uses(old), _uses(new)
    fresh, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    return (
        *(Change("new", purpose, _some(after[purpose])) for purpose in fresh),
        *(Change("gone", purpose, _some(before[purpose])) for purpose in gone),
        *_widened(before, after),
    )


def _widened(before: Mapping[str, set[str]], after: Mapping[str, set[str]]) -> Iterator[Change]:
    """Purposes of both sides that are declared for more or for less than before."""
    for purpose in sorted(before.keys() & after.keys()):
        more, less = after[purpose] - before[purpose], before[purpose] - after[purpose]
        told = [f"now also for {_some(more)}"] if more else []
        told += [f"no longer for {_some(less)}"] if less else []
        if told:
            yield Change("changed", purpose, "; ".join(told))


def _uses(side: Side) -> dict[str, set[str]]:
    """Purpose to what it is declared for."""
    found: dict[str, set[str]] = defaultdict(set)
    for item in side.inventory:
        for purpose in item.purposes:
            found[purpose].add(f"{item.entity}.{item.field}")
    for recipient in side.recipients:
        for purpose in recipient.purposes:
            found[purpose].add(recipient.name or recipient.recipient)
    return dict(found)


def _recipients(old: Side, new: Side, labels: Mapping[str, str]) -> tuple[Change, ...]:
    before = {item.recipient: item for item in old.recipients}
    after = {item.recipient: item for item in new.recipients}
    fresh, gone = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    changes = [_recipient("new", after[key], labels) for key in fresh]
    changes += [_recipient("gone", before[key], labels) for key in gone]
    for key in sorted(before.keys() & after.keys()):
        told = _gets(before[key], after[key], labels)
        if told:
            changes.append(Change("changed", after[key].name or key, told))
    return tuple(changes)


def _recipient(state: State, item: SideRecipient, labels: Mapping[str, str]) -> Change:
    told = [] if item.declared else ["not declared"]
    told += [f"seat: {item.country}"] if item.country else []
    gets = _joined(labels.get(element, element) for element in item.elements)
    told.append(f"gets {gets}" if gets else "no data seen to reach it")
    return Change(state, item.name or item.recipient, "; ".join(told))


def _gets(old: SideRecipient, new: SideRecipient, labels: Mapping[str, str]) -> str:
    more = set(new.elements) - set(old.elements)
    less = set(old.elements) - set(new.elements)
    told = []
    if more:
        told.append(f"gets more: {_joined(labels.get(item, item) for item in more)}")
    if less:
        told.append(f"no longer gets: {_joined(labels.get(item, item) for item in less)}")
    if old.country != new.country:
        told.append(f"seat: {old.country or 'not told'} → {new.country or 'not told'}")
    if set(old.purposes) != set(new.purposes):
        words = (_joined(old.purposes) or "not told", _joined(new.purposes) or "not told")
        told.append(f"purposes: {words[0]} → {words[1]}")
    if old.declared != new.declared:
        told.append("now declared" if new.declared else "no longer declared")
    return "; ".join(told)


def _findings(
    old: Sequence[SideFinding], new: Sequence[SideFinding], labels: Mapping[str, str]
) -> tuple[Change, ...]:
    """By fingerprint; what a person accepted since is told apart from what was mended."""
    before = {item.fingerprint: item for item in old if item.status != "suppressed"}
    after = {item.fingerprint: item for item in new if item.status != "suppressed"}
    accepted = {item.fingerprint: item for item in new if item.status == "suppressed"}
    fresh = [item for key, item in after.items() if key not in before]
    gone = [item for key, item in before.items() if key not in {*after, *accepted}]
    moved = _moved(gone, fresh)
    left = {was.fingerprint for was in moved.values()}
    changes = [_finding("new", item, labels) for item in fresh if item.fingerprint not in moved]
    changes += [_finding("gone", item, labels) for item in gone if item.fingerprint not in left]
    changes += [_finding("accepted", accepted[key], labels) for key in accepted if key in before]
    changes += [
        _finding("moved", item, labels, f" (was at {was.path}:{was.line})")
        for item in fresh
        if (was := moved.get(item.fingerprint)) is not None
    ]
    changes += [
        _finding("changed", item, labels, f" (was {before[key].severity.value})")
        for key, item in after.items()
        if key in before and before[key].severity is not item.severity
    ]
    order = tuple(SIGNS)
    return tuple(sorted(changes, key=lambda item: (order.index(item.state), *_gravest(item))))


def _moved(gone: Sequence[SideFinding], fresh: Sequence[SideFinding]) -> dict[str, SideFinding]:
    """New fingerprint to the finding that it was: the same words in the same file, one for one.

    Code around a finding was rewritten, or its file was put into another folder. Where there are
    more of them than before, what is left over is new.
    """
    left: dict[tuple[object, ...], list[SideFinding]] = defaultdict(list)
    for item in gone:
        left[_words(item)].append(item)
    found = {}
    for item in sorted(fresh, key=lambda item: (item.path, item.line, item.fingerprint)):
        known = left[_words(item)]
        if known:
            here = [was for was in known if was.path == item.path] or known
            found[item.fingerprint] = min(here, key=lambda was: abs(was.line - item.line))
            known.remove(found[item.fingerprint])
    return found


def _words(item: SideFinding) -> tuple[object, ...]:
    name = item.path.rpartition("/")[2]
    return (item.rule, item.severity, item.message, name)


def _finding(state: State, item: SideFinding, labels: Mapping[str, str], note: str = "") -> Change:
    data = labels.get(item.element or "", "")
    whole = f"{data} of {item.entity}" if item.entity else data
    known = whole if item.message.startswith(whole) else data
    return Change(
        state,
        f"{item.rule} {item.severity.value}",
        item.message + note,
        item.path,
        item.line,
        item.severity,
        item.fingerprint,
        known if item.message.startswith(known) else "",
    )


def _gravest(item: Change) -> tuple[int, str, str, int, str]:
    rank = item.severity.rank if item.severity is not None else 0
    return (-rank, item.subject, item.path, item.line, item.fingerprint)


def _joined(words: Iterable[str]) -> str:
    return ", ".join(sorted(word for word in words if word))


def _some(words: Iterable[str], most: int = 6) -> str:
    found = sorted(words)
    rest = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + rest


# -- the documents ----------------------------------------------------------------------------


def sentence(found: Comparison, t: Phrases = ENGLISH) -> str:
    """One line: how much of what is new, gone, changed."""
    told = []
    for (_, changes), (_, *noun) in zip(found.sections, _TOLD, strict=True):
        states = [
            f"{t.number(number)} {t(state)}"
            for state in SIGNS
            if (number := sum(change.state == state for change in changes))
        ]
        if states:
            told.append(f"{t.counted(len(changes), *noun)} ({', '.join(states)})")
    return "; ".join(told) if told else t("nothing changed")


def render_json(found: Comparison) -> str:
    """The comparison for programs."""
    document: dict[str, object] = {"schema": SCHEMA, "old": found.old, "new": found.new}
    for (key, *_), (_, changes) in zip(_TOLD, found.sections, strict=True):
        document[key] = [_as_json(item) for item in changes]
    document["notes"] = list(found.notes)
    return json_text(document, indent=2)


def _as_json(item: Change) -> dict[str, object]:
    values = asdict(item)
    values["path"] = item.path or None
    values["line"] = item.line or None
    if item.severity is None:
        del values["severity"], values["fingerprint"], values["data"]
    return values


def render_text(found: Comparison, options: TextOptions) -> str:
    """The comparison for a terminal."""
    lines = [_style(one_line(f"{found.old} → {found.new}"), "1", options)]
    lines += [f"note: {note}" for note in found.notes]
    for title, changes in found.rows:
        if changes:
            lines += ["", _style(title, "1", options)]
            lines += [_line(item, options) for item in changes]
    return "\n".join([*lines, "", f"{sentence(found).capitalize()}."]) + "\n"


def _line(item: Change, options: TextOptions) -> str:
    sign = _style(SIGNS[item.state], _COLOURS[item.state], options)
    flat = one_line(" ".join(f"{item.subject}: {item.text}".split()))
    place = _style(f"  {one_line(item.place)}", "2", options) if item.place else ""
    return f"  {sign} {flat}{place}"


def _style(text: str, code: str, options: TextOptions) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if options.color else text


def render_markdown(found: Comparison) -> str:
    """The comparison for a pull request, cut by whole rows where it would be too long."""
    head = f"{plain(sentence(found)).capitalize()}, {plain(found.old)} → {plain(found.new)}."
    parts = [MARKER, "## Personal data: what changes", "", head]
    parts += [f"\n> {plain(note)}" for note in found.notes]
    room = MAX_LENGTH - sum(len(part) + 1 for part in parts) - 600
    for title, changes in found.rows:
        if not changes:
            continue
        table = [f"\n### {title}\n", "| | What | How | Place |", "| --- | --- | --- | --- |"]
        rows = [_row(item) for item in changes]
        kept = _fitting(rows, room - sum(len(line) + 1 for line in table))
        room -= sum(len(line) + 1 for line in [*table, *rows[:kept]])
        parts += [*table, *rows[:kept]] if kept else []
        if kept < len(rows):
            parts.append(f"\n… and {len(rows) - kept} more under {title}.")
    return "\n".join(parts) + "\n"


def _row(item: Change) -> str:
    place = code_span(item.place) if item.place else ""
    return f"| {item.state} | {plain(item.subject)} | {plain(item.text)} | {place} |"


def _fitting(rows: Sequence[str], room: int) -> int:
    for count, row in enumerate(rows):
        room -= len(row) + 1
        if room < 0:
            return count
    return len(rows)


def render_html(found: Comparison, templates: Path, language: str = DEFAULT_LANGUAGE) -> str:
    """The comparison as a page of its own, offline and without script."""
    style = read_asset(templates, "compliance/style.css", "compare/style.css")
    t = load_phrases(templates, language or DEFAULT_LANGUAGE)
    told = sentence(found, t)
    page = (
        page_environment(templates)
        .get_template("compare/compare.html.j2")
        .render(
            found=found,
            t=t,
            sentence=told[:1].upper() + told[1:],
            signs=SIGNS,
            **pinned(style),
        )
    )
    return stamped(page)
