"""What an application is made of beside its data: endpoints, pages, settings, schedules, writes."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.model.facts import TemplateFact
from data_etiquette.model.location import Location


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """Personal data that stands in an endpoint's address."""

    place: str
    """`path` or `query`."""
    name: str
    """The parameter's."""
    element: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One view, route, command or message handler that somebody outside can reach."""

    name: str
    """Dotted name of its function or of its class."""
    location: Location
    kind: str
    """Framework that calls it: `django`, `djangorestframework`, `flask`, `fastapi`, …"""
    routes: tuple[str, ...] = ()
    """Paths as written in decorators or URL configuration; empty when none was found."""
    methods: tuple[str, ...] = ()
    """HTTP methods in capitals, sorted; empty when unknown."""
    guards: tuple[str, ...] = ()
    """What was found that lets only some people in: decorators, permission classes, mixins,
    dependencies, middleware, defaults of settings; sorted."""
    is_open: bool = False
    """Whether the code says that anybody may: `AllowAny`, `login_not_required`."""
    takes: tuple[str, ...] = ()
    """Ids of the forms, serializers and body models that it reads."""
    gives: tuple[str, ...] = ()
    """Ids of the entities, serializers and response models that it answers with."""
    reads: tuple[str, ...] = ()
    """Ids of stored entities that it looks up."""
    own: tuple[str, ...] = ()
    """Those of `reads` whose rows are chosen by who is signed in, or by a value that nobody can
    guess."""
    is_personal: bool = False
    """Whether it asks who is signed in, or reads the visitor's own session."""
    creates: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    """Names of the templates that it renders."""
    asked: tuple[Asked, ...] = ()
    """Personal data in its path and query, sorted."""


@dataclass(frozen=True, slots=True)
class Write:
    """A place where a field of a stored entity gets a value."""

    entity: str
    field: str
    """Empty when the whole object is written and its fields can't be told."""
    how: str
    """`create` or `update`."""
    location: Location
    scope: str
    """Dotted name of the function."""
    value: str = ""
    """A constant that is written (`False`, `None`), else empty."""
    source: tuple[str, str] = ("", "")
    """(id, field) of another stored entity that the value is read from."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A place where all fields of an entity are taken, needed or not."""

    entity: str
    how: str
    """`select *`, `values` (rows with all columns), `serializer` (all fields of a model),
    `object` (an instance as a mapping)."""
    location: Location
    scope: str
    without: tuple[str, ...] = ()
    """Fields that are left out by name."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """A call that drops or renews what a cache or a search index holds."""

    kind: str
    """`cache` or `search`."""
    key: str
    """Constant beginning of the key, or the index's name; empty when it can't be told."""
    location: Location
    scope: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a settings file, a settings module or a settings class."""

    key: str
    """Dotted: `DATABASES.default.OPTIONS.sslmode`, `services.db.environment.POSTGRES_PASSWORD`."""
    location: Location
    kind: str
    """As `SettingFact.kind`; `call` for a set-up call itself."""
    value: str = ""
    form: str = ""
    """`python`, `call` (argument of a call that sets a library up: `sentry_sdk.init.dsn`), or
    `Facts.form` of the file."""
    environment: str = ""
    """`production`, `development`, `test`, or empty when the place does not tell."""
    is_chosen: bool = False
    """Whether a condition or the environment decides if it holds."""

    @property
    def meets_people(self) -> bool:
        """Whether real people's data may be behind it, unlike in tests and on a desk."""
        return self.environment not in ("test", "development")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something that runs by the clock."""

    when: str
    task: str
    """As written; dotted name or command."""
    location: Location
    scope: str = ""
    """Dotted name of the first-party function that it runs, if that was found."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A personal field that a page shows."""

    entity: str
    """Entity's name; empty when only the words tell."""
    field: str
    element: str
    location: Location


@dataclass(frozen=True, slots=True)
class Page:
    """One template, with what it was found to show and to ask for."""

    path: str
    fact: TemplateFact
    shown: tuple[Shown, ...] = ()
    asked: tuple[Shown, ...] = ()
    """Personal data that its forms ask for."""
    parents: tuple[str, ...] = ()
    """Paths of the templates that it extends or includes, all levels, sorted."""
    mail: bool = False
    """Whether it is (also) rendered into mail."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A field of an entity that a condition reads, or a filter asks for."""

    entity: str
    field: str
    location: Location
    scope: str
    how: str = "condition"
    """`condition`, `filter`, `sql`, `decorator`, `template`."""
    element: str = ""
    """Data element, where field or name tell one."""
    dead: str = ""
    """Why its answer decides nothing: `overwritten` (by a constant before it is read), `itself`
    (compared with itself), `always` (`or True`), `empty` (nothing is done either way), `object`
    (a field's declaration is asked, not its value)."""
    decides: str = ""
    """Of a condition: the last name of a call that it lets happen or not."""


@dataclass(frozen=True, slots=True)
class Use:
    """A way on which people are written to, tracked or profiled, and what it asks before."""

    kind: str
    """`mail`, `message` (SMS, push, chat), `share` (with a service), `profile`."""
    name: str
    """What is called."""
    location: Location
    """Where the way starts: the call that hands the person on."""
    scope: str
    sink: Location
    """Where it ends; the same place where one function does it all."""
    words: tuple[str, ...] = ()
    """Words of the functions, templates and constant texts on the way, an empty one after each."""
    places: tuple[str, ...] = ()
    """Words of the modules on the way, likewise."""
    entity: str = ""
    """Id of the entity whose data it uses, if that is known."""
    recipient: str = ""
    guards: tuple[tuple[str, str], ...] = ()
    """(entity id, field) of the consents that were found to be asked, sorted."""
    options: tuple[str, ...] = ()
    """Names of headers, keywords and links that go with it: `List-Unsubscribe`."""
    template: str = ""
    """Path of the template that a mail is made of."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """Something that is kept on the reader's device."""

    name: str
    """Empty where it is not constant."""
    location: Location
    scope: str = ""
    kind: str = "cookie"
    """`cookie`, `local` (storage that stays), `session` (storage until the window is closed)."""
    lasts: bool = False
    """Whether it is told to outlive the visit."""
    guards: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A personal field that gets its value from somebody other than the person."""

    entity: str
    field: str
    location: Location
    scope: str
    origin: str
    """`answer` (of an HTTP request), `webhook`, `import`, `service` (an SDK's result), `profile`
    (of an identity provider)."""
    name: str = ""
    """Host, service or file format, where known."""


@dataclass(frozen=True, slots=True)
class PurposeNote:
    """A purpose stated in the code: `@purpose("billing")`, `# purpose: billing`."""

    purpose: str
    location: Location
    scope: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment addressed to the tool, and the lines that it is about."""

    location: Location
    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RealValue:
    """A place where a literal looks like a real person's value."""

    element: str
    location: Location


@dataclass(frozen=True, slots=True)
class Dependency:
    """A package that the software needs."""

    name: str
    location: Location
    group: str = ""
