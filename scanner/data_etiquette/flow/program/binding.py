"""How the arguments of a call reach the parameters of what it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.model.catalog import DispatchModel
from data_etiquette.model.facts import AccessPath, CallFact, ParamFact, Value, ValuePart
from data_etiquette.model.value import ANY, item, join, parameter_key, parameter_of, under


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a call may run."""

    function: FunctionRef
    receiver: AccessPath | None = None
    """Bound to the first parameter: the object a method is called on, or the call that makes it."""
    is_init: bool = False
    """Whether the call makes an object and the function is its `__init__`."""
    skip: int = 0
    """First parameters that the call does not fill (`self` of a constructor, a bound task)."""
    dispatch: DispatchModel | None = None
    through: ClassRef | None = None
    """For what stands behind a mixin: the class in which it does."""


def bind(call: CallFact, target: Target, name: str) -> Value:
    """What a call passes for one parameter; empty when it passes nothing."""
    params = target.function.header.params
    if target.receiver is not None and params and params[0].name == name:
        return (ValuePart(target.receiver),)
    args, keywords = passed(call, target.dispatch)
    taken = target.skip + (target.receiver is not None)
    for place, param in enumerate(params):
        if param.name == name:
            return _value_for(param, place - taken, params, args, keywords)
    return ()


def keys_of(call: CallFact, target: Target, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Keys in terms of the caller: `given[name]` of `pick(row, "email")` is `row["email"]`."""
    return named_keys(keys, lambda name: bind(call, target, name))


def named_keys(keys: tuple[str, ...], passed: Callable[[str], Value]) -> tuple[str, ...]:
    """Keys that parameters bring, by what is passed for them."""
    if not any(parameter_of(key) for key in keys):
        return keys
    return tuple([_key_of(passed(name)) if (name := parameter_of(key)) else key for key in keys])


def _key_of(value: Value) -> str:
    if len(value) != 1 or value[0].at or value[0].path.keys:
        return ANY
    kind, _, name = value[0].path.root.partition(":")
    if kind == "const":
        return f"[{name}]"
    return parameter_key(name) if kind == "param" else ANY


def _value_for(
    param: ParamFact,
    place: int,
    params: tuple[ParamFact, ...],
    args: tuple[Value, ...],
    keywords: tuple[tuple[str, Value], ...],
) -> Value:
    if param.kind == "*":
        rest = [under(value, f"[{at}]") for at, value in enumerate(args[max(place, 0) :])]
        rest += [value for name, value in keywords if name == "*"]
        return join(*rest) if rest else ()
    if param.kind == "**":
        named = {other.name for other in params}
        rest = [under(value, f"[{name}]") for name, value in keywords
                if name not in named and name not in ("*", "**")]  # fmt: skip
        rest += [value for name, value in keywords if name == "**"]
        return join(*rest) if rest else ()
    if place < 0 and not param.kind:
        return ()  # it is given already: `self`, what a partial was made with
    found = [value for name, value in keywords if name == param.name]
    if param.kind != "kw" and 0 <= place < len(args):
        found.append(args[place])
    if not found:
        found = [item(value, f"[{param.name}]") for name, value in keywords if name == "**"]
        if param.kind != "kw" and place >= len(args):
            found += [_spread(value, place - len(args)) for name, value in keywords if name == "*"]
    return join(*found) if found else ()


def _spread(value: Value, place: int) -> Value:
    """What `*value` gives in a place: told where the places are, or will be by the callers."""
    is_placed = any(part.at for part in value) or all(
        part.path.root.startswith("param:") and not part.path.keys for part in value
    )
    return item(value, f"[{place}]" if is_placed else ANY)


def passed(
    call: CallFact, dispatch: DispatchModel | None
) -> tuple[tuple[Value, ...], tuple[tuple[str, Value], ...]]:
    """Arguments as the function gets them, whatever the call that hands them on looks like."""
    if dispatch is None or dispatch.passing == "all":
        return call.args, call.keywords
    is_packed = dispatch.passing == "packed" or (
        # `queue.enqueue(job, args=(1, 2))`: a queue takes them in both ways.
        dispatch.sink != "" and any(name in ("args", "kwargs") for name, _ in call.keywords)
    )
    start = int(dispatch.target) + 1 if dispatch.target.isdigit() else 0
    if not is_packed:
        keywords = tuple(pair for pair in call.keywords if pair[0] != dispatch.target)
        handed = call.args[start:]
        is_each = dispatch.passing == "each"
        return tuple(item(arg, ANY) for arg in handed) if is_each else handed, keywords
    named = dict(call.keywords)
    left = call.args[start:]
    args = named.get("args") or (left[0] if left else ())
    mapping = named.get("kwargs") or (left[1] if len(left) > 1 else ())
    return _unpacked(args), (("**", mapping), *(pair for pair in call.keywords))


def _unpacked(value: Value) -> tuple[Value, ...]:
    """Elements of a tuple or list by their places."""
    places = [int(part.at[0][1:-1]) for part in value if part.at and part.at[0][1:-1].isdigit()]
    return tuple(item(value, f"[{place}]") for place in range(max(places, default=-1) + 1))
