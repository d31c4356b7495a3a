"""Scripts inside a page: what they call, with which texts. No grammar, one pass of tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from data_etiquette.frontends.redact import redact

MAX_CALLS = 400
_MAX_ARGUMENTS = 4
_MAX_TEXT = 60
_MAX_DEPTH = 500

_TOKEN = re.compile(
    r"""(?P<text>"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'[^'\\\n]*(?:\\.[^'\\\n]*)*'?
        |`[^`\\]*(?:\\.[^`\\]*)*`?)
    |(?P<comment>//[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/)?)
    |(?P<name>[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*)
    |(?P<assign>(?<![=!<>])=(?![=>]))
    |(?P<open>\()|(?P<close>\))|(?P<end>[;\n])|(?P<key>\[)""",
    re.VERBOSE | re.DOTALL,
)
_KEYWORDS = frozenset(
    {"if", "for", "while", "switch", "catch", "function", "return", "typeof", "with", "await"}
    | {"async", "new", "of", "in", "do", "else", "case", "throw", "delete", "void", "super"}
)
_STORES = ("document.cookie", "localStorage", "sessionStorage")
# Looking around in the page itself says nothing about who gets what.
_DULL = re.compile(r"(?:document\.(?!cookie)|console\.|Math\.|JSON\.|Object\.)|(?:\$|jQuery)$")
_ADDRESS = re.compile(r"""["'`]((?:https?:)?//[\w-]+\.[\w.-]+[^"'`\s<>\\]*)""")


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """A call, or an assignment to what the browser keeps."""

    callee: str
    offset: int
    args: tuple[str, ...] = ()


@dataclass(slots=True)
class Script:
    """What one script says."""

    calls: list[ScriptCall] = field(default_factory=list)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    """(start, end, callee) of the arguments of each call; inner ones come first."""
    addresses: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    callee: str
    offset: int
    start: int
    args: list[str] = field(default_factory=list)
    is_assignment: bool = False


def read_script(text: str, start: int, end: int, hole: str) -> Script:
    """Read the script between two offsets; `hole` stands for the template's own output."""
    script = Script()
    reader = _Reader(script, hole)
    for match in _TOKEN.finditer(text, start, end):
        reader.token(match.lastgroup or "", match.group(), match.start(), text)
    reader.finish(end)
    for match in _ADDRESS.finditer(text, start, end):
        if len(script.addresses) == MAX_CALLS:
            break
        address = match.group(1).partition(hole)[0]
        script.addresses.append((match.start(1), redact(address)))
    return script


class _Reader:
    def __init__(self, script: Script, hole: str) -> None:
        self._script = script
        self._hole = hole
        self._stack: list[_Open] = []
        self._name = ""
        self._name_at = 0

    def token(self, kind: str, text: str, offset: int, whole: str) -> None:
        match kind:
            case "name":
                # What is called on a result has no name of its own; a definition is no call.
                is_hidden = whole[offset - 1 : offset] == "." or self._name == "function"
                self._name = "" if is_hidden else text.replace("?", "").removeprefix("window.")
                self._name_at = offset
                return
            case "open":
                self._push(offset)
            case "close":
                self._close(offset)
            case "assign":
                if self._name.startswith(_STORES):
                    self._stack.append(
                        _Open(f"{self._name} =", self._name_at, offset, is_assignment=True)
                    )
            case "end":
                if self._stack and self._stack[-1].is_assignment:
                    self._pop(offset)
                if text == "\n":
                    return
            case "key":
                if self._name in ("localStorage", "sessionStorage"):
                    return
            case "text":
                self._argument(text)
                if self._name in ("localStorage", "sessionStorage"):
                    return
            case _:
                return
        self._name = ""

    def _push(self, offset: int) -> None:
        callee = self._name if self._name not in _KEYWORDS else ""
        if len(self._stack) < _MAX_DEPTH:
            self._stack.append(_Open(callee, self._name_at, offset))

    def _close(self, offset: int) -> None:
        while self._stack and self._stack[-1].is_assignment:
            self._pop(offset)
        if self._stack:
            self._pop(offset)

    def _pop(self, offset: int) -> None:
        closed = self._stack.pop()
        if not closed.callee or _DULL.match(closed.callee):
            return
        if len(self._script.calls) < MAX_CALLS:
            self._script.calls.append(ScriptCall(closed.callee, closed.offset, tuple(closed.args)))
            self._script.spans.append((closed.start, offset, closed.callee))

    def _argument(self, text: str) -> None:
        if self._stack and len(self._stack[-1].args) < _MAX_ARGUMENTS:
            literal = " ".join(text.strip("\"'`").replace(self._hole, "").split())
            if literal:
                self._stack[-1].args.append(redact(literal[:_MAX_TEXT]))

    def finish(self, end: int) -> None:
        """Close what the script left open."""
        while self._stack:
            self._pop(end)
