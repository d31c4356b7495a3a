"""The linked picture of an application: entities with judged fields, flows, and who gets what."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.model.application import (
    Arrival,
    Cookie,
    Dependency,
    Dump,
    Endpoint,
    Guard,
    Page,
    PurposeNote,
    RealValue,
    Refresh,
    Remark,
    Schedule,
    Setting,
    Use,
    Write,
)
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.kind import Confidence, Protection, Role, SinkKind
from data_etiquette.model.location import Location, Skipped


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity, judged."""

    name: str
    location: Location
    fact: FieldFact
    element: str = ""
    """Data element id; empty when the field is not personal."""
    group: str = ""
    special_category: bool = False
    sensitivity: int = 0
    confidence: Confidence = Confidence.LOW
    protection: Protection = Protection.NONE
    evidence: tuple[str, ...] = ()
    """Why it was judged so, one readable sentence each, strongest first."""
    value: str = ""
    """Kind of value: `text`, `number`, `boolean`, `date`, `json`, …; empty when unknown."""
    validated: bool = False
    """Whether the field's own class or validators check what is stored."""

    @property
    def is_personal(self) -> bool:
        """Whether the field holds personal data."""
        return bool(self.element)


@dataclass(frozen=True, slots=True)
class Entity:
    """A model, table, form or schema."""

    id: str
    """Dotted name for classes (`shop.models.Order`), table name for tables."""
    name: str
    kind: str
    location: Location
    role: Role = Role.THING
    subject: str = ""
    """Kind of data subject: `customer`, `patient`; `person` when unknown."""
    stored: bool = False
    abstract: bool = False
    table: str = ""
    bases: tuple[str, ...] = ()
    """Ids of first-party base entities."""
    relations: tuple[tuple[str, str, str], ...] = ()
    """(field, id of the entity pointed to, on-delete behaviour)."""
    fields: tuple[Field, ...] = ()
    """Own fields; inherited ones are found through `bases`."""
    methods: tuple[str, ...] = ()

    @property
    def personal_fields(self) -> tuple[Field, ...]:
        """Own fields that hold personal data."""
        return tuple(item for item in self.fields if item.element)


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One hop of a flow."""

    path: str
    line: int
    note: str


@dataclass(frozen=True, slots=True)
class Sink:
    """The place a flow ends."""

    kind: SinkKind
    name: str
    location: Location
    recipient: str = ""
    """Known recipient's id, or the host as written."""
    recipient_name: str = ""
    country: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """Constant arguments of the call, sorted: (`verify`, `False`), (`timeout`, `None`)."""
    address: str = ""
    """Constant beginning of the URL, file or cache key: `http://`, `/tmp/`, `user:`."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Personal data on its way from a source to a sink."""

    element: str
    entity: str
    """Name of the entity; empty when only a variable's name told the element."""
    field: str
    source: Location
    sink: Sink
    steps: tuple[Step, ...] = ()
    sanitiser: str = ""
    """Id of a sanitiser that weakened but did not end it."""
    confidence: Confidence = Confidence.MEDIUM
    scope: str = ""
    """Qualified name of the function that holds the sink, for fingerprints."""
    guards: tuple[tuple[str, str], ...] = ()
    """(entity id, field) of what every path to the sink was found to ask before, sorted."""

    @property
    def end(self) -> tuple[object, ...]:
        """What arrives where: the same for all flows of one field to one sink."""
        return (self.sink.location, self.sink.kind, self.element, self.entity, self.field)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Evidence that a recipient takes part: an import, a host, a call."""

    recipient: str
    name: str
    kind: str
    country: str
    elements: tuple[str, ...]
    locations: tuple[Location, ...]
    known: bool = True
    """False for a host that no recipient file names."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Code that deletes, anonymises or expires rows of an entity."""

    entity: str
    how: str
    """`delete`, `cascade`, `anonymise`, `sql delete`, `truncate`, `expiry`, `partition`, `view` (a
    generic view or endpoint that deletes), `admin`, `soft delete` (only marked as deleted)."""
    location: Location
    scope: str = ""
    """Dotted name of the function; empty outside of any."""
    period: str = ""
    """How old rows get, as an ISO 8601 duration, or the name of a setting of unknown value."""
    condition: str = ""
    """The field that the period is counted from, or that chooses the rows."""
    run_by: str = ""
    """`clock`, `person` (a view or endpoint), `command`, `code` (nothing of these was found),
    `database` (the store itself)."""
    when: str = ""
    """The schedule, where one was found."""
    within: tuple[str, ...] = ()
    """Dotted names of the functions that lead here, sorted."""
    fields: tuple[str, ...] = ()
    """For `anonymise`: the fields that get another value, sorted; else empty, which is all."""

    @property
    def is_real(self) -> bool:
        """Whether rows are gone afterwards, or no longer about anybody."""
        return self.how != "soft delete"


@dataclass(frozen=True, slots=True)
class Holding:
    """Data about a person in another place, and what the person's deletion does to it."""

    person: str
    """Id of the entity whose row is deleted."""
    holder: str
    """Id of the entity that holds data; for other stores the entity that the data is of."""
    store: str
    """`entity`, `file`, `search`, `cache`, `history`, `log`, `third_party`."""
    outcome: str
    """`erased`, `anonymised`, `unlinked` (the link is cut, the data stays), `blocked` (deletion is
    refused), `kept`, `later` (its own purge takes it)."""
    location: Location
    """Where this is decided: a relation, a field, a statement."""
    via: str = ""
    """What does it: `CASCADE`, `SET_NULL`, the function's dotted name, the tracker's name."""
    fields: tuple[str, ...] = ()
    """Personal fields that remain, sorted."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A call that takes data out of a store, or puts an end to how long it is kept there."""

    store: str
    """A recipient's id or host, `cache`, `search`, `file`, `history`, `storage`, `queue`."""
    name: str
    location: Location
    scope: str = ""
    entity: str = ""
    """Id of the entity concerned, where it can be told."""


@dataclass(frozen=True, slots=True)
class Control:
    """What protects, exposes, expires or passes on tables: a statement or a column's own clause."""

    kind: str
    """A `ControlFact`'s kind, or of a column: `on-delete`, `soft-delete`, `time-column`,
    `consent-default`; `built-query` of a query with values put into its text."""
    location: Location
    entities: tuple[str, ...] = ()
    """Ids of the entities concerned, sorted; empty when no known table is named."""
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()

    def detail(self, name: str) -> str:
        """One detail, or the empty string."""
        return dict(self.details).get(name, "")


@dataclass(frozen=True, slots=True)
class ColumnHistory:
    """Where a column of the current schema came from."""

    table: str
    column: str
    introduced: Location
    changed: Location
    """Where it was last changed; where it was introduced if it never was."""
    names: tuple[str, ...] = ()
    """Former names, oldest first."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """One target column and the columns it is made from."""

    target: str
    """`table.column`; of a query whose result goes nowhere the table is its file's name."""
    sources: tuple[str, ...]
    location: Location
    effects: tuple[str, ...] = ()
    """What is left of each source: `direct`, `derived`, `masked`, `encrypted`, `hashed`,
    `aggregated`."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read, for the report's manifest."""

    path: str
    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything that checks may ask."""

    entities: tuple[Entity, ...] = ()
    flows: tuple[Flow, ...] = ()
    protections: tuple[Flow, ...] = ()
    """Personal data that goes into hash functions and ciphers: `SinkKind.PROTECTION`."""
    transfers: tuple[Transfer, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    """All of every entity, sorted by entity and place."""
    holdings: tuple[Holding, ...] = ()
    """What else holds data about persons, and what deleting them does to it."""
    removals: tuple[Removal, ...] = ()
    functions: frozenset[tuple[str, str]] = frozenset()
    """(path, qualified name) of all functions and methods."""
    lineage: tuple[Lineage, ...] = ()
    controls: tuple[Control, ...] = ()
    history: tuple[ColumnHistory, ...] = ()
    """Columns of SQL tables as migrations leave them."""
    reads: frozenset[str] = frozenset()
    """Identifiers read anywhere in the code."""
    writes: frozenset[str] = frozenset()
    """Identifiers written anywhere in the code."""
    endpoints: tuple[Endpoint, ...] = ()
    written: tuple[Write, ...] = ()
    """Places where fields of stored entities get values."""
    dumps: tuple[Dump, ...] = ()
    refreshes: tuple[Refresh, ...] = ()
    asked: tuple[Guard, ...] = ()
    """Fields whose values decide what code does: conditions and filters."""
    pages: tuple[Page, ...] = ()
    uses: tuple[Use, ...] = ()
    """Ways on which people are written to, tracked or profiled."""
    cookies: tuple[Cookie, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    settings: tuple[Setting, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    purposes: tuple[PurposeNote, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    values: tuple[RealValue, ...] = ()
    remarks: tuple[Remark, ...] = ()
    """Comments addressed to the tool, sorted by place."""
    files: tuple[SourceFile, ...] = ()
    skipped: tuple[Skipped, ...] = field(default=())

    @property
    def lines(self) -> int:
        """Lines of all files read."""
        return sum(item.lines for item in self.files)
