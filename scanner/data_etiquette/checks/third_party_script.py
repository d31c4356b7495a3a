"""ETQ710: other people's scripts on pages that show or ask for personal data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import host_of, phrases, service_of
from data_etiquette.model.application import Page
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding

_SCRIPTS = frozenset({"script", "frame", "image", "script-url"})


def third_party_script(context: Context) -> Iterator[Finding]:
    """One finding for each template and host."""
    built_on = _built_on(context)
    for page in context.graph.pages:
        elements = _elements(context, page, built_on)
        if not elements:
            continue
        seen: set[str] = set()
        for item in page.fact.resources:
            host = host_of(item.url) if item.kind in _SCRIPTS else ""
            if not host or host in seen or not _counts(context, item.kind, host, mail=page.mail):
                continue
            seen.add(host)
            is_known = item.is_sealed or _is_library(context, host)
            is_sure = not (item.guards or item.unless or is_known)
            found = _found(context, page, item.line, host, elements, is_sure=is_sure)
            yield replace(found, severity=context.rule.severity) if is_known else found


def _built_on(context: Context) -> dict[str, list[Page]]:
    """Pages by the templates that they are made of."""
    found: dict[str, list[Page]] = {}
    for page in context.graph.pages:
        for parent in page.parents:
            found.setdefault(parent, []).append(page)
    return found


def _elements(context: Context, page: Page, built_on: dict[str, list[Page]]) -> list[str]:
    """Personal data on the page, or on those that contain it; the gravest first."""
    pages = (page, *built_on.get(page.path, ()))
    found = {
        item.element
        for one in pages
        for item in (*one.shown, *one.asked)
        if item.element not in context.query("mild")
    }

    def grave(element: str) -> tuple[int, str]:
        known = context.elements.get(element)
        return (-(known.sensitivity if known is not None else 0), element)

    return sorted(found, key=grave)


def _counts(context: Context, kind: str, host: str, *, mail: bool) -> bool:
    known = service_of(context.catalog, host)
    if known is not None and known.kind in context.query("needed"):
        return False
    if kind in ("image", "script-url"):
        # A picture is shown; only of those that watch is it said that they tell more.
        tracks = known is not None and known.kind in context.query("trackers")
        words = phrases(context, "tracking-hosts").runs
        return tracks or (mail and kind == "image" and any(run in host for run in words))
    return True


def _is_library(context: Context, host: str) -> bool:
    return phrases(context, "script-libraries").first([*host.split("."), host]) != ""


def _found(  # noqa: PLR0913 (what a finding is made of)
    context: Context, page: Page, line: int, host: str, elements: list[str], *, is_sure: bool
) -> Finding:
    known = service_of(context.catalog, host)
    name = f"{known.name} ({host})" if known is not None else host
    labels = ", ".join(context.label(element) for element in elements[:3])
    more = ", …" if len(elements) > 3 else ""
    return context.on_place(
        Location(page.path, line),
        f"The page runs what {name} sends, beside {labels}{more}",
        f"{page.path}:{host}",
        confidence=Confidence.MEDIUM if is_sure else Confidence.LOW,
        element=elements[0],
        recipient=known.id if known is not None else host,
    )
