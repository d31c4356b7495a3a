"""What `rules/` knows: data elements, recipients, laws, frameworks, checks. Loaded once, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.model.kind import Principle, Role, Severity, SinkKind


@dataclass(frozen=True, slots=True)
class ElementCase:
    """A field and the element it must be judged to be; `expect` is empty for none."""

    entity: str
    field: str
    type: str = ""
    expect: str = ""


@dataclass(frozen=True, slots=True)
class RuleCase:
    """A snippet and exactly what must come out of it."""

    name: str
    files: tuple[tuple[str, str], ...]
    """(path, text); a single snippet stands under its language's default file name."""
    expect: tuple[str, ...] = ()
    """`2: email -> log` (flow), `2: email` (field or finding on it), `2: Order` (entity), each
    optionally with the file in front (`models.py:2: email`) and the severity behind
    (`2: email (high)`); empty for a good case."""
    declaration: str = ""
    """Text of an etiquette.yaml that goes with it."""
    kept: tuple[str, ...] | None = None
    """For rules with `evidence`: what is found kept, written as in `expect`; None where the case
    does not say."""


@dataclass(frozen=True, slots=True)
class DataElement:
    """One kind of personal data, and the identifiers that mean it."""

    id: str
    label: str
    group: str
    sensitivity: int
    """1 (mild) to 4 (grave)."""
    special_category: bool
    """Whether it belongs to the special categories of GDPR Art. 9(1)."""
    fideslang: str
    dpv: str
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(language, names) that mean this element on any entity."""
    context_names: tuple[tuple[Role, tuple[str, ...]], ...] = ()
    """(role, names) that mean it only on an entity of that role, languages merged."""
    entity_names: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """(entities, names) that mean it only on an entity with one of those words in its name."""
    types: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    cases: tuple[ElementCase, ...] = ()
    path: str = ""
    """The YAML file, relative to `rules/`."""


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of data subject, and the entity names that mean it."""

    id: str
    label: str
    names: tuple[str, ...] = ()
    fideslang: str = ""
    """The nearest kind of people that Fides knows."""


@dataclass(frozen=True, slots=True)
class KnownPurpose:
    """What personal data is used for, and the words of code that suggest it."""

    id: str
    label: str
    fideslang: str
    dpv: str
    services: tuple[str, ...] = ()
    """Kinds of recipients that serve it."""
    words: tuple[str, ...] = ()
    """Names of packages and modules that suggest it."""
    path: str = ""


@dataclass(frozen=True, slots=True)
class ImportWords:
    """Words of another tool's files, and what a declaration calls them."""

    id: str
    label: str
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class RoleWords:
    """Which nouns give an entity its role."""

    role: Role
    heads: tuple[str, ...] = ()
    """Last words of an entity's name: `customer`, `audit log`."""
    bases: tuple[str, ...] = ()
    """Base classes (last dotted part) that give the role by themselves: `AbstractUser`."""


@dataclass(frozen=True, slots=True)
class KnownRecipient:
    """A third party that code can be seen to talk to."""

    id: str
    name: str
    kind: str
    """Service kind: `payments`, `analytics`, `llm`."""
    modules: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    country: str = ""
    """ISO 3166 code of the headquarters, which is not where the data lands."""
    cases: tuple[RuleCase, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class LawReference:
    """One provision, with its official address."""

    id: str
    """`gdpr-5-1-c`."""
    short: str
    """`GDPR Art. 5(1)(c)`."""
    title: str
    url: str
    reviewed: str
    """ISO date on which a person last checked it."""
    instrument: str = ""
    """`gdpr`, `ccpa`: the file that names it."""
    like: tuple[str, ...] = ()
    """Ids of the GDPR's provisions that it corresponds to."""
    general: bool = False
    """Whether its instrument is a general law of some place, which a declaration chooses."""


@dataclass(frozen=True, slots=True)
class EntityPattern:
    """How a framework declares entities."""

    kind: str
    """`django-model`, `pydantic`, …: the JSON contract's `kind`."""
    bases: tuple[str, ...] = ()
    """Fully qualified base classes; matched through first-party inheritance."""
    decorators: tuple[str, ...] = ()
    stored: bool = False
    """Whether instances live in a store, as against a form or a message."""


@dataclass(frozen=True, slots=True)
class FieldType:
    """What a field class or type says about its values."""

    name: str
    """Qualified name; a bare last part matches as well."""
    means: str = ""
    """Element it decides by itself."""
    validates: bool = False
    protection: str = ""
    """`hashed`, `encrypted`, … when the field class protects what it stores."""
    value: str = ""
    """`text number boolean date datetime file image json relation uuid choice`, one of these."""


@dataclass(frozen=True, slots=True)
class SinkModel:
    """Calls that take data out of the program."""

    kind: SinkKind
    name: str
    """What the report calls it; empty: the call itself."""
    calls: tuple[str, ...] = ()
    """Qualified callees, types resolved: `logging.Logger.info`."""
    receivers: tuple[str, ...] = ()
    """Bare receiver names that hold such an object by convention: `logger`."""
    methods: tuple[str, ...] = ()
    """Methods meant when only the receiver's name is known."""
    args: tuple[str, ...] = ()
    """Which arguments leak: positions (`0`), keywords (`json`), or `*` for all; empty means all.
    `receiver` is the object that the method is called on: `frame.to_csv(path)`."""
    recipient: str = ""
    """Known recipient's id where the call names one."""
    address: str = ""
    """Argument (position or keyword) that names the host or URL the data goes to."""
    joined: bool = False
    """Whether it is one only where its result becomes part of a longer text: a URL's query."""
    expected: tuple[str, ...] = ()
    """Elements that belong there and say nothing: a user name in a profile's address."""
    stores: tuple[str, ...] = ()
    """Objects whose items or attributes are written to: a library object (`flask.session`) or
    the end of a spelled path (`request.session`)."""


@dataclass(frozen=True, slots=True)
class EndpointModel:
    """Functions whose result is sent to whoever asked, and whose parameters that party chose."""

    name: str
    """What the report calls the answer: `FastAPI response`."""
    decorators: tuple[str, ...] = ()
    """Qualified decorators, types resolved: `fastapi.APIRouter.get`."""
    bases: tuple[str, ...] = ()
    """Base classes whose methods, if listed, are endpoints."""
    methods: tuple[str, ...] = ()
    """Names, or beginnings of names: `resolve_*`."""
    kind: SinkKind = SinkKind.RESPONSE
    returns: bool = True
    """Whether the returned value is the answer itself (false: only the parameters matter)."""


@dataclass(frozen=True, slots=True)
class SourceModel:
    """Where personal data enters without an entity: request data, library calls, environment."""

    element: str
    names: tuple[str, ...] = ()
    """Ends of spelled paths: `request.remote_addr`, `request.META[REMOTE_ADDR]`."""
    calls: tuple[str, ...] = ()
    """Qualified callees: `ipware.get_client_ip`."""


@dataclass(frozen=True, slots=True)
class DispatchModel:
    """Calls that call something else: `task.delay(x)`, `pool.submit(f, x)`, `partial(f, x)`."""

    target: str
    """`receiver` (the object the method is called on) or the argument that holds the function:
    a position (`0`) or a keyword (`target`)."""
    calls: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    """Method names, on any receiver; only a target in the scanned code counts."""
    passing: str = "all"
    """How arguments reach the function: `all` as they stand, `rest` those after the target,
    `packed` as the tuple and the mapping under `args` and `kwargs`, `each` one element of each of
    those after the target."""
    sink: str = ""
    """Kind of sink the arguments go through on their way, such as `queue`; empty for none."""
    name: str = ""
    gives: str = ""
    """What the call gives back: `result` (the function's), `each` (one for each element), or
    nothing of it."""
    skip: int = 0
    """First parameters that the library fills by itself, such as a job's context."""


@dataclass(frozen=True, slots=True)
class MemberModel:
    """Type of an attribute, method result or hook parameter that a framework's base class gives."""

    bases: tuple[str, ...]
    type: str
    """`option:NAME` (the class that this class attribute names), `AUTH_USER`, `request`, or a
    qualified library class."""
    names: tuple[str, ...] = ()
    """Attributes and methods: `object`, `get_object`."""
    methods: tuple[str, ...] = ()
    """Hooks whose parameter `parameter` has the type; names, or beginnings of names: `get_*`."""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class HandlerModel:
    """Decorators that give a parameter its type: `@receiver(post_save, sender=Order)`."""

    decorators: tuple[str, ...]
    parameter: str
    """Parameter of the decorated function."""
    keyword: str
    """Keyword (or position) of the decorator that names the class."""


@dataclass(frozen=True, slots=True)
class RenderModel:
    """A call that fills a template with a context."""

    call: str
    template: str
    """Argument with the template's name: a position, a keyword, several of them with `|` between,
    or `receiver` for the object that the method is called on."""
    context: str = ""
    """Argument with the context, likewise; `**` is all of the call's keywords and mappings."""
    given: tuple[tuple[str, str], ...] = ()
    """(name that every template knows, argument and path, or a library's object):
    (`user`, `0|request.user`), (`current_user`, `flask_login.current_user`)."""


@dataclass(frozen=True, slots=True)
class PageModel:
    """Classes that render a template by themselves: a class-based view."""

    name: str
    bases: tuple[str, ...]
    rows: tuple[str, ...] = ()
    """Names under which the template finds the model's rows; `{model}` is the model's own name."""
    option: str = ""
    """Class attribute that gives the rows another name: `context_object_name`."""
    template: str = "template_name"
    """Class attribute with the template's name."""
    default: str = ""
    """Template where the class names none: `{app}/{model}_detail.html`."""


@dataclass(frozen=True, slots=True)
class GuardModel:
    """What lets only some people in, turns the others away, or lets everybody in."""

    kind: str
    """`guard`, `open`, `refusal`, `own` (the signed-in person, by whom rows are chosen)."""
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    """Mixins, permission classes, classes of dependencies."""
    calls: tuple[str, ...] = ()
    """Qualified callees; of a refusal also with its status: `flask.abort(403)`."""
    reads: tuple[str, ...] = ()
    """Ends of spelled paths: `user.is_authenticated`."""
    middleware: tuple[str, ...] = ()
    """Classes in the settings that guard every view."""


@dataclass(frozen=True, slots=True)
class RouteModel:
    """A call that ties a path to a view, or to another list of such calls."""

    framework: str
    calls: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    """By the method's name alone, whatever the receiver: `add_url_rule`."""
    path: tuple[str, ...] = ("0",)
    """Argument with the path: positions and keywords, the first that is there."""
    view: tuple[str, ...] = ("1",)
    """Argument with the view."""


@dataclass(frozen=True, slots=True)
class ViewModel:
    """Classes that answer requests by themselves, and what they do with rows."""

    framework: str
    bases: tuple[str, ...]
    does: tuple[str, ...] = ()
    """`read`, `create`, `update`, `delete`."""
    whole: bool = False
    """Whether the answer is made of a serializer (and not of what its methods return)."""


@dataclass(frozen=True, slots=True)
class SanitiserModel:
    """Calls that end or weaken a flow."""

    id: str
    effect: str
    """`anonymised`, `pseudonymised`, `hashed`, `encrypted`, `masked`, `projected`."""
    calls: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    """Attribute names that have the effect on any receiver: `hexdigest`."""
    keywords: tuple[str, ...] = ()
    """Words that, in a first-party function's name, say what it does: `mask`, `redact`."""
    filters: tuple[str, ...] = ()
    """Filters of templates with the effect: `length`, `yesno`."""
    ends: bool = True
    """Whether the flow ends (true) or goes on, marked (false)."""
    cases: tuple[RuleCase, ...] = ()
    path: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class FrameworkModel:
    """What the tool knows of one library."""

    id: str
    label: str
    modules: tuple[str, ...] = ()
    entities: tuple[EntityPattern, ...] = ()
    field_types: tuple[FieldType, ...] = ()
    sinks: tuple[SinkModel, ...] = ()
    returns: tuple[tuple[str, str], ...] = ()
    """(callee, type of its result): (`logging.getLogger`, `logging.Logger`)."""
    passes: tuple[str, ...] = ()
    """Callees whose result holds what their arguments hold: `json.dumps`."""
    passing_methods: tuple[str, ...] = ()
    """Methods whose result holds what their receiver holds: `as_string`, `getvalue`."""
    endpoints: tuple[EndpointModel, ...] = ()
    sources: tuple[SourceModel, ...] = ()
    dispatches: tuple[DispatchModel, ...] = ()
    members: tuple[MemberModel, ...] = ()
    handlers: tuple[HandlerModel, ...] = ()
    exceptions: tuple[tuple[str, str], ...] = ()
    """(exception class, data element that its text holds): SMTP errors quote recipients."""
    renders: tuple[RenderModel, ...] = ()
    pages: tuple[PageModel, ...] = ()
    guards: tuple[GuardModel, ...] = ()
    routes: tuple[RouteModel, ...] = ()
    views: tuple[ViewModel, ...] = ()
    cases: tuple[RuleCase, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class EditCase:
    """A file as it was, and as an edit leaves it."""

    name: str
    path: str
    before: str
    after: str
    """Equal to `before` where the edit must leave it alone."""
    declaration: str = ""
    purpose: str = ""
    """What the person who runs it says."""


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """A small change of source code that ends a rule's finding."""

    do: str
    """Name of the function that finds what to change: `keyword`, `setting`."""
    safe: bool = True
    """Whether it may be made without being asked for."""
    reason: str = ""
    """Why it is only suggested, where it is not safe."""
    note: str = ""
    """What is left to do by hand once it is made."""
    names: tuple[str, ...] = ()
    """Keywords, settings or keys that are looked for; `*` stands for any letters."""
    calls: tuple[str, ...] = ()
    """Last names of the callees; empty means any."""
    was: tuple[str, ...] = ()
    """Values that are replaced."""
    value: str = ""
    """What is written."""
    cases: tuple[EditCase, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One check, permanent by its code."""

    code: str
    name: str
    principle: Principle
    title: str
    severity: Severity
    why: str
    law: tuple[str, ...]
    fix: str
    fix_before: str = ""
    fix_after: str = ""
    edits: tuple[RuleEdit, ...] = ()
    """What `etiquette fix` can do, in the order in which it is tried."""
    limits: str = ""
    needs: str = "code"
    """`code`, `declaration` (does nothing without), or `either` (says more with it)."""
    query: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Parameters of the check, flattened: ("flow.to", ("log",))."""
    check: str = ""
    """Name of the Python check when a query cannot say it."""
    evidence: str = ""
    """Name of the Python function that finds the promise kept."""
    cases: tuple[RuleCase, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All of `rules/`."""

    elements: tuple[DataElement, ...] = ()
    subjects: tuple[SubjectKind, ...] = ()
    roles: tuple[RoleWords, ...] = ()
    recipients: tuple[KnownRecipient, ...] = ()
    laws: tuple[LawReference, ...] = ()
    frameworks: tuple[FrameworkModel, ...] = ()
    sanitisers: tuple[SanitiserModel, ...] = ()
    rules: tuple[Rule, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Word lists of the classifier by purpose: (`flag prefixes`, (`is`, `has`, …))."""
    purposes: tuple[KnownPurpose, ...] = ()
    imports: tuple[ImportWords, ...] = ()
    regions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Countries that the law treats alike: (`EEA`, (`AT`, …)), (`adequacy`, …)."""
    digest: str = ""
    """SHA-256 over all files: names the rule set in reports and cache keys."""
    own: tuple[str, ...] = ()
    """What the user's own files define, `recipients/stripe`: their words and hosts win."""
    replaced: tuple[str, ...] = ()
    """Paths of the tool's own files that the user's stand for."""

    def owned(self, kind: str) -> frozenset[str]:
        """Ids that the user's own files define: `owned("recipients")`."""
        ids = (name.partition("/") for name in self.own)
        return frozenset(identity for of, _, identity in ids if of == kind)

    def preferred_recipients(self) -> tuple[KnownRecipient, ...]:
        """All recipients, the user's own first: a host or a call that two name is theirs."""
        own = self.owned("recipients")
        return tuple(sorted(self.recipients, key=lambda item: item.id not in own))
