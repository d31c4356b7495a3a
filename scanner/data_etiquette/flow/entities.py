"""Entities of the whole program with judged fields: from classes and from SQL tables."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from data_etiquette.flow.account import account_class
from data_etiquette.flow.care import Care
from data_etiquette.flow.classify import Classifier, EntityContext, Judgement
from data_etiquette.flow.columns import Columns
from data_etiquette.flow.kind import STORED_KINDS, Kind, Kinds, build_kinds
from data_etiquette.flow.program import Program
from data_etiquette.flow.role import core, role_of_name, subject_of_name
from data_etiquette.flow.tables import PATH, merged_tables
from data_etiquette.flow.valuetype import ValueType, value_type
from data_etiquette.flow.vocabulary import Vocabulary
from data_etiquette.flow.words import split
from data_etiquette.model.declaration import ClassifyOverride
from data_etiquette.model.facts import ClassFact, Facts, FieldFact, TableFact
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.location import Location

_STRUCTURAL_GROUPS = frozenset({"identity", "contact", "government_id", "health", "demographic"})
_SERVICE_ENDINGS = frozenset(
    [
        "service",
        "manager",
        "client",
        "backend",
        "handler",
        "helper",
        "factory",
        "builder",
        "adapter",
        "provider",
        "repository",
        "view",
        "viewset",
        "command",
        "task",
        "middleware",
        "admin",
        "router",
        "controller",
        "processor",
        "parser",
        "validator",
        "renderer",
        "loader",
        "exporter",
        "importer",
        "checker",
        "runner",
        "worker",
        "error",
        "exception",
        "test",
        "mixin",
        "config",
        "settings",
        "registry",
        "engine",
        "plugin",
        "driver",
        "connector",
        "storage",
        "permission",
        "policy",
        "strategy",
        "writer",
        "reader",
        "editor",
        "formatter",
        "translator",
        "reporter",
        "agent",
        "player",
    ]
)
_PERSON_MODIFIERS = frozenset(
    {"user", "customer", "patient", "employee", "student", "speaker", "attendee", "subscriber"}
)
_SECRETS = frozenset({"password", "passwd", "pass", "secret", "token", "key", "pwd"})
_CONNECTION_FIELDS = frozenset(
    {"host", "hostname", "port", "server", "server_address", "server_port", "database", "dsn"}
    | {"warehouse", "endpoint", "base_url", "http_path", "service_account_info"}
)
_NO_DATA_BASES = frozenset(
    {"protocol", "enum", "choice", "flag", "exception", "error", "test", "case", "thread", "widget"}
    | {"abc", "object", "type", "field", "visitor", "node", "template", "page", "screen", "dict"}
    | {"list", "tuple", "set", "str", "int", "warning", "event", "filter", "table", "rule", "hook"}
)
"""Last words of bases that make a class behaviour, not a record."""
_NOT_FIELDS = frozenset(
    {"_", "gettext", "gettext_lazy", "lazy_gettext", "ugettext", "ugettext_lazy", "pgettext"}
    | {"pgettext_lazy", "ngettext_lazy", "Signal", "signal", "property", "reverse_lazy", "partial"}
    | {"getLogger", "compile", "HistoricalRecords", "AuditlogHistoryField", "TaggableManager"}
)
"""Calls whose results a class keeps beside its fields: its labels, signals and helpers."""
_AUTHORS = frozenset(
    {"by", "sender", "reporter", "reported_by", "poster", "commenter", "submitter"}
    | {"submitted_by", "from_user", "posted_by", "user"}
)
_INPUTS = frozenset({"form", "serializer", "pydantic"})
_NAMES = frozenset({"first_name", "last_name", "full_name"})
_MAX_NAME_WORDS = 2
_MAX_REPORT_FIELDS = 4
"""A form with more fields than this asks for the parameters of a report, not for a complaint."""
_CLINICAL = frozenset({"patient", "hospital", "clinic", "physician", "clinical", "diagnosis"})
_AMBIGUOUS = frozenset(
    {"operation", "transfer", "admission", "discharge", "observation", "episode", "referral"}
    | {"condition", "treatment", "specimen"}
)
"""Clinical nouns that mean something else where nobody is a patient."""
_DEFINITIONS = frozenset({"setting", "config", "configuration", "option", "permission"})
_EDITORS = frozenset({"created_by", "modified_by", "updated_by", "changed_by", "deleted_by"})
_SAID = frozenset({"comment", "comments", "message", "text", "note", "notes", "reply"})
_LOGIN_PATTERNS = (frozenset({"username", "password"}), frozenset({"email", "password"}))
_PERSON_PATTERNS = (
    frozenset({"first_name", "last_name"}),
    frozenset({"full_name", "email"}),
    frozenset({"full_name", "phone"}),
    frozenset({"full_name", "date_of_birth"}),
    frozenset({"last_name", "date_of_birth"}),
    frozenset({"username", "password"}),
    frozenset({"username", "email"}),
    frozenset({"email", "password"}),
    frozenset({"email", "phone", "postal_code"}),
    frozenset({"date_of_birth"}),
    frozenset({"ethnic_origin"}),
    frozenset({"marital_status"}),
    frozenset({"us_ssn"}),
    frozenset({"passport_number"}),
)
"""Fields that together make an entity a person's record."""
_PLAIN = Kind("class", stored=False)


@dataclass(slots=True)
class _Draft:
    """An entity on the way: everything but the fields' judgement."""

    id: str
    name: str
    kind: Kind
    facts: Facts
    location: Location
    fields: tuple[FieldFact, ...]
    role: Role
    is_role_known: bool
    bases: tuple[str, ...] = ()
    table: str = ""
    abstract: bool = False
    methods: tuple[str, ...] = ()
    model: str = ""
    """Id of the model behind a form, serializer or GraphQL type."""
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    mentions_person: bool = False
    """Whether its fields together make a person's record."""


def build_entities(
    program: Program,
    vocabulary: Vocabulary,
    overrides: Iterable[ClassifyOverride] = (),
) -> tuple[Entity, ...]:
    """All entities, sorted by place."""
    return _Builder(program, vocabulary, tuple(overrides)).build()


class _Builder:
    def __init__(
        self, program: Program, vocabulary: Vocabulary, overrides: tuple[ClassifyOverride, ...]
    ) -> None:
        self._program = program
        self._vocabulary = vocabulary
        self._classifier = Classifier(vocabulary)
        self._care = Care(vocabulary)
        self._columns = Columns(vocabulary, self._classifier)
        self._kinds: Kinds = build_kinds(program, vocabulary.catalog)
        self._overrides = overrides
        self._account = account_class(program)
        self._clinical: bool | None = None
        self._drafts: dict[str, _Draft] = {}
        self._done: dict[str, Entity] = {}

    def build(self) -> tuple[Entity, ...]:
        for facts in self._program.files:
            for cls in facts.classes:
                self._draft_class(facts, cls)
        tables = merged_tables(self._program.files)
        self._columns.learn(tables)
        modelled = {draft.table.lower() for draft in self._drafts.values() if draft.table}
        for facts, table in tables:
            # What Alembic makes of a model is that model.
            if facts.language != "python" or table.name.lower() not in modelled:
                self._draft_table(facts, table)
        for draft in sorted(self._drafts.values(), key=lambda item: not item.kind.stored):
            self._settle_role(draft)
        self._care.learn(
            (draft.id, draft.name, [*self._inherited(draft), *draft.fields])
            for draft in self._drafts.values()
            if draft.kind.stored and draft.kind.name != "sql-table"
        )
        # Models first: forms and serializers that list a model's fields take its judgements.
        ordered = sorted(self._drafts.values(), key=lambda draft: (not draft.kind.stored, draft.id))
        for draft in ordered:
            self._done[draft.id] = self._entity(draft)
        return tuple(sorted(self._done.values(), key=lambda entity: (entity.location, entity.id)))

    def _inherited(self, draft: _Draft, depth: int = 6) -> list[FieldFact]:
        """Fields of the bases."""
        found: list[FieldFact] = []
        for base in draft.bases if depth else ():
            parent = self._drafts.get(base)
            if parent is not None and parent is not draft:
                found += [*self._inherited(parent, depth - 1), *parent.fields]
        return found

    def _draft_class(self, facts: Facts, cls: ClassFact) -> None:
        kind = self._kinds.of(facts, cls)
        if not kind.name and cls.name in ("Arguments", "Input") and "." in cls.qualname:
            kind = Kind("graphql", stored=False)
        if not kind.name:
            if not self._is_plain_entity(cls):
                return
            kind = _PLAIN
        parents = self._kinds.parents(facts, cls)
        role, known = self._role(cls, facts)
        identity = f"{facts.module}.{cls.qualname}" if facts.module else cls.qualname
        self._drafts[identity] = _Draft(
            id=identity,
            name=cls.name,
            kind=kind,
            facts=facts,
            location=Location(facts.path, cls.line, 1, cls.end_line),
            fields=cls.fields,
            role=role,
            is_role_known=known,
            bases=tuple(parent.id for parent in parents),
            table=self._table_name(facts, cls, kind),
            abstract="True" in (cls.option("abstract"), cls.option("__abstract__"))
            or (kind.name == "sqlalchemy" and cls.name.endswith("Mixin")),
            methods=cls.methods,
            model=self._model_of(facts, cls),
        )

    def _draft_table(self, facts: Facts, table: TableFact) -> None:
        name = table.name.rsplit(".", 1)[-1]
        role, known = role_of_name(name, self._vocabulary)
        identity = f"{facts.path}:{table.name}"
        role, known = self._columns.role(identity, role, is_known=known)
        self._drafts[identity] = _Draft(
            id=identity,
            name=name,
            kind=Kind("sql-table", stored=True),
            facts=facts,
            location=Location(facts.path, table.line, 1, table.end_line),
            fields=table.columns,
            role=role,
            is_role_known=known,
            table=table.name,
        )

    def _is_plain_entity(self, cls: ClassFact) -> bool:
        """A class of the domain without a framework: named for a person, with declared fields."""
        words = split(cls.name)
        if not words or words[-1] in _SERVICE_ENDINGS:
            return False
        role, known = role_of_name(cls.name, self._vocabulary)
        declared = [item for item in cls.fields if item.origin in ("annotated", "self")]
        is_personal = known and role not in (Role.THING, Role.ORGANISATION)
        if any(base not in ("object", "abc.ABC", "typing.Generic") for base in cls.bases):
            return self._is_declared(cls, is_personal=is_personal)
        if not is_personal or len(declared) < 2:
            return False
        # `class Upload` with nothing but what `__init__` sets is as often code that does uploads.
        is_code = all(item.origin == "self" for item in declared)
        return not is_code or role in (Role.PERSON, Role.RECORD, Role.HEALTH)

    def _is_declared(self, cls: ClassFact, *, is_personal: bool) -> bool:
        """A class of a framework that nobody described, made of annotated fields."""
        for base in cls.bases:
            ending = split(base.rsplit(".", 1)[-1])[-1:]
            if not ending or ending[0] in _SERVICE_ENDINGS or ending[0] in _NO_DATA_BASES:
                return False
        named = [item for item in cls.fields if item.origin == "annotated"]
        told = [item for item in named if self._classifier.name_element(item.name)]
        if is_personal:
            return len(named) >= 2 or (len(named) == 1 and not cls.methods)
        return len(told) >= 2

    def _role(self, cls: ClassFact, facts: Facts, depth: int = 6) -> tuple[Role, bool]:
        for base in cls.bases:
            role = self._vocabulary.role_bases.get(base.rsplit(".", 1)[-1])
            if role is not None:
                return role, True
        role, known = role_of_name(cls.name, self._vocabulary)
        if split(cls.name)[-1:] == ("form",) and self._kinds.of(facts, cls).stored:
            # A stored form is the definition of one, not what a person wrote into it.
            return Role.THING, True
        if self._is_lookup(cls, facts):
            return Role.THING, True
        if role is Role.HEALTH and _AMBIGUOUS & set(core(split(cls.name), self._vocabulary)[-1:]):
            return (role, known) if self._is_clinical() else (Role.THING, False)
        if known or depth <= 0:
            return role, known
        for parent in self._kinds.parents(facts, cls):
            if parent.cls is not None:
                inherited, known = self._role(parent.cls, parent.facts, depth - 1)
                if inherited is Role.PERSON and not self._describes(parent.cls):
                    continue  # `CollectionMember` makes nobody a member
                if known and inherited is not Role.THING:
                    return inherited, known
        return role, False

    def _is_clinical(self) -> bool:
        """Whether the program knows patients at all: elsewhere an episode is one of a series."""
        if self._clinical is None:
            self._clinical = any(
                _CLINICAL & set(split(cls.name))
                for facts in self._program.files
                for cls in facts.classes
            )
        return self._clinical

    def _describes(self, cls: ClassFact) -> bool:
        """Whether a class has fields of a person of its own, or takes them from a library."""
        own = [item for item in cls.fields if item.call or item.annotation]
        if not own:
            return bool(cls.bases)
        return any(self._classifier.name_element(item.name) for item in own)

    def _is_lookup(self, cls: ClassFact, facts: Facts) -> bool:
        """`SubscriptionType` and `UserStatusChoice` list kinds of things, if they are stored."""
        words = split(cls.name)
        if words[-1:] == ("choice",):
            words = words[:-1]
        if len(words) < 2 or words[-1] not in self._vocabulary.words["lookup-endings"]:
            return False
        is_head = any("".join(words[at:]) in self._vocabulary.roles for at in range(len(words) - 1))
        return not is_head and self._kinds.of(facts, cls).stored

    def _table_name(self, facts: Facts, cls: ClassFact, kind: Kind) -> str:
        if not kind.stored:
            return ""
        named = cls.option("db_table") or cls.option("__tablename__") or cls.option("table_name")
        if named:
            return named.strip("'\"")
        if kind.name == "django-model":
            parts = facts.module.split(".")
            app = next((p for p in reversed(parts) if p not in ("models", "base")), "")
            app = parts[-2] if len(parts) > 1 and parts[-1] == "models" else app
            return f"{app}_{cls.name.lower()}" if app else cls.name.lower()
        return "_".join(split(cls.name)) if kind.name != "sqlmodel" else cls.name.lower()

    def _model_of(self, facts: Facts, cls: ClassFact) -> str:
        name = cls.option("model")
        if not name or name.startswith("'"):
            return ""
        if name.endswith("get_user_model()"):
            return "AUTH_USER"
        definition = self._program.find(name, facts.path)
        return definition.id if definition is not None and definition.cls is not None else ""

    def _settle_role(self, draft: _Draft) -> None:
        if self._is_message(draft) or self._is_report(draft):
            draft.role, draft.is_role_known = Role.CONTENT, True
        if self._is_action_log(draft):
            draft.role, draft.is_role_known = Role.ACTIVITY, True
        if self._is_ledger_account(draft):
            draft.role, draft.is_role_known = Role.THING, True
        if draft.role in (Role.CONTENT, Role.RECORD):
            strong = self._strong_elements(draft)
            draft.mentions_person = any(pattern <= strong for pattern in _PERSON_PATTERNS)
        if draft.is_role_known:
            return
        model = self._drafts.get(self._resolved_model(draft))
        if model is not None and model is not draft:
            draft.role, draft.is_role_known = model.role, model.is_role_known
            return
        modified = self._role_by_modifier(draft)
        if modified is not None:
            draft.role = modified
            return
        if split(draft.name)[-1] in _DEFINITIONS:
            return
        strong = self._strong_elements(draft)
        opens_service = bool(self._vocabulary.words["service-words"] & set(split(draft.name)))
        opens_service |= any(fact.name in _CONNECTION_FIELDS for fact in draft.fields)
        for pattern in _PERSON_PATTERNS:
            if pattern <= strong and not (opens_service and pattern in _LOGIN_PATTERNS):
                draft.role = Role.PERSON
                return
        if self._extends_person(draft):
            draft.role = Role.PERSON
        elif self._is_authored(draft):
            draft.role = Role.CONTENT

    def _is_report(self, draft: _Draft) -> bool:
        """What somebody reported, not a report that is computed."""
        if core(split(draft.name), self._vocabulary)[-1:] != ("report",):
            return False
        names = {fact.name for fact in draft.fields}
        if draft.kind.name in _INPUTS:
            return bool((_SAID | {"reason"}) & names) and len(names) <= _MAX_REPORT_FIELDS
        return self._is_authored(draft, _SAID | {"reason"})

    def _is_action_log(self, draft: _Draft) -> bool:
        """`Log` with an action and who did it: no log of a program."""
        if draft.role is not Role.THING or split(draft.name)[-1:] != ("log",):
            return False
        names = {fact.name for fact in draft.fields}
        return "action" in names and bool(names & {"user", "user_id", "actor", "actor_id"})

    def _is_ledger_account(self, draft: _Draft) -> bool:
        """An account that nobody logs in to: it has no person in its fields."""
        head = core(split(draft.name), self._vocabulary)
        if draft.role is not Role.PERSON or head[-1:] != ("account",):
            return False
        if set(head[:-1]) & self._vocabulary.words["person-nouns"]:
            return False
        family = [draft, *filter(None, (self._drafts.get(base) for base in draft.bases))]
        if not draft.kind.stored:
            models = [item for item in self._drafts.values() if item.kind.stored]
            same = [item for item in models if core(split(item.name), self._vocabulary) == head]
            return bool(same) and all(item.role is Role.THING for item in same)
        if draft.kind.name == "sql-table" or any(map(self._strong_elements, family)):
            return False
        own = [fact for fact in draft.fields if fact.name not in _EDITORS]
        return not any(self._points_to_person(draft, fact) for fact in own)

    def _extends_person(self, draft: _Draft) -> bool:
        """`member = OneToOneField(Member)`: more of that person's record, whatever its name."""
        return draft.kind.stored and any(
            "OneToOne" in fact.call and self._points_to_person(draft, fact) for fact in draft.fields
        )

    def _is_authored(self, draft: _Draft, said: frozenset[str] = _SAID) -> bool:
        """A text and who wrote it: something said, whatever it is called."""
        names = {fact.name for fact in draft.fields}
        return (
            draft.kind.stored
            and bool(said & names)
            and any(
                fact.name in _AUTHORS and self._points_to_person(draft, fact)
                for fact in draft.fields
            )
        )

    def _points_to_person(self, draft: _Draft, fact: FieldFact) -> bool:
        if self._value(draft, fact).kind != "relation":
            return False
        target = self._drafts.get(self._relation_target(draft, fact))
        if target is None:
            return any(
                "User" in piece or "USER" in piece for piece in (*fact.args[:1], fact.option("to"))
            )
        return target.role is Role.PERSON and target.is_role_known

    def _is_message(self, draft: _Draft) -> bool:
        """Somebody it goes to and a text: a message, whatever it is called."""
        if draft.role is not Role.THING or "template" in split(draft.name):
            return False
        names = {fact.name for fact in draft.fields}
        if {"to", "recipient", "recipients"} & names:
            return bool({"text", "body", "message", "subject"} & names)
        is_written = draft.kind.name in _INPUTS and "subject" in names
        return is_written and bool({"text", "body", "message"} & names)

    def _role_by_modifier(self, draft: _Draft) -> Role | None:
        """`MfaResetTicket`, `UserVariables`: no telling head, but a telling word before it."""
        words = split(draft.name)
        lists = self._vocabulary.words
        if any(word in lists["credential-modifiers"] for word in words):
            return Role.CREDENTIAL
        if draft.kind.stored or not words or words[-1] in lists["thing-prefixes"]:
            return None
        for at, word in enumerate(words[:-1]):
            if word in _PERSON_MODIFIERS:
                after = words[at + 1 :]
                is_group = any(
                    lists_role is Role.ORGANISATION
                    for lists_role in map(self._vocabulary.roles.get, after)
                )
                return None if is_group else Role.PERSON
        return None

    def _strong_elements(self, draft: _Draft) -> set[str]:
        """Elements that names alone tell, flags and links left out."""
        thing = EntityContext(draft.name, draft.kind.name, Role.THING, is_role_known=False)
        found = set()
        for fact in draft.fields:
            value = self._value(draft, fact)
            judgement = self._classifier.judge(fact, value, thing)
            element = self._vocabulary.elements.get(judgement.element)
            if element is None or (
                element.id in _NAMES and len(split(fact.name)) > _MAX_NAME_WORDS
            ):
                continue  # `pi_first_name` is of somebody the entity mentions
            if element.group in _STRUCTURAL_GROUPS or element.id == "password":
                found.add(element.id)
        return found

    def _resolved_model(self, draft: _Draft) -> str:
        if draft.model != "AUTH_USER":
            return draft.model
        return self._account if self._account in self._drafts else ""

    def _entity(self, draft: _Draft) -> Entity:
        context = EntityContext(
            draft.name,
            draft.kind.name,
            draft.role,
            draft.is_role_known,
            draft.kind.stored,
            connects=any(fact.name in _CONNECTION_FIELDS for fact in draft.fields),
            has_secret=any(_SECRETS & set(split(fact.name)) for fact in draft.fields),
            siblings=frozenset(word for fact in draft.fields for word in split(fact.name)),
            mentions_person=draft.mentions_person,
        )
        listed_model = self._done.get(self._resolved_model(draft))
        declared = {
            fact.name for fact in draft.fields if fact.origin not in ("meta", "property", "self")
        }
        fields = tuple(
            self._field(draft, fact, context, listed_model)
            for fact in draft.fields
            if self._is_data_field(draft, fact)
            and not (fact.origin == "meta" and fact.name in declared)
        )
        return Entity(
            id=draft.id,
            name=draft.name,
            kind=draft.kind.name,
            location=draft.location,
            role=draft.role,
            subject=self._subject(draft),
            stored=draft.kind.stored,
            abstract=draft.abstract,
            table=draft.table,
            bases=draft.bases,
            relations=tuple(draft.relations),
            fields=fields,
            methods=draft.methods,
        )

    def _field(
        self, draft: _Draft, fact: FieldFact, context: EntityContext, model: Entity | None
    ) -> Field:
        # A column may have been added by a later file than the one that creates its table.
        path = fact.option(PATH) if fact.origin == "column" else ""
        location = Location(path or draft.facts.path, fact.line, fact.column, fact.end_line)
        value = self._value(draft, fact)
        if fact.origin == "meta" and model is not None:
            judgement = self._from_model(fact, model, context)
        else:
            self._note_relation(draft, fact, value)
            judgement = (
                self._columns.judge(draft.id, fact, value, context)
                if draft.kind.name == "sql-table"
                else self._classifier.judge(fact, value, context)
            )
            if draft.role is not Role.PERSON:
                judgement = self._care.judge(draft.id, fact, value, judgement)
            if not judgement.element and model is not None and value.kind == "text":
                known = self._model_field(model, fact.name)
                if known is not None and known.element:
                    judgement = self._from_model(fact, model, context)
        judgement = self._overridden(draft, fact, judgement)
        element = self._vocabulary.elements.get(judgement.element)
        if element is None:
            return Field(fact.name, location, fact, evidence=judgement.evidence, value=value.kind)
        return Field(
            name=fact.name,
            location=location,
            fact=fact,
            element=element.id,
            group=element.group,
            special_category=element.special_category,
            sensitivity=element.sensitivity,
            confidence=judgement.confidence,
            protection=judgement.protection,
            evidence=judgement.evidence,
            value=value.kind,
            validated=value.validates,
        )

    def _from_model(self, fact: FieldFact, model: Entity, context: EntityContext) -> Judgement:
        found = self._model_field(model, fact.name)
        if found is None:
            if fact.name.endswith("_id") or fact.name == "id":
                return Judgement()
            return self._classifier.judge(fact, ValueType(), context)
        if not found.element:
            return Judgement()
        reason = (
            f"listed from {model.name}.{fact.name} ({found.location.path}:{found.location.line})"
        )
        return Judgement(
            found.element, found.confidence, found.protection, (reason, *found.evidence)
        )

    def _model_field(self, model: Entity, name: str, depth: int = 6) -> Field | None:
        for item in model.fields:
            if item.name == name:
                return item
        if depth > 0:
            for base in model.bases:
                parent = self._done.get(base)
                found = self._model_field(parent, name, depth - 1) if parent else None
                if found is not None:
                    return found
        return None

    def _value(self, draft: _Draft, fact: FieldFact) -> ValueType:
        value = value_type(fact, self._vocabulary, is_sql=draft.kind.name == "sql-table")
        if value.target:
            definition = self._program.find(value.target, draft.facts.path)
            if definition is not None and definition.cls is not None:
                return self._class_value(definition.facts, definition.cls)
        if not value.kind:
            # `field(ActorField(…))`: a wrapper tells nothing, what it wraps may.
            for made in (fact.call, *(piece.split("(", 1)[0] for piece in fact.args[:2])):
                definition = self._program.find(made, draft.facts.path) if made else None
                if definition is not None and definition.cls is not None:
                    found = self._class_value(definition.facts, definition.cls)
                    is_told = found.kind != "relation" or made.endswith(("Field", "Serializer"))
                    if is_told or (made == fact.call and definition.id in self._drafts):
                        return found
        return value

    def _class_value(self, facts: Facts, cls: ClassFact, depth: int = 6) -> ValueType:
        """A first-party class as a field's type: an enum, a custom field, or another entity."""
        lasts = [base.rsplit(".", 1)[-1] for base in cls.bases]
        if any(last.endswith(("Enum", "Choices")) for last in lasts):
            return ValueType("choice", name=cls.name)
        if "str" in cls.bases:
            return ValueType("text", name=cls.name)
        if any(last.endswith("TypeDecorator") for last in lasts):
            return self._decorated(cls)
        for base in cls.bases:
            known = self._vocabulary.field_type(base)
            if known is not None and known.value:
                own = value_type(FieldFact("", 0, call=base), self._vocabulary)
                named = value_type(FieldFact("", 0, call=cls.name), self._vocabulary)
                return replace(own, name=cls.name, protection=named.protection or own.protection)
            definition = self._program.find(base, facts.path)
            if (
                definition is not None
                and definition.cls is not None
                and depth > 0
                and definition.cls is not cls
            ):
                found = self._class_value(definition.facts, definition.cls, depth - 1)
                if found.kind and found.kind != "relation":
                    return replace(found, name=cls.name)
        return ValueType("relation", name=cls.name)

    def _decorated(self, cls: ClassFact) -> ValueType:
        """A column type of the scanned code's own, by the type that it keeps its values in."""
        kept = next((item for item in cls.fields if item.name == "impl"), None)
        named = (kept.call or kept.option("=")) if kept is not None else ""
        known = self._vocabulary.field_type(named) if named else None
        own = value_type(FieldFact("", 0, call=cls.name), self._vocabulary)
        kind = known.value if known is not None else "text"
        return ValueType(kind, own.means, cls.name, protection=own.protection)

    def _note_relation(self, draft: _Draft, fact: FieldFact, value: ValueType) -> None:
        if value.kind != "relation":
            return
        target = self._relation_target(draft, fact)
        if target:
            on_delete = fact.option("on_delete").rsplit(".", 1)[-1]
            if any("ondelete='CASCADE'" in piece for piece in fact.args):
                on_delete = "CASCADE"
            draft.relations.append((fact.name, target, on_delete))

    def _relation_target(self, draft: _Draft, fact: FieldFact) -> str:
        pieces = [*fact.args[:1], fact.option("to"), fact.annotation, *fact.args[1:]]
        for piece in pieces:
            for text in _names_in(piece):
                found = self._entity_named(text, draft)
                if found:
                    return found
        return ""

    def _entity_named(self, text: str, draft: _Draft) -> str:
        definition = self._program.find(text, draft.facts.path)
        if definition is not None and definition.cls is not None and definition.id in self._drafts:
            return definition.id
        if text.endswith(("AUTH_USER_MODEL", "get_user_model")):
            return self._resolved_model(replace(draft, model="AUTH_USER"))
        last = text.rsplit(".", 1)[-1]
        same = [item.id for item in self._drafts.values() if item.name == last and item.kind.stored]
        if same:
            return same[0]
        tables = [
            item.id
            for item in self._drafts.values()
            if item.table and item.table == text.split(".", maxsplit=1)[0]
        ]
        return tables[0] if tables else ""

    def _is_data_field(self, draft: _Draft, fact: FieldFact) -> bool:
        """Whether an attribute of the class is data, not a constant or a piece of behaviour."""
        if fact.name.startswith("__") or (fact.name.isupper() and draft.kind.name != "sql-table"):
            return False
        kind = draft.kind.name
        if fact.origin == "property":
            return fact.call == "computed_field" or (fact.call == "field" and kind == "graphql")
        if fact.call.rsplit(".", 1)[-1] in _NOT_FIELDS or "ClassVar" in fact.annotation:
            return False
        if fact.origin == "meta":
            return True
        if fact.origin == "self":
            return kind in ("class", "dataclass", "attrs")
        if kind in (
            "pydantic",
            "dataclass",
            "attrs",
            "typed-dict",
            "named-tuple",
            "msgspec",
            "sqlmodel",
        ):
            return fact.origin in ("annotated", "key", "column") or bool(
                fact.call and kind == "attrs"
            )
        if kind == "class":
            return fact.origin in ("annotated", "key")
        if kind in STORED_KINDS or kind in ("form", "serializer", "graphql"):
            return bool(fact.call or fact.annotation) or fact.origin in ("column", "key")
        return True

    def _subject(self, draft: _Draft) -> str:
        found = subject_of_name(draft.name, self._vocabulary)
        if found or draft.role in (Role.THING, Role.ORGANISATION):
            return found
        for _, target, _ in draft.relations:
            other = self._drafts.get(target)
            if other is not None and other.role is Role.PERSON:
                found = subject_of_name(other.name, self._vocabulary)
                if found:
                    return found
        return "person"

    def _overridden(self, draft: _Draft, fact: FieldFact, judgement: Judgement) -> Judgement:
        names = (
            f"{draft.id}.{fact.name}",
            f"{draft.name}.{fact.name}",
            f"{draft.table}.{fact.name}",
        )
        for override in self._overrides:
            if any(_glob(override.match, name) for name in names):
                reason = f"declared so by a person: {override.why}"
                if override.as_element == "none":
                    return Judgement(evidence=(reason,))
                return Judgement(
                    override.as_element, Confidence.HIGH, judgement.protection, (reason,)
                )
        return judgement


def _names_in(piece: str) -> list[str]:
    """Dotted names in a rendered argument: `'auth.User'`, `sqlalchemy.ForeignKey('users.id')`."""
    names: list[str] = []
    word = ""
    for character in piece + " ":
        if character.isalnum() or character in "._":
            word += character
        else:
            if word.strip("."):
                names.append(word)
            word = ""
    return [name for name in names if not name.endswith(("ForeignKey", "relationship", "Mapped"))]


def _glob(pattern: str, name: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern)
