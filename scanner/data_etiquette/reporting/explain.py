"""Why a finding was reported, or what is known of a line: for a reader who asks on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data_etiquette.model.catalog import Rule, SanitiserModel
from data_etiquette.model.graph import Entity, Field, Flow
from data_etiquette.model.kind import Confidence, Protection
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import Finding, Report, Snippet
from data_etiquette.reporting.basis import CONFIDENCE, flow_rests_on, rests_on
from data_etiquette.reporting.remedy import Remedy, remedies
from data_etiquette.reporting.sentence import counted, in_sentence
from data_etiquette.reporting.terminal import (
    DIM,
    SEVERITY_COLOURS,
    Sheet,
    TextOptions,
    one_line,
    style,
)
from data_etiquette.reporting.trace import (
    MAX_HOPS,
    Hop,
    flow_of,
    other_traces,
    others_told,
    shortened,
)

SHORT = 10
"""Digits of a fingerprint that are enough to name a finding."""
_EFFECT_WORDS = {
    "masked": "masks",
    "pseudonymised": "pseudonymises",
    "anonymised": "anonymises",
    "encrypted": "encrypts",
    "hashed": "hashes",
    "projected": "replaces",
}


@dataclass(frozen=True, slots=True)
class Account:
    """One field and what is to be said of it beside its own evidence."""

    entity: Entity
    field: Field
    role_reason: str
    """What the field's entity is to a person, and what told it."""
    otherwise: tuple[str, ...] = ()
    """For a field that is not personal: why, and what would have made it so."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that explanations are made from."""

    report: Report
    sanitisers: tuple[SanitiserModel, ...] = ()
    source: Mapping[tuple[str, int], Snippet] = field(default_factory=dict)
    """Redacted source by place."""
    paths: tuple[str, ...] = ()
    """Paths that the user named, for the commands that the text suggests."""

    def label(self, element: str) -> str:
        """An element's label."""
        return next((item.label for item in self.report.elements if item.id == element), element)

    def group(self, element: str) -> str:
        """An element's group."""
        return next((item.group for item in self.report.elements if item.id == element), "")


@dataclass(frozen=True, slots=True)
class LineView:
    """What a scan knows of one line."""

    path: str
    line: int
    accounts: tuple[Account, ...] = ()
    """Fields declared on it."""
    flows: tuple[Flow, ...] = ()
    """Flows that start, pass or end on it."""
    led_from: tuple[Flow, ...] = ()
    """Flows of the fields declared on it that are read elsewhere."""
    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    nearest: tuple[int, ...] = ()
    """Lines of the file that something is known of, the nearest first."""


def declared_field(
    report: Report, name: str, item: str, notes: Sequence[str] = ()
) -> tuple[Entity, Field] | None:
    """The declaration of a field that a flow or finding names, looked for in bases too.

    Several entities may share a name; a trace's note says which one is meant.
    """
    by_id = {entity.id: entity for entity in report.entities}
    todo = [entity for entity in report.entities if entity.name == name]
    found: list[tuple[Entity, Field]] = []
    seen: set[str] = set()
    while todo:
        entity = todo.pop(0)
        if entity.id in seen:
            continue
        seen.add(entity.id)
        found += [(entity, own) for own in entity.personal_fields if own.name == item]
        todo += [by_id[base] for base in entity.bases if base in by_id]
    for entity, own in found:
        place = f"{own.location.path}:{own.location.line})"
        if any(note.endswith(place) for note in notes):
            return entity, own
    return found[0] if found else None


def render_finding(
    known: Known, finding: Finding, accounts: Sequence[Account], options: TextOptions
) -> str:
    """One finding with everything that led to it, and what would end it.

    The accounts are of the one field that the finding is about, or of all personal fields of the
    entity that it is about.
    """
    account = accounts[0] if accounts and finding.field else None
    sheet = Sheet(options)
    rule = next((rule for rule in known.report.rules if rule.code == finding.rule), None)
    flow = flow_of(known.report, finding)
    _head(sheet, known, finding, rule)
    if rule is not None:
        _rule(sheet, known, rule)
    if finding.field or flow is not None:
        _classified(sheet, known, finding, account)
    elif accounts:
        _entity(sheet, known, accounts)
    if flow is not None:
        _way(sheet, known, flow, finding.flow)
    _sure(sheet, finding, flow, account)
    _end(sheet, known, finding, flow, rule)
    return sheet.text()


def _head(sheet: Sheet, known: Known, finding: Finding, rule: Rule | None) -> None:
    title = f": {rule.title}" if rule is not None else ""
    sheet.title(f"{finding.rule} {finding.name}{title}")
    severity = style(finding.severity.value, SEVERITY_COLOURS[finding.severity], sheet.options)
    about = f" · {finding.principle} · {finding.status.value} · {finding.fingerprint}"
    sheet.lines.append(f"  {severity}{style(about, DIM, sheet.options)}")
    sheet.section("What was found")
    sheet.say(f"{finding.message}.")
    sheet.say(str(finding.location))
    place = (finding.location.path, finding.location.line)
    sheet.snippet(known.source.get(place), finding.location.column)


def _rule(sheet: Sheet, known: Known, rule: Rule) -> None:
    sheet.section("Why it matters")
    sheet.say(rule.why)
    laws = {law.id: law for law in known.report.laws}
    for reference in rule.law:
        law = laws.get(reference)
        sheet.say(f"{law.short}: {law.title}" if law is not None else reference, mark="- ")
    if rule.limits:
        sheet.say(f"Limits of the rule: {rule.limits}")


def _classified(sheet: Sheet, known: Known, finding: Finding, account: Account | None) -> None:
    label = known.label(finding.element)
    if account is not None:
        sheet.section(f"Why {one_line(_owner(finding))} is personal data")
        _field(sheet, known, account)
        return
    sheet.section(f"Why it is taken for personal data ({in_sentence(label)})")
    flow = flow_of(known.report, finding)
    first = flow.steps[0].note if flow is not None and flow.steps else ""
    sheet.say(f"No declared field stands behind it. {_sentence(first)}")


def _entity(sheet: Sheet, known: Known, accounts: Sequence[Account]) -> None:
    """What makes an entity one that a rule on entities speaks of."""
    sheet.section(f"Why {one_line(accounts[0].entity.name)} holds personal data")
    sheet.say(f"{accounts[0].role_reason}.")
    for account in accounts:
        item = account.field
        reason = f" ({item.evidence[0]})" if item.evidence else ""
        sheet.say(
            f"{_at(item.location)} {item.name}: {known.label(item.element)}{reason}", mark="- "
        )


def _owner(finding: Finding) -> str:
    return f"{finding.entity}.{finding.field}" if finding.entity else finding.field


def _field(sheet: Sheet, known: Known, account: Account) -> None:
    entity, item = account.entity, account.field
    about = [f"{known.label(item.element)} (group {item.group})"]
    if entity.subject:
        about.append(f"about: {entity.subject.replace('_', ' ')}")
    if item.special_category:
        about.append("special category (GDPR Art. 9)")
    if item.protection is not Protection.NONE:
        about.append(f"protection: {item.protection.value}")
    sheet.say(" · ".join(about))
    kept = f", table {entity.table}" if entity.table else "" if entity.stored else ", not stored"
    sheet.say(f"Declared at {_at(item.location)} in {entity.name} ({entity.kind}{kept})")
    sheet.source(known.source.get((item.location.path, item.location.line)), indent=4)
    for reason in _reasons(item):
        sheet.say(reason, mark="- ")
    sheet.say(f"{account.role_reason}.")


def _way(sheet: Sheet, known: Known, flow: Flow, number: int) -> None:
    sheet.section(f"How it gets there ({counted(len(flow.steps), 'step')})")
    _trace(sheet, known, flow)
    others = len(other_traces(known.report).get(number, ()))
    if others:
        sheet.say(f"{others_told(others)}; this is the first of them.")
    if flow.sink.recipient:
        name = flow.sink.recipient_name or flow.sink.recipient
        seat = f", seat {flow.sink.country}" if flow.sink.country else ""
        sheet.say(f"Recipient: {name}{seat}.")
    _sanitised(sheet, known, flow)


def _trace(sheet: Sheet, known: Known, flow: Flow, at: tuple[str, int] | None = None) -> None:
    """All hops with their source; or, asked about one line, the hops in short, that one marked."""
    before, gap, after = shortened(flow.steps, MAX_HOPS if at else len(flow.steps))
    if gap and at in {(step.path, step.line) for step in flow.steps[len(before) : -len(after)]}:
        before, gap, after = shortened(flow.steps, len(flow.steps))
    for hop in before:
        _hop(sheet, known, hop, at)
    if gap:
        sheet.lines.append(f"     … {counted(gap, 'more step')} …")
    for hop in after:
        _hop(sheet, known, hop, at)


def _hop(sheet: Sheet, known: Known, hop: Hop, at: tuple[str, int] | None) -> None:
    place = (hop.step.path, hop.step.line)
    mark = f"{'>' if place == at else ' '}{hop.number:>2}. "
    sheet.say(f"{hop.step.path}:{hop.step.line} {hop.step.note}", indent=0, mark=f" {mark}")
    if at is None:
        sheet.source(known.source.get(place), indent=6)


def _sanitised(sheet: Sheet, known: Known, flow: Flow) -> None:
    if not flow.sanitiser:
        sheet.say("No sanitiser was seen on the way.")
        return
    seen = next((item for item in known.sanitisers if item.id == flow.sanitiser), None)
    label, verb = flow.sanitiser, "weakens"
    if seen is not None:
        label, verb = seen.label, _EFFECT_WORDS.get(seen.effect, verb)
    sheet.say(f"Sanitiser seen: {label}. It {verb} the value, and does not end the flow.")


def _sure(sheet: Sheet, finding: Finding, flow: Flow | None, account: Account | None) -> None:
    sheet.section("How sure it is")
    sheet.say(f"Confidence: {_confidence(finding.confidence)}.")
    basis = rests_on(account.field.evidence) if account is not None else ""
    if not basis and flow is not None:
        basis = flow_rests_on(flow)
    if basis:
        sheet.say(f"It rests on {basis}.")


def _end(
    sheet: Sheet, known: Known, finding: Finding, flow: Flow | None, rule: Rule | None
) -> None:
    sheet.section("What would end it")
    if finding.fix:
        sheet.say(finding.fix)
    if flow is not None:
        for remedy in remedies(flow, known.group(finding.element), known.sanitisers):
            _remedy(sheet, remedy)
    elif finding.field:
        sheet.say("If it is no personal data, say so in etiquette.yaml:", mark="- ")
        sheet.code(_classify(_owner(finding), "none"), indent=4)
    if rule is not None and (rule.fix_before or rule.fix_after):
        _pair(sheet, rule)


def _remedy(sheet: Sheet, remedy: Remedy) -> None:
    sheet.say(f"{remedy.what}: {remedy.remains}", mark="- ")
    how = ", ".join(remedy.calls)
    if remedy.name:
        own = f"a function of your own with `{remedy.name}` in its name"
        how = f"{how}, or {own}" if how else own
    if how:
        sheet.say(how, indent=4)


def _pair(sheet: Sheet, rule: Rule) -> None:
    for word, text in (("before", rule.fix_before), ("after", rule.fix_after)):
        if text:
            sheet.say(f"The rule's example, {word}:")
            sheet.code(text)


def _classify(owner: str, element: str) -> str:
    """The line of a declaration that decides over a judgement."""
    return f'classify: [{{match: "{one_line(owner)}", as: {element}, why: "…"}}]'


def render_line(known: Known, view: LineView, options: TextOptions) -> str:
    """All that is known of one line."""
    sheet = Sheet(options)
    sheet.title(f"{view.path}:{view.line}")
    sheet.snippet(known.source.get((view.path, view.line)))
    if view.accounts:
        sheet.section(f"Declared here: {counted(len(view.accounts), 'field')}")
        for account in view.accounts:
            _account(sheet, known, account)
    _led(sheet, known, view)
    _passing(sheet, known, view)
    _found(sheet, known, view)
    if view.skipped:
        sheet.section("Not analysed here")
        for item in view.skipped:
            sheet.say(item.reason, mark="- ")
    if not (view.accounts or view.flows or view.findings):
        _nothing(sheet, view)
    return sheet.text()


def _account(sheet: Sheet, known: Known, account: Account) -> None:
    entity, item = account.entity, account.field
    name = f"{entity.name}.{item.name}"
    if item.is_personal:
        about = f"{name} is personal: {known.label(item.element)} (group {item.group})"
    else:
        about = f"{name} is not judged personal"
    sheet.say(about)
    facts = [f"{entity.kind}{f', table {entity.table}' if entity.table else ''}"]
    if entity.subject:
        facts.append(f"about: {entity.subject.replace('_', ' ')}")
    if item.is_personal:
        facts.append(f"protection: {item.protection.value}")
        if item.special_category:
            facts.append("special category (GDPR Art. 9)")
    sheet.say(" · ".join(facts), indent=4)
    for reason in _reasons(item) if item.is_personal else account.otherwise:
        sheet.say(reason, indent=4, mark="- ")
    sheet.say(f"{account.role_reason}.", indent=4)
    if item.is_personal:
        sheet.say(_sureness(item), indent=4)
    else:
        sheet.say("A person can decide otherwise in etiquette.yaml:", indent=4)
        sheet.code(_classify(name, "ELEMENT"), indent=6)


def _reasons(item: Field) -> list[str]:
    """Why a field was judged so, each reason once."""
    return list(dict.fromkeys(item.evidence))


def _sureness(item: Field) -> str:
    basis = rests_on(item.evidence)
    rests = f". It rests on {basis}." if basis else "."
    return f"Confidence: {_confidence(item.confidence)}{rests}"


def _led(sheet: Sheet, known: Known, view: LineView) -> None:
    if not view.led_from:
        return
    sheet.section(f"Where it goes: {counted(len(view.led_from), 'flow')}")
    for flow in view.led_from:
        sheet.say(f"{_at(flow.sink.location)} {_what(known, flow)}", mark="- ")


def _passing(sheet: Sheet, known: Known, view: LineView) -> None:
    if not view.flows:
        return
    sheet.section(f"Through this line: {counted(len(view.flows), 'flow')}")
    for number, flow in enumerate(view.flows):
        if number:
            sheet.lines.append("")
        sheet.say(f"{_what(known, flow)}: {_part(flow, view)}")
        _trace(sheet, known, flow, (view.path, view.line))
        if flow.sanitiser:
            _sanitised(sheet, known, flow)


def _part(flow: Flow, view: LineView) -> str:
    """What the line is to the flow."""
    parts = []
    if (flow.source.path, flow.source.line) == (view.path, view.line):
        parts.append("starts here")
    if is_at(flow.sink.location, view.path, view.line):
        parts.append("ends here")
    return " and ".join(parts) or "passes here"


def _what(known: Known, flow: Flow) -> str:
    owner = f" of {flow.entity}" if flow.entity else ""
    recipient = flow.sink.recipient_name or flow.sink.recipient
    to = f" ({recipient})" if recipient else ""
    kind = flow.sink.kind.value.replace("_", " ")
    return f"{known.label(flow.element)}{owner} -> {kind}, {flow.sink.name}{to}"


def _found(sheet: Sheet, known: Known, view: LineView) -> None:
    if not view.findings:
        return
    sheet.section(f"Findings: {len(view.findings)}")
    for finding in view.findings:
        severity = finding.severity.value.upper()
        sheet.say(f"{severity} {finding.rule} {finding.message}", mark="- ")
        words = ["etiquette explain", finding.fingerprint[:SHORT], *known.paths]
        sheet.lines.append(f"    {one_line(' '.join(words))}")


def _nothing(sheet: Sheet, view: LineView) -> None:
    sheet.section("Nothing is known of this line")
    sheet.say("No field is declared on it, no personal data was followed over it, and no rule "
              "found anything there.")  # fmt: skip
    if view.nearest:
        lines = ", ".join(str(line) for line in view.nearest)
        sheet.say(f"Lines of {view.path} that something is known of, the nearest first: {lines}.")


def is_at(location: Location, path: str, line: int) -> bool:
    """Whether a construct covers a line."""
    return location.path == path and (
        location.line <= line <= max(location.line, location.end_line)
    )


def _at(location: Location) -> str:
    return f"{location.path}:{location.line}"


def _confidence(confidence: Confidence) -> str:
    return CONFIDENCE[confidence]


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}." if note else ""


__all__ = [
    "SHORT", "Account", "Known", "LineView", "declared_field", "is_at", "render_finding",
    "render_line",
]  # fmt: skip
