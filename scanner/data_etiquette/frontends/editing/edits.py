"""Small changes of Python source: each finds what it changes at a finding's place, or nothing.

A change is made only where exactly one thing fits; what is ambiguous is left to a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import libcst as cst

from data_etiquette.frontends.editing.source import Replacement, Source, walk
from data_etiquette.model.catalog import RuleEdit

_REDACTED = "[redacted]"
_PLACEHOLDER = re.compile(
    r"%(?P<named>\(\w*\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?[a-zA-Z%]"
)
"""A place for a value in the text of a call of a logger."""
_WORD = re.compile(r"[A-Za-z][a-z0-9]*|[A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class Target:
    """What a finding is about, as far as an edit needs to know."""

    line: int
    field: str = ""
    group: str = ""
    """Group of the data."""
    identifier: str = ""
    """Attribute that holds the record's id; empty where none is known."""
    maskers: tuple[str, ...] = ()
    """Words in the name of a function that masks."""
    purpose: str = ""


Edit = Callable[[Source, Target, RuleEdit], list[Replacement]]


# -- arguments of calls ------------------------------------------------------------------------


def set_keyword(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`default=True` becomes `default=False`."""
    found = [
        argument
        for call in _calls(source, target, edit)
        for argument in call.args
        if _is_named(argument, edit.names) and _value_of(argument.value, source) in edit.was
    ]
    return [_rewritten(source, item.value, edit.value) for item in found] if _one(found) else []


def drop_keyword(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`verify=False` goes, with its comma."""
    found = [
        (call, number)
        for call in _calls(source, target, edit)
        for number, argument in enumerate(call.args)
        if _is_named(argument, edit.names) and _value_of(argument.value, source) in edit.was
    ]
    return [_without(source, call, number) for call, number in found] if _one(found) else []


def _without(source: Source, call: cst.Call, number: int) -> Replacement:
    start, end = source.span(call.args[number])
    if number + 1 < len(call.args):
        return Replacement(start, source.span(call.args[number + 1])[0], "")
    if number > 0:
        # The comma after it, if there is one, now follows the argument before.
        return Replacement(
            source.span(call.args[number - 1].value)[1], _value_end(source, call), ""
        )
    return Replacement(start, end, "")


def _value_end(source: Source, call: cst.Call) -> int:
    return source.span(call.args[-1].value)[1]


def add_keyword(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`secure=True` is added to a call that says nothing of it."""
    (name,) = edit.names
    found = [
        call
        for call in _calls(source, target, edit)
        if call.args
        and not any(argument.star == "**" or _is_named(argument, (name,)) for argument in call.args)
    ]
    if not _one(found):
        return []
    (call,) = found
    end = _value_end(source, call)
    lines = source.lines(call.args[-1])
    before = source.text[: source.span(call.args[-1])[0]]
    indent = before[len(before.rstrip(" \t")) :]
    is_on_its_own = before.rstrip(" \t").endswith(("\n", "\r")) and len(lines) > 0
    gap = f",{source.newline}{indent}" if is_on_its_own else ", "
    return [Replacement(end, end, f"{gap}{name}={edit.value}")]


def _calls(source: Source, target: Target, edit: RuleEdit) -> Iterator[cst.Call]:
    """Calls at the place: those that begin on its line, else those around it."""
    calls = [
        node
        for node in source.nodes()
        if isinstance(node, cst.Call)
        and target.line in source.lines(node)
        and (not edit.calls or _last_name(node.func) in edit.calls)
    ]
    begun = [call for call in calls if source.lines(call).start == target.line]
    return iter(begun or calls)


def _is_named(argument: cst.Arg, names: Sequence[str]) -> bool:
    return argument.keyword is not None and argument.keyword.value in names


# -- settings and literals ---------------------------------------------------------------------


def set_setting(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`SESSION_COOKIE_SECURE = False` becomes `= True`; without names any assignment counts."""
    found = [
        value
        for node in source.nodes()
        if target.line
        in (source.lines(node) if isinstance(node, cst.Assign | cst.AnnAssign) else ())
        for name, value in _assigned(node)
        if (not edit.names or any(fnmatchcase(name, pattern) for pattern in edit.names))
        and _value_of(value, source) in edit.was
    ]
    return [_rewritten(source, item, edit.value) for item in found] if _one(found) else []


def _assigned(node: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    if isinstance(node, cst.AnnAssign) and node.value is not None:
        yield _last_name(node.target), node.value
    elif isinstance(node, cst.Assign) and len(node.targets) == 1:
        yield _last_name(node.targets[0].target), node.value


def set_entry(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`{"sslmode": "disable"}` becomes `{"sslmode": "require"}`."""
    found = [
        node.value
        for node in source.nodes()
        if isinstance(node, cst.DictElement)
        and target.line in source.lines(node)
        and _value_of(node.key, source) in edit.names
        and _value_of(node.value, source) in edit.was
    ]
    return [_rewritten(source, item, edit.value) for item in found] if _one(found) else []


def set_text(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """A part of a string at the place is replaced: `sslmode=disable` in an address."""
    found = [
        node
        for node in source.nodes()
        if isinstance(node, cst.SimpleString | cst.FormattedStringText)
        and target.line in source.lines(node)
        and any(old in source.code(node) for old in edit.was)
    ]
    if not _one(found):
        return []
    text = source.code(found[0])
    for old in edit.was:
        text = text.replace(old, edit.value)
    return [source.replaced(found[0], text)]


# -- what is logged ----------------------------------------------------------------------------


def log_argument(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`user.email` that is logged as it is becomes `mask_email(user.email)`, else `user.pk`.

    An id stands in only for what tells who somebody is: `names` are those groups of data. Where it
    stands there already, a second one would say something that is not so.
    """
    if not target.field:
        return []
    found = [
        (node, call)
        for node in source.nodes()
        if isinstance(node, cst.Attribute)
        and node.attr.value == target.field
        and _is_path(node.value)
        and (call := _logging(source, node, target.line)) is not None
        and (not edit.calls or _last_name(call.func) in edit.calls)
    ]
    masker = _masker(source, target)
    identifier = target.identifier if target.group in edit.names else ""
    made = []
    for node, call in found:
        if masker:
            made.append(source.replaced(node, f"{masker}({source.code(node)})"))
        elif identifier and not _names_id(source, call, node.value):
            made.append(source.replaced(node.attr, identifier))
    return made


def leave_out(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """A value that is logged, and that nothing stands in for, makes room for `[redacted]`.

    It goes with its placeholder, so the call says as much as before of everything else.
    """
    if not target.field or log_argument(source, target, edit):
        return []
    calls = [call for call in _calls(source, target, edit) if _holds(call, target.field)]
    if not _one(calls):
        return []
    (call,) = calls
    expressions = [
        node
        for node in walk(call)
        if isinstance(node, cst.FormattedStringExpression) and _holds(node, target.field)
    ]
    if expressions:
        return [source.replaced(node, _REDACTED) for node in expressions]
    return _without_placeholders(source, call, target.field)


def _without_placeholders(source: Source, call: cst.Call, field: str) -> list[Replacement]:
    """`"%s of %s", a, b` without `b`; nothing where text and arguments do not pair one to one."""
    values = [item for item in call.args if item.keyword is None]
    if values and _last_name(call.func) == "log":
        values = values[1:]  # the level
    text = values[0].value if values else None
    if not isinstance(text, cst.SimpleString) or any(item.star for item in call.args):
        return []
    places = [match for match in _PLACEHOLDER.finditer(source.code(text)) if match[0] != "%%"]
    if len(places) != len(values) - 1 or any(match["named"] for match in places):
        return []
    made = []
    start = source.span(text)[0]
    for place, before, item in zip(places, values, values[1:], strict=False):
        if _holds(item, field):
            gap = Replacement(source.span(before.value)[1], source.span(item.value)[1], "")
            if "#" in source.text[gap.start : source.span(item.value)[0]]:
                return []
            made += [Replacement(start + place.start(), start + place.end(), _REDACTED), gap]
    return made


def _holds(node: cst.CSTNode, field: str) -> bool:
    """Whether a field of something that has a name, or a variable of its name, is read in it."""
    return any(_is_read(part, field) for part in walk(node))


def _is_read(node: cst.CSTNode, field: str) -> bool:
    match node:
        case cst.Attribute(value=owner, attr=cst.Name(value=name)):
            return name == field and _is_path(owner)
        case cst.Arg(value=cst.Name(value=name)):
            return name == field
        case cst.FormattedStringExpression(expression=cst.Name(value=name)):
            return name == field
        case _:
            return False


def _names_id(source: Source, call: cst.Call, owner: cst.BaseExpression) -> bool:
    """Whether a call tells the id of the same record."""
    return any(
        isinstance(node, cst.Attribute)
        and node.attr.value in _IDS
        and source.code(node.value) == source.code(owner)
        for node in walk(call)
    )


def _is_path(node: cst.BaseExpression) -> bool:
    """A name, or attributes of one: what runs nothing."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def _logging(source: Source, node: cst.CSTNode, line: int) -> cst.Call | None:
    """The call at the line that a value goes into as it is: nothing works on it in between."""
    here: cst.CSTNode | None = node
    while (here := source.parent(here) if here is not None else None) is not None:
        if isinstance(here, cst.Call):
            if _last_name(here.func) == "format" and isinstance(here.func, cst.Attribute):
                continue
            return here if line in source.lines(here) else None
        if isinstance(here, cst.BinaryOperation):
            if not isinstance(here.operator, cst.Modulo):
                return None
        elif not isinstance(here, _PASSING):
            return None
    return None


_IDS = ("pk", "id")
_PASSING = (
    cst.Arg, cst.FormattedStringExpression, cst.FormattedString, cst.ConcatenatedString,
    cst.Tuple, cst.Element,
)  # fmt: skip


def _masker(source: Source, target: Target) -> str:
    """A function of the module, or imported by name, that masks this field or anything."""
    field = _tokens(target.field)
    for name in _functions(source.module):
        words = _tokens(name)
        rest = [word for word in words if word not in target.maskers]
        if len(rest) < len(words) and (not rest or rest == field):
            return name
    return ""


def _functions(module: cst.Module) -> Iterator[str]:
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef):
            yield statement.name.value
        elif isinstance(statement, cst.SimpleStatementLine):
            for part in statement.body:
                if isinstance(part, cst.ImportFrom) and not isinstance(part.names, cst.ImportStar):
                    yield from (
                        _last_name(item.asname.name if item.asname is not None else item.name)
                        for item in part.names
                    )


def _tokens(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


# -- purposes ----------------------------------------------------------------------------------


def purpose_comment(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """`# purpose: billing` above the first statement after the module's own text."""
    del edit
    if not target.purpose:
        return []
    body = list(source.module.body)
    if body and source.module.get_docstring() is not None:
        body = body[1:]
    if not body:
        return []
    start = _line_start(source, body[0])
    # A comment right above a definition is that definition's; a blank line makes it the file's.
    return [Replacement(start, start, f"# purpose: {target.purpose}{source.newline * 2}")]


def _line_start(source: Source, statement: cst.CSTNode) -> int:
    at = source.span(statement)[0]
    return max(source.text.rfind("\n", 0, at), source.text.rfind("\r", 0, at)) + 1


def nothing(source: Source, target: Target, edit: RuleEdit) -> list[Replacement]:
    """Only told, never made."""
    del source, target, edit
    return []


# -- parts -------------------------------------------------------------------------------------


def _one(found: Sequence[object]) -> bool:
    return len(found) == 1


def _last_name(node: cst.CSTNode) -> str:
    """The last name of a dotted one, or the key in brackets: `SECURE` of `config["SECURE"]`."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        return node.attr.value
    if isinstance(node, cst.Subscript) and len(node.slice) == 1:
        inner = node.slice[0].slice
        if isinstance(inner, cst.Index) and isinstance(inner.value, cst.SimpleString):
            return str(inner.value.evaluated_value)
    return ""


def _value_of(node: cst.BaseExpression, source: Source) -> str:
    """A literal's value, else the code itself."""
    if isinstance(node, cst.SimpleString):
        return str(node.evaluated_value)
    return source.code(node)


def _rewritten(source: Source, node: cst.BaseExpression, value: str) -> Replacement:
    """The value in place of a literal; a string keeps its quotes."""
    if isinstance(node, cst.SimpleString):
        return source.replaced(node, f"{node.prefix}{node.quote}{value}{node.quote}")
    return source.replaced(node, value)


FUNCTIONS: Mapping[str, Edit] = {
    "keyword": set_keyword,
    "drop-keyword": drop_keyword,
    "add-keyword": add_keyword,
    "setting": set_setting,
    "entry": set_entry,
    "text": set_text,
    "log-argument": log_argument,
    "leave-out": leave_out,
    "purpose-comment": purpose_comment,
    "none": nothing,
}
"""What `do:` of a rule's edit names."""
