"""Types of symbolic values across functions and files: what a path is, what a call runs."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.program.annotation import dependency, is_mapping, is_scalar
from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.types.results import Results
from data_etiquette.flow.types.typed import UNKNOWN, Typed
from data_etiquette.model.facts import AccessPath, ParamFact


@dataclass(slots=True)
class Types(Results):
    """Types of all functions' paths."""

    def _walk(self, fn: FunctionRef, path: AccessPath, depth: int) -> Typed:
        if not path.keys:
            return self._root(fn, path.root, depth)
        last = path.keys[-1]
        if path.root.startswith("name:") and last[0] == ".":
            dotted = path.root[5:] + "".join(path.keys)
            if "[" not in dotted:
                named = self._name(fn, dotted)
                if named.entity is not None or named.cls is not None:
                    return named
        owner = self.of(fn, AccessPath(path.root, path.keys[:-1]), depth - 1)
        return self._step(owner, last, depth)

    def _root(self, fn: FunctionRef, root: str, depth: int) -> Typed:
        kind, _, name = root.partition(":")
        match kind:
            case "name":
                found = self._name(fn, name)
                if found is not UNKNOWN:
                    return found
                return self._by_variable(name) if "." not in name else UNKNOWN
            case "param":
                return self._param(fn, name, depth)
            case "call":
                call = fn.calls.get(int(name)) if name.isdigit() else None
                return self._result(fn, call, depth) if call is not None else UNKNOWN
            case "outer":
                parent = self.hierarchy.parent(fn)
                return self.of(parent, AccessPath(name), depth - 1) if parent else UNKNOWN
            case "local":
                return self._by_variable(name)
            case "exception":
                return Typed(library=name.split("@", 1)[0])
            case _:
                return UNKNOWN

    def _param(self, fn: FunctionRef, name: str, depth: int) -> Typed:
        param = fn.params.get(name)
        if param is None:
            return self._by_variable(name)
        owner = self.hierarchy.owner(fn)
        first = fn.header.params[0].name == name and ".<locals>." not in fn.header.qualname
        if owner is not None and first and not fn.is_decorated("staticmethod"):
            library = self._library_of(owner)
            return Typed(
                self.index.by_id.get(owner.id), cls=owner, library=library,
                is_class=fn.is_decorated("classmethod"),
            )  # fmt: skip
        hooked = self._hook(fn, owner, name)
        if hooked is not UNKNOWN:
            return hooked
        if param.annotation:
            found = self.annotated(param.annotation, fn)
            if found is not UNKNOWN:
                return found
            if is_scalar(param.annotation) or is_mapping(param.annotation):
                return UNKNOWN
        found = self._depended(fn, param, depth)
        return found if found is not UNKNOWN else self._by_variable(name)

    def decorator(self, fn: FunctionRef, dotted: str) -> str:
        """`router.get` as `fastapi.APIRouter.get`, also where an enclosing function holds it."""
        head, _, last = dotted.rpartition(".")
        if not head:
            return dotted
        library = self._enclosed(fn, head) or self.of(fn, AccessPath(f"name:{head}")).library
        return f"{library or head}.{last}"

    def _enclosed(self, fn: FunctionRef, name: str) -> str:
        """Library type of what an enclosing function calls so; empty where none does."""
        outer = self.hierarchy.parent(fn) if "<locals>" in fn.header.qualname else None
        while outer is not None:
            held = [AccessPath(f"param:{name}")] if name in outer.params else []
            held += [path for path, variable in outer.named.items() if variable == name]
            for path in held:
                if library := self.of(outer, path).library:
                    return library
            nested = "<locals>" in outer.header.qualname
            outer = self.hierarchy.parent(outer) if nested else None
        return ""

    def _depended(self, fn: FunctionRef, param: ParamFact, depth: int) -> Typed:
        """`user = Depends(get_user)`: what the dependency returns."""
        wanted = dependency(param.default) or dependency(param.annotation)
        if not wanted:
            return UNKNOWN
        definition = self.program.find(wanted, fn.facts.path)
        function = self.hierarchy.function_of(definition)
        if function is None:
            ref = self.hierarchy.class_of(definition)
            return Typed(self.index.by_id.get(ref.id), cls=ref) if ref is not None else UNKNOWN
        found = self._function_type(function, depth - 1)
        return found if isinstance(found, Typed) else UNKNOWN

    def _hook(self, fn: FunctionRef, owner: ClassRef | None, name: str) -> Typed:
        """Parameters whose type a framework gives: `form_valid(self, form)`, `@receiver(…)`."""
        for handler in self.knowledge.handlers:
            if handler.parameter == name:
                for text in fn.header.decorators:
                    if text.split("(", 1)[0] in handler.decorators:
                        found = self._keyword_class(text, handler.keyword, fn)
                        if found is not UNKNOWN:
                            return found
        if owner is None:
            return UNKNOWN
        for member in self.knowledge.members.get(f"{fn.name}({name})", ()):
            if self._has_base(owner, member):
                return self._member_type(owner, member.type)
        return UNKNOWN
