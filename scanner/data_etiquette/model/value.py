"""Symbolic values: what a variable may hold, as access paths, and where inside it they lie."""

from __future__ import annotations

from data_etiquette.model.facts import AccessPath, Value, ValuePart

MAX_PARTS = 48
"""Parts kept of one value. More are cut and the function is marked truncated."""
MAX_KEYS = 6
MAX_LINES = 5

ANY = "[]"
"""The key of an unknown element."""
ENTERED = "[*with]"
"""The key of what a `with` statement binds."""
ANY_ATTRIBUTE = ".?"
"""The key of an attribute whose name is not known: `getattr(self, name)`."""
_PARAMETER = "[$"
"""How a key begins that a parameter of the function brings: `given[name]`."""
NAMES = "[*key]"
"""The key under which a mapping's own keys lie, where they are data."""


GIVING_ATTRIBUTES = frozenset(
    {".url", ".text", ".body", ".content", ".value", ".table", ".html", ".string", ".message"}
)
"""Attributes under which a library's object, a URL or a table, gives back what was put in."""


def parameter_key(name: str) -> str:
    """The key of an element whose name a parameter brings."""
    return f"{_PARAMETER}{name}]"


def parameter_of(key: str) -> str:
    """The parameter that brings a key; empty for all other keys."""
    return key[2:-1] if key.startswith(_PARAMETER) else ""


def without_parameters(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of which nothing is known about those that parameters bring."""
    return tuple([ANY if key[:2] == _PARAMETER else key for key in keys])


def one(root: str, *keys: str) -> Value:
    """A value of a single part."""
    return (ValuePart(AccessPath(root, keys)),)


def join(*values: Value) -> Value:
    """What may be in any of the values, first seen first."""
    if len(values) == 1:
        return values[0]
    parts: dict[ValuePart, None] = {}
    for value in values:
        for part in value:
            parts[part] = None
    return tuple(parts)[:MAX_PARTS] if len(parts) > MAX_PARTS else tuple(parts)


def attribute(value: Value, name: str) -> Value:
    """`value.name`. Parts that lie under a key belong to a container, which has no such data."""
    key = f".{name}"
    return tuple(
        [
            _extended(part, key)
            for part in value
            if not part.at and not part.path.root.startswith("const:")
        ]
    )


def item(value: Value, key: str) -> Value:
    """`value[key]`; `ANY` for an unknown key or an element."""
    parts = []
    for part in value:
        if not part.at:
            if not part.path.root.startswith("const:"):
                parts.append(part if part.text else _extended(part, key))
        elif ANY in (part.at[0], key) or part.at[0] == key:
            asked = part.asked or _asked(part.at[0], key)
            parts.append(ValuePart(part.path, part.at[1:], part.text, part.lines, part.name, asked))
    return tuple(parts)


def _asked(written: str, key: str) -> str:
    """The name that is looked for among values whose keys are not known; empty for numbers."""
    name = key[1:-1]
    return name if written == ANY and key[0] == "[" and name.isidentifier() else ""


def reached(value: Value, keys: tuple[str, ...]) -> Value:
    """The value after several accesses."""
    if not keys:
        return value
    found = (_reached(part, keys) for part in value)
    return tuple([part for part in found if part is not None])


def _reached(part: ValuePart, keys: tuple[str, ...]) -> ValuePart | None:
    """One part after several accesses: as `attribute` and `item` do it, in one go."""
    at = part.at
    taken = 0
    asked = part.asked
    for key in keys[: len(at)]:
        is_unknown = ANY in (key, at[taken]) or key[:2] == _PARAMETER
        if key[0] == "." or not (key == at[taken] or is_unknown):
            return None
        asked = asked or _asked(at[taken], key)
        taken += 1
    rest = keys[taken:]
    if not rest:
        return ValuePart(part.path, at[taken:], part.text, part.lines, part.name, asked)
    root, known = part.path
    if root.startswith("const:"):
        return None
    if part.text:  # the letters of a text are that text
        rest = tuple([key for key in rest if key[0] == "."])
        if not rest:
            return ValuePart(part.path, (), part.text, part.lines, part.name, asked)
    longer = known if len(known) >= MAX_KEYS else (*known, *rest)[:MAX_KEYS]
    return ValuePart(AccessPath(root, longer), (), part.text, part.lines)


def under(value: Value, key: str) -> Value:
    """The value placed inside a container at a key."""
    return tuple(part._replace(at=(key, *part.at)[:MAX_KEYS]) for part in value)


def without(value: Value, key: str) -> Value:
    """A container after its key was overwritten or removed."""
    return tuple(part for part in value if not (part.at and part.at[0] == key))


def as_text(value: Value) -> Value:
    """The value formatted into a string: containers show all they hold."""
    return join(
        tuple(
            part._replace(at=(), text=True)
            for part in value
            if not part.path.root.startswith("const:")
        )
    )


def through(value: Value, line: int, name: str = "") -> Value:
    """The value after an assignment on that line, to a variable of that name if it is one."""
    return tuple(
        part if part.path.root.startswith("const:") else _assigned(part, line, name)
        for part in value
    )


def _assigned(part: ValuePart, line: int, name: str) -> ValuePart:
    lines = part.lines if len(part.lines) >= MAX_LINES else (*part.lines, line)
    # What a variable is called tells what an unknown call or element is; first names say most.
    told = part.name or (name if part.path.root.startswith(_OPAQUE) or part.path.keys else "")
    return ValuePart(part.path, part.at, part.text, lines, told, part.asked)


_OPAQUE = ("call:", "local:")


def _extended(part: ValuePart, key: str) -> ValuePart:
    path = part.path
    keys = path.keys if len(path.keys) >= MAX_KEYS else (*path.keys, key)
    return ValuePart(AccessPath(path.root, keys), (), part.text, part.lines)
