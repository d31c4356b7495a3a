"""ETQ104: forms that collect personal data and neither show nor link the privacy notice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.surface import in_words
from data_etiquette.model.application import Page, Shown
from data_etiquette.model.facts import LinkFact
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice


def collection_without_notice(context: Context) -> Iterator[Finding]:
    """One finding for each page, on its first form that asks."""
    pages = {page.path: page for page in context.graph.pages}
    for page in context.graph.pages:
        collected = _collected(context, page)
        if not collected or _notice(context, page, pages) is not None:
            continue
        reached = _is_public(context, page)
        if reached is False:
            continue
        data = in_words(context.label(item.element) for item in collected)
        message = f"The form asks for {data} and neither shows nor links a privacy notice"
        first = min(collected, key=lambda item: (item.location.line, item.element))
        yield context.on_place(
            first.location, message, page.path,
            confidence=Confidence.MEDIUM if reached else Confidence.LOW,
            element=first.element, entity=first.entity, field_name=first.field,
        )  # fmt: skip


def linked_notices(context: Context) -> Iterator[Practice]:
    """Each page that asks for data and links the notice, itself or through its layout."""
    pages = {page.path: page for page in context.graph.pages}
    for page in context.graph.pages:
        if not _collected(context, page):
            continue
        found = _notice(context, page, pages)
        if found is not None:
            path, link = found
            place = Location(path, link.line)
            message = f"{page.path} asks for personal data and links the notice"
            yield context.kept(place, message)


def _collected(context: Context, page: Page) -> list[Shown]:
    """What a page newly asks people for; a login asks for what is known."""
    if page.mail or not _sends(page):
        return []
    known = context.query("login.elements")
    if all(item.element in known for item in page.asked):
        return []
    return [item for item in page.asked if item.element not in context.query("no.elements")]


def _sends(page: Page) -> bool:
    """Whether a form of the page sends something to be kept."""
    return any(form.method.lower() == "post" for form in page.fact.forms)


def _is_public(context: Context, page: Page) -> bool | None:
    """Whether people fill the page in who have no account yet; None where no view is known."""
    names = {*page.fact.names, page.path}
    views = [e for e in context.graph.endpoints if names & set(e.templates)]
    if views:
        return any(not view.guards for view in views)
    staff = set(context.query("staff.folders")) & set(re.split(r"[/_.-]", page.path.lower()))
    return False if staff else None


def _notice(context: Context, page: Page, pages: dict[str, Page]) -> tuple[str, LinkFact] | None:
    """The link to a notice on a page, in what it includes, or in its layout."""
    for path in (page.path, *page.parents):
        found = pages.get(path)
        for link in _links(found) if found is not None else ():
            if _is_notice(context, link):
                return path, link
    return None


def _links(page: Page) -> Iterator[LinkFact]:
    yield from page.fact.links
    for form in page.fact.forms:
        yield from form.links
        if form.text:
            yield LinkFact(form.line, "", form.text)


def _is_notice(context: Context, link: LinkFact) -> bool:
    text = f"{link.href} {link.text}".lower()
    if any(word in text for word in context.query("notice.words")):
        return True
    declared = context.declaration.notices if context.declaration is not None else ()
    return any(
        place and place.lower() in text
        for notice in declared
        for place in (notice.url, notice.path, notice.template)
    )
