"""Who runs a function that erases: the clock, a person at a view, somebody at a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.lexicon.wordlists import WordLists, last_of
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.world import World
from data_etiquette.model.application import Endpoint, Schedule, Setting
from data_etiquette.model.facts import AccessPath, CallFact

_MAX_DEPTH = 5
_MAX_CALLERS = 60
_COMMAND = re.compile(
    r"(?:manage\.py|django-admin|flask|python3? -m|uv run|poetry run)\s+([\w.:-]+)"
)
_DOTTED = re.compile(r"[A-Za-z_][\w.]*")
_QUOTED = re.compile(r"name='([^']+)'")
_RANKS = ("clock", "person", "command")
_COMMANDS = "/management/commands/"


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a function runs, and through which functions."""

    run_by: str = "code"
    when: str = ""
    within: tuple[str, ...] = ()


@dataclass(slots=True)
class Occasions:
    """Occasions of functions, looked up through their callers."""

    world: World
    words: WordLists
    endpoints: frozenset[str]
    timed: dict[str, str] = field(default_factory=dict)
    """Dotted name of a function to its schedule."""
    tasks: dict[str, str] = field(default_factory=dict)
    """Task names and commands as schedules write them, to the schedule."""

    def of(self, fn: FunctionRef) -> Occasion:
        """The strongest occasion found among a function and those that call it."""
        line = list(self._line(fn))
        best, when = len(_RANKS), ""
        for caller in line:
            found, told = self._own(caller)
            rank = _RANKS.index(found) if found else len(_RANKS)
            if rank < best:
                best, when = rank, told
        run_by = _RANKS[best] if best < len(_RANKS) else "code"
        return Occasion(run_by, when, tuple(sorted({caller.scope for caller in line})))

    def _line(self, fn: FunctionRef) -> Iterator[FunctionRef]:
        """The function and its callers, nearest first."""
        seen = {fn}
        level = [fn]
        for _ in range(_MAX_DEPTH):
            yield from level
            above = [caller for item in level for caller in self._callers(item)]
            level = [caller for caller in dict.fromkeys(above) if caller not in seen]
            seen.update(level)
            if not level or len(seen) > _MAX_CALLERS:
                return

    def _callers(self, fn: FunctionRef) -> Iterator[FunctionRef]:
        if ".<locals>." in fn.function.qualname:
            parent = self.world.types.hierarchy.parent(fn)
            if parent is not None:
                yield parent
        for site in self.world.sites.of(fn):
            if site.caller.name != "<module>":
                yield site.caller

    def _own(self, fn: FunctionRef) -> tuple[str, str]:
        when = self._clock(fn)
        if when is not None:
            return "clock", when
        if fn.scope in self.endpoints or fn.scope.rpartition(".")[0] in self.endpoints:
            return "person", ""
        path = f"/{fn.facts.path}"
        is_command = _COMMANDS in path or any(
            last_of(text) in self.words["command-bases"] for text in fn.function.decorators
        )
        return ("command", "") if is_command else ("", "")

    def _clock(self, fn: FunctionRef) -> str | None:
        known = self.timed.get(fn.scope)
        if known is not None:
            return known
        for text in fn.function.decorators:
            if last_of(text) in self.words["clock-decorators"]:
                return text.partition("(")[2].rstrip(")")[:60]
        for name in self._task_names(fn):
            if name in self.tasks:
                return self.tasks[name]
        return None

    def _task_names(self, fn: FunctionRef) -> Iterator[str]:
        """Names by which a schedule may mean a function, or the command it is part of."""
        yield fn.scope
        parts = fn.scope.split(".")
        yield from (".".join(parts[start:]) for start in range(1, len(parts) - 1))
        for text in fn.function.decorators:
            named = _QUOTED.search(text)
            if named:
                yield named.group(1)
        if _COMMANDS in f"/{fn.facts.path}":
            yield f"command:{fn.facts.path.rpartition('/')[2].removesuffix('.py')}"
        if any(last_of(text) in self.words["command-bases"] for text in fn.function.decorators):
            yield f"command:{fn.name}"
            yield f"command:{fn.name.replace('_', '-')}"


def build_occasions(
    world: World,
    words: WordLists,
    endpoints: Sequence[Endpoint],
    schedules: Sequence[Schedule],
    settings: Sequence[Setting],
) -> Occasions:
    """Index everything that the clock runs."""
    names = frozenset(item.name for item in endpoints if item.kind != "command")
    occasions = Occasions(world, words, names)
    for item in schedules:
        _note(occasions, item.task, item.when, item.scope)
    for setting in settings:
        key = setting.key.lower()
        if setting.value and key.endswith((".task", ".func")) and _is_beat(key):
            _note(occasions, setting.value, "", "")
    for ref in world.types.hierarchy.classes.values():
        for held in ref.cls.fields:
            if held.name in words["clock-fields"]:
                _note_names(occasions, ref.facts.path, " ".join((held.option("="), *held.args)))
    for fn in world.types.hierarchy.functions.values():
        for call in fn.function.calls:
            if _last(call) in words["clock-calls"]:
                _note_call(occasions, fn, call)
        for store in fn.function.stores:
            if store.target.keys[-1:] and "beat_schedule" in store.target.keys[-1]:
                for part in store.value:
                    if part.path.root.startswith("const:") and part.at[-1:] == ("[task]",):
                        _note(occasions, part.path.root[6:], "beat_schedule", "")
    return occasions


def _note_names(occasions: Occasions, path: str, text: str) -> None:
    """`cron_jobs = [cron(purge, hour=2)]`: functions that a class attribute names."""
    types = occasions.world.types
    for name in _DOTTED.findall(text):
        found = types.hierarchy.function_of(types.program.find(name, path))
        if found is not None:
            occasions.timed.setdefault(found.scope, "")


def _is_beat(key: str) -> bool:
    return any(word in key for word in ("beat", "schedule", "cron", "periodic", "jobs"))


def _note(occasions: Occasions, task: str, when: str, scope: str) -> None:
    if scope:
        occasions.timed.setdefault(scope, when)
    occasions.tasks.setdefault(task, when)
    for command in _COMMAND.findall(task):
        occasions.tasks.setdefault(f"command:{command}", when)


def _note_call(occasions: Occasions, fn: FunctionRef, call: CallFact) -> None:
    """`scheduler.add_job(purge, "interval", hours=1)`, `add_periodic_task(10, purge.s())`."""
    types = occasions.world.types
    for value in (*call.args, *(value for name, value in call.keywords if name in ("func", "fn"))):
        for part in value[:2]:
            path = _signature(fn, part.path)
            found = types.function_at(fn, path)
            if found is not None:
                when = ", ".join(
                    part.path.root[6:]
                    for other in call.args
                    for part in other
                    if part.path.root.startswith("const:")
                )
                occasions.timed.setdefault(found.function.scope, when[:60])


def _signature(fn: FunctionRef, path: AccessPath) -> AccessPath:
    """`purge.s()` and `purge.si(1)` are about `purge`."""
    if path.root.startswith("call:") and not path.keys:
        made = fn.calls.get(int(path.root[5:]))
        if made is not None and made.callee.keys[-1:] in ((".s",), (".si",), (".signature",)):
            return AccessPath(made.callee.root, made.callee.keys[:-1])
    return path


def _last(call: CallFact) -> str:
    if call.callee.keys:
        return call.callee.keys[-1][1:]
    return call.callee.root.rpartition(".")[2].rpartition(":")[2]
