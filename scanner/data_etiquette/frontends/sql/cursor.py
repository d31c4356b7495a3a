"""Walking over the tokens of one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_etiquette.frontends.sql.lexer import Kind, Token, unquoted

END = Token(Kind.END, "", 0, 0, "")
COMMA = Token(Kind.PUNCT, ",", 0, 0, ",")
_GENERIC = frozenset({"STRUCT", "ARRAY", "MAP"})


@dataclass(frozen=True, slots=True)
class Name:
    """A possibly qualified identifier, quotes and placeholders gone."""

    parts: tuple[str, ...]
    token: Token
    """The last part's token."""

    def __str__(self) -> str:
        return ".".join(self.parts)

    @property
    def last(self) -> str:
        """The unqualified name."""
        return self.parts[-1]


class Cursor:
    """A position in a sequence of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        """The token at the cursor, or `END`."""
        index = self.at + ahead
        return self._tokens[index] if index < len(self._tokens) else END

    def next(self) -> Token:
        """The token at the cursor, which moves on."""
        token = self.peek()
        self.at += 1
        return token

    def rest(self) -> Sequence[Token]:
        """All tokens from the cursor on."""
        return self._tokens[self.at :]

    def slice(self, start: int) -> Sequence[Token]:
        """The tokens from an earlier index up to the cursor."""
        return self._tokens[start : self.at]

    def take(self, *words: str) -> bool:
        """Move over the words if they all stand here, in this order."""
        for ahead, word in enumerate(words):
            if self.peek(ahead).word != word:
                return False
        self.at += len(words)
        return True

    def take_any(self, words: frozenset[str]) -> str:
        """Move over one of the words; the word, or the empty string."""
        word = self.peek().word
        if word not in words:
            return ""
        self.at += 1
        return word

    def name(self) -> Name | None:
        """A qualified identifier; None when there is none. Placeholder parts are left out."""
        parts: list[str] = []
        last = END
        while True:
            text, token = self._part()
            if token is END:
                break
            if text:
                parts.append(text)
                last = token
            if self.peek().word != ".":
                break
            while self.take("."):
                pass
        return Name(tuple(parts), last) if parts else None

    def _part(self) -> tuple[str, Token]:
        """One part, with the placeholders that touch it: `{prefix}_users`."""
        text, found, touched = "", END, False
        while True:
            token = self.peek()
            if token.kind not in (Kind.WORD, Kind.NAME, Kind.HOLE) and not self._is_digit(found):
                break
            if found is not END and token.start != self.peek(-1).end:
                break
            if token.kind is Kind.HOLE:
                known = hole_name(token)
                text, touched = text + known, touched or not known
            else:
                text += unquoted(token)
            found = token
            self.at += 1
        return (text.strip("_") if touched else text), found

    def _is_digit(self, found: Token) -> bool:
        """Whether a name begins with a number here: `2fa_secret`."""
        token, following = self.peek(), self.peek(1)
        touches = following.kind is Kind.WORD and following.start == token.end
        return found is END and token.kind is Kind.NUMBER and touches

    def group(self) -> Sequence[Token]:
        """Tokens inside the parentheses that open here; the cursor ends behind them."""
        if self.peek().word != "(":
            return ()
        first = self.at + 1
        self.skip_item()
        last = self.at - 1 if self._tokens[self.at - 1].word == ")" else self.at
        return self._tokens[first:last]

    def skip_item(self) -> None:
        """Move over one token, or over a whole pair of parentheses."""
        depth = 0
        while self.at < len(self._tokens):
            word = self.next().word
            depth += (word == "(") - (word == ")")
            if depth <= 0:
                return

    def is_closed_group(self) -> bool:
        """Whether the parentheses that open here are closed."""
        here = self.at
        self.skip_item()
        closed = self.at > here + 1 and self._tokens[self.at - 1].word == ")"
        self.at = here
        return closed

    def index_of(self, word: str) -> int:
        """Index of a word outside parentheses, from the cursor on; -1 when it is not there."""
        depth = 0
        for index in range(self.at, len(self._tokens)):
            found = self._tokens[index].word
            depth += (found == "(") - (found == ")")
            if depth <= 0 and found == word:
                return index
        return -1


def hole_name(token: Token) -> str:
    """Table that a dbt placeholder names: `{{ ref('customer') }}`; else nothing."""
    text = token.text
    if not text.startswith("{{"):
        return ""
    call = text[2:-2].strip(" -\t\n")
    if not call.startswith(("ref(", "ref (", "source(", "source (")):
        return ""
    names = call[call.index("(") + 1 :].replace('"', "'").split("'")[1::2]
    if call.startswith("ref"):
        names = names[-1:]
    return ".".join(names[:2])


def split_commas(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Items between commas that stand outside parentheses and `struct<…>`."""
    items: list[Sequence[Token]] = []
    depth = angle = first = 0
    for index, token in enumerate(tokens):
        word = token.word
        if word in ("(", "["):
            depth += 1
        elif word in (")", "]"):
            depth -= 1
        elif word == "<" and (angle or (index and tokens[index - 1].word in _GENERIC)):
            angle += 1
        elif word == ">" and angle:
            angle -= 1
        elif word == "," and depth <= 0 and not angle:
            items.append(tokens[first:index])
            first = index + 1
    items.append(tokens[first:])
    return [item for item in items if item]


def text_of(tokens: Sequence[Token]) -> str:
    """The tokens as written, comments left out and white space made single."""
    pieces: list[str] = []
    for index, token in enumerate(tokens):
        if index and token.start > tokens[index - 1].end:
            pieces.append(" ")
        pieces.append(token.text)
    return " ".join("".join(pieces).split())
