"""What one file says, before anybody judges it.

Facts are a pure function of a file's path, its bytes and the engine's version. They carry no
verdict: which identifiers mean personal data is decided when all facts are linked. They hold
identifiers, option values and redacted literals, never other source text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

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
    arguments: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """What bases are subscripted with, by base: `("Repository", ("Account",))`."""

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
class ColumnUse:
    """One column that an expression reads. Which table it is of may need the schema to tell."""

    name: str
    """`*` for all columns of its sources."""
    sources: tuple[int, ...] = ()
    """Where it may come from, as indices into `LineageFact.sources`, the nearest first."""
    effect: str = "direct"
    """What is left of it: `direct`, `derived`, `condition` (it only chooses), `masked`,
    `encrypted`, `hashed`, `aggregated`."""


@dataclass(frozen=True, slots=True)
class OutputFact:
    """One column of a query's result, or one column that a statement writes."""

    name: str
    """`*` for all columns of the uses' sources; empty for an expression without a name."""
    line: int
    column: int = 1
    uses: tuple[ColumnUse, ...] = ()
    constant: bool = False
    """Whether it is a literal: what is known of it is the condition that its row met."""
    without: tuple[str, ...] = ()
    """Columns that a star leaves out."""
    renamed: tuple[tuple[str, str], ...] = ()
    """(old, new) name of columns that a star renames."""


@dataclass(frozen=True, slots=True)
class RelationFact:
    """One query inside a statement: the main one, a CTE, a subquery."""

    outputs: tuple[OutputFact, ...] = ()
    branches: tuple[int, ...] = ()
    """Relations that a UNION puts one below the other; it has no outputs of its own then."""
    filters: tuple[ColumnUse, ...] = ()
    """Columns that its WHERE compares with constants."""
    merged: tuple[str, ...] = ()
    """Columns of USING, which a star gives once; `*` for NATURAL."""


@dataclass(frozen=True, slots=True)
class FromFact:
    """Something that a query selects from: a table, or a query of the same statement."""

    table: str = ""
    relation: int = -1
    columns: tuple[str, ...] = ()
    """New names by position: `FROM t AS a (x, y)`."""


@dataclass(frozen=True, slots=True)
class LineageFact:
    """Where the columns come from that one statement makes or writes, in symbols."""

    target: str
    """Table or view, as written; empty for a query whose result goes nowhere."""
    root: int
    """The relation whose outputs are the target's columns."""
    columns: tuple[str, ...] = ()
    """The target's columns by position, where the statement lists them."""
    by_position: bool = False
    """Whether outputs go to the columns of a table that was there before, by their place."""
    sources: tuple[FromFact, ...] = ()
    relations: tuple[RelationFact, ...] = ()


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
    lineage: LineageFact | None = None
    literal: str = ""
    """For embedded ones: the string (of an f-string the first constant piece), redacted, as roots
    `const:TEXT` name it."""
    outputs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For embedded queries: (name, columns it comes from) in order; a star is (`*`, tables)."""
    parameters: tuple[tuple[str, str], ...] = ()
    """For embedded ones: (name or 0-based place of a bound value, column it is written to or
    compared with). A value put into the text itself has its path in braces: `{order.email}`."""
    written: tuple[str, ...] = ()
    """Those parameters that are written; the others are compared."""
    keys: tuple[tuple[str, str], ...] = ()
    """(JSON column, key that is read from it)."""
    built: bool = False
    """For embedded ones: whether values are put into the text instead of being bound."""
    period: str = ""
    """Of a change of rows: the length of time in its condition: `30 days`, `day, -30`."""


@dataclass(frozen=True, slots=True)
class ControlFact:
    """One SQL statement that protects, exposes, expires or passes on data."""

    kind: str
    """`encryption`, `masking`, `unmask`, `tag`, `row-security`, `grant`, `revoke`, `deny`,
    `membership`, `role`, `owner`, `expiry`, `unlimited` (could expire, and is not told to),
    `history`, `purge`, `export`, `external-table`,
    `share`, `link`, `publication`, `weak-hash`."""
    line: int
    tables: tuple[str, ...] = ()
    """As written, without quotes; `schema.*` for all tables of a schema."""
    columns: tuple[str, ...] = ()
    """`table.column` where the table can be told."""
    details: tuple[tuple[str, str], ...] = ()
    """Sorted: `to`, `privileges`, `option`, `state`, `policy`, `method`, `period`, `days`,
    `schedule`, `tag`, …; literals redacted."""
    dialect: str = ""

    def detail(self, name: str) -> str:
        """One detail, or the empty string."""
        return dict(self.details).get(name, "")


class AccessPath(NamedTuple):
    """A symbolic value: a root and the accesses made from it.

    Roots: `param:NAME`, `name:DOTTED` (module-level or imported, resolved), `call:ID` (the result
    of the call with that id in the same function), `const:TEXT` (a redacted literal), `local:NAME`
    (assigned in a way that the frontend can't follow), `outer:ROOT` (a root of the enclosing
    function), `exception:CLASSES@FIRST-LAST` (lines of the `try` block). Keys: `.attribute`,
    `[key]`, `[]` (any element), `[*with]` (what entering the object as a context gives), `[*key]`
    (a mapping's own keys, where they are data).
    """

    root: str
    keys: tuple[str, ...] = ()


class ValuePart(NamedTuple):
    """One thing a value may hold, and where inside the value it lies.

    Like its path a tuple: millions of them are made, hashed and compared while facts are linked.
    """

    path: AccessPath
    at: tuple[str, ...] = ()
    """Key inside the value: `("[email]",)` for `{"email": user.email}`."""
    text: bool = False
    """Whether it passed through string building, so a whole object leaks its `__str__`."""
    lines: tuple[int, ...] = ()
    """Lines of the assignments it passed, oldest first."""
    name: str = ""
    """First variable that it was assigned to, for what nothing else tells about."""
    asked: str = ""
    """Key that a mapping was asked for of which only some unknown keys were written."""


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
    under: tuple[int, ...] = ()
    """Conditions that every way to the call passes, as places in `FunctionFact.conditions`."""


@dataclass(frozen=True, slots=True)
class ConditionFact:
    """One thing that a condition asks, and what its answer is on one of the ways on."""

    path: AccessPath
    line: int
    holds: bool | None = None
    """Whether it is true there; None where its value is compared and neither can be told."""
    dead: str = ""
    """Why the answer decides nothing: `overwritten`, `itself`, `always`."""


@dataclass(frozen=True, slots=True)
class AnswerFact:
    """One way out of a function whose result is used as a yes or no."""

    yes: tuple[int, ...] | None = None
    """Conditions passed when the result is true; None when it never is here."""
    no: tuple[int, ...] | None = None
    """Conditions passed when the result is false; None when it never is here."""


@dataclass(frozen=True, slots=True)
class KeptFact:
    """Elements that a comprehension or a loop with a condition keeps."""

    path: AccessPath
    """What was kept: `name:users` `[]` `.email`."""
    under: tuple[int, ...]


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
    kind: str = ""
    """`*` and `**` for what takes the rest, `kw` for keyword-only; empty for the others."""


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
    annotated: tuple[tuple[int, str], ...] = ()
    """(call's id, annotation) where a call's result is assigned to an annotated variable."""
    named: tuple[tuple[AccessPath, str], ...] = ()
    """(path, first variable that it was assigned to) for results of calls and elements."""
    compared: tuple[tuple[int, AccessPath], ...] = ()
    """(line, path) of what comparisons and membership tests read."""
    conditions: tuple[ConditionFact, ...] = ()
    """All that conditions ask, each answer once."""
    answers: tuple[AnswerFact, ...] = ()
    """The ways out of a function that asks something; empty where it asks nothing."""
    kept: tuple[KeptFact, ...] = ()
    spans: tuple[tuple[int, str], ...] = ()
    """(line, text) of what is subtracted where it may be a length of time:
    `datetime.timedelta(days=30)`, `django.conf.settings.KEEP`."""
    truncated: bool = False
    """Whether a limit cut the analysis."""


@dataclass(frozen=True, slots=True)
class CommentFact:
    """A comment addressed to the tool: its text starts with `etiquette:`."""

    line: int
    text: str
    first: int = 0
    """Lines of the statement that it is about, the one it stands on or the next; 0 where only the
    comment's own line and the next are known."""
    last: int = 0


@dataclass(frozen=True, slots=True)
class PurposeFact:
    """A purpose that the code states: `@purpose("billing")`, `# purpose: billing`."""

    purpose: str
    line: int
    scope: str = ""
    """Qualified name of the function or class it is said of; empty for the whole file."""


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One value that a template puts into its output. Loop and `with` names are resolved."""

    path: tuple[str, ...]
    """Names from the context's variable on: `("user", "profile", "email")`. `[]` is any element
    (a loop, an unknown key), `[0]` the element at that place, a constant key is a name."""
    line: int
    column: int = 1
    filters: tuple[str, ...] = ()
    """What was applied, innermost first; functions and unknown tags as `name()`."""
    place: str = "text"
    """`text`, `attribute`, `url` (href, src, action), `script`, `style`, `comment` (of HTML: nobody
    sees it, but it is sent)."""
    within: str = ""
    """In a script the call whose arguments hold it (`fbq`), in an attribute its name (`href`)."""
    address: str = ""
    """In a URL what stands before the value: `https://pixel.example/p?mail=`, `mailto:`."""
    guards: tuple[tuple[str, ...], ...] = ()
    """Paths that conditions around it read and want true, outermost first."""
    unless: tuple[tuple[str, ...], ...] = ()
    """Paths that conditions around it want false: `{% else %}`, `not`."""


@dataclass(frozen=True, slots=True)
class IncludeFact:
    """Another template that becomes part of this one's output."""

    kind: str
    """`include`, `extends`, or `macro` (a macro of another template is called)."""
    template: str
    """Name as written: `mail/footer.html`."""
    line: int
    bindings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(name there, path here): `with` arguments and loop variables; a macro's arguments by position
    (`0`) or keyword."""
    macro: str = ""
    only: bool = False
    """Whether the other template sees the bindings alone."""


@dataclass(frozen=True, slots=True)
class MacroFact:
    """A template's function; calls within its own file are already part of `TemplateFact.shown`."""

    name: str
    params: tuple[str, ...]
    shown: tuple[ShownFact, ...] = ()
    """Paths start at a parameter or at the context."""


@dataclass(frozen=True, slots=True)
class InputFact:
    """One control of an HTML form."""

    name: str
    type: str
    """The `type` of an input in lower case (`text` by default); `select` and `textarea`."""
    line: int
    id: str = ""
    checked: bool = False
    """Whether it is checked at first, whatever the context holds."""
    required: bool = False
    label: str = ""
    """Words of its label, aria-label or placeholder; redacted."""
    autocomplete: str = ""
    checked_by: tuple[tuple[str, ...], ...] = ()
    """Paths of the condition that decides whether it is checked."""


@dataclass(frozen=True, slots=True)
class LinkFact:
    """One `<a>`; whether it is a notice's is decided from `rules/`."""

    line: int
    href: str = ""
    """As written, template expressions as `{}`, the name of a `url` tag as `{url:name}`."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FormFact:
    """One `<form>`."""

    line: int
    end_line: int
    method: str = "get"
    action: str = ""
    """As written, template expressions as `{}`; redacted."""
    inputs: tuple[InputFact, ...] = ()
    shown: tuple[tuple[str, ...], ...] = ()
    """Paths shown inside, which are often fields of a form object: `("form", "email")`."""
    links: tuple[LinkFact, ...] = ()
    text: str = ""
    """Beginning of the words inside; redacted."""


@dataclass(frozen=True, slots=True)
class ResourceFact:
    """Something that the reader's browser or mail program loads by itself."""

    kind: str
    """`script`, `image`, `frame`, `style`, `media`, `script-url` (an address in a script)."""
    url: str
    line: int
    pixel: bool = False
    """Whether it is an image of at most two pixels or hidden."""
    guards: tuple[tuple[str, ...], ...] = ()
    unless: tuple[tuple[str, ...], ...] = ()
    is_sealed: bool = False
    """Whether `integrity` lets the browser take it only as it was when the page was written."""


@dataclass(frozen=True, slots=True)
class ScriptCallFact:
    """A call or assignment in a script inside a page: `gtag`, `_paq.push`, `document.cookie =`."""

    callee: str
    """Dotted; an assignment ends with ` =`."""
    line: int
    args: tuple[str, ...] = ()
    """Literal texts among the arguments; redacted."""
    guards: tuple[tuple[str, ...], ...] = ()
    unless: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """One template: what it shows, what it asks for, what it loads."""

    names: tuple[str, ...]
    """Names it may be rendered by, the most likely first: `mail/welcome.html`."""
    shown: tuple[ShownFact, ...] = ()
    includes: tuple[IncludeFact, ...] = ()
    macros: tuple[MacroFact, ...] = ()
    forms: tuple[FormFact, ...] = ()
    inputs: tuple[InputFact, ...] = ()
    """Controls outside of any form."""
    links: tuple[LinkFact, ...] = ()
    resources: tuple[ResourceFact, ...] = ()
    calls: tuple[ScriptCallFact, ...] = ()
    text: str = ""
    """Of a notice (its name speaks of privacy or cookies) what the reader reads; redacted."""


@dataclass(frozen=True, slots=True)
class DependencyFact:
    """One package that the software needs."""

    name: str
    """Normalised as PEP 503 says: `google-cloud-storage`."""
    line: int
    version: str = ""
    """As written: `>=2,<3`, `^1.4`; `url` for one fetched by address."""
    group: str = ""
    """Empty for what always is installed; `extra:NAME`, `group:NAME`, `build`, `lock`."""


@dataclass(frozen=True, slots=True)
class SettingFact:
    """One value of a settings file; no secret is ever held."""

    key: str
    """Dotted from the file's top: `services.db.environment.POSTGRES_PASSWORD`; `[]` in lists."""
    line: int
    kind: str
    """`empty`, `set` (a secret), `placeholder`, `reference`, `url`, `boolean`, `number`, `text`."""
    value: str = ""
    """Scheme and host of a URL, the name referred to, redacted text; nothing of a secret."""
    is_chosen: bool = False
    """Whether a condition or the environment decides if it holds."""


@dataclass(frozen=True, slots=True)
class ScheduleFact:
    """Something that runs at certain times."""

    when: str
    """Cron's five fields, `@daily`, or what the schedule says."""
    task: str
    """Command or dotted name of the task; redacted."""
    line: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class OperationFact:
    """One method of one path of an OpenAPI document."""

    path: str
    method: str
    line: int
    name: str = ""
    """Its operationId."""
    params: tuple[tuple[str, str], ...] = ()
    """(`query`, `path`, `header`, `cookie` or `body`, name)."""
    takes: tuple[str, ...] = ()
    """Schemas of the request's body."""
    gives: tuple[str, ...] = ()
    """Schemas of the answers."""
    secured: str = ""
    """Names of the security schemes, `none` where it says that there are none, else empty."""


@dataclass(frozen=True, slots=True)
class SchemaFact:
    """One named schema of an OpenAPI document."""

    name: str
    line: int
    fields: tuple[FieldFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueFact:
    """A literal that looks like a real person's value; the value itself is never held."""

    element: str
    """Data element: `email`, `card_number`, `iban`, `us_ssn`."""
    line: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one file says."""

    path: str
    language: str
    """`python`, `sql`, `template`, `settings`, `dependencies`, `dbt`, `changelog`, `rows`."""
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
    controls: tuple[ControlFact, ...] = ()
    has_sql: bool = False
    """Of files in other languages: whether texts in them look like SQL and its dialect matters."""
    order: tuple[str, ...] = ()
    """Of a list of migrations: files as they are applied; all of a folder where a slash ends it."""
    order_lines: tuple[int, ...] = ()
    """Where the list names each: its own changes above are applied before, those below after."""
    reads: tuple[str, ...] = ()
    """Identifiers read as attribute or key, or standing as a literal string; sorted."""
    writes: tuple[str, ...] = ()
    """Identifiers written as keyword, attribute or key; sorted."""
    comments: tuple[CommentFact, ...] = ()
    skipped: tuple[Skipped, ...] = field(default=())
    templates: tuple[TemplateFact, ...] = ()
    """One at the most: the file itself."""
    form: str = ""
    """Of a settings file: `dotenv`, `compose`, `logging`, `alembic`, `dbt`, `terraform`,
    `cloudformation`, `openapi`, `schedule`, `config`."""
    settings: tuple[SettingFact, ...] = ()
    schedules: tuple[ScheduleFact, ...] = ()
    operations: tuple[OperationFact, ...] = ()
    schemas: tuple[SchemaFact, ...] = ()
    dependencies: tuple[DependencyFact, ...] = ()
    purposes: tuple[PurposeFact, ...] = ()
    values: tuple[ValueFact, ...] = ()
