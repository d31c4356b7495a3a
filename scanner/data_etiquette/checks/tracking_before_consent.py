"""ETQ207: people are tracked before they were asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import host_of, phrases, service_of
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.application import Page
from data_etiquette.model.kind import Confidence, SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

_LOADED = frozenset({"script", "frame", "image", "script-url"})
_KEEPING = frozenset({SinkKind.DATABASE, SinkKind.THIRD_PARTY})
_OF_DOCUMENTATION = "_templates"
"""Where Sphinx keeps the pages that a handbook is made of: no part of the program."""
Paths = Iterable[tuple[str, ...]]


def tracking_before_consent(context: Context) -> Iterator[Finding]:
    """Scripts and pixels of pages and mails, and middleware, that ask nobody."""
    for page in context.graph.pages:
        if _OF_DOCUMENTATION in page.path.split("/"):
            continue
        for location, name, asked in _trackers(context, page):
            if not asked:
                yield context.on_place(
                    location,
                    f"{name} runs as soon as the page is loaded, and no condition asks for consent",
                    f"{page.path}:{name}",
                    element="app_usage",
                )
        yield from _pixels(context, page)
    yield from _middleware(context)


def tracking_after_consent(context: Context) -> Iterator[Practice]:
    """Trackers that a condition on consent guards."""
    for page in context.graph.pages:
        for location, name, asked in _trackers(context, page):
            if asked:
                yield context.kept(location, f"{name} waits for consent", element="app_usage")


def _trackers(context: Context, page: Page) -> Iterator[tuple[Location, str, bool]]:
    """(place, service, whether consent is asked before), one for each service of a page."""
    managed = _is_managed(context, page)
    seen: set[str] = set()
    for item in page.fact.resources:
        if item.kind not in _LOADED or (page.mail and item.kind == "image"):
            continue
        name = _tracker(context, item.url)
        if name and name not in seen:
            seen.add(name)
            asked = managed or _asks(context, (*item.guards, *item.unless))
            yield Location(page.path, item.line), name, asked
    calls = phrases(context, "tracking-calls")
    for call in page.fact.calls:
        head = call.callee.partition(".")[0]
        if seen or "".join(head.split("_")).lower() not in calls.runs:
            continue
        seen.add(head)
        asked = managed or _asks(context, (*call.guards, *call.unless))
        yield Location(page.path, call.line), f"`{call.callee}`", asked


def _tracker(context: Context, url: str) -> str:
    """Name of the tracking service behind an address; empty when it is none."""
    host = host_of(url)
    if not host:
        return ""
    known = service_of(context.catalog, host)
    if known is not None:
        return known.name if known.kind in context.query("trackers") else ""
    words = phrases(context, "tracking-hosts")
    labels = host.split(".")[:-1]
    return host if any(_holds(label, words.runs) for label in labels) else ""


def _holds(label: str, runs: Iterable[str]) -> bool:
    """A host's label is one word to no splitter: `sessionwatch`, `adnetwork`."""
    return any(run in label.replace("-", "") for run in runs)


def _asks(context: Context, paths: Paths) -> bool:
    consents = phrases(context, "consent")
    return any(consents.names(part) for path in paths for part in path)


def _is_managed(context: Context, page: Page) -> bool:
    """Whether a consent manager decides what runs: its script, or Google's consent mode."""
    managers = phrases(context, "consent-managers")
    known = {other.path: other for other in context.graph.pages}
    for path in (page.path, *page.parents):
        fact = known[path].fact
        urls = (item.url for item in fact.resources)
        if any(managers.first(_joined(url)) for url in urls):
            return True
        if any("consent" in call.args[:1] or managers.names(call.callee) for call in fact.calls):
            return True
    return False


def _joined(url: str) -> list[str]:
    return [part for piece in url.lower().split("/") for part in piece.split(".")]


def _pixels(context: Context, page: Page) -> Iterator[Finding]:
    """Pictures in mail that tell the sender who opened it."""
    if not page.mail:
        return
    lines = sorted({*_foreign_pixels(context, page), *_own_pixels(context, page)})
    for line in lines:
        yield context.on_place(
            Location(page.path, line),
            "A picture with the reader's own address tells who opened the mail, and when",
            f"{page.path}:pixel",
            confidence=Confidence.MEDIUM,
            element="communication_metadata",
        )


def _foreign_pixels(context: Context, page: Page) -> Iterator[int]:
    for item in page.fact.resources:
        last = item.url.partition("?")[0].rpartition("/")[2]
        tells = "{}" in last or "{}" in item.url.partition("?")[2]
        is_pixel = item.pixel or (last.endswith((".gif", ".png")) and "{}" in last)
        if item.kind == "image" and is_pixel and tells and not _asks(context, item.guards):
            yield item.line


def _own_pixels(context: Context, page: Page) -> Iterator[int]:
    """`<img src="{{ site }}/open/{{ delivery }}.gif">`: the sender's own server counts."""
    readers = set(context.query("readers"))
    for item in page.fact.shown:
        is_source = item.place == "url" and item.within == "src" and "/" in item.address
        if is_source and readers & set(split(item.path[-1])) and not _asks(context, item.guards):
            yield item.line


def _middleware(context: Context) -> Iterator[Finding]:
    """What runs for every request and notes or passes on who made it."""
    middleware, words = phrases(context, "middleware"), phrases(context, "tracking-code")
    watched = set(context.query("identifiers"))
    seen: set[Location] = set()
    for flow in context.graph.flows:
        if flow.sink.kind not in _KEEPING or flow.guards or flow.sink.location in seen:
            continue
        if flow.element not in watched or not middleware.names(flow.scope):
            continue
        if words.names(flow.scope) or words.names(flow.sink.name):
            seen.add(flow.sink.location)
            yield context.on_place(
                flow.sink.location,
                f"{flow.sink.name} notes {context.label(flow.element)} of every visitor, and "
                "nothing asks for consent before",
                f"{flow.scope}:{flow.sink.name}",
                confidence=Confidence.MEDIUM,
                element=flow.element,
            )
