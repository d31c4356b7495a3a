"""What declaration and code tell of each activity, in words that carry their places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from data_etiquette.declaration.schema import LEGAL_BASES
from data_etiquette.model.declaration import (
    Activity,
    Contact,
    Declaration,
    DeclaredRecipient,
)
from data_etiquette.model.graph import Entity, Field, Flow
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.location import Location
from data_etiquette.model.report import Report
from data_etiquette.reporting.texts import Texts, capitalised

UNDECLARED_DATA = "ETQ101"
UNDECLARED_COOKIE = "ETQ106"
NO_SAFEGUARD = "ETQ704"
CRIMINAL = "criminal"
_SHOWN_PLACES = 3
_TIME_ENDING = re.compile(r" (at|on|date)$")


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence or entry, and where it comes from."""

    text: str
    places: tuple[str, ...] = ()
    """`etiquette.yaml:12`, `shop/models.py:30`."""
    gap: bool = False
    """Whether it says that something is not stated."""


@dataclass(frozen=True, slots=True)
class Datum:
    """One kind of data of an activity."""

    id: str
    label: str
    """As inside a sentence."""
    special: bool
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A personal field that an activity covers."""

    entity: Entity
    field: Field


class Voice:
    """Report, declaration and texts, with what is looked up in them."""

    def __init__(self, report: Report, declaration: Declaration, texts: Texts) -> None:
        self.report = report
        self.declaration = declaration
        self.texts = texts
        self._lines = dict(reversed(declaration.places))

    def say(self, key: str, *places: str, **values: str) -> Said:
        """A sentence of the vocabulary."""
        return Said(self.texts.say(key, values), tuple(filter(None, places)))

    def gap(self, key: str, *places: str, **values: str) -> Said:
        """A sentence that says what is not stated."""
        return Said(self.texts.say(key, values), tuple(filter(None, places)), gap=True)

    def place(self, *keys: str) -> str:
        """Declaration line of the first of these keys that is written."""
        line = next((self._lines[key] for key in keys if key in self._lines), 0)
        return f"{self.declaration.path}:{line}" if line else ""

    def listed(self, words: Iterable[str]) -> str:
        """Words in a row."""
        return self.texts.enumerated(words)

    @cached_property
    def spots(self) -> dict[str, tuple[Spot, ...]]:
        """Activity id to the fields of the code that it covers."""
        fields = {
            (entity.id, item.name): Spot(entity, item)
            for entity in self.report.entities
            for item in entity.personal_fields
        }
        known = {activity.id for activity in self.declaration.activities}
        found: dict[str, list[Spot]] = {}
        for use in self.report.field_uses:
            spot = fields.get((use.entity, use.field))
            if spot is None:
                continue
            for activity in use.activities:
                if activity in known:
                    found.setdefault(activity, []).append(spot)
        return {activity: tuple(spots) for activity, spots in found.items()}

    @cached_property
    def special(self) -> frozenset[str]:
        """Elements of special categories, and of crimes (GDPR Art. 9 and 10)."""
        return frozenset(
            item.id
            for item in self.report.elements
            if item.special_category or item.group == CRIMINAL
        )

    @cached_property
    def groups(self) -> dict[str, str]:
        """Element to its group."""
        return {item.id: item.group for item in self.report.elements}

    @cached_property
    def unsafe(self) -> frozenset[str]:
        """Recipients in another country that no safeguard is declared of."""
        return frozenset(f.recipient for f in self.report.findings if f.rule == NO_SAFEGUARD)

    @cached_property
    def recipients(self) -> dict[str, DeclaredRecipient]:
        """Declared recipients by id."""
        return {item.id: item for item in self.declaration.recipients}

    def element(self, name: str) -> str:
        """Label of an element or a group, as inside a sentence."""
        return element_label(self.report, self.texts, name)

    def elements(self, names: Iterable[str]) -> str:
        """Labels of elements in a row."""
        return self.listed(dict.fromkeys(self.element(name) for name in names))

    def purpose(self, name: str) -> str:
        """A known purpose in the language's words, or the organisation's own."""
        own = {item.id: item.label for item in self.declaration.purposes if item.label}
        return own.get(name) or self.texts.purposes.get(name) or name.replace("_", " ")

    def subject(self, name: str) -> str:
        """A kind of people, in the organisation's words first."""
        own = {item.id: item.label for item in self.declaration.subjects if item.label}
        return own.get(name) or self.texts.subjects.get(name) or name.replace("_", " ")

    def by_label(self, names: Iterable[str]) -> list[str]:
        """Elements, each once, in the order of their labels."""
        return sorted(set(names), key=lambda name: (self.element(name).casefold(), name))

    def data(self, activity: Activity) -> tuple[Datum, ...]:
        """What the activity uses: as declared, groups as the code shows them, then the rest."""
        seen: dict[str, list[str]] = {}
        for spot in self.spots.get(activity.id, ()):
            seen.setdefault(spot.field.element, []).append(shown(spot.field.location))
        names: dict[str, str] = {}
        for written in activity.data:
            line = self.place(f"activities[{activity.id}].data[{written}]")
            names |= {name: line for name in self._expanded(written, seen) if name not in names}
        names |= {name: "" for name in self.by_label(seen) if name not in names}
        return tuple(
            Datum(
                name,
                self.element(name),
                name in self.special,
                tuple(filter(None, (line, *sorted(set(seen.get(name, ())))[:_SHOWN_PLACES]))),
            )
            for name, line in names.items()
        )

    def _expanded(self, written: str, seen: Iterable[str]) -> list[str]:
        group = written.removesuffix(".*")
        if group not in self.texts.groups:
            return [written]
        return sorted(name for name in seen if self.groups.get(name) == group) or [group]

    def flows(self, activity: Activity) -> list[Flow]:
        """Ways that are this activity's: by its code, or as no other has the field."""
        return [flow for flow in self.report.flows if self._owners(flow) == {activity.id}]

    @cached_property
    def shared_flows(self) -> list[Flow]:
        """Ways of declared data that may be any of several activities'."""
        return [flow for flow in self.report.flows if len(self._owners(flow)) > 1]

    def _owners(self, flow: Flow) -> set[str]:
        covering = self._covering.get((flow.entity, flow.field), frozenset())
        named = {
            activity.id
            for activity in self.declaration.activities
            if activity.id in covering and _runs_in(flow.sink.location.path, activity.code)
        }
        return named or set(covering)

    @cached_property
    def _covering(self) -> dict[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for activity, spots in self.spots.items():
            for spot in spots:
                found.setdefault((spot.entity.name, spot.field.name), set()).add(activity)
        return {key: frozenset(ids) for key, ids in found.items()}


def _runs_in(path: str, code: Iterable[str]) -> bool:
    """Whether a file is among the declared code: paths or dotted names, with `*`."""
    dotted = path.removesuffix(".py").replace("/", ".")
    return any(
        fnmatchcase(path, pattern)
        or fnmatchcase(dotted, pattern)
        or dotted.startswith(f"{pattern}.")
        for pattern in code
    )


def shown(location: Location) -> str:
    """`shop/models.py:30`."""
    return f"{location.path}:{location.line}"


def element_label(report: Report, texts: Texts, name: str) -> str:
    """Label of an element or a group: the vocabulary's, or the one of its own rule file."""
    known = texts.elements.get(name) or texts.groups.get(name.removesuffix(".*"))
    if known:
        return known
    own = {item.id: item.label for item in report.elements}
    return own.get(name) or name.replace("_", " ")


def contact_text(contact: Contact, *, with_name: bool = True) -> str:
    """Name, address and ways to reach somebody, in one line."""
    parts = (contact.name if with_name else "", contact.address, contact.email, contact.phone)
    return ", ".join(filter(None, (*parts, contact.url)))


def readable_start(starts: str) -> str:
    """`order.placed_at` as `order placed`; words stay words."""
    if " " in starts.strip():
        return starts.strip()
    return _TIME_ENDING.sub("", re.sub(r"[._]+", " ", starts).strip())


def sentence_end(text: str) -> str:
    """Text that ends a sentence, with exactly one full stop."""
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."


def basis_article(basis: str) -> str:
    """`Art. 6(1)(a)` of `consent`, `Art. 9(2)(h)` of `art9_2_h`."""
    if basis in LEGAL_BASES:
        return f"Art. 6(1)({'abcdef'[LEGAL_BASES.index(basis)]})"
    match = re.fullmatch(r"art9_2_([a-j])", basis)
    return f"Art. 9(2)({match[1]})" if match else ""


@dataclass(frozen=True, slots=True)
class Undeclared:
    """What the code shows and no activity covers."""

    data: tuple[Said, ...]
    recipients: tuple[Said, ...]

    @property
    def is_empty(self) -> bool:
        """Whether code and declaration agree."""
        return not self.data and not self.recipients


def undeclared(report: Report, texts: Texts) -> Undeclared:
    """Data and services of the code that the declaration does not name."""
    declared = {use.recipient for use in report.declared_uses if use.declared}
    services = [item for item in report.transfers if item.recipient not in declared]
    return Undeclared(
        data=_grouped(report, texts, _undeclared_data(report)),
        recipients=tuple(
            Said(item.name, tuple(shown(place) for place in item.locations[:_SHOWN_PLACES]))
            for item in sorted(services, key=lambda item: (item.name, item.recipient))
        ),
    )


def _undeclared_data(report: Report) -> list[tuple[str, Location]]:
    if report.declaration is not None:
        return [
            (item.element, item.location)
            for item in report.findings
            if item.rule == UNDECLARED_DATA and item.status is not FindingStatus.SUPPRESSED
        ]
    return [
        (item.element, item.location)
        for entity in report.entities
        for item in entity.personal_fields
    ]


def _grouped(
    report: Report, texts: Texts, found: Sequence[tuple[str, Location]]
) -> tuple[Said, ...]:
    places: dict[str, set[Location]] = {}
    for element, location in found:
        if element:
            label = capitalised(element_label(report, texts, element))
            places.setdefault(label, set()).add(location)
    return tuple(
        Said(label, tuple(shown(place) for place in sorted(places[label])[:_SHOWN_PLACES]))
        for label in sorted(places)
    )
