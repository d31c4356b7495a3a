"""ETQ607: caches, queues, buckets and log files that keep data without an end."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import is_own, keeping, labels
from data_etiquette.model.application import Setting
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Confidence, SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

_STORES = {SinkKind.CACHE: "cache", SinkKind.QUEUE: "queue", SinkKind.FILE: "storage",
           SinkKind.THIRD_PARTY: "storage"}  # fmt: skip


def unbounded_store(context: Context) -> Iterator[Finding]:
    """One finding for each call into a store, and for each log file that grows for ever."""
    bounded = _bounded(context)
    for number, flow, elements in _kept(context):
        if not _ends(context, flow, bounded):
            data = ", ".join(context.label(element) for element in elements[:4])
            message = f"{flow.sink.name} keeps {data} without an end: no expiry was found"
            yield context.on_flow(number, flow, message)
    yield from _tables(context)
    yield from _logs(context)


def store_bounded(context: Context) -> Iterator[Practice]:
    """Each call into a store that says when what it is given ends."""
    bounded = _bounded(context)
    for _, flow, elements in _kept(context):
        if _ends(context, flow, bounded):
            message = f"{flow.sink.name} keeps {context.label(elements[0])} for a time only"
            yield context.kept(flow.sink.location, message, element=flow.element)


def _kept(context: Context) -> Iterator[tuple[int, Flow, list[str]]]:
    """The first flow of each call into a store, with all that goes there."""
    first: dict[Location, tuple[int, Flow]] = {}
    elements: dict[Location, set[str]] = {}
    for number, flow in enumerate(context.graph.flows):
        if _is_store(context, flow):
            first.setdefault(flow.sink.location, (number, flow))
            elements.setdefault(flow.sink.location, set()).add(flow.element)
    for location, (number, flow) in sorted(first.items(), key=lambda pair: pair[1][0]):
        yield number, flow, sorted(elements[location])


def _is_store(context: Context, flow: Flow) -> bool:
    name = flow.sink.name
    if flow.sink.kind is SinkKind.CACHE:
        return True
    if flow.sink.kind is SinkKind.QUEUE:
        return any(name.startswith(prefix) for prefix in context.query("streams"))
    if flow.sink.kind in (SinkKind.THIRD_PARTY, SinkKind.FILE):
        last = name.rpartition(".")[2]
        is_upload = last.startswith(context.query("uploads"))
        return is_upload and flow.sink.recipient in context.query("buckets")
    return False


def _bounded(context: Context) -> frozenset[tuple[str, object]]:
    """(store, place) of calls that name an end, and (`cache`, scope) of those that set one."""
    found: set[tuple[str, object]] = set()
    for removal in context.graph.removals:
        place = removal.location
        found.add((removal.store, (place.path, place.line)))
        if removal.name in context.query("ending_calls"):
            found.add(("cache", removal.scope))
    return frozenset(found)


def _ends(context: Context, flow: Flow, bounded: frozenset[tuple[str, object]]) -> bool:
    store = _STORES[flow.sink.kind]
    place = flow.sink.location
    if (store, (place.path, place.line)) in bounded or (store, flow.scope) in bounded:
        return True
    if store == "storage":
        return _has_lifecycle(context)
    parts = flow.sink.name.partition(" ")[0].split(".")
    is_cache = len(parts) > 1 and parts[-2] in context.query("bounded_receivers")
    if is_cache or any(flow.sink.name.startswith(name) for name in context.query("bounded")):
        options = dict(flow.sink.options)
        return options.get("timeout", options.get("2", "")) != "None"
    return False


def _has_lifecycle(context: Context) -> bool:
    """Whether infrastructure files or calls give some bucket a lifecycle."""
    words = context.query("lifecycle")
    if any(word in setting.key for setting in context.graph.settings for word in words):
        return True
    return any(item.name in context.query("lifecycle_calls") for item in context.graph.removals)


def _tables(context: Context) -> Iterator[Finding]:
    """Tables of stores that expire rows by themselves, where nobody says after how long."""
    ends = {item.entity for item in context.graph.erasures if is_own(item)}
    unlimited = {
        entity: control
        for control in context.graph.controls
        if control.kind == "unlimited"
        for entity in control.entities
    }
    for entity in keeping(context):
        control = unlimited.get(entity.id)
        if control is not None and entity.id not in ends:
            data = labels(context, entity.personal_fields)
            engine = control.detail("engine")
            message = f"{entity.name} ({data}) is kept without an end: {engine} has no expiry"
            yield context.on_entity(entity, message, Confidence.MEDIUM)


def _logs(context: Context) -> Iterator[Finding]:
    logged = [(n, f) for n, f in enumerate(context.graph.flows) if f.sink.kind is SinkKind.LOG]
    if not logged:
        return
    elements = sorted({flow.element for _, flow in logged})
    data = ", ".join(context.label(element) for element in elements[:4])
    keys = {setting.key for setting in context.graph.settings}
    for setting in context.graph.settings:
        if not setting.meets_people or not _grows(context, setting, keys):
            continue
        message = f"A log file is never rotated or deleted ({setting.key}); logs hold {data}"
        yield context.on_place(
            setting.location, message, setting.key, confidence=Confidence.MEDIUM,
            element=elements[0],
            # What is logged anywhere need not be in this file: the gravest of it weighs no more.
            severity=context.rule.severity,
        )  # fmt: skip


def _grows(context: Context, setting: Setting, keys: set[str]) -> bool:
    if setting.kind == "call":
        name = setting.key
        if name not in context.query("log_calls"):
            return False
        options = {key.removeprefix(f"{name}.") for key in keys if key.startswith(f"{name}.")}
        return bool(options & {"filename", "0", "sink"}) and not options & {
            "rotation",
            "retention",
        }
    return setting.key.endswith(".class") and setting.value in context.query("log_handlers")
