"""Places where fields of stored entities get values: constructors, stores, updates, forms, SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.flow.program.program import Program
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types import DUMPING_METHODS, Types
from data_etiquette.flow.types.core import own_root
from data_etiquette.model.application import Write
from data_etiquette.model.facts import AccessPath, CallFact, Facts, StatementFact, Value
from data_etiquette.model.graph import Entity
from data_etiquette.model.location import Location

_CREATING = frozenset(
    {"create", "acreate", "create_user", "create_superuser", "get_or_create", "aget_or_create"}
    | {"update_or_create", "aupdate_or_create"}
)
_BOTH = frozenset({"update_or_create", "aupdate_or_create"})
_NOT_FIELDS = frozenset({"defaults", "create_defaults", "commit", "session", "*", "**"})
_ADMINS = ("django.contrib.admin.", "flask_admin.contrib.sqla.", "flask_appbuilder.",
           "unfold.admin.", "import_export.admin.", "sqladmin.")  # fmt: skip
_LOOKUP = "__"


@dataclass(slots=True)
class Writes:
    """Writes of one function after another, remembered."""

    types: Types
    _known: dict[FunctionRef, tuple[Write, ...]] = field(default_factory=dict)

    def of_function(self, fn: FunctionRef) -> tuple[Write, ...]:
        """All writes that stand in a function."""
        known = self._known.get(fn)
        if known is None:
            known = self._known[fn] = tuple(dict.fromkeys(self._found(fn)))
        return known

    def _found(self, fn: FunctionRef) -> Iterator[Write]:
        for call in fn.function.calls:
            yield from self._call(fn, call)
        for store in fn.function.stores:
            if not store.target.keys or store.target.keys[-1][0] != ".":
                continue
            owner = AccessPath(store.target.root, store.target.keys[:-1])
            entity = self._instance(fn, owner)
            name = store.target.keys[-1][1:]
            if entity is None or self.types.index.field(entity, name) is None:
                continue
            how = "create" if self._is_new(fn, owner) else "update"
            yield self._write(fn, entity, name, how, store.line, store.value)

    def _call(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        path = call.callee
        if path == AccessPath("name:setattr"):
            yield from self._setattr(fn, call)
            return
        last = path.keys[-1] if path.keys else ""
        if last[1:] in self.types.words("populating-methods"):
            yield from self._populated(fn, call)
        elif last == ".update":
            yield from self._update(fn, call)
        elif last == ".values":
            yield from self._statement_values(fn, call)
        elif last[1:] in _CREATING:
            entity = self._entity(fn, AccessPath(path.root, path.keys[:-1]))
            if entity is not None:
                yield from self._fields(fn, call, entity, "create")
                if last[1:] in _BOTH:
                    yield from self._fields(fn, call, entity, "update", defaults_only=True)
        elif call.keywords or last == ".save":
            yield from self._constructed(fn, call)

    def _populated(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        """`user.populate_from_dict(data)`, `form.populate_obj(user)`: any field may change."""
        paths = [AccessPath(call.callee.root, call.callee.keys[:-1])]
        paths += [part.path for value in call.args[:1] for part in value[:1]]
        for path in paths:
            entity = self._instance(fn, path)
            if entity is not None:
                yield self._write(fn, entity, "", "update", call.line)

    def _constructed(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        """`Order(email=…)`; a form that is saved; a form about an object that was there before."""
        path = call.callee
        if path.keys[-1:] == (".save",):
            yield from self._saved(fn, call)
            return
        if not path.root.startswith(("name:", "param:")):
            return
        last = path.keys[-1][1:] if path.keys else path.root.rsplit(".", 1)[-1]
        if not last[:1].isupper() and last not in ("cls", "model", "param:cls"):
            return
        typed = self.types.of(fn, path)
        if typed.is_class and typed.entity is not None and typed.entity.stored:
            yield from self._fields(fn, call, typed.entity, "create")

    def _saved(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        owner = AccessPath(call.callee.root, call.callee.keys[:-1])
        form = self.types.of(fn, owner)
        if form.cls is None or form.entity is None or form.entity.stored or form.is_class:
            return
        made = fn.calls.get(int(owner.root[5:])) if owner.root.startswith("call:") else None
        given = made is not None and any(
            name == "instance" and value for name, value in made.keywords
        )
        how = "update" if given else "create"
        yield from self.of_form(form.cls, how, fn.scope, Location(fn.facts.path, call.line))

    def of_form(self, form: ClassRef, how: str, scope: str, place: Location) -> Iterator[Write]:
        """What a form or serializer writes of its model."""
        model = self.types.option_class(form, "model").entity
        entity = self.types.index.by_id.get(form.id)
        if model is None or not model.stored or entity is None:
            return
        if any(cls.cls.option("fields") == "__all__" or cls.cls.option("exclude")
               for cls in self.types.hierarchy.line(form)):  # fmt: skip
            yield Write(model.id, "", how, place, scope)
            return
        read_only = {
            name.strip(" '\"[]()")
            for cls in self.types.hierarchy.line(form)
            for name in cls.cls.option("read_only_fields").split(",")
        }
        for name in self._form_fields(entity):
            item = self.types.index.field(entity, name)
            if name in read_only or (item is not None and item.fact.option("read_only") == "True"):
                continue
            if self.types.index.field(model, name) is not None:
                yield Write(model.id, name, how, place, scope)

    def _form_fields(self, entity: Entity, depth: int = 4) -> list[str]:
        names = [item.name for item in entity.fields]
        for base in entity.bases:
            parent = self.types.index.by_id.get(base)
            if parent is not None and not parent.stored and depth > 0:
                names += self._form_fields(parent, depth - 1)
        return names

    def _update(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        """`queryset.update(field=…)`; of a form `serializer.update` is the framework's."""
        if not call.keywords and not call.args:
            return
        entity = self._entity(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        if entity is not None:
            yield from self._fields(fn, call, entity, "update")

    def _statement_values(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        """`update(User).where(…).values(name=…)`, `insert(User).values(…)`."""
        if not call.keywords and not any(part.at for value in call.args for part in value):
            return
        head: CallFact | None = call
        while head is not None and head.callee.root.startswith("call:") and head.callee.keys:
            head = fn.calls.get(int(head.callee.root[5:]))
        if head is None or not head.args:
            return
        verb = head.callee.root.rsplit(".", 1)[-1] + "".join(head.callee.keys)
        how = {"update": "update", "insert": "create"}.get(
            verb.rsplit(".", 1)[-1].removeprefix("name:"), ""
        )
        entity = self._entity(fn, head.args[0][0].path) if how and head.args[0] else None
        if entity is not None:
            yield from self._fields(fn, call, entity, how)

    def _setattr(self, fn: FunctionRef, call: CallFact) -> Iterator[Write]:
        """`for key, value in changes.items(): setattr(user, key, value)`: the schema's fields."""
        if len(call.args) < 2 or not call.args[0]:
            return
        entity = self._instance(fn, call.args[0][0].path)
        if entity is None:
            return
        names = [part.path.root[6:] for part in call.args[1] if part.path.root.startswith("const:")]
        for part in call.args[1][:3]:
            names += self._schema_names(fn, AccessPath(part.path.root))
        known = [name for name in names if self.types.index.field(entity, name) is not None]
        for name in known or [""]:
            yield self._write(fn, entity, name, "update", call.line)

    def _schema_names(self, fn: FunctionRef, path: AccessPath, depth: int = 4) -> list[str]:
        """Fields of the schema that a mapping was dumped from."""
        if depth <= 0:
            return []
        typed = self.types.of(fn, path)
        if typed.entity is not None and not typed.entity.stored:
            return self._form_fields(typed.entity)
        if not path.root.startswith("call:"):
            return []
        call = fn.calls.get(int(path.root[5:]))
        if call is None or not call.callee.keys:
            return []
        if call.callee.keys[-1][1:] in (*DUMPING_METHODS, "items", "keys", "copy"):
            return self._schema_names(
                fn, AccessPath(call.callee.root, call.callee.keys[:-1]), depth - 1
            )
        return []

    def _fields(
        self,
        fn: FunctionRef,
        call: CallFact,
        entity: Entity,
        how: str,
        *,
        defaults_only: bool = False,
    ) -> Iterator[Write]:
        index = self.types.index
        for name, value in call.keywords:
            if name in ("defaults", "create_defaults"):
                for part in value:
                    key = part.at[0].strip("[].") if part.at else ""
                    if key and index.field(entity, key) is not None:
                        yield self._write(fn, entity, key, how, call.line)
            elif name == "**" and not defaults_only:
                yield from self._unpacked(fn, call, entity, how, value)
            elif defaults_only or name in _NOT_FIELDS or _LOOKUP in name:
                continue
            elif index.field(entity, name) is not None:
                yield self._write(fn, entity, name, how, call.line, value)
        for value in call.args[:1]:
            for part in value:
                key = part.at[0].strip("[].") if part.at else ""
                if key and index.field(entity, key) is not None and not defaults_only:
                    yield self._write(fn, entity, key, how, call.line)

    def _unpacked(
        self, fn: FunctionRef, call: CallFact, entity: Entity, how: str, value: Value
    ) -> Iterator[Write]:
        names: list[str] = []
        for part in value:
            names += [part.at[0].strip("[].")] if part.at else self._schema_names(fn, part.path)
        known = [name for name in names if self.types.index.field(entity, name) is not None]
        for name in dict.fromkeys(known) if known else ("",):
            yield self._write(fn, entity, name, how, call.line)

    def _entity(self, fn: FunctionRef, path: AccessPath) -> Entity | None:
        typed = self.types.of(fn, path)
        if typed.entity is None or not typed.entity.stored or typed.field is not None:
            return None
        return None if typed.is_dump else typed.entity

    def _instance(self, fn: FunctionRef, path: AccessPath) -> Entity | None:
        entity = self._entity(fn, path)
        return None if entity is None or self.types.of(fn, path).is_class else entity

    def _is_new(self, fn: FunctionRef, path: AccessPath) -> bool:
        """Whether an object was made in this very function, or is its own in the making."""
        if fn.name in ("__init__", "create") and path.root == own_root(fn):
            return True
        if not path.root.startswith("call:") or path.keys:
            return False
        call = fn.calls.get(int(path.root[5:]))
        if call is None:
            return False
        if call.callee.keys[-1:] and call.callee.keys[-1][1:] in _CREATING:
            return True
        return self.types.of(fn, call.callee).is_class and call.callee.keys[-1:] != (".get",)

    def _write(  # noqa: PLR0913 (a write is that many things)
        self, fn: FunctionRef, entity: Entity, name: str, how: str, line: int, value: Value = ()
    ) -> Write:
        place = Location(fn.facts.path, line)
        source = self._source(fn, entity, value)
        return Write(entity.id, name, how, place, fn.scope, _constant(value), source)

    def _source(self, fn: FunctionRef, entity: Entity, value: Value) -> tuple[str, str]:
        """The field of another stored entity that a value is read from."""
        for part in value[:2]:
            if part.at or part.text or not part.path.keys:
                continue
            typed = self.types.of(fn, part.path)
            other, item = typed.entity, typed.field
            if other is None or item is None or typed.is_guess:
                continue
            if other.stored and other.id != entity.id and part.path.keys[-1] == f".{item.name}":
                return other.id, item.name
        return "", ""


def admin_writes(writes: Writes) -> Iterator[Write]:
    """Generic administration pages let staff make and change rows."""
    types = writes.types
    for fn in types.hierarchy.functions.values():
        for call in fn.function.calls:
            last = call.callee.keys[-1:] or ("",)
            if last[0] in (".register", ".add_view") and "admin" in call.callee.root + "".join(
                call.callee.keys
            ):
                for value in call.args[:1]:
                    for part in value[:6]:
                        typed = types.of(fn, AccessPath(part.path.root, part.path.keys))
                        yield from _whole(
                            typed.entity, fn.scope, Location(fn.facts.path, call.line)
                        )
    for ref in types.hierarchy.classes.values():
        if not any(base.startswith(_ADMINS) for base in types.hierarchy.library_bases(ref)):
            continue
        place = Location(ref.facts.path, ref.cls.line)
        entity = types.option_class(ref, "model").entity
        registered = [text for text in ref.cls.decorators if "register(" in text]
        for text in registered:
            inside = text.partition("(")[2].rstrip(")")
            for name in inside.split(","):
                found = types.hierarchy.class_of(types.program.find(name.strip(), ref.facts.path))
                if found is not None:
                    entity = types.index.by_id.get(found.id)
                    yield from _whole(entity, ref.id, place)
        if not registered:
            yield from _whole(entity, ref.id, place)


def _whole(entity: Entity | None, scope: str, place: Location) -> Iterator[Write]:
    if entity is not None and entity.stored:
        yield Write(entity.id, "", "create", place, scope)
        yield Write(entity.id, "", "update", place, scope)


def sql_writes(program: Program, types: Types) -> Iterator[Write]:
    """What INSERT, UPDATE, MERGE and COPY write, in files and in strings."""
    tables: dict[str, list[Entity]] = {}
    for entity in types.index.by_id.values():
        if entity.stored and entity.table:
            tables.setdefault(entity.table.lower().rsplit(".", 1)[-1], []).append(entity)
    for facts in program.files:
        for statement in facts.statements:
            how = {"insert": "create", "update": "update", "merge": "update", "copy": "create"}.get(
                statement.verb, ""
            )
            if not how or not statement.tables:
                continue
            for entity in tables.get(statement.tables[0].lower().rsplit(".", 1)[-1], ()):
                yield from _columns(facts, statement, entity, how)


def _columns(facts: Facts, statement: StatementFact, entity: Entity, how: str) -> Iterator[Write]:
    names = {name.lower().rsplit(".", 1)[-1] for name in statement.writes}
    place = Location(facts.path, statement.line)
    known = [
        item.name
        for item in entity.fields
        if item.name.lower() in names or (item.fact.column_name or "").lower() in names
    ]
    if not known and names - {"*"}:
        return
    for name in known or [""]:
        yield Write(entity.id, name, how, place, facts.module or facts.path)


def _constant(value: Value) -> str:
    if len(value) == 1 and value[0].path.root.startswith("const:") and not value[0].at:
        return value[0].path.root[6:]
    return ""
