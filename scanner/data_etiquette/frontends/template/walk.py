"""The tags of a template in order: what is shown, included and called, with names resolved."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from data_etiquette.frontends.template.expression import (
    ANY,
    MacroCall,
    Parser,
    Path,
    Reading,
    Ref,
    Token,
    text_of,
    tokens,
)
from data_etiquette.frontends.template.pieces import Piece
from data_etiquette.frontends.template.scope import Block, Scope, unique

MAX_SHOWN = 3000
"""Values of one template; more are cut and told."""

_MAKO_TAG = re.compile(r"</?%(\w+)")
_MAKO_OPTION = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ASSIGNED = re.compile(r"^\s*([A-Za-z_]\w*)\s*=(?!=)\s*(.+)$", re.MULTILINE)
_IGNORED = frozenset(
    {"load", "csrf_token", "block", "endblock", "spaceless", "autoescape", "now", "verbatim"}
    | {"debug", "templatetag", "lorem", "static", "get_static_prefix", "get_media_prefix", "cache"}
    | {"localize", "localtime", "timezone", "language", "filter", "break", "continue", "page"}
    | {"plural", "pluralize", "get_current_language", "ifchanged", "namespace", "compress"}
)
_TRANS_WORDS = frozenset({"with", "count", "and", "trimmed", "notrimmed"})
_ARGUMENT_TAGS = {"do": "do()", "return": "return()"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that is put into the output by a piece."""

    ref: Ref
    piece: Piece
    guards: tuple[Path, ...]
    unless: tuple[Path, ...]
    macro: str = ""


@dataclass(frozen=True, slots=True)
class Included:
    """Another template named by a piece."""

    kind: str
    template: str
    piece: Piece
    bindings: tuple[tuple[str, Path], ...] = ()
    macro: str = ""
    only: bool = False


@dataclass(slots=True)
class Walked:
    """All that the tags of a template say."""

    shown: list[Shown] = field(default_factory=list)
    included: list[Included] = field(default_factory=list)
    macros: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Parameters of each macro."""
    calls: list[tuple[MacroCall, Piece, tuple[Path, ...], tuple[Path, ...], str]] = field(
        default_factory=list
    )
    """(call, its piece, guards, unless, macro around it)."""
    paths: set[str] = field(default_factory=set)
    """Names of all paths read."""
    urls: dict[int, str] = field(default_factory=dict)
    """Route named by the `url` tag at an offset."""
    is_cut: bool = False
    _offsets: list[int] = field(default_factory=list)
    _states: list[tuple[tuple[Path, ...], tuple[Path, ...]]] = field(default_factory=list)

    def note(self, offset: int, guards: tuple[Path, ...], unless: tuple[Path, ...]) -> None:
        """Conditions from this offset on."""
        if not self._states or self._states[-1] != (guards, unless):
            self._offsets.append(offset)
            self._states.append((guards, unless))

    def conditions(self, offset: int) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
        """(guards, unless) at an offset of the text."""
        place = bisect_right(self._offsets, offset)
        return self._states[place - 1] if place else ((), ())


def walk(pieces: Iterable[Piece]) -> Walked:
    """Follow the tags of a template."""
    walker = _Walker()
    for piece in pieces:
        walker.piece(piece)
    return walker.walked


class _Walker:
    def __init__(self) -> None:
        self.walked = Walked()
        self._scope = Scope()
        self._imports: dict[Path, tuple[str, str]] = {}
        """(template, macro; empty for the module itself) of imported names."""
        self._now = Piece("gap", 0, 0, "")

    def piece(self, piece: Piece) -> None:
        self._now = piece
        if piece.kind == "show":
            parser = self._parser(tokens(piece.inner))
            self._show(self._read(parser).refs)
        elif piece.kind == "do":
            self._statement(piece.inner)
            self.walked.note(piece.end, self._scope.guards, self._scope.unless)
        elif piece.kind == "code":
            self._code(piece.inner)

    # --- values -----------------------------------------------------------------------------

    def _parser(self, found: list[Token]) -> Parser:
        return Parser(found, self._scope.resolve, self._is_macro)

    def _is_macro(self, path: Path) -> bool:
        return (
            (len(path) == 1 and path[0] in self.walked.macros)
            or path in self._imports
            or (len(path) == 2 and path[:1] in self._imports)
        )

    def _read(self, parser: Parser, *, short: bool = False) -> Reading:
        """One expression, its reads and macro calls noted."""
        value = parser.postfix() if short else parser.expression()
        for path in (*value.true, *value.false, *(ref.path for ref in value.refs)):
            self.walked.paths.update(path)
        for call in parser.macros:
            self._macro_call(call)
        parser.macros.clear()
        return value

    def _show(self, refs: Iterable[Ref]) -> None:
        scope = self._scope
        for ref in refs:
            if len(self.walked.shown) >= MAX_SHOWN:
                self.walked.is_cut = True
                return
            guards = tuple(dict.fromkeys((*scope.guards, *ref.guards)))
            unless = tuple(dict.fromkeys((*scope.unless, *ref.unless)))
            self.walked.shown.append(Shown(ref, self._now, guards, unless, scope.macro()))

    def _macro_call(self, call: MacroCall) -> None:
        for _, refs in call.args:
            for ref in refs:
                self.walked.paths.update(ref.path)
        found = self._imports.get(call.callee) or self._imports.get(call.callee[:1])
        if found is None or (len(call.callee) == 1 and call.callee[0] in self.walked.macros):
            scope = self._scope
            if len(self.walked.calls) < MAX_SHOWN:
                state = (scope.guards, scope.unless, scope.macro())
                self.walked.calls.append((call, self._now, *state))
            return
        bindings = tuple((name, ref.path) for name, refs in call.args for ref in refs)
        macro = found[1] or call.callee[-1]
        self._include(Included("macro", found[0], self._now, bindings, macro))

    def _include(self, included: Included) -> None:
        if len(self.walked.included) < MAX_SHOWN:
            self.walked.included.append(included)
        else:
            self.walked.is_cut = True

    # --- statements -------------------------------------------------------------------------

    def _statement(self, inner: str) -> None:
        mako = _MAKO_TAG.match(inner)
        if mako is not None:
            self._mako_tag(mako.group(1), inner)
            return
        found = tokens(inner)
        if not found or found[0].kind != "name":
            return
        tag = found[0].text
        rest = found[1:]
        if tag == "end" and not rest:
            # Tornado closes every block alike.
            self._scope.pop_innermost()
        elif tag.startswith("end"):
            self._end(tag[3:] or _last_name(rest))
        elif tag not in _IGNORED:
            self._tag(tag, rest)

    def _tag(self, tag: str, rest: list[Token]) -> None:
        match tag:
            case "if" | "ifequal" | "ifnotequal" | "while" | "unless":
                self._if(tag, rest)
            case "elif" | "elseif" | "else" | "empty":
                self._else(tag, rest)
            case "for":
                self._for(rest)
            case "with" | "set":
                self._with(tag, rest)
            case "blocktrans" | "blocktranslate" | "trans" | "translate":
                self._trans(tag, rest)
            case "include" | "extends":
                self._other_template(tag, rest)
            case "import" | "from":
                self._import(tag, rest)
            case "macro" | "call":
                self._macro(tag, rest)
            case "regroup":
                self._regroup(rest)
            case "raw" if not rest:
                return
            case "try" | "except" | "finally":
                return
            case _:
                self._unknown(tag, rest)

    def _end(self, tag: str) -> None:
        tag = _BLOCK_OF.get(tag, tag)
        for block in self._scope.pop(tag):
            if block.tag == "set" and block.name:
                shown = [item.ref for item in self.walked.shown[block.start :]][:20]
                self._scope.bind(block.name, shown)

    def _if(self, tag: str, rest: list[Token]) -> None:
        parser = self._parser(rest)
        value = self._read(parser)
        if tag.startswith("ifequal") or tag == "ifnotequal":
            value.true += self._read(parser).true
        true, false = tuple(value.true), tuple(value.false)
        if tag == "unless":
            true, false = false, true
        self._scope.push(Block("if", condition=(true, false)))
        self._scope.guard(true, false)

    def _else(self, tag: str, rest: list[Token]) -> None:
        block = self._scope.innermost("if", "for")
        if block is None:
            return
        true, false = block.condition
        self._scope.guards, self._scope.unless = block.guards
        # What was true before is false here.
        self._scope.guard(false, true)
        if tag in ("elif", "elseif"):
            value = self._read(self._parser(rest))
            self._scope.guard(value.true, value.false)
            block.condition = (unique((*true, *value.true)), unique((*false, *value.false)))

    def _for(self, rest: list[Token]) -> None:
        split = next((i for i, token in enumerate(rest) if token.text == "in"), len(rest))
        names = [token.text for token in rest[:split] if token.kind == "name"]
        over, condition = _split(rest[split + 1 :], "if")
        value = self._read(self._parser(over))
        self._scope.push(Block("for"))
        for name, refs in _loop_names(names, value.refs):
            self._scope.bind(name, refs)
        if condition:
            wanted = self._read(self._parser(condition))
            self._scope.guard(wanted.true, wanted.false)

    def _with(self, tag: str, rest: list[Token]) -> None:
        if tag == "with":
            self._scope.push(Block("with"))
        elif not any(token.text == "=" for token in rest):
            # `{% set x %}…{% endset %}`: x is what is shown in between.
            name = rest[0].text if rest else ""
            self._scope.push(Block("set", name=name, start=len(self.walked.shown)))
            return
        self._assignments(rest, short=False)

    def _assignments(self, rest: list[Token], *, short: bool) -> list[Ref]:
        """`a=b c=d`, `a = b, c = d`, `b as a`: bind names; give what else was named."""
        parser = self._parser(rest)
        loose: list[Ref] = []
        while not parser.ended:
            names = _assigned_names(parser)
            if names:
                value = self._read(parser, short=short)
                for name in names:
                    self._scope.bind(name, value.refs)
                continue
            before = parser.peek()
            value = self._read(parser, short=True)
            if parser.take("as"):
                self._scope.bind(parser.next().text, value.refs)
            elif before.kind == "mark" and not value.refs:
                continue
            else:
                loose += value.refs
        return loose

    def _trans(self, tag: str, rest: list[Token]) -> None:
        """Variables of a translated text; `{% trans user.name %}` shows one at once."""
        is_text = bool(rest) and rest[0].kind == "text"
        is_django = tag.startswith("blocktrans")
        names = [
            token
            for i, token in enumerate(rest)
            if token.text not in _TRANS_WORDS or (rest[i + 1 : i + 2] and rest[i + 1].text == "=")
        ]
        if not is_django and rest and not is_text and not _has_assignment(rest):
            parser = self._parser(rest)
            self._show(self._read(parser, short=True).refs)
            if not self._is_jinja_trans(rest):
                return
        if is_text:
            return
        self._scope.push(Block("trans"))
        self._assignments(names, short=False)

    def _is_jinja_trans(self, rest: list[Token]) -> bool:
        """`{% trans user %}…{{ user }}…{% endtrans %}` opens a block, Django's `trans` does not."""
        return len(rest) == 1 and rest[0].kind == "name"

    def _other_template(self, tag: str, rest: list[Token]) -> None:
        names, arguments = _split(rest, "with")
        texts = [text_of(token) for token in names if token.kind == "text"]
        only = bool(arguments) and arguments[-1].text == "only"
        without = any(
            token.text == "without" and names[i + 1].text == "context"
            for i, token in enumerate(names[:-1])
        )
        if not texts:
            self._read(self._parser(names))
        own: list[tuple[str, Path]] = []
        if arguments and arguments[0].text != "context":
            own = self._arguments(arguments[:-1] if only else arguments)
        outer = () if only or without else self._scope.bindings()
        taken = {name for name, _ in own}
        bindings = (*own, *((name, path) for name, path in outer if name not in taken))
        for text in texts:
            self._include(Included(tag, text, self._now, bindings, "", only or without))

    def _arguments(self, rest: list[Token]) -> list[tuple[str, Path]]:
        parser = self._parser(rest)
        found: list[tuple[str, Path]] = []
        while not parser.ended:
            names = _assigned_names(parser)
            value = self._read(parser, short=True)
            for name in names:
                found += [(name, ref.path) for ref in value.refs[:4]]
            if not names and parser.take("as"):
                name = parser.next().text
                found += [(name, ref.path) for ref in value.refs[:4]]
            elif not names and not value.refs:
                parser.take(parser.peek().text)
        return found

    def _import(self, tag: str, rest: list[Token]) -> None:
        """`{% import "m" as m %}`, `{% from "m" import a, b as c %}`."""
        if not rest or rest[0].kind != "text":
            return
        template = text_of(rest[0])
        names = [token.text for token in rest[1:] if token.kind == "name"]
        if tag == "import":
            if names[:1] == ["as"] and names[1:]:
                self._imports[names[1],] = (template, "")
            return
        wanted = iter(names[1:])
        last = ""
        for name in wanted:
            if name in ("with", "without"):
                break
            if name == "as":
                alias = next(wanted, "")
                self._imports.pop((last,), None)
                self._imports[alias,] = (template, last)
            else:
                last = name
                self._imports[name,] = (template, name)

    def _macro(self, tag: str, rest: list[Token]) -> None:
        if tag == "call":
            split = next((i for i, token in enumerate(rest) if token.text == ")"), -1)
            params: list[str] = []
            if rest[:1] and rest[0].text == "(":
                params = _parameters(rest[: split + 1])
                rest = rest[split + 1 :]
            self._show(self._read(self._parser(rest)).refs)
            self._scope.push(Block("call"))
            for name in params:
                self._scope.bind(name, ())
            return
        name = rest[0].text if rest else ""
        self.walked.macros.setdefault(name, tuple(_parameters(rest[1:])))
        self._scope.push(Block("macro", name=name))
        for param in self.walked.macros[name]:
            self._scope.bind(param, (Ref((param,)),))

    def _regroup(self, rest: list[Token]) -> None:
        """`{% regroup people by city as cities %}`: each group's `list` is of people."""
        people, others = _split(rest, "by")
        value = self._read(self._parser(people), short=True)
        _, name = _split(others, "as")
        if name:
            self._scope.bind(name[-1].text, value.refs)

    def _unknown(self, tag: str, rest: list[Token]) -> None:
        """A library's own tag: it may show any of its arguments."""
        if tag == "url" and rest and rest[0].kind == "text":
            self.walked.urls[self._now.start] = text_of(rest[0])
        target = ""
        if len(rest) >= 2 and rest[-2].text == "as" and rest[-1].kind == "name":
            target, rest = rest[-1].text, rest[:-2]
        parser = self._parser(rest)
        refs: list[Ref] = []
        while not parser.ended:
            _assigned_names(parser)
            before = parser.peek()
            value = self._read(parser, short=True)
            if before.kind != "mark" or value.refs:
                refs += value.refs
        name = _ARGUMENT_TAGS.get(tag, f"{tag}()")
        refs = [Ref(ref.path, (*ref.filters, name), ref.guards, ref.unless) for ref in refs]
        if target:
            self._scope.bind(target, refs)
        elif tag not in _ARGUMENT_TAGS:
            self._show(refs)

    # --- Mako -------------------------------------------------------------------------------

    def _mako_tag(self, tag: str, inner: str) -> None:
        options = {m[1]: m[2] or m[3] or "" for m in _MAKO_OPTION.finditer(inner)}
        if inner.startswith("</"):
            self._scope.pop("macro" if tag == "def" else tag)
        elif tag in ("include", "inherit") and "file" in options:
            kind = "include" if tag == "include" else "extends"
            bindings = tuple(self._arguments(tokens(options.get("args", ""))))
            bindings += self._scope.bindings()
            self._include(Included(kind, options["file"].lstrip("/"), self._now, bindings))
        elif tag == "namespace" and "file" in options and "name" in options:
            self._imports[options["name"],] = (options["file"].lstrip("/"), "")
        elif tag == "def" and "name" in options:
            self._macro("macro", tokens(options["name"]))

    def _code(self, inner: str) -> None:
        """A block of Python: its plain assignments."""
        for match in _ASSIGNED.finditer(inner):
            value = self._read(self._parser(tokens(match.group(2))))
            self._scope.bind(match.group(1), value.refs)


_BLOCK_OF = {
    "ifequal": "if",
    "ifnotequal": "if",
    "unless": "if",
    "while": "if",
    "blocktrans": "trans",
    "blocktranslate": "trans",
    "translate": "trans",
}


def _last_name(rest: list[Token]) -> str:
    """`{% end for %}` and Tornado's `{% end %}`."""
    return rest[-1].text if rest else ""


def _split(found: list[Token], word: str) -> tuple[list[Token], list[Token]]:
    """Tokens before and behind a word that stands outside of brackets."""
    depth = 0
    for place, token in enumerate(found):
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
        elif token.kind == "name" and token.text == word and depth <= 0:
            return found[:place], found[place + 1 :]
    return found, []


def _has_assignment(rest: list[Token]) -> bool:
    return any(token.text == "=" and token.kind == "mark" for token in rest)


def _assigned_names(parser: Parser) -> list[str]:
    """Names before an equals sign: `a =`, `a, b =`; taken off the parser."""
    ahead, names = 0, []
    while parser.peek(ahead).kind == "name":
        names.append(parser.peek(ahead).text)
        ahead += 1
        mark = parser.peek(ahead).text
        if mark == "=":
            for _ in range(ahead + 1):
                parser.next()
            return names
        if mark != ",":
            break
        ahead += 1
    return []


def _parameters(rest: list[Token]) -> list[str]:
    """Names of a macro's parameters, defaults passed over."""
    names: list[str] = []
    depth = 0
    for place, token in enumerate(rest):
        if token.kind == "mark":
            depth += (token.text in "([{") - (token.text in ")]}")
        elif token.kind == "name" and depth == 1 and rest[place - 1].text in ("(", ",", "*", "**"):
            names.append(token.text)
    return names


def _loop_names(names: list[str], refs: list[Ref]) -> Iterable[tuple[str, list[Ref]]]:
    """What each variable of a loop stands for."""
    if len(names) == 1:
        yield names[0], [_element(ref) for ref in refs]
        return
    is_mapping = bool(refs) and all(ref.path[-1:] == ("items",) for ref in refs)
    for place, name in enumerate(names):
        if is_mapping:
            keys = ("keys", ANY) if place == 0 else (ANY,)
            yield name, [Ref((*ref.path[:-1], *keys), ref.filters) for ref in refs]
        elif len(refs) == 1 and refs[0].filters[-1:] == ("enumerate()",):
            found = [] if place == 0 else [Ref((*refs[0].path, ANY), refs[0].filters[:-1])]
            yield name, found
        else:
            yield name, [Ref((*ref.path, ANY, f"[{place}]"), ref.filters) for ref in refs]


def _element(ref: Ref) -> Ref:
    return Ref((*ref.path, ANY), ref.filters, ref.guards, ref.unless)
