"""ETQ107: the notice's text beside what code and declaration say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from data_etiquette.checks.context import Context
from data_etiquette.checks.wording import text_words
from data_etiquette.flow.lexicon.phrases import Phrases
from data_etiquette.flow.lexicon.words import joined
from data_etiquette.model.application import Page
from data_etiquette.model.declaration import Activity, DeclaredNotice
from data_etiquette.model.kind import Confidence, SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding, Practice

_OUTSIDE = (SinkKind.THIRD_PARTY, SinkKind.LLM)
_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?$")
_UNITS = ("year", "month", "week", "day")
_MAX_NAMED = 6


def notice_drift(context: Context) -> Iterator[Finding]:
    """One finding for each notice and for each kind of thing that it leaves out."""
    for notice, page in _notices(context):
        words = text_words(_text(context, page))
        activities = _activities(context, notice)
        recipients = _without(words, _recipients(context, activities))
        yield from _missing(context, notice, page, "recipients", recipients, Confidence.HIGH)
        data = _without(words, _data(context, activities))
        yield from _missing(context, notice, page, "data", data, Confidence.LOW)
        periods = [text for text, wanted in _periods(activities) if not wanted & _pairs(words)]
        yield from _missing(context, notice, page, "retention", periods, Confidence.LOW)


def notice_complete(context: Context) -> Iterator[Practice]:
    """Notices that name all recipients."""
    for notice, page in _notices(context):
        words = text_words(_text(context, page))
        known = list(_recipients(context, _activities(context, notice)))
        if known and not _without(words, known):
            message = f"The notice `{notice.id}` names all {len(known)} recipients"
            yield context.kept(Location(page.path, 1), message, entity=notice.id)


def _notices(context: Context) -> Iterator[tuple[DeclaredNotice, Page]]:
    """Declared notices whose text is among the files that were read."""
    for notice in context.declaration.notices if context.declaration is not None else ():
        wanted = notice.template or notice.path
        for page in context.graph.pages:
            if wanted and page.fact.text and _is(page.path, wanted):
                yield notice, page
                break


def _text(context: Context, page: Page) -> str:
    """What the reader reads: the page's own text, and that of the templates it includes."""
    included = (other.fact.text for other in context.graph.pages if other.path in page.parents)
    return " ".join((page.fact.text, *included))


def _is(path: str, wanted: str) -> bool:
    return path == wanted or path.endswith(f"/{wanted}") or wanted.endswith(f"/{path}")


def _activities(context: Context, notice: DeclaredNotice) -> list[Activity]:
    known = context.declaration.activities if context.declaration is not None else ()
    return [item for item in known if not notice.activities or item.id in notice.activities]


def _recipients(context: Context, activities: list[Activity]) -> Iterator[tuple[str, list[str]]]:
    """(name, words that would name it): declared ones, and those that code was found to reach."""
    ids = {recipient for activity in activities for recipient in activity.recipients}
    declared = context.declaration.recipients if context.declaration is not None else ()
    seen: set[str] = set()
    for recipient in declared:
        if recipient.id in ids:
            seen.add(recipient.id)
            yield recipient.name, [recipient.name, recipient.id]
    names = {known.id: known.name for known in context.catalog.recipients}
    for flow in context.graph.flows:
        sink = flow.sink
        if sink.kind not in _OUTSIDE or not sink.recipient or sink.recipient in seen:
            continue
        seen.add(sink.recipient)
        named = context.coverage.recipient_of(sink)
        if named is not None:
            if named.id not in seen:
                seen.add(named.id)
                yield named.name, [named.name, named.id]
        elif sink.recipient in names:
            yield names[sink.recipient], [names[sink.recipient], sink.recipient]


def _data(context: Context, activities: list[Activity]) -> Iterator[tuple[str, list[str]]]:
    """(label, names) of declared special and grave data: what a notice must not pass over."""
    keys = {key for activity in activities for key in activity.data}
    for key in sorted(keys):
        element = context.elements.get(key)
        if element is None or not (element.special_category or key in context.query("grave")):
            continue
        names = [name for _, known in element.names for name in known]
        yield element.label, [element.label, key, *names, *context.query(f"also.{element.group}")]


def _without(words: list[str], known: Iterable[tuple[str, list[str]]]) -> list[str]:
    """Labels of which no name stands in the text."""
    missing = []
    for label, names in known:
        first = [name.split(" (")[0] for name in names]
        runs = {joined(name) for name in (*first, *(name.split()[0] for name in first if name))}
        if not Phrases(frozenset(run for run in runs if len(run) > 2)).first(words):
            missing.append(label)
    return missing


def _periods(activities: list[Activity]) -> Iterator[tuple[str, set[tuple[str, str]]]]:
    """(period, ways to say it) of declared periods."""
    for activity in activities:
        period = activity.retention.period if activity.retention is not None else ""
        match = _PERIOD.match(period)
        if match is None:
            continue
        parts = [(n, unit) for n, unit in zip(match.groups(), _UNITS, strict=True) if n]
        ways = {(word, unit) for number, unit in parts for word in (number, *_spoken(number))}
        if ways:
            yield f"{period} of `{activity.id}`", ways | _converted(parts)


_SPOKEN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
]


def _spoken(number: str) -> list[str]:
    return [_SPOKEN[int(number)]] if int(number) < len(_SPOKEN) else []


def _converted(parts: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """A year is twelve months, thirty days are a month."""
    found: set[tuple[str, str]] = set()
    for number, unit in parts:
        if unit == "year":
            found.add((str(int(number) * 12), "month"))
            found |= {("a", "year")} if number == "1" else set()
        if unit == "month":
            found.add((str(int(number) * 30), "day"))
            found |= {("a", "month")} if number == "1" else set()
        if unit == "day" and int(number) % 30 == 0:
            found |= {
                (word, "month")
                for word in (str(int(number) // 30), *_spoken(str(int(number) // 30)))
            }
    return found


def _pairs(words: list[str]) -> set[tuple[str, str]]:
    return set(pairwise(words))


def _missing(  # noqa: PLR0913 (what a finding is made of)
    context: Context,
    notice: DeclaredNotice,
    page: Page,
    kind: str,
    missing: list[str],
    sure: Confidence,
) -> Iterator[Finding]:
    if not missing:
        return
    named = ", ".join(missing[:_MAX_NAMED]) + (", …" if len(missing) > _MAX_NAMED else "")
    yield context.on_place(
        Location(page.path, 1),
        f"The notice `{notice.id}` does not mention {kind} that code and declaration have: {named}",
        f"{notice.id}:{kind}",
        confidence=sure,
        entity=notice.id,
    )
