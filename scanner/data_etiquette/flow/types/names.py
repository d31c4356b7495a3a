"""Names: of modules, of classes, in annotations and options."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from data_etiquette.flow.program.annotation import names_in
from data_etiquette.flow.program.generics import arguments_of
from data_etiquette.flow.program.program import Definition
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types.core import (
    CONTEXT_OBJECTS,
    MAX_DEPTH,
    TypesCore,
    is_typing,
)
from data_etiquette.flow.types.typed import UNKNOWN, Typed
from data_etiquette.model.catalog import MemberModel

_CHAINED = re.compile(r"([\w.]+)\(['\"]([\w-]+)['\"][^()]*\)((?:\.\w+)+)\(")
"""`boto3.resource('dynamodb').Table(`."""

_GENERIC = (".Generic", ".GenericModel", ".Protocol")


@dataclass(slots=True)
class Names(TypesCore):
    """What a dotted name or an annotation stands for."""

    _lasts: dict[int, frozenset[str]] = field(default_factory=dict)
    """Last parts of a member model's bases, by the model."""

    def _name(self, fn: FunctionRef, dotted: str) -> Typed:
        """A module-level or imported name."""
        definition = self.program.find(dotted, fn.facts.path)
        definition = self._set_up(definition) or definition
        if definition is None:
            given_on = self.program.beyond(dotted, fn.facts.path)
            return self._library_name(fn, given_on or dotted)
        ref = self.hierarchy.class_of(definition)
        if ref is not None:
            entity = self.index.by_id.get(ref.id)
            return Typed(entity, cls=ref, is_class=True, library=self._library_of(ref))
        if definition.kind == "value":
            return self._value(definition)
        return UNKNOWN

    def _library_name(self, fn: FunctionRef, dotted: str) -> Typed:
        if dotted == "django.contrib.auth.models.User":
            return self._account(dotted, is_class=True)
        known = self.knowledge.returns.get(dotted)
        if known == "AUTH_USER":
            return self._account("" if self.index.user else dotted)
        head, _, last = dotted.rpartition(".")
        if head:
            definition = self.program.find(head, fn.facts.path)
            if definition is not None and definition.kind == "value":
                held = self._value(definition)
                return Typed(library=f"{held.library}.{last}") if held.library else UNKNOWN
        if self.program.is_first_party(dotted, fn.facts.path):
            return UNKNOWN
        if dotted.startswith(CONTEXT_OBJECTS) and last:
            return replace(self._by_variable(last), library=dotted)
        return Typed(library=dotted)

    def _value(self, definition: Definition) -> Typed:
        """A module-level variable by its right-hand side."""
        text = definition.text
        if "get_user_model" in text:
            return self._account(is_class=True)
        callee, _, _ = text.partition("(")
        if callee == text:
            return UNKNOWN
        if callee.endswith("]"):
            # `accounts = Repository[Account](Account)`
            module = self.hierarchy.functions.get((definition.facts.path, "<module>"))
            return self.annotated(callee, module) if module is not None else UNKNOWN
        chained = _CHAINED.match(text)
        if chained is not None and chained.group(1) in self.knowledge.factories:
            name, service, rest = chained.groups()
            return Typed(library=f"{name}({service}){rest}")
        made = self.hierarchy.class_of(self.program.find(callee, definition.facts.path))
        if made is not None:
            library = self._library_of(made)
            return Typed(self.index.by_id.get(made.id), cls=made, library=library)
        head, _, last = callee.rpartition(".")
        holder = self.program.find(head, definition.facts.path) if head else None
        if holder is not None and holder.kind == "value" and holder.text != text:
            # `google = oauth.register("google")`: a method of another of the module's objects.
            library = self._value(holder).library
            if library:
                return Typed(library=self.made_by(f"{library}.{last}({text.partition('(')[2]}"))
        maker = self.hierarchy.function_of(self.program.find(callee, definition.facts.path))
        if maker is not None:
            # `client = get_client()`: a function of our own that makes it.
            found = self._function_type(maker, MAX_DEPTH)
            return found if isinstance(found, Typed) else UNKNOWN
        return Typed(library=self.made_by(text))

    def _library_of(self, ref: ClassRef) -> str:
        """A class built on a library's is used as that: the base's name."""
        for base in self.hierarchy.library_bases(ref):
            if base in self._known_owners():
                return base
        return ""

    def _known_owners(self) -> set[str]:
        if not self._owners:
            self._owners.update(self.knowledge.returns.values())
            self._owners.update(self.knowledge.modules)
            self._owners.update(self.knowledge.sink_owners)
        return self._owners

    def made_by(self, text: str) -> str:
        """Type of the result of `name(arguments)` as text."""
        name, _, arguments = text.partition("(")
        if name in self.knowledge.factories:
            return f"{name}({arguments.split(',')[0].strip(chr(39) + chr(34) + ')')})"
        known = self.knowledge.returns.get(name)
        if known is not None:
            return known if known not in ("AUTH_USER", "FIRST_ARGUMENT") else ""
        # A constructor's result has the class's own name; a plain function's result is unknown.
        last = name.rsplit(".", 1)[-1]
        is_library = name in self.knowledge.modules or self.knowledge.is_client(name)
        return name if last[:1].isupper() or is_library else ""

    def annotated(self, annotation: str, fn: FunctionRef, depth: int = 3) -> Typed:
        """The entity, class or library object that an annotation names first."""
        library = ""
        for name in names_in(annotation):
            meant = self._meant(fn, name, depth)
            if meant is not UNKNOWN:
                return meant
            definition = self.program.find(name, fn.facts.path)
            ref = self.hierarchy.class_of(definition)
            if ref is not None:
                if self._does_things(ref):
                    filled = self._filled(ref, name, annotation, fn)
                    return Typed(cls=filled, library=self._library_of(ref))
                inner = self._argument(ref, annotation, fn, depth)
                if inner is not UNKNOWN:
                    return inner
                return Typed(self.index.by_id.get(ref.id), cls=ref, library=self._library_of(ref))
            if definition is not None and definition.kind == "value" and depth > 0:
                module = self.hierarchy.functions.get((definition.facts.path, "<module>"))
                inner = self.annotated(definition.text, module, depth - 1) if module else UNKNOWN
                if inner is not UNKNOWN:
                    return inner
            if name == "django.contrib.auth.models.User" and self.index.user is not None:
                return self._account()
            if definition is None and "." in name and not library and not is_typing(name):
                library = name
        return Typed(library=library) if library else UNKNOWN

    def _does_things(self, ref: ClassRef) -> bool:
        """Whether a class is a repository or a service rather than a page that holds rows."""
        is_data = ref.id in self.index.by_id
        return not is_data and any(
            name[0] != "_" for cls in self.hierarchy.line(ref) for name in cls.cls.methods
        )

    def _meant(self, fn: FunctionRef, name: str, depth: int) -> Typed:
        """What a type parameter stands for in the class that a method is seen as part of."""
        place = self.hierarchy.classes.get((fn.facts.path, fn.header.owner))
        owner = self.hierarchy.owner(fn) if place is not None else None
        if place is None or owner is None or depth <= 0:
            return UNKNOWN
        return self.meaning(owner, place, name, depth)

    def meaning(self, ref: ClassRef, place: ClassRef, name: str, depth: int = 3) -> Typed:
        """What a type parameter of `place` stands for in objects of `ref`."""
        found = self.generics.meaning(ref, place, name.rpartition(".")[2])
        if found is None:
            return UNKNOWN
        module = self.hierarchy.functions.get((found.path, "<module>"))
        return self.annotated(found.text, module, depth - 1) if module is not None else UNKNOWN

    def _filled(self, ref: ClassRef, name: str, annotation: str, fn: FunctionRef) -> ClassRef:
        """`Repository[Account]`: the generic class with its parameters' meanings."""
        if "[" not in annotation or not self.generics.parameters(ref):
            return ref
        given = arguments_of(annotation, name)
        return self.generics.made(ref, name, given, fn.facts) if given else ref

    def _argument(self, ref: ClassRef, annotation: str, fn: FunctionRef, depth: int) -> Typed:
        """`Customer` of `Page[Customer]`, where `Page` is a generic class of our own."""
        _, bracket, rest = annotation.partition(f"{ref.cls.name}[")
        if not bracket or depth <= 0:
            return UNKNOWN
        if not any(base.endswith(_GENERIC) for base in self.hierarchy.library_bases(ref)):
            return UNKNOWN
        inner = self.annotated(rest, fn, depth - 1)
        return replace(inner, wrapper=ref) if inner.entity is not None else UNKNOWN

    def _keyword_class(self, text: str, keyword: str, fn: FunctionRef) -> Typed:
        _, _, tail = text.partition(f"{keyword}=")
        name = tail.split(",", 1)[0].split(")", 1)[0].strip("' \"")
        if not name:
            return UNKNOWN
        if "AUTH_USER_MODEL" in name or "get_user_model" in name:
            return self._account()
        named = self._name(fn, name)
        if named.entity is None and named.cls is None:
            return UNKNOWN
        return replace(named, is_class=False)

    def _has_base(self, ref: ClassRef, member: MemberModel) -> bool:
        lasts = self._lasts.get(id(member))
        if lasts is None:
            lasts = frozenset(base.rsplit(".", 1)[-1] for base in member.bases)
            self._lasts[id(member)] = lasts
        return any(base.rsplit(".", 1)[-1] in lasts for base in self.hierarchy.library_bases(ref))

    def _member_type(self, ref: ClassRef, text: str) -> Typed:
        if text == "AUTH_USER":
            return self._account()
        if not text.startswith("option:"):
            return Typed(library=text)
        for option in text[7:].split("|"):
            found = self.option_class(ref, option)
            if found is not UNKNOWN:
                return found
        return UNKNOWN

    def option_class(self, ref: ClassRef, option: str) -> Typed:
        """The class that a class attribute or a Meta option names: `model = Order`."""
        declared = self.hierarchy.attribute(ref, option)
        texts = []
        if declared is not None:
            place, item = declared
            texts = [
                (item.option("="), place),
                (item.call, place),
                *((a, place) for a in item.args),
            ]
        texts += [(cls.cls.option(option), cls) for cls in self.hierarchy.line(ref)]
        for text, place in texts:
            if "get_user_model" in text and self.index.user is not None:
                return self._account()
            name = text.split("(", 1)[0].strip("'\"")
            while name:
                definition = self.program.find(name, place.facts.path)
                found = self.hierarchy.class_of(definition)
                if found is not None:
                    return Typed(self.index.by_id.get(found.id), cls=found)
                if definition is not None and "get_user_model" in definition.text:
                    return self._account()
                name = name.rpartition(".")[0]
        return UNKNOWN
