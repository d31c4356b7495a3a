"""Entities of the whole program with judged fields: from classes and from SQL tables."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from data_etiquette.flow.entities.account import account_class
from data_etiquette.flow.entities.care import Care
from data_etiquette.flow.entities.classify import Classifier, Judgement
from data_etiquette.flow.entities.columns import Columns
from data_etiquette.flow.entities.context import EntityContext
from data_etiquette.flow.entities.draft import ACCOUNT, CONNECTION_FIELDS, Draft
from data_etiquette.flow.entities.kind import (
    STORED_KINDS,
    Kind,
    Kinds,
    build_kinds,
    registered_name,
)
from data_etiquette.flow.entities.named import Named
from data_etiquette.flow.entities.role import role_of_name, subject_of_name
from data_etiquette.flow.entities.settle import Settler
from data_etiquette.flow.entities.values import Values
from data_etiquette.flow.entities.valuetype import ValueType
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.program import Program
from data_etiquette.flow.sql.migrations import is_migration
from data_etiquette.flow.sql.tables import PATH, merged_tables
from data_etiquette.model.declaration import ClassifyOverride
from data_etiquette.model.facts import ClassFact, Facts, FieldFact, TableFact
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence, Role
from data_etiquette.model.location import Location

_SECRETS = frozenset({"password", "passwd", "pass", "secret", "token", "key", "pwd"})
_NOT_FIELDS = frozenset(
    {"_", "gettext", "gettext_lazy", "lazy_gettext", "ugettext", "ugettext_lazy", "pgettext"}
    | {"pgettext_lazy", "ngettext_lazy", "Signal", "signal", "property", "reverse_lazy", "partial"}
    | {"getLogger", "compile", "HistoricalRecords", "AuditlogHistoryField", "TaggableManager"}
)
"""Calls whose results a class keeps beside its fields: its labels, signals and helpers."""
_BASE_OF = re.compile(r"declarative_base\(.*?\bcls=([\w.]+)")
"""`Base = declarative_base(cls=Named)`"""
_TAKEN_OVER = ("text", "json", "")
"""Kinds of values that a form or serializer declares again and takes from the model."""
_PLAIN = Kind("class", stored=False)


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
        self._drafts: dict[str, Draft] = {}
        self._named = Named(program, vocabulary, self._classifier, self._kinds)
        self._values = Values(program, vocabulary, self._drafts, account_class(program))
        self._settler = Settler(vocabulary, self._classifier, self._values, self._drafts)
        self._done: dict[str, Entity] = {}

    def build(self) -> tuple[Entity, ...]:
        for facts in self._program.files:
            for cls in facts.classes:
                self._draft_class(facts, cls)
        self._drop_stand_ins()
        self._join_extensions()
        tables = merged_tables(self._program.files)
        self._columns.learn(tables)
        modelled = {draft.table.lower() for draft in self._drafts.values() if draft.table}
        for facts, table in tables:
            # What Alembic makes of a model is that model.
            if facts.language != "python" or table.name.lower() not in modelled:
                self._draft_table(facts, table)
        for draft in sorted(self._drafts.values(), key=lambda item: not item.kind.stored):
            self._settler.settle(draft)
        self._settler.settle_mixins()
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

    def _drop_stand_ins(self) -> None:
        """A migration's own picture of a table that a model outside describes is that model."""
        modelled = {
            draft.table.lower()
            for draft in self._drafts.values()
            if draft.table and not is_migration(draft.facts.path)
        }
        for draft in list(self._drafts.values()):
            if draft.table.lower() in modelled and is_migration(draft.facts.path):
                del self._drafts[draft.id]

    def _join_extensions(self) -> None:
        """`_inherit = "res.partner"`: a class that adds fields to one that has its own name."""
        first: dict[str, Draft] = {}
        registered = [draft for draft in self._drafts.values() if draft.registered]
        for draft in sorted(registered, key=lambda item: (item.extends, item.id)):
            main = first.setdefault(draft.registered, draft)
            if main is not draft and main.id not in draft.bases:
                draft.bases = (*draft.bases, main.id)

    def _inherited(self, draft: Draft, depth: int = 6) -> list[FieldFact]:
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
            if not self._named.is_plain_entity(cls):
                return
            kind = _PLAIN
        parents = self._kinds.parents(facts, cls)
        role, known = self._named.role(cls, facts)
        registered = registered_name(kind.name, cls)
        if "".join(split(registered)) in self._vocabulary.words["registered-people"]:
            role, known = Role.PERSON, True
        elif registered and not known:
            role, known = role_of_name(registered, self._vocabulary)
        identity = f"{facts.module}.{cls.qualname}" if facts.module else cls.qualname
        self._drafts[identity] = Draft(
            id=identity,
            name=cls.name,
            kind=kind,
            facts=facts,
            location=Location(facts.path, cls.line, 1, cls.end_line),
            fields=cls.fields,
            role=role,
            is_role_known=known,
            bases=tuple(parent.id for parent in parents),
            is_built_on_library=any(
                base not in self._kinds.bases and self._program.find(base, facts.path) is None
                for base in cls.bases
            ),
            table=self._table_name(facts, cls, kind),
            abstract="True" in (cls.option("abstract"), cls.option("__abstract__"))
            or (kind.name == "sqlalchemy" and cls.name.endswith("Mixin")),
            methods=cls.methods,
            model=self._model_of(facts, cls),
            registered=registered,
            extends=not (cls.option("_name") or (kind.name == "tryton" and cls.bases)),
        )

    def _draft_table(self, facts: Facts, table: TableFact) -> None:
        name = table.name.rsplit(".", 1)[-1]
        role, known = role_of_name(name, self._vocabulary)
        identity = f"{facts.path}:{table.name}"
        role, known = self._columns.role(identity, role, is_known=known)
        self._drafts[identity] = Draft(
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

    def _table_name(self, facts: Facts, cls: ClassFact, kind: Kind) -> str:
        if not kind.stored:
            return ""
        registered = registered_name(kind.name, cls)
        if registered:
            return cls.option("_table").strip("'\"") or registered.replace(".", "_")
        named = (
            cls.option("db_table") or self._named_by(facts, cls, cls) or cls.option("table_name")
        )
        if named:
            return named.strip("'\"")
        if kind.name == "django-model":
            parts = facts.module.split(".")
            app = next((p for p in reversed(parts) if p not in ("models", "base")), "")
            app = parts[-2] if len(parts) > 1 and parts[-1] == "models" else app
            return f"{app}_{cls.name.lower()}" if app else cls.name.lower()
        return "_".join(split(cls.name)) if kind.name != "sqlmodel" else cls.name.lower()

    def _named_by(self, facts: Facts, cls: ClassFact, asked: ClassFact, depth: int = 6) -> str:
        """The table's name as the class gives it, or a base that makes it of the class's name."""
        told = cls.option("__tablename__")
        if told and cls is asked and "__name__" not in told:
            return told
        if "__name__" in told:
            plain = ".lower()" in told and "sub(" not in told
            return asked.name.lower() if plain else "_".join(split(asked.name))
        for base in cls.bases if depth > 0 and not told else ():
            above = self._program.find(base, facts.path)
            if above is not None and above.kind == "value":
                made = _BASE_OF.search(above.text)
                above = self._program.find(made[1], above.facts.path) if made else None
            if above is None or above.cls is None or above.cls is cls:
                continue
            found = self._named_by(above.facts, above.cls, asked, depth - 1)
            if found:
                return found
        return ""

    def _model_of(self, facts: Facts, cls: ClassFact, depth: int = 6) -> str:
        name = cls.option("model")
        if not name and depth > 0 and cls.option("Meta.bases").endswith(".Meta"):
            # `class Meta(BaseForm.Meta): fields = […]` keeps the model of that form.
            above = self._program.find(cls.option("Meta.bases")[: -len(".Meta")], facts.path)
            if above is not None and above.cls is not None and above.cls is not cls:
                return self._model_of(above.facts, above.cls, depth - 1)
        if not name or name.startswith("'"):
            return ""
        # `User = get_user_model()` at the top of a module is the way most are written.
        meant = dict(facts.assigned).get(name.rsplit(".", 1)[-1], name)
        if meant.endswith(("get_user_model()", "auth.models.User")):
            return ACCOUNT
        definition = self._program.find(name, facts.path)
        return definition.id if definition is not None and definition.cls is not None else ""

    def _hashes(self, draft: Draft) -> bool:
        """Whether passwords are hashed by the class itself or by the library of its base."""
        words = self._vocabulary.words
        methods = ("".join(split(name)) for name in draft.methods)
        model = self._program.find(draft.id)
        bases = model.cls.bases if model is not None and model.cls is not None else ()
        return any(name in words["hashing-methods"] for name in methods) or any(
            "".join(split(base)) in words["hashing-bases"] for base in bases
        )

    def _entity(self, draft: Draft) -> Entity:
        context = EntityContext(
            draft.name,
            draft.kind.name,
            draft.role,
            draft.is_role_known,
            draft.kind.stored,
            connects=any(fact.name in CONNECTION_FIELDS for fact in draft.fields),
            has_secret=any(_SECRETS & set(split(fact.name)) for fact in draft.fields),
            hashes=self._hashes(draft),
            siblings=frozenset(
                word
                for fact in draft.fields
                if not fact.name.isupper()
                for word in split(fact.name)
            ),
            mentions_person=draft.mentions_person,
            reaches_owner=self._settler.reaches_owner(draft),
        )
        listed_model = self._done.get(self._values.model(draft))
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
        self, draft: Draft, fact: FieldFact, context: EntityContext, model: Entity | None
    ) -> Field:
        # A column may have been added by a later file than the one that creates its table.
        path = fact.option(PATH) if fact.origin == "column" else ""
        location = Location(path or draft.facts.path, fact.line, fact.column, fact.end_line)
        value = self._values.of(draft, fact)
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
            if not judgement.element and model is not None and value.kind in _TAKEN_OVER:
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
        owner = self._owner(model, found)
        if owner.abstract and owner.role is Role.PERSON and model.role is not Role.PERSON:
            # What a mixin gives to a firm as well as to its customers.
            return self._classifier.judge(fact, ValueType(), context)
        reason = (
            f"listed from {model.name}.{fact.name} ({found.location.path}:{found.location.line})"
        )
        return Judgement(
            found.element, found.confidence, found.protection, (reason, *found.evidence)
        )

    def _owner(self, model: Entity, item: Field, depth: int = 6) -> Entity:
        """The model, or the base of it that declares a field."""
        parents = (self._done.get(base) for base in model.bases)
        if item in model.fields or depth <= 0:
            return model
        owners = (self._owner(parent, item, depth - 1) for parent in parents if parent is not None)
        return next((owner for owner in owners if item in owner.fields), model)

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

    def _note_relation(self, draft: Draft, fact: FieldFact, value: ValueType) -> None:
        if value.kind != "relation":
            return
        target = self._values.target(draft, fact)
        if target:
            on_delete = fact.option("on_delete").rsplit(".", 1)[-1]
            if any("ondelete='CASCADE'" in piece for piece in fact.args):
                on_delete = "CASCADE"
            draft.relations.append((fact.name, target, on_delete))

    def _is_data_field(self, draft: Draft, fact: FieldFact) -> bool:
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
        if kind == "django-model" and fact.origin not in ("column", "key"):
            return bool(fact.call)  # `otp_device: Device` alone is no column
        if kind in STORED_KINDS or kind in ("form", "serializer", "graphql"):
            return bool(fact.call or fact.annotation) or fact.origin in ("column", "key")
        return True

    def _subject(self, draft: Draft) -> str:
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

    def _overridden(self, draft: Draft, fact: FieldFact, judgement: Judgement) -> Judgement:
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


def _glob(pattern: str, name: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern)
