"""ETQ204: consent that cannot be taken back, marketing mail that cannot be stopped."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.consents import choices, is_record
from data_etiquette.checks.context import Context
from data_etiquette.checks.use_without_consent import is_marketing_use
from data_etiquette.checks.wording import phrases, says
from data_etiquette.model.application import Endpoint, Page, Use
from data_etiquette.model.graph import Entity, Field
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice


def no_withdrawal(context: Context) -> Iterator[Finding]:
    """Marketing mail with no way out, and consents that nothing ever sets back."""
    seen: set[Location] = set()
    for use in context.graph.uses:
        if use.kind != "mail" or use.sink in seen or not is_marketing_use(context, use):
            continue
        seen.add(use.sink)
        if not _way_out(context, use):
            yield context.on_place(
                use.sink,
                "Marketing mail is sent here, and neither a List-Unsubscribe header nor a link to "
                "unsubscribe was found in it",
                f"{use.scope}:unsubscribe",
                confidence=Confidence.MEDIUM if use.template else Confidence.LOW,
                element="email",
            )
    if next(_endpoints(context), None) is None:
        for entity, item in _kept_for_ever(context):
            message = f"Nothing was found that sets {entity.name}.{item.name} back to no"
            yield context.on_field(entity, item, message, Confidence.MEDIUM)


def withdrawal_found(context: Context) -> Iterator[Practice]:
    """Unsubscribe views, mail with a way out, code that takes consent back."""
    for endpoint in _endpoints(context):
        message = f"{endpoint.name} lets people withdraw"
        yield context.kept(endpoint.location, message, element="privacy_preference")
    seen: set[Location] = set()
    for use in context.graph.uses:
        if use.kind == "mail" and use.sink not in seen and is_marketing_use(context, use):
            seen.add(use.sink)
            way = _way_out(context, use)
            if way:
                yield context.kept(
                    use.sink, f"Marketing mail has a way out: {way}", element="email"
                )


def _endpoints(context: Context) -> Iterator[Endpoint]:
    wanted = phrases(context, "withdrawal")
    for endpoint in context.graph.endpoints:
        last = endpoint.name.rpartition(".")[2]
        if wanted.names(last) or any(wanted.names(route) for route in endpoint.routes):
            yield endpoint


def _way_out(context: Context, use: Use) -> str:
    wanted = phrases(context, "withdrawal")
    for option in use.options:
        if wanted.names(option):
            return option
    found = wanted.first(use.words)
    if found:
        return "a link"
    page = _page(context, use.template)
    while page is not None:
        if _has_link(context, page):
            return page.path
        parents = {p.path: p for p in context.graph.pages}
        page = next(
            (parents[path] for path in page.parents if _has_link(context, parents[path])), None
        )
    return ""


def _page(context: Context, template: str) -> Page | None:
    if not template:
        return None
    plain = template.replace(":", "/").lstrip("/")
    return next((page for page in context.graph.pages if plain in page.fact.names), None)


def _has_link(context: Context, page: Page) -> bool:
    wanted = phrases(context, "withdrawal")
    links = (*page.fact.links, *(link for form in page.fact.forms for link in form.links))
    if any(says(wanted, link.text) or wanted.names(link.href) for link in links):
        return True
    return any(
        wanted.names(part) for shown in page.fact.shown for part in (*shown.path, shown.address)
    )


def _kept_for_ever(context: Context) -> Iterator[tuple[Entity, Field]]:
    """Stored consents that code writes, and only ever with yes."""
    erased = {erasure.entity for erasure in context.graph.erasures}
    settable = {
        item.name
        for entity in context.graph.entities
        if not entity.stored
        for item in entity.fields
        if not entity.name.lower().startswith(("signup", "register", "registration"))
    }
    for entity, item in choices(context):
        if not entity.stored or entity.abstract or is_record(context, entity):
            continue
        if entity.kind in ("sql-table", "sql-view") or entity.id in erased:
            continue
        writes = [
            write
            for write in context.graph.written
            if write.entity == entity.id and write.field in (item.name, "")
        ]
        if not writes or item.name in settable:
            continue
        if all(write.value == "True" or write.how == "create" for write in writes):
            yield entity, item
