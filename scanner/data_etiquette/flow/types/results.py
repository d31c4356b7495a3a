"""Types of what calls return."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data_etiquette.flow.program.annotation import is_scalar, names_in
from data_etiquette.flow.program.binding import Target, bind
from data_etiquette.flow.program.reading import READING
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.types.core import DUMPING_METHODS, MANAGERS, own_root
from data_etiquette.flow.types.members import Members
from data_etiquette.flow.types.typed import UNKNOWN, Typed
from data_etiquette.model.facts import AccessPath, CallFact

_NUMBERS = frozenset({"delete", "count", "exists", "update", "bulk_update", "rowcount"})
"""Methods of a query whose result is a number or a truth value, not a row."""
_SELECTORS = frozenset(
    {
        "query",
        "select",
        "get",
        "get_one",
        "scalars",
        "scalar",
        "execute",
        "exec",
        "merge",
        "refresh",
    }
    | {"get_or_404", "first_or_404", "get_object_or_404", "retrieve_or_404"}
)
_COLUMN_METHODS = frozenset({"values", "values_list", "with_entities"})
_MAPPING_METHODS = frozenset({"get", "pop", "setdefault", "keys", "update"})
_WHOLE_DUMPS = frozenset({"model_to_dict", "asdict", "jsonable_encoder", "vars", "astuple"})
_MAX_COLUMNS = 12
_ASKING = frozenset({"query", "select", "scalars", "exec", "get_or_404", "get_object_or_404"})
_NARROWING = frozenset(
    {"filter", "exclude", "order_by", "annotate", "distinct", "select_related", "prefetch_related"}
    | {"all", "only", "defer", "filter_by", "where", "first", "last", "get", "latest", "options"}
)
"""Methods of a query that give rows of the same kind."""
_SELVES = (["typing.Self"], ["typing_extensions.Self"])
"""Annotations of a method's result that mean the method's own object or class."""


@dataclass(slots=True)
class Results(Members):
    """What a call's result is."""

    def _result(self, fn: FunctionRef, call: CallFact, depth: int) -> Typed:
        """Type of what a call returns."""
        if depth <= 0:
            return self._cut()
        if call.id in fn.annotated:
            found = self.annotated(fn.annotated[call.id], fn)
            if found is not UNKNOWN:
                return found
        path = call.callee
        last = path.keys[-1][1:] if path.keys and path.keys[-1][0] == "." else ""
        name = self.callee(fn, path)
        if path.root == "name:super" and not path.keys:
            owner = self.hierarchy.owner(fn)
            return Typed(self.index.by_id.get(owner.id), cls=owner) if owner else UNKNOWN
        made = self._made(fn, path)
        if made is not UNKNOWN:
            return made
        library = self._library_result(fn, call, name, last, depth)
        if library is not UNKNOWN:
            return library
        for target in self.targets(fn, call) or self.giving(fn, call):
            found = self._target_type(fn, call, target, depth)
            if found is not UNKNOWN:
                return found
        return self._method_result(fn, call, last, depth)

    def _made(self, fn: FunctionRef, path: AccessPath) -> Typed:
        """A constructor's result."""
        if not path.root.startswith(("name:", "call:", "param:")):
            return UNKNOWN
        typed = self.of(fn, path)
        if typed.is_class and (typed.entity is not None or typed.cls is not None):
            return replace(typed, is_class=False, is_guess=False)
        return UNKNOWN

    def _library_result(
        self, fn: FunctionRef, call: CallFact, name: str, last: str, depth: int
    ) -> Typed:
        if name.endswith("get_user_model"):
            return self._account(is_class=True)
        if last == "get" and self.index.registered and call.args:
            # `Pool().get("party.party")`
            text = next((self.constant(fn, part.path) for part in call.args[0]), "")
            model = self.index.under(text)
            if model is not None:
                return Typed(model, cls=self.class_of_entity(model), is_class=True)
        returns = self.knowledge.returns.get(name)
        if returns == "AUTH_USER":
            return self._account()
        is_asked = last in _SELECTORS and self._is_session(fn, call)
        if returns == "FIRST_ARGUMENT" or is_asked or name == "typing.cast":
            found = self._selected(fn, call, depth)
            if found is not UNKNOWN:
                return found
        if last in _WHOLE_DUMPS or name.rsplit(".", 1)[-1] in _WHOLE_DUMPS:
            found = self._selected(fn, call, depth)
            if found.entity is not None:
                return replace(found, is_dump=True)
        if not name or self.program.find(name, fn.facts.path) is not None:
            return UNKNOWN
        first = ""
        if name in self.knowledge.factories and call.args:
            first = next((self.constant(fn, part.path) for part in call.args[0]), "")
        library = self.made_by(f"{name}('{first}')")
        if not library and last and self.knowledge.recipient_of_call(name) is not None:
            library = name  # what a recipient's SDK gives is part of the SDK
        return Typed(library=library) if library else UNKNOWN

    def _is_session(self, fn: FunctionRef, call: CallFact) -> bool:
        """Whether a call on an object names what it is to give: `session.get(User, key)`."""
        if not call.callee.keys:
            return True
        owner = self.of(fn, AccessPath(call.callee.root, call.callee.keys[:-1]))
        if owner.entity is not None:
            return False  # a query is asked for its own rows, whatever it is given
        if call.callee.keys[-1] != ".get" or not call.args:
            return True
        return any(self.of(fn, part.path).is_class for part in call.args[0][:2])

    def _selected(self, fn: FunctionRef, call: CallFact, depth: int) -> Typed:
        """What a query selects: `select(User)`, `session.get(User, 1)`, `query(User.email)`."""
        columns: list[str] = []
        entity: Typed = UNKNOWN
        for value in call.args[:_MAX_COLUMNS]:
            for part in value[:2]:
                path, label = self._labelled(fn, part.path)
                name = path.keys[-1][1:] if path.keys[-1:] and path.keys[-1][0] == "." else ""
                holder = self.of(fn, AccessPath(path.root, path.keys[:-1]), depth - 1)
                is_column = name and holder.is_class and holder.entity is not None
                found = holder if is_column else self.of(fn, path, depth - 1)
                if entity is UNKNOWN and (found.entity is not None or found.cls is not None):
                    entity = found
                    if not is_column:
                        return replace(found, field=None, is_class=False)
                is_own = is_column and holder.entity is entity.entity
                columns.append(f"{label}={name}" if is_own and label else name if is_own else "")
                break
        if entity is UNKNOWN:
            return UNKNOWN
        return replace(entity, field=None, is_class=False, columns=tuple(columns), is_dump=True)

    def _labelled(self, fn: FunctionRef, path: AccessPath) -> tuple[AccessPath, str]:
        """A column and the name that `User.email.label("mail")` gives it."""
        made = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        if made is None or path.keys or made.callee.keys[-1:] != (".label",) or not made.args:
            return path, ""
        inner = AccessPath(made.callee.root, made.callee.keys[:-1])
        return inner, next((self.constant(fn, part.path) for part in made.args[0]), "")

    def _target_type(self, fn: FunctionRef, call: CallFact, target: Target, depth: int) -> Typed:
        if target.is_init:
            return UNKNOWN
        found = self._function_type(self._concrete(fn, call, target), depth - 1)
        if isinstance(found, Typed):
            return found
        name = found.root.partition(":")[2]
        if target.function.is_decorated("classmethod") and found.root == own_root(target.function):
            owner = AccessPath(call.callee.root, (*call.callee.keys[:-1], *found.keys))
            typed = self.of(fn, owner, depth - 1) if call.callee.keys else UNKNOWN
            return replace(typed, is_class=False)
        for part in bind(call, target, name)[:2]:
            if not part.at:
                path = AccessPath(part.path.root, (*part.path.keys, *found.keys))
                typed = self.of(fn, path, depth - 1)
                if typed is not UNKNOWN:
                    return replace(typed, is_class=False) if typed.is_class else typed
        return UNKNOWN

    def _concrete(self, fn: FunctionRef, call: CallFact, target: Target) -> FunctionRef:
        """An inherited method as the receiver's own class has it: with its overrides."""
        path = call.callee
        if not target.function.header.owner or not path.keys:
            return target.function
        owner = self.of(fn, AccessPath(path.root, path.keys[:-1]))
        if owner.cls is None:
            return target.function
        return self.hierarchy.inherited(target.function, owner.cls)

    def _function_type(self, target: FunctionRef, depth: int) -> Typed | AccessPath:
        """Type of a function's result, or the parameter's path that it is."""
        sure = self._sure.results.get(target)
        if sure is not None:
            READING.now.update(sure[1])
            return sure[0]
        own = self._own.results
        known = own.get(target)
        if known is not None:
            self._is_cut = True
            return known
        own[target] = UNKNOWN
        outer, was_cut, self._is_cut = READING.apart(), self._is_cut, False
        known = self._infer(target, depth)
        self._remember(own, self._sure.results, target, known, (outer, was_cut))
        return known

    def _infer(self, target: FunctionRef, depth: int) -> Typed | AccessPath:
        returns = target.header.returns
        if returns:
            if names_in(returns)[-1:] in _SELVES and target.header.owner:
                return AccessPath(own_root(target))
            found = self.annotated(returns, target)
            if found is not UNKNOWN:
                return found
            if is_scalar(returns):
                return UNKNOWN
        if depth <= 0:
            return self._cut()
        parameter: AccessPath | None = None
        for _, value in target.function.results[:6]:
            for part in value[:4]:
                if part.text or part.path.root.startswith("const:") or part.at not in ((), ("[]",)):
                    continue
                found = self.of(target, part.path, depth - 1)
                if found is not UNKNOWN and not (
                    found.library and not found.entity and not found.cls
                ):
                    return replace(found, is_class=False) if found.is_class else found
                if found.library:
                    return found
                if parameter is None:
                    is_own = part.path.root.startswith("param:")
                    parameter = part.path if is_own else self._rows_of(target, part.path, depth)
        return parameter or UNKNOWN

    def _rows_of(self, target: FunctionRef, path: AccessPath, depth: int) -> AccessPath | None:
        """`model.objects.get(**query)`, `agents.filter(…)`: the parameter whose rows they are."""
        made = target.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
        if made is None or any(key != "[]" for key in path.keys):
            return None
        if depth <= 0:
            self._cut()
            return None
        root, keys = made.callee
        last = keys[-1][1:] if keys else ""
        if root.startswith("param:") and keys and keys[0] in MANAGERS:
            return AccessPath(root)
        if root.startswith("param:") and len(keys) == 1 and last in _NARROWING:
            return AccessPath(root)
        if root.startswith("call:") and keys:
            return self._rows_of(target, AccessPath(root), depth - 1)
        name = self.callee(target, made.callee) or root[5:]
        is_asked = self.knowledge.returns.get(name) == "FIRST_ARGUMENT" or last in _ASKING
        for inner in self.targets(target, made)[:1] if not is_asked else ():
            found = self._function_type(inner.function, depth - 1)
            for part in bind(made, inner, found.root[6:]) if isinstance(found, AccessPath) else ():
                if part.path.root.startswith("param:") and not part.path.keys:
                    return part.path
        for part in made.args[0][:1] if is_asked and made.args else ():
            if part.path.root.startswith("param:") and not part.path.keys:
                return part.path
            return self._rows_of(target, part.path, depth - 1)
        return None

    def _method_result(self, fn: FunctionRef, call: CallFact, last: str, depth: int) -> Typed:
        path = call.callee
        if not path.keys or last in _NUMBERS:
            return UNKNOWN
        owner = self.of(fn, AccessPath(path.root, path.keys[:-1]), depth - 1)
        if owner.cls is not None:
            for member in self.knowledge.members.get(last, ()):
                if self._has_base(owner.cls, member):
                    return self._member_type(owner.cls, member.type)
        if owner.entity is None or owner.field is not None or last in owner.entity.methods:
            return UNKNOWN
        if last == "save" and owner.cls is not None and not owner.entity.stored:
            # A form or serializer that is saved gives the row it made.
            return self.option_class(owner.cls, "model")
        if last in _COLUMN_METHODS:
            names = tuple(
                part.path.root[6:]
                for value in call.args
                for part in value
                if part.path.root.startswith("const:")
            )
            flat = any(name == "flat" for name, _ in call.keywords)
            return replace(
                owner, is_class=False, is_dump=True, columns=names or owner.columns, is_flat=flat
            )
        if last in DUMPING_METHODS:
            return replace(owner, is_class=False, is_dump=True)
        if owner.is_dump and last in _MAPPING_METHODS:
            return UNKNOWN  # one key's value, which the frontend reads as such
        is_asking = last.startswith(("get_", "is_", "has_", "can_", "check_"))
        if is_asking and not last.startswith("get_or_"):
            return UNKNOWN
        return replace(owner, is_class=False)
