"""Which classes are entities, of what kind: by their bases across files, else by their fields."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from data_etiquette.flow.program.program import Definition, Program
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.facts import ClassFact, Facts

_MAX_DEPTH = 12
_ENUMS = frozenset(
    {"Enum", "IntEnum", "StrEnum", "TextChoices", "IntegerChoices", "Choices", "Flag", "IntFlag"}
)
_NOT_ENTITIES = frozenset(
    {"Exception", "BaseException", "TestCase", "AppConfig", "ModelAdmin", "Manager", "QuerySet"}
    | {"BaseCommand", "View", "APIView", "ViewSet", "ModelViewSet", "GenericAPIView", "Widget"}
    | {"Protocol", "ABC", "Resource", "NodeVisitor", "Thread", "Handler", "Formatter", "Migration"}
)
_BY_ENDING = (
    ("Serializer", "serializer"),
    ("Schema", "serializer"),
    ("Form", "form"),
    ("FormSet", ""),
    ("ObjectType", "graphql"),
    ("Struct", "msgspec"),
    ("Document", "mongo"),
)
_VERSION = re.compile(r"_?V?\d+$")
"""`RegisterFormV2` is a form."""
_FIELD_MODULES = (
    ("django.db.models.", "django-model"),
    ("django.contrib.gis.db.models.", "django-model"),
    ("django.forms.", "form"),
    ("rest_framework.serializers.", "serializer"),
    ("rest_framework.fields.", "serializer"),
    ("sqlalchemy.", "sqlalchemy"),
    ("sqlmodel.Field", "sqlmodel"),
    ("wtforms.", "form"),
    ("marshmallow.fields.", "serializer"),
    ("mongoengine.", "mongo"),
    ("peewee.", "peewee"),
    ("tortoise.fields.", "tortoise"),
    ("graphene.", "graphql"),
    ("pydantic.Field", "pydantic"),
    ("odoo.fields.", "odoo"),
    ("openerp.fields.", "odoo"),
    ("trytond.model.fields.", "tryton"),
)
_TABLES_ON_PAGES = frozenset({"django_tables2", "djblets", "flask_table", "datatableview", "rich"})
"""Libraries whose `Column` is one of a table that is shown."""
STORED_KINDS = frozenset(
    {"django-model", "sqlalchemy", "sqlmodel", "peewee", "tortoise", "mongo", "sql-table"}
    | {"odoo", "tryton"}
)
_REGISTERED = {"odoo": ("_name", "_inherit"), "tryton": ("__name__",)}
"""Kinds whose models are known by a name in a registry, and the attributes that say it."""
REGISTERED_KINDS = frozenset(_REGISTERED)


def registered_name(kind: str, cls: ClassFact) -> str:
    """`res.partner`: the name under which a registry knows a model; empty where there is none."""
    named = (cls.option(option).strip("'\"") for option in _REGISTERED.get(kind, ()))
    return next((name for name in named if name and "[" not in name), "")


@dataclass(frozen=True, slots=True)
class Kind:
    """An entity's kind."""

    name: str
    stored: bool


NO_KIND = Kind("", stored=False)


@dataclass(slots=True)
class Kinds:
    """Decides kinds, remembering those of base classes."""

    program: Program
    bases: dict[str, Kind] = field(default_factory=dict)
    decorators: dict[str, Kind] = field(default_factory=dict)
    _known: dict[tuple[str, str], Kind] = field(default_factory=dict)

    def of(self, facts: Facts, cls: ClassFact, depth: int = _MAX_DEPTH) -> Kind:
        """Kind of one class; `NO_KIND` when it is no entity."""
        key = (facts.path, cls.qualname)
        if key in self._known:
            return self._known[key]
        self._known[key] = NO_KIND  # guards against circular bases
        self._known[key] = self._decide(facts, cls, depth)
        return self._known[key]

    def parents(self, facts: Facts, cls: ClassFact) -> list[Definition]:
        """First-party base classes."""
        found = []
        for base in cls.bases:
            definition = self.program.find(base, facts.path)
            if definition is not None and definition.cls is not None and definition.cls is not cls:
                found.append(definition)
        return found

    def _decide(self, facts: Facts, cls: ClassFact, depth: int) -> Kind:
        if depth <= 0:
            return NO_KIND
        lasts = {base.rsplit(".", 1)[-1] for base in cls.bases}
        if lasts & _ENUMS or any(last.endswith(("Error", "Exception")) for last in lasts):
            return NO_KIND
        for decorator in cls.decorators:
            name = decorator.split("(", 1)[0]
            kind = self.decorators.get(name)
            if kind is not None:
                return kind
        for base in cls.bases:
            kind = self._base_kind(base, facts, cls, depth)
            if kind is not None:
                return self._refined(kind, cls)
        return self._by_fields(facts, cls, lasts)

    def _base_kind(self, base: str, facts: Facts, cls: ClassFact, depth: int) -> Kind | None:
        kind = self.bases.get(base)
        if kind is not None:
            return kind
        definition = self.program.find(base, facts.path)
        if definition is None:
            given_on = self.bases.get(self.program.beyond(base, facts.path))
            return given_on or self._value_base(base, facts) or self._by_ending(base)
        if definition.cls is not None and definition.cls is not cls:
            found = self.of(definition.facts, definition.cls, depth - 1)
            return found if found is not NO_KIND else None
        if definition.text:
            return self.bases.get(definition.text.split("(", 1)[0])
        return None

    def _value_base(self, base: str, facts: Facts) -> Kind | None:
        """`db.Model`, where `db = SQLAlchemy()` stands in some module."""
        owner, _, last = base.rpartition(".")
        definition = self.program.find(owner, facts.path) if owner else None
        if definition is None or not definition.text:
            return None
        callee = definition.text.split("(", 1)[0]
        known = self.bases.get(f"{callee}.{last}") or self.bases.get(callee)
        if known is not None:
            return known
        # `db = OurSQLAlchemy()`, where `class OurSQLAlchemy(SQLAlchemy)` is the scanned code's own.
        made = self.program.find(callee, definition.facts.path)
        if made is None or made.cls is None:
            return None
        for ancestor in made.cls.bases:
            known = self.bases.get(f"{ancestor}.{last}") or self.bases.get(ancestor)
            if known is not None:
                return known
        return None

    def _by_ending(self, base: str) -> Kind | None:
        last = _VERSION.sub("", base.rsplit(".", 1)[-1])
        for ending, kind in _BY_ENDING:
            if last.endswith(ending):
                return Kind(kind, stored=kind in STORED_KINDS) if kind else NO_KIND
        return None

    def _refined(self, kind: Kind, cls: ClassFact) -> Kind:
        """SQLModel classes are stored only with `table=True`."""
        if kind.name == "sqlmodel" and cls.option("table") != "True":
            return Kind("sqlmodel", stored=False)
        return kind

    def _by_fields(self, facts: Facts, cls: ClassFact, lasts: set[str]) -> Kind:
        if lasts & _NOT_ENTITIES:
            return NO_KIND
        votes: Counter[str] = Counter()
        if cls.option("__tablename__") and "__name__" not in cls.option("__tablename__"):
            votes["sqlalchemy"] += 1
        for item in cls.fields:
            root = item.call.split(".", 1)[0]
            if (
                item.call.rsplit(".", 1)[-1] in ("Column", "mapped_column")
                and root not in _TABLES_ON_PAGES
            ):
                votes["sqlalchemy"] += 1
            kind = self._field_kind(item.call, facts.path)
            if kind:
                votes[kind] += 1
        if votes:
            kind = votes.most_common(1)[0][0]
            return Kind(kind, stored=kind in STORED_KINDS)
        return NO_KIND

    def _field_kind(self, call: str, path: str, depth: int = 4) -> str:
        """Framework of a field class, also of one that the scanned code derives from it."""
        for prefix, kind in _FIELD_MODULES:
            if call.startswith(prefix):
                return kind
        if depth <= 0 or not call.rsplit(".", 1)[-1][:1].isupper():
            return ""
        definition = self.program.find(call, path)
        if definition is None or definition.cls is None:
            return ""
        found = (
            self._field_kind(base, definition.facts.path, depth - 1)
            for base in definition.cls.bases
            if base != call
        )
        return next(filter(None, found), "")


def build_kinds(program: Program, catalog: Catalog) -> Kinds:
    """Compile the frameworks' entity patterns."""
    kinds = Kinds(program)
    for framework in catalog.frameworks:
        for pattern in framework.entities:
            kind = Kind(pattern.kind, pattern.stored)
            for base in pattern.bases:
                kinds.bases[base] = kind
            for decorator in pattern.decorators:
                kinds.decorators[decorator] = kind
    return kinds
