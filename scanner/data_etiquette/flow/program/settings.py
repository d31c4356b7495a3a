"""Settings, schedules and dependencies of the whole program, in one form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from data_etiquette.flow.lexicon.words import split
from data_etiquette.flow.program.program import Program
from data_etiquette.model.application import Dependency, Schedule, Setting
from data_etiquette.model.facts import CallFact, Facts, FunctionFact
from data_etiquette.model.location import Location

_ENVIRONMENTS = (
    ("test", re.compile(r"(^|[/._-])(tests?|testing|test_?utils?|testapp|ci)([/._-]|$)")),
    (
        "development",
        re.compile(r"(^|[/._-])(dev|devel|development|local|debug|sample|example)([/._-]|$)"),
    ),
    (
        "production",
        re.compile(r"(^|[/._-])(prod|product|production|live|staging|deploy|docker)([/._-]|$)"),
    ),
)  # fmt: skip

_MAIL = "smtplib.SMTP"
_TRYING = frozenset({"debug", "dev", "develop", "development", "local", "test", "testing"})
_NEAR = ("localhost", "127.", "::1")


def find_settings(program: Program, setup_calls: Collection[str]) -> tuple[Setting, ...]:
    """Every value of every settings file and set-up call, sorted by place."""
    found = [
        Setting(
            item.key,
            Location(facts.path, item.line),
            item.kind,
            item.value,
            facts.form or facts.language,
            environment(facts.path),
            item.is_chosen,
        )
        for facts in program.files
        for item in facts.settings
    ]
    for facts in program.files:
        for function in facts.functions:
            for call in function.calls:
                name = _called(program, facts, call)
                if name in setup_calls:
                    found += _arguments(facts, name, call)
                if (
                    name == _MAIL
                    and not _is_near(call, function)
                    and not _starts_tls(facts, function)
                ):
                    where = Location(facts.path, call.line, call.column, call.end_line)
                    key, at = f"{_MAIL}.starttls", environment(facts.path)
                    found.append(Setting(key, where, "boolean", "false", "call", at))
    return tuple(sorted(found, key=lambda item: (item.location, item.key)))


def _starts_tls(facts: Facts, function: FunctionFact) -> bool:
    """Whether a function, or another method of its class, turns encryption on."""
    owner = function.qualname.rpartition(".")[0]
    return any(
        call.callee.keys[-1:] == (".starttls",)
        for other in facts.functions
        if other is function or (owner and other.qualname.rpartition(".")[0] == owner)
        for call in other.calls
    )


def _is_near(call: CallFact, function: FunctionFact) -> bool:
    """Whether the mail server is the same machine: named so, by default, or not named."""
    host = [*call.args[:1], *(value for name, value in call.keywords if name == "host")]
    defaults = {f"param:{param.name}": param.default.strip("'\"") for param in function.params}
    texts = [""] if not host else []
    for part in host[0] if host else ():
        root = part.path.root
        if root.startswith("const:"):
            texts.append(root[6:])
        elif defaults.get(root):
            texts.append(defaults[root])
    return any(not text or text.startswith(_NEAR) for text in texts)


def _called(program: Program, facts: Facts, call: CallFact) -> str:
    """Dotted name of an imported callee; of a name that the repository defines, nothing."""
    root = call.callee.root
    if not root.startswith("name:") or any(key[0] != "." for key in call.callee.keys):
        return ""
    name = root[5:] + "".join(call.callee.keys)
    return "" if program.find(name, facts.path) is not None else name


def _arguments(facts: Facts, name: str, call: CallFact) -> Iterator[Setting]:
    """`sentry_sdk.init.send_default_pii` is true; the call itself stands under its own name."""
    place = Location(facts.path, call.line, call.column, call.end_line)
    where = environment(facts.path)
    yield Setting(name, place, "call", "", "call", where)
    named = [(str(number), value) for number, value in enumerate(call.args)]
    for key, value in (*named, *call.keywords):
        for part in value:
            if key in ("*", "**") or not part.path.root.startswith("const:"):
                continue
            inner = ".".join([name, key, *(step.strip(".[]") for step in part.at)])
            text = part.path.root[6:]
            kind = "boolean" if text in ("True", "False") else "text"
            if text.lstrip("-").isdigit():
                kind = "number"
            shown = text.lower() if kind == "boolean" else text
            yield Setting(inner, place, kind, shown, "call", where, _is_for_trying(call))


def _is_for_trying(call: CallFact) -> bool:
    """Whether a condition around a call asks if the program is being developed."""
    asked = (word for path in call.guards for key in (path.root, *path.keys) for word in split(key))
    return not _TRYING.isdisjoint(asked)


def find_schedules(program: Program) -> tuple[Schedule, ...]:
    """Everything that runs by the clock, with the function that it runs where one is known."""
    found = []
    for facts in program.files:
        for item in facts.schedules:
            definition = program.find(item.task, facts.path) if "." in item.task else None
            scope = definition.id if definition is not None else ""
            found.append(Schedule(item.when, item.task, Location(facts.path, item.line), scope))
    return tuple(sorted(found, key=lambda item: (item.location, item.task)))


def find_dependencies(program: Program) -> tuple[Dependency, ...]:
    """Packages that dependency files name, sorted by place."""
    found = [
        Dependency(item.name, Location(facts.path, item.line), item.group)
        for facts in program.files
        for item in facts.dependencies
    ]
    return tuple(sorted(found, key=lambda item: (item.location, item.name)))


def environment(path: str) -> str:
    """`production`, `development` or `test` as a file's path tells, else empty."""
    lowered = path.lower()
    return next((name for name, pattern in _ENVIRONMENTS if pattern.search(lowered)), "")
