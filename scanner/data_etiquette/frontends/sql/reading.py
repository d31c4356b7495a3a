"""Queries and row changes to `StatementFact`, in whatever dialect reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from data_etiquette.frontends.sql.access import FILL, Access
from data_etiquette.frontends.sql.clean import has_holes, parsable
from data_etiquette.frontends.sql.control import period_of
from data_etiquette.frontends.sql.cursor import Cursor
from data_etiquette.frontends.sql.dialect import Vote
from data_etiquette.frontends.sql.lexer import Kind, Token
from data_etiquette.frontends.sql.lineage.bound import (
    opened,
    with_holes_as_names,
    with_parameters,
)
from data_etiquette.frontends.sql.rows import target_of
from data_etiquette.frontends.sql.split import Statement
from data_etiquette.frontends.sql.table import TableReader
from data_etiquette.model.facts import LineageFact, StatementFact

_RETRY = 20_000
"""Characters up to which a statement that fails is tried in other dialects."""
_OUT = frozenset({"OUTFILE", "DUMPFILE"})
_STAGED = re.compile(r"@\w+|\$\d+")
"""Snowflake's stages and the columns of files in them."""
_CHANGES = frozenset({"delete", "update"})


@dataclass(slots=True)
class QueryReader:
    """Reads the statements of one text that touch rows."""

    tables: TableReader
    vote: Vote
    statements: list[StatementFact] = field(default_factory=list)
    in_body: bool = False
    """Whether a function or procedure is being read."""

    def add(self, statement: Statement, access: Access | None) -> None:
        """Keep what a statement touches. A dump's many equal INSERTs count once."""
        if access is None:
            return
        source = self.tables.source
        fact = StatementFact(
            verb=access.verb,
            line=source.line(statement.start),
            tables=access.tables,
            reads=access.reads,
            writes=access.writes,
            embedded=source.embedded,
            lineage=self._lineage(access),
            keys=access.keys,
            period=period_of(statement.tokens) if access.verb in _CHANGES else "",
        )
        if source.embedded:
            dialect = self.tables.dialect
            fact = with_parameters(fact, access, statement.tokens, source, dialect)
        last = self.statements[-1] if self.statements else None
        is_repeated = last is not None and replace(last, line=fact.line) == fact
        if fact.verb != "insert" or not is_repeated:
            self.statements.append(fact)

    def _lineage(self, access: Access) -> LineageFact | None:
        """In procedures a SELECT's result goes into variables; T-SQL alone makes tables of it."""
        fact = access.lineage
        if fact is None or access.verb != "select" or not self.in_body:
            return fact
        return fact if fact.target and self.vote.winner() == "tsql" else None

    def aim(self, access: Access | None, target: str, columns: Sequence[str]) -> None:
        """Say which view or table the query just read defines."""
        last = self.statements[-1] if self.statements else None
        if access is None or last is None or last.lineage is None:
            return
        aimed = replace(last.lineage, target=target, columns=tuple(columns))
        self.statements[-1] = replace(last, lineage=aimed)

    def read(self, statement: Statement, verb: str = "") -> Access | None:
        """Parse one statement; a failure is a problem, and of a change only the table is kept."""
        tokens, is_export = _without_outfile(self._without_variables(statement.tokens))
        outcome = self._parse(tokens)
        if isinstance(outcome, str):
            first = statement.tokens[0]
            self.tables.problem(first, f"{first.word} statement could not be parsed: {outcome}")
            self.add(statement, target_of(statement.tokens))
            return None
        verb = "copy" if is_export else verb
        self.add(statement, replace(outcome, verb=verb) if verb else outcome)
        for other in outcome.others:
            self.add(statement, other)
        return outcome

    def _without_variables(self, tokens: Sequence[Token]) -> Sequence[Token]:
        if self.tables.dialect == "tsql":
            return tokens
        return _without_variables(tokens, in_body=self.in_body)

    def _parse(self, tokens: Sequence[Token]) -> Access | str:
        # Files without queries never pay for the import of the parser.
        from data_etiquette.frontends.sql.query import read_query  # noqa: PLC0415

        source, start = self.tables.source, tokens[0].start
        tokens = opened(tokens, source.put_in) if source.put_in else tokens

        def place(offset: int) -> tuple[int, int]:
            return source.line(start + offset), source.column(start + offset)

        reason = ""
        dialects = self.vote.order()
        is_long = tokens[-1].end - tokens[0].start > _RETRY
        for text in self._texts(tokens):
            for dialect in dialects[:1] if is_long else dialects:
                outcome = read_query(text, dialect, place)
                if isinstance(outcome, Access):
                    self.vote.count(dialect)
                    return outcome
                reason = reason or outcome
        return reason

    def _texts(self, tokens: Sequence[Token]) -> list[str]:
        """The text to parse: placeholders as values, and if that fails without them."""
        text = self.tables.source.text
        if tokens[0].word == "REPLACE":
            tokens = [tokens[0]._replace(text="INSERT "), *tokens[1:]]
        kept = _STAGED if self.tables.dialect == "snowflake" else None
        texts = [parsable(text, tokens, FILL, kept=kept)]
        if self.tables.source.embedded and has_holes(tokens):
            texts.insert(0, with_holes_as_names(texts[0], tokens))
        if has_holes(tokens):
            texts.append(parsable(text, tokens, FILL, blank=True, kept=kept))
        models = _without_models(tokens) if self.tables.dialect == "bigquery" else tokens
        if models is not tokens:
            texts.append(parsable(text, models, FILL))
        return texts


def _without_variables(tokens: Sequence[Token], *, in_body: bool) -> Sequence[Token]:
    """PL/pgSQL's `SELECT INTO a, b x, y FROM t`, and `SELECT x INTO STRICT a FROM t` in a body."""
    is_query = tokens[0].word == "SELECT"
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.word == "(") - (token.word == ")")
        is_query = is_query or (token.word == "RETURNING" and not depth)
        if token.word == "INTO" and is_query and not depth and (in_body or index == 1):
            end = _variables_end(tokens, index + 1)
            return [*tokens[:index], *tokens[end:]] if end < len(tokens) or index > 1 else tokens
    return tokens


def _variables_end(tokens: Sequence[Token], at: int) -> int:
    """Behind `STRICT a.b, c[1], @d`."""
    cursor = Cursor(tokens)
    cursor.at = at
    cursor.take("STRICT")
    while cursor.peek().kind in (Kind.WORD, Kind.NAME, Kind.HOLE):
        cursor.next()
        while cursor.take("."):
            cursor.next()
        if cursor.peek().word == "[":
            while cursor.peek().kind is not Kind.END and cursor.next().word != "]":
                pass
        if not cursor.take(","):
            break
    return cursor.at


def _without_models(tokens: Sequence[Token]) -> Sequence[Token]:
    """BigQuery's `ML.FORECAST(MODEL m, …)`, of which the parser knows only some functions."""
    found = [
        index
        for index in range(1, len(tokens))
        if tokens[index].word == "MODEL" and tokens[index - 1].word == "("
    ]
    if not found:
        return tokens
    kept = list(tokens)
    for index in found:
        kept[index] = kept[index]._replace(text=" " * len(kept[index].text), word="")
    return kept


def _without_outfile(tokens: Sequence[Token]) -> tuple[Sequence[Token], bool]:
    """MySQL's `SELECT … INTO OUTFILE '…' FROM t`, whose middle the parser does not know."""
    for index in range(len(tokens) - 1):
        if tokens[index].word == "INTO" and tokens[index + 1].word in _OUT:
            behind = (i for i in range(index, len(tokens)) if tokens[i].word == "FROM")
            rest = tokens[next(behind, len(tokens)) :]
            return [*tokens[:index], *rest], True
    return tokens, False
