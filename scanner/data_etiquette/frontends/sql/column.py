"""One column definition to a `FieldFact`: name, type, constraints, comment.

Any dialect by one matcher: what it does not know it passes over, up to the next known clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.sql.cursor import Cursor, Name, split_commas, text_of
from data_etiquette.frontends.sql.lexer import Kind, Token, string_value, unquoted
from data_etiquette.frontends.sql.position import Source
from data_etiquette.frontends.sql.words import words
from data_etiquette.model.facts import FieldFact

Options = list[tuple[str, str]]

_CLAUSES = words("""
    NOT NULL DEFAULT PRIMARY UNIQUE REFERENCES CHECK CONSTRAINT COMMENT COLLATE GENERATED AS
    AUTO_INCREMENT AUTOINCREMENT IDENTITY ENCRYPTED ENCRYPT MASKED MASK MASKING KEY ON CHARSET
    ENCODE DISTKEY SORTKEY INVISIBLE VISIBLE VIRTUAL STORED PERSISTED SPARSE ROWGUIDCOL FILESTREAM
    HIDDEN DEFERRABLE INITIALLY ENABLE DISABLE STORAGE COMPRESSION CODEC TTL MATERIALIZED ALIAS
    EPHEMERAL OPTIONS TAG USING FIRST AFTER FOREIGN WITH
    """)
"""Words that end a column's type or a default value."""
_ACTIONS = frozenset({"CASCADE", "RESTRICT"})
_LITERAL_CAST = re.compile(
    r"^('(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false|null)\s*::.*$", re.IGNORECASE | re.DOTALL
)
_DESCRIPTION = re.compile(
    r"description\s*=\s*(?P<q>[\"'])(?P<text>.*?)(?P=q)", re.IGNORECASE | re.DOTALL
)
_POLICY_TAGS = re.compile(r"policy_tags\s*=\s*[\[(]\s*[\"']([^\"']+)", re.IGNORECASE)


class ColumnReader:
    """Reads definitions of one text."""

    def __init__(self, source: Source, comments: Sequence[Token]) -> None:
        self._source = source
        self._after: dict[int, str] = {}
        self._alone: dict[int, str] = {}
        for token in comments:
            line = source.line(token.start)
            is_alone = source.is_first_on_line(token.start)
            (self._alone if is_alone else self._after)[line] = _comment_text(token.text)

    def read(self, tokens: Sequence[Token]) -> FieldFact | None:
        """The column these tokens define; None when they define none."""
        cursor = Cursor(tokens)
        name = column_name(cursor)
        if name is None:
            return None
        annotation = _type(cursor)
        if annotation is None:
            return None
        constraints = Constraints(cursor)
        return FieldFact(
            name=name.last,
            line=self._source.line(name.token.start),
            column=self._source.column(name.token.start),
            end_line=self._source.line(tokens[-1].end - 1),
            annotation=annotation,
            options=tuple(constraints.options),
            relation=constraints.relation,
            doc=constraints.doc,
            comment=self._comment(tokens[0].start, tokens[-1].end),
            origin="column",
        )

    def named(self, name: Name, options: Options | None = None, doc: str = "") -> FieldFact:
        """A column that a statement only names."""
        line = self._source.line(name.token.start)
        return FieldFact(
            name=name.last,
            line=line,
            column=self._source.column(name.token.start),
            end_line=line,
            options=tuple(options or ()),
            doc=doc,
            origin="column",
        )

    def _comment(self, start: int, end: int) -> str:
        trailing = self._after.get(self._source.line(end - 1), "")
        if trailing:
            return trailing
        line = self._source.line(start) - 1
        above: list[str] = []
        while line in self._alone and len(above) < 3:
            above.insert(0, self._alone[line])
            line -= 1
        return redact(" ".join(above)) if self._source.is_first_on_line(start) else ""


class Constraints:
    """Clauses behind a column's type."""

    def __init__(self, cursor: Cursor) -> None:
        self.options: Options = []
        self.relation = ""
        self.doc = ""
        self._cursor = cursor
        readers: dict[str, Callable[[], None]] = {
            "NOT": self._not,
            "DEFAULT": self._default,
            "PRIMARY": lambda: self._add("primary_key", "true"),
            "GENERATED": self._generated,
            "UNIQUE": lambda: self._add("unique", "true"),
            "REFERENCES": self._references,
            "CHECK": self._check,
            "CONSTRAINT": self._constraint,
            "COMMENT": self._comment,
            "OPTIONS": self._bigquery_options,
            "TAG": self._tags,
            "ENCRYPTED": lambda: self._add("protection", "encrypted"),
            "ENCRYPT": lambda: self._add("protection", "encrypted"),
            "CODEC": self._codec,
            "MASKED": lambda: self._add("protection", "masked"),
            "MASK": lambda: self._add("protection", "masked"),
            "MASKING": lambda: self._add("protection", "masked"),
        }
        while cursor.peek().kind is not Kind.END:
            reader = readers.get(cursor.peek().word)
            if reader is None:
                cursor.skip_item()
            else:
                cursor.next()
                reader()

    def _add(self, name: str, value: str) -> None:
        if (name, value) not in self.options:
            self.options.append((name, value))

    def _not(self) -> None:
        if self._cursor.take("NULL"):
            self._add("not_null", "true")

    def _generated(self) -> None:
        # The DEFAULT of an identity column is no default value.
        self._cursor.take("BY", "DEFAULT")

    def _default(self) -> None:
        value = default_value(self._cursor)
        if value:
            self._add("default", value)

    def _references(self) -> None:
        name = self._cursor.name()
        if name is None:
            return
        self.relation = str(name)
        columns = names_in(self._cursor.group())
        target = f"{self.relation}.{columns[0].last}" if columns else self.relation
        self._add("references", target)
        on_delete = on_delete_action(self._cursor)
        if on_delete:
            self._add("on_delete", on_delete)

    def _check(self) -> None:
        self._add("check", redact(text_of(self._cursor.group())))

    def _constraint(self) -> None:
        if self._cursor.peek().word not in _CLAUSES:
            self._cursor.name()

    def _comment(self) -> None:
        token = self._cursor.peek()
        if token.kind in (Kind.STRING, Kind.NAME):
            self.doc = redact(string_value(token))
            self._cursor.next()

    def _tags(self) -> None:
        for item in split_commas(self._cursor.group()):
            self._add("tag", redact(text_of(item).replace(" ", "")))

    def _codec(self) -> None:
        """ClickHouse's `CODEC(AES_128_GCM_SIV)`; other codecs only compress."""
        if "AES" in text_of(self._cursor.group()).upper():
            self._add("protection", "encrypted")

    def _bigquery_options(self) -> None:
        text = text_of(self._cursor.group())
        for tag in _POLICY_TAGS.findall(text):
            self._add("tag", redact(tag.rsplit("/", 1)[-1]))
        match = _DESCRIPTION.search(text)
        if match is not None:
            self.doc = redact(match["text"])


def column_name(cursor: Cursor) -> Name | None:
    """A column's own name; SQLite and MySQL accept string quotes around it."""
    token = cursor.peek()
    if token.kind is Kind.STRING:
        cursor.next()
        return Name((unquoted(token),), token) if unquoted(token) else None
    return cursor.name()


def names_in(tokens: Sequence[Token]) -> list[Name]:
    """Names of a comma-separated list: `(a, b DESC, c(10))`."""
    names: list[Name] = []
    expected = True
    cursor = Cursor(tokens)
    while cursor.peek().kind is not Kind.END:
        name = column_name(cursor) if expected else None
        if name is not None:
            names.append(name)
            expected = False
        elif cursor.take(","):
            expected = True
        else:
            cursor.skip_item()
    return names


def on_delete_action(cursor: Cursor) -> str:
    """What happens to this row when the one pointed to is deleted; moves over `ON UPDATE` too."""
    action = ""
    while cursor.peek().kind is not Kind.END:
        if cursor.take("MATCH"):
            cursor.next()
        elif cursor.take("ON", "UPDATE"):
            _action(cursor)
        elif cursor.take("ON", "DELETE"):
            action = _action(cursor)
        else:
            break
    return action


def _action(cursor: Cursor) -> str:
    found = cursor.take_any(_ACTIONS)
    if found:
        return found
    for action in (("SET", "NULL"), ("SET", "DEFAULT"), ("NO", "ACTION")):
        if cursor.take(*action):
            return " ".join(action)
    return ""


def default_value(cursor: Cursor) -> str:
    """A default as written, but without parentheses around it and casts behind a literal."""
    cursor.take("ON", "NULL")
    value: list[Token] = []
    while cursor.peek().kind is not Kind.END:
        if value and cursor.peek().word in _CLAUSES:
            break
        start = cursor.at
        cursor.skip_item()
        value += cursor.slice(start)
    while len(value) > 2 and _is_wrapped(value):
        value = value[1:-1]
    text = text_of(value)
    cast = _LITERAL_CAST.match(text)
    return redact(cast[1] if cast else text)


def _is_wrapped(tokens: Sequence[Token]) -> bool:
    if tokens[0].word != "(":
        return False
    cursor = Cursor(tokens)
    cursor.skip_item()
    return cursor.at == len(tokens)


def _type(cursor: Cursor) -> str | None:
    """The type's tokens as text; None when what follows the name is no type at all."""
    if cursor.peek().kind not in (Kind.WORD, Kind.NAME, Kind.HOLE, Kind.END):
        return None
    tokens: list[Token] = []
    while cursor.peek().kind is not Kind.END:
        if _ends_type(cursor, is_first=not tokens):
            break
        start = cursor.at
        cursor.skip_item()
        tokens += [_plain(token) for token in cursor.slice(start)]
    # A schema in front says nothing about the values: `public.citext`, `[dbo].[Name]`.
    while len(tokens) > 2 and tokens[1].word == ".":
        tokens = tokens[2:]
    return redact(text_of(tokens))


def _ends_type(cursor: Cursor, *, is_first: bool) -> bool:
    word, following = cursor.peek().word, cursor.peek(1).word
    if word == "WITH":
        return following not in ("TIME", "LOCAL")
    if word == "CHARACTER":
        return not is_first and following == "SET"
    return word in _CLAUSES


def _plain(token: Token) -> Token:
    if token.kind is Kind.NAME:
        return token._replace(text=unquoted(token))
    return token


def _comment_text(text: str) -> str:
    if text.startswith("/*"):
        text = " ".join(line.strip(" *") for line in text[2:].removesuffix("*/").split("\n"))
    return redact(text.lstrip("-#").strip())
