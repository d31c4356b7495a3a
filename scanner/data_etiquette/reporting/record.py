"""The record of processing (GDPR Art. 30): one line for each activity, gaps left open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2

from data_etiquette.model.declaration import Activity, Declaration, DeclaredRecipient
from data_etiquette.model.report import Report
from data_etiquette.reporting.maplayout import map_style, report_map
from data_etiquette.reporting.page import pinned, print_heading, read_asset, stamped
from data_etiquette.reporting.phrases import filled
from data_etiquette.reporting.texts import Texts, capitalised
from data_etiquette.reporting.voice import (
    Said,
    Undeclared,
    Voice,
    basis_article,
    contact_text,
    readable_start,
    shown,
    undeclared,
)

_REQUIRED = ("purposes", "subjects", "data", "recipients", "retention", "measures")
"""Parts that Art. 30(1) names; of these an empty one is a gap."""
_ALSO_EXPECTED = ("legal_basis",)
_OVERVIEW = ("purposes", "subjects", "recipients", "retention")
_PARTS = (
    "reference", "owner", "purposes", "subjects", "data", "special", "recipients", "transfers",
    "safeguards", "retention", "measures", "legal_basis", "special_basis", "interest",
    "assessment", "source", "consent", "automated", "dpia", "agreements", "stores", "note",
)  # fmt: skip
"""Parts of a controller's line, in the order of the page."""
_CLIENT_PARTS = ("client", "categories", "transfers", "safeguards", "measures")
"""Parts of a processor's line: Art. 30(2)(a) to (d)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of a line."""

    part: str
    said: tuple[Said, ...] = ()
    missing: bool = False
    """Whether the law wants it and nobody says it."""

    @property
    def text(self) -> str:
        """All in one line."""
        return "; ".join(item.text for item in self.said)

    @property
    def places(self) -> tuple[str, ...]:
        """Where it comes from, each place once."""
        return tuple(dict.fromkeys(place for item in self.said for place in item.places if place))

    @property
    def gaps(self) -> int:
        """How much of it is not stated."""
        return sum(item.gap for item in self.said) or int(self.missing)


@dataclass(frozen=True, slots=True)
class Line:
    """One activity."""

    id: str
    title: str
    cells: tuple[Cell, ...]
    data: tuple[tuple[str, str], ...] = ()
    """(group, label) of its data, for tables with a column for each group."""
    fields: tuple[tuple[str, str], ...] = ()
    """(field, place) in the code."""

    @property
    def parts(self) -> dict[str, Cell]:
        """Cells by part."""
        return {cell.part: cell for cell in self.cells}

    @property
    def gaps(self) -> int:
        """How many parts are missing."""
        return sum(cell.gaps for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record."""

    organisation: str
    is_processor: bool
    head: tuple[Cell, ...]
    lines: tuple[Line, ...]
    undeclared: Undeclared

    @property
    def gaps(self) -> int:
        """How many parts are missing, and what the code shows beside it."""
        found = self.undeclared
        parts = sum(line.gaps for line in self.lines) + sum(cell.gaps for cell in self.head)
        return parts + len(found.data) + len(found.recipients)

    @property
    def overview(self) -> tuple[str, ...]:
        """Parts that the first table shows."""
        return _CLIENT_PARTS[:3] if self.is_processor else _OVERVIEW


def build_record(report: Report, declaration: Declaration, texts: Texts) -> Record:
    """The record that declaration and code tell."""
    voice = Voice(report, declaration, texts)
    is_processor = declaration.organisation.role == "processor"
    return Record(
        organisation=declaration.organisation.name,
        is_processor=is_processor,
        head=tuple(_head(voice)),
        lines=tuple(_line(voice, item, is_processor) for item in declaration.activities),
        undeclared=undeclared(report, texts),
    )


def render_record(
    environment: jinja2.Environment, report: Report, texts: Texts, templates: Path
) -> dict[str, str]:
    """The page."""
    declaration = report.declaration
    record = build_record(report, declaration, texts) if declaration is not None else None
    gaps = record.gaps if record is not None else 0
    counted = texts.record["gaps"].replace("{count}", str(gaps))
    intro = texts.record["intro"].replace("{organisation}", record.organisation if record else "")
    style = read_asset(templates, "compliance/style.css", "record/style.css")
    heading = f"{texts.record['title']}{f', {record.organisation}' if record else ''}"
    page = environment.get_template("record/record.html.j2").render(
        texts=texts,
        r=texts.record,
        s=texts.sentences,
        record=record,
        intro=intro,
        state=counted if gaps else texts.record["no_gaps"],
        undeclared=record.undeclared if record else undeclared(report, texts),
        map=report_map(report, templates, texts.language),
        level=2,
        **pinned(style + map_style(templates) + print_heading(heading)),
    )
    return {"record.html": stamped(page)}


def _head(voice: Voice) -> Iterator[Cell]:
    organisation = voice.declaration.organisation
    contact = contact_text(organisation.contact, with_name=False)
    place = voice.place("organisation")
    whole = ", ".join(filter(None, (organisation.name, contact)))
    name = "processor" if organisation.role == "processor" else "organisation"
    yield Cell(name, (Said(whole, (place,)),), missing=not contact)
    for part, person in (
        ("representative", organisation.representative),
        ("dpo", organisation.dpo),
        ("authority", organisation.authority),
    ):
        if person is not None:
            yield Cell(part, (Said(contact_text(person), (voice.place(f"organisation.{part}"),)),))
    joint = tuple(
        Said(contact_text(item), (voice.place("organisation.joint_controllers"),))
        for item in organisation.joint_controllers
    )
    if joint or organisation.role == "joint_controller":
        yield Cell("joint", joint, missing=not joint)


def _line(voice: Voice, activity: Activity, is_processor: bool) -> Line:
    expected = _CLIENT_PARTS[:2] if is_processor else (*_REQUIRED, *_ALSO_EXPECTED)
    told = {part: tuple(_TOLD[part](voice, activity)) for part in _TOLD}
    parts = (*_CLIENT_PARTS, *_PARTS) if is_processor else _PARTS
    data = voice.data(activity)
    special = any(datum.special for datum in data)
    cells = []
    for part in dict.fromkeys(parts):
        missing = not told[part] and (
            part in expected
            or (part == "special_basis" and special and not is_processor)
            or (part == "interest" and activity.legal_basis == "legitimate_interests")
        )
        if part == "transfers" and "recipients" not in activity.keys:
            missing = True  # who gets the data is not stated, so neither is where it goes
        if part == "recipients" and "recipients" in activity.keys:
            missing = False
        cells.append(Cell(part, told[part], missing=missing))
    return Line(
        id=activity.id,
        title=capitalised(activity.label),
        cells=tuple(cells),
        data=tuple((voice.groups.get(d.id, d.id), capitalised(d.label)) for d in data),
        fields=tuple(
            sorted(
                (f"{spot.entity.name}.{spot.field.name}", shown(spot.field.location))
                for spot in voice.spots.get(activity.id, ())
                if spot.entity.stored
            )
        ),
    )


def _key(activity: Activity, part: str) -> str:
    return f"activities[{activity.id}].{part}"


def _one(voice: Voice, activity: Activity, part: str, text: str) -> Iterator[Said]:
    if text:
        place = voice.place(_key(activity, part), f"activities[{activity.id}]")
        yield Said(text, (place,) if place else ())


def _reference(voice: Voice, activity: Activity) -> Iterator[Said]:
    return _one(voice, activity, "id", activity.id)


def _owner(voice: Voice, activity: Activity) -> Iterator[Said]:
    return _one(voice, activity, "owner", activity.owner)


def _purposes(voice: Voice, activity: Activity) -> Iterator[Said]:
    for name in activity.purposes:
        text = capitalised(voice.purpose(name))
        yield from _one(voice, activity, f"purposes[{name}]", text)


def _subjects(voice: Voice, activity: Activity) -> Iterator[Said]:
    for name in activity.subjects:
        yield from _one(voice, activity, f"subjects[{name}]", voice.subject(name))


def _data(voice: Voice, activity: Activity) -> Iterator[Said]:
    for datum in voice.data(activity):
        yield Said(capitalised(datum.label), datum.places)


def _special(voice: Voice, activity: Activity) -> Iterator[Said]:
    for datum in voice.data(activity):
        if datum.special:
            yield Said(capitalised(datum.label), datum.places)


def _recipients_of(voice: Voice, activity: Activity) -> list[DeclaredRecipient]:
    known = voice.recipients
    return [known[name] for name in activity.recipients if name in known]


def _recipients(voice: Voice, activity: Activity) -> Iterator[Said]:
    for name in activity.recipients:
        recipient = voice.recipients.get(name)
        role = voice.texts.roles.get(recipient.role, "") if recipient is not None else ""
        shown_name = recipient.name if recipient is not None else name
        place = voice.place(f"recipients[{name}]", _key(activity, f"recipients[{name}]"))
        yield Said(f"{shown_name} ({role})" if role else shown_name, (place,))


def _transfers(voice: Voice, activity: Activity) -> Iterator[Said]:
    for recipient in _recipients_of(voice, activity):
        place = voice.place(f"recipients[{recipient.id}].transfer", f"recipients[{recipient.id}]")
        countries = voice.listed(voice.texts.country(code) for code in recipient.countries)
        if countries and recipient.countries != (recipient.country,):
            yield Said(f"{recipient.name}: {countries}", (place,))


def _safeguards(voice: Voice, activity: Activity) -> Iterator[Said]:
    for recipient in _recipients_of(voice, activity):
        place = voice.place(f"recipients[{recipient.id}].transfer", f"recipients[{recipient.id}]")
        if recipient.mechanism not in ("", "none"):
            mechanism = voice.texts.mechanisms.get(recipient.mechanism, recipient.mechanism)
            where = f", {recipient.transfer_copy}" if recipient.transfer_copy else ""
            yield Said(f"{recipient.name}: {mechanism}{where}", (place,))
        elif recipient.id in voice.unsafe:
            gap = voice.texts.record["gap"]
            yield Said(f"{recipient.name}: {gap}", (place,), gap=True)


def _retention(voice: Voice, activity: Activity) -> Iterator[Said]:
    kept = activity.retention
    if kept is None or not (kept.period or kept.criterion):
        return
    length = kept.criterion or voice.texts.duration(kept.period)
    told = (
        ("kept_from", "start", readable_start(kept.starts)),
        ("kept_why", "why", kept.why.rstrip(" .")),
    )
    parts = [filled(voice.texts.record[key], {name: text}) for key, name, text in told if text]
    yield from _one(voice, activity, "retention", "; ".join((length.rstrip(" ."), *parts)))


def _measures(voice: Voice, activity: Activity) -> Iterator[Said]:
    data = {datum.id for datum in voice.data(activity)}
    groups = {voice.groups.get(name, "") for name in data}
    for measure in voice.declaration.measures:
        wanted = {name.removesuffix(".*") for name in measure.applies_to}
        named = measure.id in activity.security
        if named or (not activity.security and (not wanted or wanted & (data | groups))):
            known = voice.texts.measures.get(measure.kind) or measure.kind.replace("_", " ")
            text = measure.label or known or measure.id
            yield Said(capitalised(text), (voice.place(f"measures[{measure.id}]"),))


def _legal_basis(voice: Voice, activity: Activity) -> Iterator[Said]:
    basis = activity.legal_basis
    if basis:
        text = f"{voice.texts.bases.get(basis, basis)} ({basis_article(basis)})"
        yield from _one(voice, activity, "legal_basis", text)


def _special_basis(voice: Voice, activity: Activity) -> Iterator[Said]:
    basis = activity.special_basis
    if basis:
        text = f"{basis_article(basis)}: {voice.texts.sentences[basis]}"
        yield from _one(voice, activity, "special_basis", text)


def _interest(voice: Voice, activity: Activity) -> Iterator[Said]:
    return _one(voice, activity, "legitimate_interest", activity.legitimate_interest)


def _assessment(voice: Voice, activity: Activity) -> Iterator[Said]:
    return _one(voice, activity, "legitimate_interest", activity.assessment)


def _source(voice: Voice, activity: Activity) -> Iterator[Said]:
    if "source" in activity.keys:
        text = voice.texts.sources.get(activity.source, activity.source)
        yield from _one(voice, activity, "source", text)


def _consent(voice: Voice, activity: Activity) -> Iterator[Said]:
    for consent in voice.declaration.consent:
        if consent.id in activity.consent:
            place = voice.place(f"consent[{consent.id}]")
            yield Said(consent.record or consent.field or consent.id, (place,))


def _automated(voice: Voice, activity: Activity) -> Iterator[Said]:
    if "automated_decision" in activity.keys:
        text = voice.texts.record["yes" if activity.automated_decision else "no"]
        logic = f": {activity.automated_logic}" if activity.automated_logic else ""
        yield from _one(voice, activity, "automated_decision", text + logic)


def _dpia(voice: Voice, activity: Activity) -> Iterator[Said]:
    if activity.dpia_needed is not None or activity.dpia_link:
        word = ""
        if activity.dpia_needed is not None:
            word = voice.texts.record["needed" if activity.dpia_needed else "not_needed"]
        parts = (word, activity.dpia_link, activity.dpia_date)
        yield from _one(voice, activity, "dpia", ", ".join(filter(None, parts)))


def _agreements(voice: Voice, activity: Activity) -> Iterator[Said]:
    for recipient in _recipients_of(voice, activity):
        agreement = recipient.agreement
        place = voice.place(f"recipients[{recipient.id}].agreement", f"recipients[{recipient.id}]")
        if agreement is not None:
            parts = filter(None, (agreement.type, agreement.signed, agreement.link))
            yield Said(f"{recipient.name}: {', '.join(parts)}", (place,))
        elif recipient.role == "processor":
            gap = voice.texts.record["gap"]
            yield Said(f"{recipient.name}: {gap}", (place,), gap=True)


def _stores(voice: Voice, activity: Activity) -> Iterator[Said]:
    tables = {
        (spot.entity.table or spot.entity.name)
        for spot in voice.spots.get(activity.id, ())
        if spot.entity.stored
    }
    for store in voice.declaration.stores:
        if store.tables and "*" not in store.tables and not tables & set(store.tables):
            continue
        country = voice.texts.country(store.country) if store.country else ""
        parts = (store.label or store.kind or store.id, store.provider, store.region, country)
        yield Said(", ".join(filter(None, parts)), (voice.place(f"storage[{store.id}]"),))


def _note(voice: Voice, activity: Activity) -> Iterator[Said]:
    return _one(voice, activity, "note", activity.note)


def _client(voice: Voice, activity: Activity) -> Iterator[Said]:
    """A processor's clients: the controllers that get the data back."""
    for recipient in _recipients_of(voice, activity):
        if recipient.role == "controller":
            yield Said(recipient.name, (voice.place(f"recipients[{recipient.id}]"),))


def _categories(voice: Voice, activity: Activity) -> Iterator[Said]:
    yield from _one(voice, activity, "label", capitalised(activity.label))
    yield from _purposes(voice, activity)


_TOLD = {
    "reference": _reference,
    "owner": _owner,
    "purposes": _purposes,
    "subjects": _subjects,
    "data": _data,
    "special": _special,
    "recipients": _recipients,
    "transfers": _transfers,
    "safeguards": _safeguards,
    "retention": _retention,
    "measures": _measures,
    "legal_basis": _legal_basis,
    "special_basis": _special_basis,
    "interest": _interest,
    "assessment": _assessment,
    "source": _source,
    "consent": _consent,
    "automated": _automated,
    "dpia": _dpia,
    "agreements": _agreements,
    "stores": _stores,
    "note": _note,
    "client": _client,
    "categories": _categories,
}


def joined(words: Iterable[str]) -> str:
    """Distinct words in one cell of a table."""
    return "; ".join(dict.fromkeys(filter(None, words)))
