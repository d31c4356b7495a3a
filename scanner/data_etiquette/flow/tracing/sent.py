"""Personal data that a page itself sends to others: by the address of what it loads, by scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.tracing.address import host_of, is_own
from data_etiquette.model.application import Page, Shown
from data_etiquette.model.catalog import KnownRecipient
from data_etiquette.model.facts import ShownFact
from data_etiquette.model.graph import Flow, Sink, Step
from data_etiquette.model.kind import Confidence, SinkKind
from data_etiquette.model.location import Location

_WATCHING = frozenset({"analytics", "ads"})
_LOADING = frozenset({"src", "srcset", "data", "poster"})


def find_sent(
    pages: Sequence[Page], knowledge: Knowledge, words: Mapping[str, Sequence[str]]
) -> tuple[Flow, ...]:
    """One flow for each value that leaves with the page, sorted by place."""
    calls = frozenset("".join(word.split()).lower() for word in words["tracking-calls"])
    known = {page.path: page for page in pages}
    found: dict[tuple[object, ...], Flow] = {}
    for page in pages:
        for item in page.fact.shown:
            sink = _sink(page, known, item, knowledge, calls)
            for shown in page.shown if sink is not None else ():
                if shown.location.line == item.line and shown.field == item.path[-1]:
                    flow = _flow(page, shown, sink) if sink is not None else None
                    if flow is not None:
                        found.setdefault(flow.end, flow)
    return tuple(sorted(found.values(), key=lambda flow: (flow.sink.location, flow.element)))


def _sink(
    page: Page,
    known: Mapping[str, Page],
    item: ShownFact,
    knowledge: Knowledge,
    calls: frozenset[str],
) -> Sink | None:
    place = Location(page.path, item.line, item.column)
    if item.place == "url" and item.within in _LOADING:
        host = host_of(f"https:{item.address}" if item.address[:2] == "//" else item.address)
        if not host or is_own(host):
            return None
        service = knowledge.recipient_of_host(host)
        return _of(service, "the page", place, host, item.address)
    head = item.within.partition(".")[0]
    if item.place == "script" and "".join(head.split("_")).lower() in calls:
        return _of(_watching(page, known, knowledge), item.within, place)
    return None


def _of(
    service: KnownRecipient | None, name: str, place: Location, host: str = "", address: str = ""
) -> Sink:
    if service is None:
        return Sink(SinkKind.THIRD_PARTY, name, place, host, host, address=address)
    return Sink(
        SinkKind.THIRD_PARTY, name, place, service.id, service.name, service.country,
        address=address,
    )  # fmt: skip


def _watching(page: Page, known: Mapping[str, Page], knowledge: Knowledge) -> KnownRecipient | None:
    """The one service whose script the page, or what it is built on, loads to watch."""
    services = {
        service.id: service
        for path in (page.path, *page.parents)
        for item in known[path].fact.resources
        if (service := knowledge.recipient_of_host(_host(item.url))) is not None
        and service.kind in _WATCHING
    }
    return next(iter(services.values())) if len(services) == 1 else None


def _host(url: str) -> str:
    return host_of(f"https:{url}" if url.startswith("//") else url)


def _flow(page: Page, shown: Shown, sink: Sink) -> Flow:
    step = Step(page.path, sink.location.line, "the page sends it")
    place = Location(page.path, sink.location.line)
    return Flow(
        shown.element, shown.entity, shown.field, place, sink, (step,),
        confidence=Confidence.MEDIUM, scope=page.path,
    )  # fmt: skip
