"""What one file says, before anybody judges it.

Facts are a pure function of a file's path, its bytes and the engine's version. They carry no
verdict: which identifiers mean personal data is decided when all facts are linked. They hold
identifiers, option values and redacted literals, never other source text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.model.location import Skipped


@dataclass(frozen=True, slots=True)
class FieldFact:
    """One declared attribute of a class, or one column of a table."""

    name: str
    line: int
    column: int = 1
    end_line: int = 0
    annotation: str = ""
    """Normalised annotation or SQL type, names resolved: `list[pkg.models.User]`."""
    call: str = ""
    """Resolved callee of the right-hand side: `django.db.models.EmailField`."""
    args: tuple[str, ...] = ()
    """Positional arguments of that call: dotted names, nested calls as `name(…)`, literals."""
    options: tuple[tuple[str, str], ...] = ()
    """Keyword arguments or column constraints, literals redacted."""
    relation: str = ""
    """Dotted name (or string as written) of the entity this field points to, if it is a link."""
    column_name: str = ""
    """Name in the database where it differs from `name`."""
    doc: str = ""
    """Help text, verbose name, description, attribute docstring, COMMENT ON; redacted."""
    comment: str = ""
    """Source comment on the line or directly above."""
    origin: str = "assigned"
    """`assigned`, `annotated`, `self`, `meta` (listed in Meta.fields), `column`, `key`."""

    def option(self, name: str) -> str:
        """Value of one option, or the empty string."""
        for key, value in self.options:
            if key == name:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class ClassFact:
    """One class statement."""

    name: str
    qualname: str
    """Dotted from the module's top: `Order.Meta`."""
    line: int
    end_line: int
    bases: tuple[str, ...] = ()
    """Dotted names resolved through the module's imports; subscripts dropped."""
    decorators: tuple[str, ...] = ()
    doc: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    """Options of the inner Meta/Config class, class keywords, `__tablename__`; text values."""
    fields: tuple[FieldFact, ...] = ()
    methods: tuple[str, ...] = ()

    def option(self, name: str) -> str:
        """Value of one class option, or the empty string."""
        for key, value in self.meta:
            if key == name:
                return value
        return ""


@dataclass(frozen=True, slots=True)
class TableFact:
    """One SQL statement that creates, alters or comments a table."""

    action: str
    """`create`, `add`, `alter`, `rename`, `drop`, `comment`, `view`."""
    name: str
    """As written without quotes, schema included: `sales.customer`."""
    line: int
    end_line: int
    dialect: str = ""
    columns: tuple[FieldFact, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """Table comment (`comment`), new name (`to`) and table-level clauses."""


@dataclass(frozen=True, slots=True)
class StatementFact:
    """One SQL statement that reads, writes or deletes rows."""

    verb: str
    """`select`, `insert`, `update`, `delete`, `truncate`, `merge`, `copy`, `grant`."""
    line: int
    tables: tuple[str, ...] = ()
    """Target table first, then those read."""
    reads: tuple[str, ...] = ()
    """Columns read, `table.column` where it can be told, else `column`; `*` for a star."""
    writes: tuple[str, ...] = ()
    embedded: bool = False
    """Whether the statement stood in a string of another language."""


@dataclass(frozen=True, slots=True)
class AccessPath:
    """A symbolic value: a root and the accesses made from it.

    Roots: `param:NAME`, `name:DOTTED` (module-level or imported, resolved), `call:ID` (the result
    of the call with that id in the same function), `const:TEXT` (a redacted literal), `local:NAME`
    (assigned in a way that the frontend can't follow). Keys: `.attribute`, `[key]`, `[]` (any
    element).
    """

    root: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ValuePart:
    """One thing a value may hold, and where inside the value it lies."""

    path: AccessPath
    at: tuple[str, ...] = ()
    """Key inside the value: `("[email]",)` for `{"email": user.email}`."""
    text: bool = False
    """Whether it passed through string building, so a whole object leaks its `__str__`."""
    lines: tuple[int, ...] = ()
    """Lines of the assignments it passed, oldest first."""


Value = tuple[ValuePart, ...]


@dataclass(frozen=True, slots=True)
class CallFact:
    """One call, with symbolic arguments. Every sink, sanitiser and callee is one of these."""

    id: int
    callee: AccessPath
    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    """`**` unpacking stands under the name `**`, `*` unpacking under `*`."""
    line: int = 0
    column: int = 1
    end_line: int = 0
    guards: tuple[AccessPath, ...] = ()
    """What conditions around or before the call read."""


@dataclass(frozen=True, slots=True)
class StoreFact:
    """An assignment to an attribute or item: `user.phone = value`."""

    target: AccessPath
    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class ParamFact:
    """One parameter of a function."""

    name: str
    annotation: str = ""
    default: str = ""
    """Default as text: a literal, a dotted name or `name(…)` (FastAPI's `Depends(get_db)`)."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FunctionFact:
    """The summary of one function in terms of its parameters; rules have no part in it."""

    qualname: str
    """`save`, `Order.save`, `outer.<locals>.inner`, or `<module>` for the top level."""
    line: int
    end_line: int
    params: tuple[ParamFact, ...] = ()
    returns: str = ""
    """Return annotation."""
    owner: str = ""
    """Qualified name of the class, for methods."""
    decorators: tuple[str, ...] = ()
    calls: tuple[CallFact, ...] = ()
    stores: tuple[StoreFact, ...] = ()
    results: tuple[tuple[int, Value], ...] = ()
    """(line, value) of every return; yields stand under the key `[]`."""
    raises: tuple[tuple[int, Value], ...] = ()
    """(line, value of the exception) of every raise."""
    truncated: bool = False
    """Whether a limit cut the analysis."""


@dataclass(frozen=True, slots=True)
class CommentFact:
    """A comment addressed to the tool: its text starts with `etiquette:`."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one file says."""

    path: str
    language: str
    """`python`, `sql`, `template`, `settings`."""
    lines: int
    digest: str
    """SHA-256 of the file's bytes, for the report's integrity."""
    module: str = ""
    imports: tuple[tuple[str, str], ...] = ()
    """(local name, dotted target), relative imports made absolute; `*` imports as (`*`, module)."""
    classes: tuple[ClassFact, ...] = ()
    functions: tuple[FunctionFact, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()
    """Module-level names and what they hold, as text: (`logger`, `logging.getLogger(…)`)."""
    tables: tuple[TableFact, ...] = ()
    statements: tuple[StatementFact, ...] = ()
    reads: tuple[str, ...] = ()
    """Identifiers read as attribute or key, or standing as a literal string; sorted."""
    writes: tuple[str, ...] = ()
    """Identifiers written as keyword, attribute or key; sorted."""
    comments: tuple[CommentFact, ...] = ()
    skipped: tuple[Skipped, ...] = field(default=())
