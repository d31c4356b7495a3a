"""Questions about paths and arguments that need no lookup."""

from __future__ import annotations

from data_etiquette.flow.lexicon.words import singular
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.model.facts import AccessPath, CallFact, Value, ValuePart
from data_etiquette.model.value import reached

_TEXTS = ("str", "Any", "typing.Any", "EmailStr", "pydantic.EmailStr", "bytes", "None", "object")


def owner_name(fn: FunctionRef, path: AccessPath) -> str:
    """What the object before the last key is called."""
    if len(path.keys) > 1:
        return path.keys[-2].strip(".[]*")
    call = fn.calls.get(int(path.root[5:])) if path.root.startswith("call:") else None
    root = spell(call.callee) if call is not None else path.root.rsplit(":", 1)[-1]
    return root.rsplit(".", 1)[-1]


def all_given(call: CallFact) -> Value:
    """All arguments of a call together."""
    values = (*call.args, *(value for _, value in call.keywords))
    return tuple(part for value in values for part in value)


def call_of(fn: FunctionRef, part: ValuePart) -> CallFact | None:
    """The call whose whole result a part is."""
    root = part.path.root
    return fn.calls.get(int(root[5:])) if root.startswith("call:") and not part.path.keys else None


def spell(path: AccessPath) -> str:
    """`request.META[REMOTE_ADDR]` as it stands in the code, the root by its last name."""
    root = path.root.rsplit(":", 1)[-1].rsplit(".", 1)[-1]
    return root + "".join(path.keys)


def entered(value: Value, keys: tuple[str, ...]) -> Value:
    """What a context manager made of a generator gives: the value it yields."""
    return reached(value, ("[]", *keys[1:]))


def is_plural(key: str) -> bool:
    """`week.orders` is a collection or a number of them; neither shows a person as text."""
    name = key.strip(".[]").lower()
    return key[0] == "." and singular(name) != name


def is_module_path(path: AccessPath) -> bool:
    """`settings.EMAIL`, `views.password` are names of code, not data."""
    return path.root.startswith("name:") and len(path.keys) == 1 and "." in path.root


def is_ending(fn: FunctionRef) -> bool:
    """Whether a function's results are literals, numbers or truth values alone."""
    if fn.function.returns in ("bool", "int", "None"):
        return True
    parts = [part for _, value in fn.function.results for part in value]
    return all(part.path.root.startswith("const:") for part in parts)


def may_be_text(annotation: str) -> bool:
    """Whether what is so annotated may be a text."""
    names = [
        name.strip()
        for name in annotation.replace("[", " ")
        .replace("]", " ")
        .replace("|", " ")
        .replace(",", " ")
        .split()
    ]
    return any(
        name in _TEXTS or name.endswith(("Str", "Email", ".IPvAnyAddress")) for name in names
    )
