"""What a class is to a person by its name, its bases and the program it stands in."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.kind import Kinds
from data_etiquette.flow.entities.role import core, role_of_name
from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.program import Program
from data_etiquette.model.facts import ClassFact, Facts, FieldFact
from data_etiquette.model.kind import Role

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
_NO_DATA_BASES = frozenset(
    {"protocol", "enum", "choice", "flag", "exception", "error", "test", "case", "thread", "widget"}
    | {"abc", "object", "type", "field", "visitor", "node", "template", "page", "screen", "dict"}
    | {"list", "tuple", "set", "str", "int", "warning", "event", "filter", "table", "rule", "hook"}
)
"""Last words of bases that make a class behaviour, not a record."""
_WRITTEN_OUT = frozenset(
    {"serialize", "to_dict", "as_dict", "asdict", "to_json", "as_json", "from_dict", "from_json"}
)
"""Methods of a class whose objects are data."""
_REFERENCES = frozenset({"relationship", "backref", "dynamic_loader", "ManyToManyField"})
_CLINICAL = frozenset({"patient", "hospital", "clinic", "physician", "clinical", "diagnosis"})
_ADDED = (Role.CONTENT, Role.RECORD, Role.ACTIVITY)
"""What a mixin adds to a form without making the form that."""
_AMBIGUOUS = frozenset(
    {"operation", "transfer", "admission", "discharge", "observation", "episode", "referral"}
    | {"condition", "treatment", "specimen"}
)
"""Clinical nouns that mean something else where nobody is a patient."""


@dataclass(slots=True)
class Named:
    """Roles of classes before their fields are looked at."""

    _program: Program
    _vocabulary: Vocabulary
    _classifier: Classifier
    _kinds: Kinds
    _clinical: bool | None = None

    def role(self, cls: ClassFact, facts: Facts, depth: int = 6) -> tuple[Role, bool]:
        """The role that name and bases give, and whether the name told it."""
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
            if parent.cls is not None and not self._only_refers(parent.cls):
                inherited, known = self.role(parent.cls, parent.facts, depth - 1)
                if inherited is Role.PERSON and not self._describes(parent.cls):
                    continue  # `CollectionMember` makes nobody a member
                is_mixin = split(parent.cls.name)[-1:] == ("mixin",)
                if is_mixin and inherited in _ADDED and not self._kinds.of(facts, cls).stored:
                    continue  # `NoteFormMixin` adds a note to a form about something else
                if known and inherited is not Role.THING:
                    return inherited, known
        return role, False

    def is_plain_entity(self, cls: ClassFact) -> bool:
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
        if not is_code or role in (Role.PERSON, Role.RECORD, Role.HEALTH):
            return True
        offered = {*cls.methods, *(item.name for item in cls.fields if item.origin == "property")}
        return role in (Role.CONTENT, Role.CREDENTIAL) and bool(_WRITTEN_OUT & offered)

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

    def _only_refers(self, cls: ClassFact) -> bool:
        """`CommentMixin` makes a thing one that has comments, not a comment."""
        if split(cls.name)[-1:] != ("mixin",):
            return False
        kept = [item for item in cls.fields if item.origin != "property"]
        own = [item for item in kept if item.call or item.annotation]
        return all(map(_is_reference, own)) if own else set(cls.bases) <= {"object"}

    def _is_lookup(self, cls: ClassFact, facts: Facts) -> bool:
        """`SubscriptionType` and `UserStatusChoice` list kinds of things, if they are stored."""
        words = split(cls.name)
        if words[-1:] == ("choice",):
            words = words[:-1]
        if len(words) < 2 or words[-1] not in self._vocabulary.words["lookup-endings"]:
            return False
        is_head = any("".join(words[at:]) in self._vocabulary.roles for at in range(len(words) - 1))
        return not is_head and self._kinds.of(facts, cls).stored


def _is_reference(fact: FieldFact) -> bool:
    """Whether a field leads to rows elsewhere and holds nothing itself."""
    called = fact.call.rsplit(".", 1)[-1]
    return called in _REFERENCES or called.endswith(("Relation", "ForeignKey"))
