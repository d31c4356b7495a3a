"""Settings in YAML and JSON: every value under its dotted key, and the schedules among them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.settings.value import is_secret_name, judged, without_secrets
from data_etiquette.frontends.tree import Tree
from data_etiquette.model.facts import ScheduleFact, SettingFact

_MAX_KEY = 300
_PAIRS = (("name", "value"), ("Name", "Value"), ("key", "value"), ("Key", "Value"))
HIDDEN = "hidden"
"""Tag of a value that is to be kept secret, whatever its own key says."""


def read_document(tree: Tree, key: str = "") -> Iterator[SettingFact]:
    """All scalars of a document in their order."""
    stack: list[tuple[Tree, str]] = [(tree, key)]
    while stack:
        place, path = stack.pop()
        if place.kind == "scalar":
            yield from _scalar(place, path)
            continue
        _mark_secrets(place)
        suffix = "[]" if place.kind == "sequence" else ""
        for spelled, value in reversed(place.items):
            name = redact(spelled) if "@" in spelled else spelled[:_MAX_KEY]
            below = f"{path}{suffix}" if suffix else f"{path}.{name}" if path else name
            stack.append((value, below[-_MAX_KEY:]))


def _mark_secrets(place: Tree) -> None:
    """Mark values that their neighbours call secret: `--password, x` and `{name: …, value: x}`."""
    if place.kind == "sequence":
        for (_, flag), (_, value) in pairwise(place.items):
            if flag.text.startswith("-") and is_secret_name(flag.text):
                value.tag = HIDDEN
        return
    named = dict(reversed(place.items))
    for label, held in _PAIRS:
        if label in named and held in named and is_secret_name(named[label].text):
            named[held].tag = HIDDEN


def _scalar(place: Tree, path: str) -> Iterator[SettingFact]:
    if place.tag == HIDDEN:
        yield SettingFact(path, place.line, *judged("password", place.text))
        return
    name, equals, rest = place.text.partition("=")
    if path.endswith("environment[]"):
        # Compose lists variables as `NAME=value`; a bare name is handed through.
        kind, value = judged(name, rest) if equals else ("reference", name[:80])
        yield SettingFact(f"{path.removesuffix('[]')}.{name[:120]}", place.line, kind, value)
    elif place.tag == "alias" or place.tag in ("!Ref", "!ImportValue", "!GetAtt"):
        yield SettingFact(path, place.line, "reference", redact(place.text.removeprefix("*"))[:80])
    elif place.is_plain and place.text in ("~", "null"):
        yield SettingFact(path, place.line, "empty")
    else:
        yield SettingFact(path, place.line, *judged(path, place.text))


def read_schedules(tree: Tree) -> Iterator[ScheduleFact]:
    """Entries with a task and a schedule, as Celery beat has them, wherever they stand."""
    stack: list[tuple[str, Tree]] = [("", tree)]
    while stack:
        name, place = stack.pop()
        task = next((place.get(key) for key in _TASKS if place.get(key).text), None)
        when = next((place.get(key) for key in _TIMES if place.get(key).line), None)
        if task is not None and when is not None:
            yield ScheduleFact(_when(when), without_secrets(task.text), place.line, name)
            continue
        stack.extend(reversed(place.items))


_TASKS = ("task", "command", "job", "func", "callable")
_TIMES = ("schedule", "crontab", "cron", "interval", "every", "when")


def _when(when: Tree) -> str:
    if when.kind == "scalar":
        return redact(when.text)[:80]
    parts = [f"{name}={value.text}" for name, value in when.items if value.kind == "scalar"]
    return redact(" ".join(parts))[:80]
