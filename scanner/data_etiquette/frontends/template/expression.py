"""Expressions of templates: which paths they show, through which filters, under which conditions.

One lenient grammar for Django, Jinja2 and Mako's Python. Total: what it does not understand is
passed over, and beyond its limits only the names are taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

Path = tuple[str, ...]

MAX_DEPTH = 30
MAX_REFS = 64
MAX_FILTERS = 12
MAX_PATH = 10
MAX_TOKENS = 2000
ANY = "[]"

_TOKEN = re.compile(
    r"""(?P<text>"[^"\\]*(?:\\.[^"\\]*)*"?|'[^'\\]*(?:\\.[^'\\]*)*'?)
    |(?P<number>\d[\d_]*(?:\.\d+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<mark>==|!=|<=|>=|//|\*\*|->|[-+*/%~|.,:;=<>()\[\]{}?!&@^])""",
    re.VERBOSE | re.DOTALL,
)
_COMPARING = frozenset({"==", "!=", "<", ">", "<=", ">=", "in", "is"})
_PRECEDENCE = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(_COMPARING, 4),
    **dict.fromkeys(("~", "+", "-", "*", "/", "//", "%", "**", "^", "&", "@"), 5),
}
_CONSTANTS = frozenset({"true", "false", "none", "null", "True", "False", "None"})
_WORDS = frozenset({"if", "else", "for", "as", "with", "only", "reversed", "recursive", "endfor"})
# What the engines themselves put into every context.
_OWN = frozenset(
    {"loop", "forloop", "super", "caller", "self", "cycler", "range", "namespace", "joiner"}
    | {"lipsum", "varargs", "kwargs", "csrf_token"}
)
_PREFIXES = frozenset({"not", "!", "-", "+", "*", "**", "await"})
_ELEMENT_FILTERS = frozenset({"first", "last", "random"})
_SAME_FILTERS = frozenset({"list", "sort", "dictsort", "dictsortreversed", "reverse", "unique"})
_CHOOSING_FILTERS = frozenset({"selectattr", "rejectattr", "select", "reject", "slice", "batch"})
_GETTERS = frozenset({"get", "getlist", "pop"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an expression."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A path that reaches the value, and what happened to it on the way."""

    path: Path
    filters: tuple[str, ...] = ()
    guards: tuple[Path, ...] = ()
    unless: tuple[Path, ...] = ()


@dataclass(slots=True)
class Reading:
    """What an expression gives."""

    refs: list[Ref] = field(default_factory=list)
    true: list[Path] = field(default_factory=list)
    """Paths that are read; true where the expression is true."""
    false: list[Path] = field(default_factory=list)
    """Paths that are read; false where the expression is true."""
    text: str | None = None
    """Value of a constant string."""


@dataclass(frozen=True, slots=True)
class MacroCall:
    """A call of a name that `is_macro` knows."""

    callee: Path
    args: tuple[tuple[str, tuple[Ref, ...]], ...]
    """(position or keyword, what it holds)."""


Resolve = Callable[[Path], Iterable[Ref]]


def tokens(source: str) -> list[Token]:
    """The tokens of an expression; characters that are none are dropped."""
    found: list[Token] = []
    for match in _TOKEN.finditer(source):
        found.append(Token(match.lastgroup or "", match.group()))
        if len(found) == MAX_TOKENS:
            break
    return found


def text_of(token: Token) -> str:
    """A string token without its quotes."""
    body = token.text[1:]
    return body[:-1] if body.endswith(token.text[0]) else body


class Parser:
    """Reads one tag's tokens from left to right."""

    def __init__(
        self, found: list[Token], resolve: Resolve, is_macro: Callable[[Path], bool]
    ) -> None:
        self._tokens = found
        self._place = 0
        self._depth = 0
        self._method = "call"
        self._resolve = resolve
        self._is_macro = is_macro
        self.macros: list[MacroCall] = []

    # --- tokens -----------------------------------------------------------------------------

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self._place >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token:
        """A token to come; an empty one behind the end."""
        place = self._place + ahead
        return self._tokens[place] if place < len(self._tokens) else Token("", "")

    def next(self) -> Token:
        """Take one token."""
        token = self.peek()
        self._place += 1
        return token

    def take(self, text: str) -> bool:
        """Take a token if it is this one."""
        if self.peek().text == text and self.peek().kind != "text":
            self._place += 1
            return True
        return False

    # --- expressions ------------------------------------------------------------------------

    def expression(self) -> Reading:
        """A whole expression, `a if b else c` included."""
        if self._depth >= MAX_DEPTH:
            return self._flat()
        self._depth += 1
        value = self._binary(1)
        if self.take("if"):
            condition = self._binary(1)
            other = self.expression() if self.take("else") else Reading()
            value = Reading(
                [
                    *_under(value.refs, condition, holds=True),
                    *_under(other.refs, condition, holds=False),
                ],
                condition.true + value.true + other.true,
                condition.false + value.false + other.false,
            )
        self._depth -= 1
        return value

    def _binary(self, least: int) -> Reading:
        left = self._unary()
        while True:
            operator = self._operator()
            level = _PRECEDENCE.get(operator, 0)
            if level < least:
                return left
            self.next()
            left = self._joined(left, operator, level)

    def _operator(self) -> str:
        token = self.peek()
        if token.kind == "text":
            return ""
        if token.text == "not" and self.peek(1).text == "in":
            return "in"
        return token.text

    def _joined(self, left: Reading, operator: str, level: int) -> Reading:
        if operator == "is":
            return self._test(left)
        if operator == "in" and self.peek(-1).text == "not":
            self.next()
        right = self._binary(level + 1)
        if operator == "and":
            # `a and b` gives b where a is true.
            return Reading(
                [*_under(right.refs, left, holds=True)],
                left.true + right.true,
                left.false + right.false,
            )
        true, false = left.true + right.true, left.false + right.false
        if operator in _COMPARING:
            return Reading([], true, false)
        return Reading((left.refs + right.refs)[:MAX_REFS], true, false)

    def _test(self, left: Reading) -> Reading:
        """`x is defined`, `x is not none`, `x is divisibleby(3)`."""
        negated = self.take("not")
        name = self.next().text
        if self.take("("):
            self._arguments()
        if name.lower() in ("none", "undefined", "false"):
            negated = not negated
        return Reading([], left.false, left.true) if negated else Reading([], left.true, left.false)

    def _unary(self) -> Reading:
        nots = 0
        while self.peek().kind != "text" and self.peek().text in _PREFIXES:
            nots += self.next().text in ("not", "!")
        if not nots:
            return self.postfix()
        value = self._binary(_PRECEDENCE["is"])
        true, false = (value.true, value.false) if nots % 2 == 0 else (value.false, value.true)
        return Reading([], true, false)

    def postfix(self) -> Reading:
        """A value and the accesses, calls and filters that follow it."""
        value, path = self._primary()
        while not self.ended:
            mark = self.peek()
            if mark.kind != "mark":
                break
            if mark.text == "." and self.peek(1).kind in ("name", "number"):
                self.next()
                path = self._attribute(path)
            elif mark.text == "[":
                path = self._item(path, value)
            elif mark.text == "(":
                path, value = self._call(path, value)
            elif mark.text == "|":
                self.next()
                value = self._filter(self._settled(path, value))
                path = ()
            else:
                break
        return self._settled(path, value)

    def _settled(self, path: Path, value: Reading) -> Reading:
        """The reading of a path once no access can follow any more."""
        if not path:
            return value
        if path[0] in _OWN or path[0] in _CONSTANTS:
            return value
        refs = [*self._resolve(path[:MAX_PATH])][:MAX_REFS]
        paths = [ref.path for ref in refs]
        return Reading(refs + value.refs, paths + value.true, value.false)

    def _primary(self) -> tuple[Reading, Path]:
        """A constant or bracketed value, or the first name of a path."""
        token = self.next()
        if token.kind == "name" and token.text not in _CONSTANTS:
            return Reading(), (token.text,)
        if token.kind == "text":
            return Reading(text=text_of(token)), ()
        if token.text in ("(", "[", "{"):
            return self._bracketed({"(": ")", "[": "]", "{": "}"}[token.text]), ()
        return Reading(), ()

    def _bracketed(self, closer: str) -> Reading:
        whole = Reading()
        while not self.ended and not self.take(closer):
            before = self._place
            item = self.expression()
            if closer == "}" and self.take(":"):
                item = self.expression()
            _add(whole, item)
            if self.take("for"):
                self._comprehension()
            self.take(",")
            if self._place == before:
                self.next()
        return whole

    def _comprehension(self) -> None:
        """`for x in y if z` of Mako's Python: read, its variable is left open."""
        while not self.ended and self.peek().text not in ("in", ")", "]", "}"):
            self.next()
        if self.take("in"):
            self.expression()

    def _attribute(self, path: Path) -> Path:
        token = self.next()
        if not path:
            self._method = token.text
            return ()
        if token.kind == "name":
            return (*path, token.text)
        return (*path, *(f"[{part}]" for part in token.text.split(".")))

    def _item(self, path: Path, value: Reading) -> Path:
        self.next()
        first, second = self.peek(), self.peek(1)
        if second.text == "]" and first.kind in ("text", "number"):
            self.next()
            self.next()
            key = text_of(first) if first.kind == "text" else f"[{first.text}]"
            return (*path, key) if path else ()
        index = self._bracketed("]")
        value.true += index.true
        return (*path, ANY) if path else ()

    def _call(self, path: Path, value: Reading) -> tuple[Path, Reading]:
        self.next()
        first = self.peek()
        arguments = self._arguments()
        if path and self._is_macro(path):
            self.macros.append(MacroCall(path, arguments))
            return (), Reading()
        if path[1:] and path[-1] in _GETTERS and first.kind == "text":
            return (*path[:-1], text_of(first)), value
        refs = [ref for _, found in arguments for ref in found]
        if not refs:
            # `_("Hello")` shows no variable, `get_user()` may.
            return path if path[1:] or first.text == ")" else (), value
        name = path[-1] if path else self._method
        if path[:-1]:
            refs = [*self._resolve(path[:MAX_PATH]), *_filtered(refs, f"{name}()")]
        else:
            refs = _filtered(refs, f"{name}()")
        paths = [ref.path for ref in refs]
        return (), Reading((value.refs + refs)[:MAX_REFS], value.true + paths, value.false)

    def _arguments(self) -> tuple[tuple[str, tuple[Ref, ...]], ...]:
        """What the arguments hold, up to the closing bracket."""
        found: list[tuple[str, tuple[Ref, ...]]] = []
        position = 0
        while not self.ended and not self.take(")"):
            before = self._place
            name = str(position)
            if self.peek().kind == "name" and self.peek(1).text == "=":
                name = self.next().text
                self.next()
            else:
                position += 1
            value = self.expression()
            if value.refs:
                found.append((name, tuple(value.refs)))
            if self.take("for"):
                self._comprehension()
            self.take(",")
            if self._place == before:
                self.next()
        return tuple(found)

    def _filter(self, value: Reading) -> Reading:
        name = self.next().text
        while self.peek().text == "." and self.peek(1).kind == "name":
            self.next()
            name = self.next().text
        attribute = ""
        extra: list[Ref] = []
        if self.take("("):
            attribute = self._named_text()
            extra = [ref for _, found in self._arguments() for ref in found]
        elif self.take(":"):
            value_of = self._filter_argument()
            attribute, extra = value_of.text or "", value_of.refs
        refs = _through_filter(value.refs, name, attribute)
        if name not in _CHOOSING_FILTERS:
            refs += _filtered(extra, name)
        return Reading(refs[:MAX_REFS], value.true + [ref.path for ref in extra], value.false)

    def _named_text(self) -> str:
        """The text of a filter's first argument: `("email")`, `(attribute="email")`."""
        if self.peek().kind == "text":
            return text_of(self.peek())
        if self.peek(1).text == "=" and self.peek(2).kind == "text":
            return text_of(self.peek(2)) if self.peek().text == "attribute" else ""
        return ""

    def _filter_argument(self) -> Reading:
        """Django's argument: one constant or one path."""
        self.take("-")
        value, path = self._primary()
        while self.peek().text == "." and self.peek(1).kind in ("name", "number"):
            self.next()
            path = self._attribute(path)
        return self._settled(path, value)

    def _flat(self) -> Reading:
        """All that is left, by its names alone: nested deeper than anybody writes."""
        refs: list[Ref] = []
        while not self.ended and len(refs) < MAX_REFS:
            token = self.next()
            if token.kind != "name" or token.text in _WORDS:
                continue
            path: Path = (token.text,)
            while self.peek().text == "." and self.peek(1).kind == "name":
                self.next()
                path = self._attribute(path)
            refs += self._settled(path, Reading()).refs
        self._place = len(self._tokens)
        return Reading(refs, [ref.path for ref in refs], [])


def _add(whole: Reading, part: Reading) -> None:
    if len(whole.refs) < MAX_REFS:
        whole.refs += part.refs
        whole.true += part.true
        whole.false += part.false


def _under(refs: list[Ref], condition: Reading, *, holds: bool) -> Iterable[Ref]:
    true, false = (condition.true, condition.false) if holds else (condition.false, condition.true)
    for ref in refs:
        yield replace(
            ref, guards=(*ref.guards, *true)[:MAX_REFS], unless=(*ref.unless, *false)[:MAX_REFS]
        )


def _filtered(refs: Iterable[Ref], name: str) -> list[Ref]:
    return [
        replace(ref, filters=(*ref.filters, name)) if len(ref.filters) < MAX_FILTERS else ref
        for ref in refs
    ]


def _through_filter(refs: list[Ref], name: str, argument: str) -> list[Ref]:
    """What a filter leaves of the paths: `attr`, `map(attribute=)` and `first` go on in them."""
    if name == "attr" and argument:
        return [_longer(ref, *argument.split(".")) for ref in refs]
    if name == "map" and argument and argument.replace(".", "").replace("_", "").isalnum():
        return [_longer(ref, ANY, *argument.split(".")) for ref in refs]
    if name in _ELEMENT_FILTERS:
        return [_longer(ref, ANY) for ref in refs]
    if name in _SAME_FILTERS | _CHOOSING_FILTERS or name == "items":
        return refs
    return _filtered(refs, name)


def _longer(ref: Ref, *names: str) -> Ref:
    return replace(ref, path=(*ref.path, *names)[:MAX_PATH])
