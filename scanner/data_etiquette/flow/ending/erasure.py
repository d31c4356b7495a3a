"""Code and statements that delete, anonymise or expire rows: all of them, entity by entity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.ending.blanking import Blanking
from data_etiquette.flow.ending.occasion import Occasion, Occasions
from data_etiquette.flow.ending.spans import Spans, is_retention, sql_period
from data_etiquette.flow.endpoints.views import Views
from data_etiquette.flow.endpoints.writing import Writes, admin_writes
from data_etiquette.flow.entities.hanging import relations_of
from data_etiquette.flow.lexicon.wordlists import WordLists, last_of
from data_etiquette.flow.lexicon.words import joined, split
from data_etiquette.flow.program.program import Program
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.sql.migrations import is_applied, is_migrations_code
from data_etiquette.flow.types import Types
from data_etiquette.flow.types.core import receiver_name
from data_etiquette.flow.world import World
from data_etiquette.model.facts import (
    AccessPath,
    CallFact,
    Facts,
    FunctionFact,
    StatementFact,
    Value,
)
from data_etiquette.model.graph import Control, Entity, Erasure
from data_etiquette.model.location import Location

_CASCADES = frozenset({"CASCADE"})
_MAX_ROUNDS = 8
_MAX_PARENTS = 3
_DUE = frozenset({"expire", "expiry", "expiration", "until", "due", "end"})
_OLDER = ("__lt", "__lte", "__before", "__range")
_MAX_CHAIN = 8
_ABOUT = ("model", "Model", "model_class", "entity_class", "model_cls", "document_class")
"""Attributes by which a view names the class of what it shows and deletes."""
_ADMIN_HOOKS = frozenset({"delete_queryset", "delete_model"})
_EXPIRING = frozenset({"expiry", "purge"})


@dataclass(slots=True)
class Finder:
    """Erasures found so far, one an entity, place and way."""

    world: World
    words: WordLists
    occasions: Occasions
    spans: Spans
    found: dict[tuple[str, str, Location, str], Erasure] = field(default_factory=dict)
    _open: dict[ClassRef, FunctionRef] = field(default_factory=dict)
    """Classes with a method that deletes an object of which only subclasses know the class."""
    _tables: dict[str, list[Entity]] = field(default_factory=dict)

    @property
    def types(self) -> Types:
        """Types of the program's paths."""
        return self.world.types

    @property
    def program(self) -> Program:
        """All files."""
        return self.types.program

    def add(self, erasure: Erasure) -> None:
        """Keep an erasure; the same place counts once."""
        key = (erasure.entity, erasure.how, erasure.location, erasure.scope)
        self.found.setdefault(key, erasure)

    def search(self, controls: Sequence[Control]) -> None:
        """Everything that the code and the statements say."""
        for entity in self.types.index.by_id.values():
            if entity.table:
                name = entity.table.lower().rsplit(".", 1)[-1]
                self._tables.setdefault(name, []).append(entity)
        blanking = Blanking(self.types, self.words)
        for fn in self.types.hierarchy.functions.values():
            if is_migrations_code(fn.facts.path):
                continue  # it ran once, and erases nobody after that
            self._deletions(fn)
            for entity, line, fields in blanking.of(fn):
                self._in_function(entity, "anonymise", fn, line, fields)
        self._views()
        self._own_views()
        self._admin()
        for facts in self.program.files:
            if facts.statements and is_applied(facts.path):
                self._statements(facts)
        for control in controls:
            self._control(control)
        self._without_overrides()
        self._inherit()
        self._cascade()

    def _deletions(self, fn: FunctionRef) -> None:
        methods, calls = self.words["deleting-methods"], self.words["deleting-calls"]
        for call in fn.function.calls:
            last = call.callee.keys[-1][1:] if call.callee.keys else ""
            if last in methods:
                is_deleting = True
            else:
                is_deleting = "delete" in (last, call.callee.root[-6:])
                is_deleting = is_deleting and self.types.callee(fn, call.callee) in calls
            if not is_deleting and last and "delete" in split(last):
                for entity in self._told_table(call):
                    self._in_function(entity, "sql delete", fn, call.line)
            if is_deleting:
                deleted = list(self._deleted(call, fn))
                owner = self.types.hierarchy.owner(fn)
                if owner is not None and not deleted:
                    self._open.setdefault(owner, fn)
                for entity in deleted:
                    how = "soft delete" if self._is_soft(entity, call, fn) else "delete"
                    condition = self._condition(call, fn)
                    self._in_function(entity, how, fn, call.line, condition=condition)

    def _told_table(self, call: CallFact) -> Iterator[Entity]:
        """`pool.simple_delete(table="devices", …)`: an own helper that is told the table."""
        arguments = self.words["table-arguments"]
        named = [value for name, value in call.keywords if joined(name) in arguments]
        for value in named or call.args[:2]:
            for part in value[:1]:
                if part.path.root.startswith("const:"):
                    for entity in self._of_table(part.path.root[6:].strip("'\"")):
                        if entity.kind == "sql-table":
                            yield entity

    def _in_function(  # noqa: PLR0913 (an erasure is that many things)
        self,
        entity: Entity,
        how: str,
        fn: FunctionRef,
        line: int,
        fields: tuple[str, ...] = (),
        condition: str = "",
    ) -> None:
        if how == "delete" and self._is_of_admin(fn):
            self.add(Erasure(entity.id, "admin", Location(fn.facts.path, line), fn.scope,
                             run_by="person"))  # fmt: skip
            return
        occasion = self.occasions.of(fn)
        # `filter(expires_at__lt=now())`: each row has a time of its own.
        period = "" if _is_due(condition) else self.spans.of(fn, line)
        self.add(
            Erasure(
                entity.id, how, Location(fn.facts.path, line), fn.scope,
                period if is_retention(period) else "", condition,
                occasion.run_by, occasion.when, occasion.within, fields,
            )
        )  # fmt: skip

    def _is_of_admin(self, fn: FunctionRef) -> bool:
        """Whether the administration pages run a function when somebody deletes there."""
        owner = self.types.hierarchy.owner(fn)
        if owner is None or fn.name not in _ADMIN_HOOKS:
            return False
        return any(last_of(base).endswith("Admin") for base in
                   self.types.hierarchy.library_bases(owner))  # fmt: skip

    def _without_overrides(self) -> None:
        """Forget a model's own `delete()` where code was found that calls it: it is the same."""
        others = {
            erasure.entity for erasure in self.found.values() if not self._is_override(erasure)
        }
        self.found = {
            key: erasure
            for key, erasure in self.found.items()
            if erasure.entity not in others or not self._is_override(erasure)
        }

    def _is_override(self, erasure: Erasure) -> bool:
        own = f"{erasure.entity}.delete"
        return erasure.how == "delete" and erasure.run_by == "code" and erasure.scope == own

    def _deleted(self, call: CallFact, fn: FunctionRef) -> Iterator[Entity]:
        """The entity that a method is called on, else that of the first argument."""
        types = self.types
        owner = AccessPath(call.callee.root, call.callee.keys[:-1])
        is_session = bool(call.args) and receiver_name(fn, owner) in self.words["session-names"]
        if call.callee.keys and not is_session:
            typed = types.of(fn, owner)
            if typed.entity is not None and typed.field is None:
                yield typed.entity
                return
        for value in call.args[:1]:
            defaults = self._defaults(fn, value)
            for part in value:
                typed = types.of(fn, part.path)
                if typed.entity is not None and typed.field is None and part.path not in defaults:
                    yield typed.entity

    def _defaults(self, fn: FunctionRef, value: Value) -> set[AccessPath]:
        """Second arguments of `Person.query.get(key, project)`, which a mapping's `get` would give.

        A query that gives a row has no default.
        """
        found: set[AccessPath] = set()
        for part in value:
            made = fn.calls.get(int(part.path.root[5:])) if part.path.root[:5] == "call:" else None
            if made is None or made.callee.keys[-1:] != (".get",):
                continue
            if self.types.of(fn, part.path).entity is not None:
                found.update(each.path for given in made.args[1:] for each in given)
        return found

    def _is_soft(self, entity: Entity, call: CallFact, fn: FunctionRef) -> bool:
        """Whether the row's class makes `delete()` of it that only marks the row."""
        if call.callee.keys[-1:] != (".delete",) or self._is_query(call, fn):
            return False
        ref = self.types.class_of_entity(entity)
        return ref is not None and self.is_soft_class(ref)

    def _is_query(self, call: CallFact, fn: FunctionRef) -> bool:
        """`Order.objects.filter(…).delete()` passes by what a single row's `delete()` does."""
        owner = call.callee.keys[:-1]
        if any(key in (".objects", ".all_objects", ".query") for key in owner):
            return True
        made = fn.calls.get(int(call.callee.root[5:])) if call.callee.root[:5] == "call:" else None
        if made is None or owner or not made.callee.keys:
            return False
        return made.callee.keys[-1] in (".filter", ".exclude", ".all", ".where", ".query")

    def is_soft_class(self, ref: ClassRef) -> bool:
        """Whether a class's own `delete` never reaches the database's."""
        method = self.types.hierarchy.method(ref, "delete")
        if method is not None:
            deletes = any(
                call.callee.keys[-1:] in ((".delete",), (".hard_delete",), ("._raw_delete",))
                for call in method.function.calls
            )
            # An override that stores nothing is an endpoint's or a guard's, not a mark.
            return not deletes and bool(method.function.stores)
        bases = self.types.hierarchy.library_bases(ref)
        return any(last_of(base) in self.words["soft-delete-bases"] for base in bases)

    def _condition(self, call: CallFact, fn: FunctionRef) -> str:
        """The field whose age chooses the rows: `filter(created__lt=…)`."""
        at: CallFact | None = call
        for _ in range(_MAX_CHAIN):
            root = at.callee.root if at is not None else ""
            at = fn.calls.get(int(root[5:])) if root.startswith("call:") else None
            if at is None:
                return ""
            for name, _value in at.keywords:
                if name.endswith(_OLDER):
                    return name.rpartition("__")[0]
        return ""

    # -- classes --------------------------------------------------------------------------------

    def _views(self) -> None:
        """Generic views and endpoints that delete what they are about."""
        views = Views(self.types)
        for ref in self.types.hierarchy.classes.values():
            if "delete" not in views.deeds(ref):
                continue
            entity = views.model(ref)
            if entity is not None and entity.stored and self._reaches_deletion(ref):
                how = "soft delete" if self._is_soft_entity(entity) else "view"
                place = Location(ref.facts.path, ref.cls.line)
                self.add(Erasure(entity.id, how, place, ref.id, run_by="person", within=(ref.id,)))

    def _own_views(self) -> None:
        """Views built on the program's own deleting one, which say what they are about.

        `class ThreadDelete(ObjectDelete): Model = Thread`, where `ObjectDelete` deletes `self.obj`.
        """
        for base, fn in self._open.items():
            for ref in self._built_on(base):
                found = (self.types.option_class(ref, name).entity for name in _ABOUT)
                entity = next((item for item in found if item is not None), None)
                if entity is not None and entity.stored:
                    place = Location(ref.facts.path, ref.cls.line)
                    self.add(
                        Erasure(
                            entity.id, "view", place, fn.scope, run_by="person", within=(ref.id,)
                        )
                    )

    def _built_on(self, base: ClassRef) -> list[ClassRef]:
        found = [base]
        for ref in found:
            found += [r for r in self.types.hierarchy.subclasses.get(ref, ()) if r not in found]
        return found

    def _reaches_deletion(self, ref: ClassRef) -> bool:
        """Whether an override of the view's own deletion deletes after all."""
        for name in ("perform_destroy", "destroy", "perform_delete"):
            method = self.types.hierarchy.method(ref, name)
            if method is not None:
                called = {call.callee.keys[-1][1:] for call in method.function.calls
                          if call.callee.keys}  # fmt: skip
                return bool(called & {*self.words["deleting-methods"], name, "perform_destroy"})
        return True

    def _is_soft_entity(self, entity: Entity) -> bool:
        ref = self.types.class_of_entity(entity)
        return ref is not None and self.is_soft_class(ref)

    def _admin(self) -> None:
        for write in admin_writes(Writes(self.types)):
            self.add(
                Erasure(write.entity, "admin", write.location, write.scope, run_by="person")
            )  # fmt: skip
        user = self.types.index.user
        if user is not None and user.id not in self.types.index.by_id:
            # Accounts are the framework's own: so are the pages that delete them.
            self.add(Erasure(user.id, "admin", user.location, run_by="person"))

    # -- SQL ------------------------------------------------------------------------------------

    def _statements(self, facts: Facts) -> None:
        for statement in facts.statements:
            if statement.verb in ("delete", "truncate"):
                how = "sql delete" if statement.verb == "delete" else "truncate"
                for table in statement.tables[:1]:
                    for entity in self._of_table(table):
                        self._statement(facts, statement, entity, how, ())
            elif statement.verb == "update" and statement.tables:
                for entity in self._of_table(statement.tables[0]):
                    self._update(facts, statement, entity)

    def _update(self, facts: Facts, statement: StatementFact, entity: Entity) -> None:
        """An UPDATE that puts nothing in the place of what is known, or marks rows as deleted."""
        written = {name.lower().rsplit(".", 1)[-1] for name in statement.writes}
        if any(self.is_soft_field(name) for name in written):
            self._statement(facts, statement, entity, "soft delete", ())
            return
        personal = {item.name.lower() for item in entity.personal_fields}
        blanked = tuple(sorted((written & personal) - _kept(statement, personal)))
        if blanked and (len(blanked) > 1 or len(personal) == 1):
            self._statement(facts, statement, entity, "anonymise", blanked)

    def is_soft_field(self, name: str) -> bool:
        """Whether a field's name says that its row counts as deleted."""
        return joined(name) in {joined(word) for word in self.words["soft-delete-fields"]}

    def _statement(
        self,
        facts: Facts,
        statement: StatementFact,
        entity: Entity,
        how: str,
        fields: tuple[str, ...],
    ) -> None:
        scope, occasion = "", Occasion()
        fn = self._around(facts, statement.line) if facts.language == "python" else None
        if fn is not None:
            scope, occasion = fn.scope, self.occasions.of(fn)
        elif facts.language == "sql":
            occasion = Occasion("command")
        times = [name.rsplit(".", 1)[-1] for name in statement.reads]
        self.add(
            Erasure(
                entity.id, how, Location(facts.path, statement.line), scope,
                sql_period(statement.period), next(iter(times), "") if statement.period else "",
                occasion.run_by, occasion.when, occasion.within, fields,
            )
        )  # fmt: skip

    def _around(self, facts: Facts, line: int) -> FunctionRef | None:
        """The innermost function that a line stands in."""
        inside: list[FunctionFact] = [
            item for item in facts.functions
            if item.line <= line <= item.end_line and item.qualname != "<module>"
        ]  # fmt: skip
        if not inside:
            return None
        nearest = max(inside, key=lambda item: item.line)
        return self.types.hierarchy.functions.get((facts.path, nearest.qualname))

    def _of_table(self, table: str) -> list[Entity]:
        return self._tables.get(table.lower().rsplit(".", 1)[-1], [])

    def _control(self, control: Control) -> None:
        """TTL clauses, retention policies, dropped partitions, jobs of the database."""
        if control.kind not in _EXPIRING or control.detail("state").lower() == "off":
            return
        days = control.detail("days")
        period = sql_period(control.detail("period") or (f"{days} days" if days else ""))
        how = "partition" if control.detail("partition") else "expiry"
        if control.kind == "purge":
            how = "sql delete"
        run_by = "command" if how == "partition" else "database"
        scope = control.detail("job")
        for entity in control.entities:
            # The job's own statement was read as well: the job says more.
            self.found.pop((entity, how, control.location, ""), None)
            self.add(
                Erasure(
                    entity, how, control.location, scope, period, control.detail("clock"),
                    "clock" if control.kind == "purge" else run_by, control.detail("schedule"),
                    (scope,) if scope else (),
                )
            )  # fmt: skip

    # -- what hangs on others -------------------------------------------------------------------

    def _inherit(self) -> None:
        """Erasing a base class's rows erases those of the classes built on it."""
        by_entity = _by_entity(self.found.values())
        for entity in self.types.index.by_id.values():
            for base in entity.bases:
                for erasure in by_entity.get(base, ()):
                    self.add(_for(erasure, entity.id, erasure.how, erasure.location))

    def _cascade(self) -> None:
        """What hangs on an erased entity by CASCADE is erased with it."""
        for _ in range(_MAX_ROUNDS):
            by_entity = _by_entity(self.found.values())
            before = len(self.found)
            for holder, name, target, action in relations_of(self.types.index):
                if action not in _CASCADES:
                    continue
                item = self.types.index.field(holder, name)
                place = item.location if item is not None else holder.location
                gone = sorted((e for e in by_entity.get(target, ()) if _takes_row(e)), key=_rank)
                for erasure in gone[:_MAX_PARENTS]:
                    how = "admin" if erasure.how == "admin" else "cascade"
                    self.add(_for(erasure, holder.id, how, place))
            if len(self.found) == before:
                return


def _kept(statement: StatementFact, personal: set[str]) -> set[str]:
    """Columns that get a bound value or another personal column's value."""
    kept = {
        column.lower().rsplit(".", 1)[-1]
        for name, column in statement.parameters
        if name in statement.written
    }
    fact = statement.lineage
    if fact is not None and 0 <= fact.root < len(fact.relations):
        for output in fact.relations[fact.root].outputs:
            used = {use.name.lower() for use in output.uses if use.effect in ("direct", "derived")}
            if used & personal:
                kept.add(output.name.lower())
    return kept


def _is_due(condition: str) -> bool:
    return any(word in _DUE for word in split(condition.rpartition("__")[2]))


def _rank(erasure: Erasure) -> tuple[bool, bool, bool, Location]:
    """What counts most first: by the clock, after a period, not in administration pages."""
    is_timed = erasure.run_by in ("clock", "database")
    return (erasure.how == "admin", not is_timed, not erasure.period, erasure.location)


def _takes_row(erasure: Erasure) -> bool:
    return erasure.how not in ("anonymise", "soft delete")


def _for(erasure: Erasure, entity: str, how: str, place: Location) -> Erasure:
    return Erasure(
        entity, how, place, erasure.scope, erasure.period, erasure.condition,
        erasure.run_by, erasure.when, erasure.within, erasure.fields,
    )  # fmt: skip


def _by_entity(erasures: Iterable[Erasure]) -> dict[str, list[Erasure]]:
    found: dict[str, list[Erasure]] = {}
    for erasure in sorted(erasures, key=_order):
        found.setdefault(erasure.entity, []).append(erasure)
    return found


def _order(item: Erasure) -> tuple[str, Location, str, str, str]:
    return (item.entity, item.location, item.how, item.scope, item.period)


def find_erasures(
    world: World,
    words: WordLists,
    occasions: Occasions,
    spans: Spans,
    controls: Sequence[Control],
) -> tuple[Erasure, ...]:
    """All erasures of all entities, sorted."""
    finder = Finder(world, words, occasions, spans)
    finder.search(controls)
    return tuple(sorted(finder.found.values(), key=_order))
