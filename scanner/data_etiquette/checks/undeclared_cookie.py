"""ETQ106: cookies and storage on the reader's device that no notice lists."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import phrases
from data_etiquette.model.application import Cookie
from data_etiquette.model.kind import Confidence
from data_etiquette.model.report import Finding, Practice

_WHAT = {"cookie": "cookie", "local": "local storage entry", "session": "session storage entry"}


def undeclared_cookie(context: Context) -> Iterator[Finding]:
    """Each one that is neither strictly necessary nor declared."""
    for cookie, element in _cookies(context):
        if _is_declared(context, cookie):
            continue
        if context.declaration is None and not (element or _is_tracking(context, cookie)):
            continue
        named = f"`{cookie.name}`" if cookie.name else "without a constant name"
        lasting = " that outlives the visit" if cookie.lasts else ""
        where = "no notice" if context.declaration is not None else "there is no declaration that"
        message = f"The {_WHAT[cookie.kind]} {named}{lasting} is set, and {where} lists it"
        yield context.on_place(
            cookie.location,
            message,
            f"{cookie.scope or cookie.location.path}:{cookie.name}",
            confidence=Confidence.HIGH if cookie.name else Confidence.LOW,
            element=element or "cookie",
        )


def declared_cookie(context: Context) -> Iterator[Practice]:
    """Cookies that the declaration lists."""
    for cookie, _ in _cookies(context):
        if _is_declared(context, cookie):
            yield context.kept(cookie.location, f"`{cookie.name}` is declared", element="cookie")


def _cookies(context: Context) -> Iterator[tuple[Cookie, str]]:
    """What is set, with the data that was followed into it."""
    held: dict[tuple[str, int], str] = {}
    for flow in context.graph.flows:
        if flow.sink.kind.value == "cookie":
            place = flow.sink.location
            held.setdefault((place.path, place.line), flow.element)
    needed = phrases(context, "necessary-cookies")
    for cookie in context.graph.cookies:
        element = held.get((cookie.location.path, cookie.location.line), "")
        if cookie.name and not needed.names(cookie.name):
            yield cookie, "" if element in context.query("mild") else element


def _is_declared(context: Context, cookie: Cookie) -> bool:
    declared = context.declaration.cookies if context.declaration is not None else ()
    return any(fnmatch.fnmatchcase(cookie.name.lower(), item.name.lower()) for item in declared)


def _is_tracking(context: Context, cookie: Cookie) -> bool:
    return phrases(context, "tracking-code").names(cookie.name)
