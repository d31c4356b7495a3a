"""Changes as a reader sees them: fields of one entity, and findings of one line, as one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from data_etiquette.reporting.change import Change
from data_etiquette.reporting.sentence import counted

_ABOUT = ", about: "
_MANY = 2
"""From how many fields of one entity on they are one row."""
_MOST = 15
"""Fields or data that one row names; JSON has each."""


def field_rows(changes: Iterable[Change]) -> tuple[Change, ...]:
    """New and gone fields by their entity; what changed stays as it is."""
    return _grouped(changes, _entity_of, _fields_told)


def finding_rows(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Findings of one rule at one line that differ in their data alone, as one."""
    return _grouped(changes, _line_of, _findings_told)


def _grouped(
    changes: Iterable[Change],
    key: Callable[[Change], tuple[str, ...]],
    told: Callable[[Sequence[Change]], Change],
) -> tuple[Change, ...]:
    """Groups stand where their first change stands; an empty key is nobody's."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for number, item in enumerate(changes):
        groups.setdefault(key(item) or (str(number),), []).append(item)
    return tuple(told(items) if len(items) >= _MANY else items[0] for items in groups.values())


def _entity_of(item: Change) -> tuple[str, ...]:
    entity = item.subject.rpartition(".")[0]
    return (item.state, entity, item.path) if entity and item.state in ("new", "gone") else ()


def _fields_told(items: Sequence[Change]) -> Change:
    entity = items[0].subject.rpartition(".")[0]
    about = {item.text.partition(_ABOUT)[2] for item in items}
    shared = about.pop() if len(about) == 1 else ""
    words = [
        f"{item.subject.rpartition('.')[2]} ({item.text.removesuffix(_ABOUT + shared)})"
        for item in items
    ]
    told = _listed(words, ", ") + (f"; about: {shared}" if shared else "")
    first = min(items, key=lambda item: item.line)
    return replace(first, subject=f"{entity}: {counted(len(items), 'field')}", text=told)


def _line_of(item: Change) -> tuple[str, ...]:
    if not item.data or not item.text.startswith(item.data):
        return ()
    return (item.state, item.subject, item.place, item.text.removeprefix(item.data))


def _findings_told(items: Sequence[Change]) -> Change:
    first = items[0]
    rest = first.text.removeprefix(first.data)
    data = list(dict.fromkeys(item.data for item in items))
    if len(data) == 1:
        return replace(first, text=f"{first.text} ({counted(len(items), 'finding')})")
    return replace(first, text=f"each of these {len(items)}{rest}: {_listed(data, '; ')}")


def _listed(words: Sequence[str], comma: str) -> str:
    """All of few; of many the first, and how many more there are."""
    more = len(words) - _MOST
    return comma.join(words[:_MOST]) + (f"{comma}and {more:,} more" if more > 0 else "")
