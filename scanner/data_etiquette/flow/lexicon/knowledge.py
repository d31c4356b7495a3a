"""The catalog's models of calls compiled for lookup: sinks, sanitisers, recipients, types."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.words import joined, occurs, split
from data_etiquette.model.catalog import (
    Catalog,
    DispatchModel,
    EndpointModel,
    FrameworkModel,
    GuardModel,
    HandlerModel,
    KnownRecipient,
    MemberModel,
    PageModel,
    RenderModel,
    RouteModel,
    SanitiserModel,
    SinkModel,
    ViewModel,
)


@dataclass(slots=True)
class Knowledge:
    """Lookups over frameworks, sanitisers and recipients."""

    sinks: dict[str, SinkModel] = field(default_factory=dict)
    receivers: dict[tuple[str, str], SinkModel] = field(default_factory=dict)
    """(receiver name, method) by convention."""
    returns: dict[str, str] = field(default_factory=dict)
    passes: set[str] = field(default_factory=set)
    passing_methods: set[str] = field(default_factory=set)
    sink_names: set[str] = field(default_factory=set)
    """Last parts of all sinks' names: a call of another name is none, whatever its receiver."""
    clients: dict[str, SinkModel] = field(default_factory=dict)
    """Classes all of whose calls, at any depth, are sinks: `redminelib.Redmine.*`."""
    sink_owners: set[str] = field(default_factory=set)
    """Library classes whose methods are sinks: a class built on one has them too."""
    stores: dict[str, SinkModel] = field(default_factory=dict)
    endpoint_decorators: dict[str, EndpointModel] = field(default_factory=dict)
    endpoint_methods: dict[str, list[EndpointModel]] = field(default_factory=dict)
    """By method name; the model's bases decide."""
    source_names: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By last key: (spelled path's end, element)."""
    source_calls: dict[str, str] = field(default_factory=dict)
    dispatch_calls: dict[str, DispatchModel] = field(default_factory=dict)
    dispatch_methods: dict[str, DispatchModel] = field(default_factory=dict)
    members: dict[str, list[MemberModel]] = field(default_factory=dict)
    """By attribute name, and by `method(parameter)` for hooks."""
    handlers: list[HandlerModel] = field(default_factory=list)
    exceptions: dict[str, str] = field(default_factory=dict)
    renders: dict[str, RenderModel] = field(default_factory=dict)
    render_methods: dict[str, RenderModel] = field(default_factory=dict)
    """By the last part of the call, for receivers that only their name tells."""
    pages: list[PageModel] = field(default_factory=list)
    guards: list[GuardModel] = field(default_factory=list)
    routes: list[RouteModel] = field(default_factory=list)
    views: list[ViewModel] = field(default_factory=list)
    dispatch_names: set[str] = field(default_factory=set)
    """Last parts of `dispatch_calls`."""
    giving_names: set[str] = field(default_factory=set)
    """Last parts of the dispatches that give back what the function returns."""
    _named: dict[str, SanitiserModel | None] = field(default_factory=dict)
    sanitisers: dict[str, SanitiserModel] = field(default_factory=dict)
    sanitiser_methods: dict[str, SanitiserModel] = field(default_factory=dict)
    sanitiser_filters: dict[str, SanitiserModel] = field(default_factory=dict)
    sanitiser_words: list[tuple[str, SanitiserModel]] = field(default_factory=list)
    modules: dict[str, list[KnownRecipient]] = field(default_factory=dict)
    """Import name of an SDK to the recipients that it may mean."""
    recipients: dict[str, KnownRecipient] = field(default_factory=dict)
    hosts: dict[str, KnownRecipient] = field(default_factory=dict)
    by_argument: dict[str, KnownRecipient] = field(default_factory=dict)
    """`boto3.client(ses)` to the recipient."""
    factories: set[str] = field(default_factory=set)
    """Callees whose first argument names the service: `boto3.client`."""

    def sanitiser_by_name(self, function: str) -> SanitiserModel | None:
        """A first-party function whose name says that it hashes, masks or encrypts."""
        if function not in self._named:
            words = split(function)
            found = (model for run, model in self.sanitiser_words if occurs(run, words))
            self._named[function] = next(found, None)
        return self._named[function]

    def client_of(self, dotted: str) -> SinkModel | None:
        """The client that an object is, or that handed it out."""
        head = dotted if self.clients else ""
        while head:
            found = self.clients.get(head)
            if found is not None:
                return found
            head = head.rpartition(".")[0]
        return None

    def is_client(self, dotted: str) -> bool:
        """Whether what an object hands out still talks to somebody outside."""
        return self.client_of(dotted) is not None or self.recipient_of_call(dotted) is not None

    def recipient_of_call(self, dotted: str) -> KnownRecipient | None:
        """The recipient whose SDK a callee belongs to."""
        # A prefix is a call itself: `boto3.client(ses)`.
        for prefix, recipient in self.by_argument.items() if ")" in dotted else ():
            if dotted.startswith(f"{prefix}."):
                return recipient
        head = dotted.split("(", 1)[0]
        while head:
            found = self.modules.get(head)
            if found:
                return _meant(found, head, dotted)
            head = head.rpartition(".")[0]
        return None

    def recipient_of_host(self, host: str) -> KnownRecipient | None:
        """The recipient that a host belongs to, by the longest known suffix."""
        parts = host.lower().split(".")
        for start in range(len(parts) - 1):
            found = self.hosts.get(".".join(parts[start:]))
            if found is not None:
                return found
        return None


def _meant(candidates: list[KnownRecipient], module: str, dotted: str) -> KnownRecipient | None:
    """One SDK, several services: the class that a recipient names, else the SDK's own house."""
    if len(candidates) == 1:
        return candidates[0]
    for recipient in candidates:
        heads = {call.split(".", 1)[0] for call in recipient.calls if call[:1].isupper()}
        if heads & set(dotted.split(".")):
            return recipient
    return next((item for item in candidates if item.id == module), None)


def compile_knowledge(catalog: Catalog) -> Knowledge:
    """Build all lookups."""
    knowledge = Knowledge()
    for framework in catalog.frameworks:
        for sink in framework.sinks:
            _add_sink(knowledge, sink)
        knowledge.returns.update(framework.returns)
        knowledge.passes.update(framework.passes)
        knowledge.passing_methods.update(framework.passing_methods)
        knowledge.exceptions.update(framework.exceptions)
        _add_behaviour(knowledge, framework)
    for model in catalog.sanitisers:
        for call in model.calls:
            knowledge.sanitisers[call] = model
        for method in model.methods:
            knowledge.sanitiser_methods[method] = model
        for name in model.filters:
            knowledge.sanitiser_filters[name] = model
        knowledge.sanitiser_words += [(joined(word), model) for word in model.keywords]
    own = catalog.owned("recipients")
    taken = {name for item in catalog.recipients if item.id in own for name in item.modules}
    for recipient in catalog.preferred_recipients():
        _add_recipient(knowledge, recipient, frozenset() if recipient.id in own else taken)
    return knowledge


def _add_sink(knowledge: Knowledge, sink: SinkModel) -> None:
    for call in sink.calls:
        if call.endswith(".*"):
            knowledge.clients.setdefault(call[:-2], sink)
            knowledge.sink_owners.add(call[:-2])
            continue
        knowledge.sinks.setdefault(call, sink)
        owner, _, last = call.rpartition(".")
        knowledge.sink_names.add(last)
        knowledge.sink_owners.add(owner)
    for receiver in sink.receivers:
        for method in sink.methods:
            knowledge.receivers.setdefault((receiver, method), sink)
            knowledge.sink_names.add(method)
    for store in sink.stores:
        knowledge.stores.setdefault(store, sink)


def _add_behaviour(knowledge: Knowledge, framework: FrameworkModel) -> None:
    for endpoint in framework.endpoints:
        for decorator in endpoint.decorators:
            knowledge.endpoint_decorators.setdefault(decorator, endpoint)
        for method in endpoint.methods:
            knowledge.endpoint_methods.setdefault(method, []).append(endpoint)
    for source in framework.sources:
        for name in source.names:
            last = _last_key(name)
            knowledge.source_names.setdefault(last, []).append((name, source.element))
        for call in source.calls:
            knowledge.source_calls.setdefault(call, source.element)
    for dispatch in framework.dispatches:
        for call in dispatch.calls:
            knowledge.dispatch_calls.setdefault(call, dispatch)
            knowledge.dispatch_names.add(call.rsplit(".", 1)[-1])
        for method in dispatch.methods:
            knowledge.dispatch_methods.setdefault(method, dispatch)
        if dispatch.gives:
            knowledge.giving_names.update(call.rpartition(".")[2] for call in dispatch.calls)
            knowledge.giving_names.update(dispatch.methods)
    for member in framework.members:
        for name in member.names:
            knowledge.members.setdefault(name, []).append(member)
        for method in member.methods:
            key = f"{method}({member.parameter})"
            knowledge.members.setdefault(key, []).append(member)
    knowledge.handlers += framework.handlers
    for render in framework.renders:
        knowledge.renders.setdefault(render.call, render)
        knowledge.render_methods.setdefault(render.call.rpartition(".")[2], render)
    knowledge.pages += framework.pages
    knowledge.guards += framework.guards
    knowledge.routes += framework.routes
    knowledge.views += framework.views


def _last_key(spelled: str) -> str:
    """`META[REMOTE_ADDR]` ends in `REMOTE_ADDR`, `request.remote_addr` in `remote_addr`."""
    return spelled.rstrip("]").replace("[", ".").rsplit(".", 1)[-1]


def _add_recipient(knowledge: Knowledge, recipient: KnownRecipient, taken: Collection[str]) -> None:
    """Add one recipient's lookups; `taken` are modules that the user says are another's."""
    knowledge.recipients[recipient.id] = recipient
    for module in (name for name in recipient.modules if name not in taken):
        knowledge.modules.setdefault(module, []).append(recipient)
    for host in recipient.hosts:
        knowledge.hosts.setdefault(host.lower(), recipient)
    for call in recipient.calls:
        knowledge.sink_names.add(call.rsplit(".", 1)[-1])
        if "(" in call and ")" in call:
            prefix = call[: call.index(")") + 1]
            knowledge.by_argument.setdefault(prefix, recipient)
            knowledge.factories.add(prefix.split("(", 1)[0])
