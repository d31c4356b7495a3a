"""How long rows are kept, as deleting code says it: `timedelta(days=30)`, `settings.KEEP_DAYS`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.program.program import Program
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.model.application import Setting
from data_etiquette.model.period import days_of, duration

_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
_SQL = re.compile(
    r"(?P<number>\d+(?:\.\d+)?) *(?P<unit>[a-z]+)|(?P<first>[a-z]+) *(?:,|=>) *-?(?P<amount>\d+)",
    re.IGNORECASE,
)
_CALL = re.compile(r"(?P<name>[\w.]+)\((?P<inside>.*)\)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_PLACES = {"timedelta": ("days", "seconds"), "Interval": ("days",), "duration": ("days",)}
_MAX_DEPTH = 4
_SHORTEST = 1 / 24


@dataclass(slots=True)
class Spans:
    """Reads lengths of time out of functions; settings and constants are looked up."""

    program: Program
    constants: dict[str, str] = field(default_factory=dict)
    """Settings by their last name, as written."""

    def of(self, fn: FunctionRef, line: int) -> str:
        """The period that a call on a line works with: the nearest one named above it."""
        found = ""
        for at, text in sorted(fn.function.spans):
            if at <= line:
                found = self.period(text, fn) or found
        if not found:
            late = (self.period(text, fn) for at, text in fn.function.spans if at > line)
            found = next(filter(None, late), "")
        return found

    def period(self, text: str, fn: FunctionRef, depth: int = _MAX_DEPTH) -> str:
        """An expression's length of time; a setting of unknown value keeps its name."""
        if depth <= 0:
            return ""
        call = _CALL.fullmatch(text)
        if call is not None:
            return self._call(call["name"], _split(call["inside"]), fn, depth)
        if not _NAME.fullmatch(text):
            return ""
        held = self._constant(text, fn)
        if held:
            return self.period(held, fn, depth - 1)
        last = text.rpartition(".")[2]
        return last if last.isupper() and "settings" in text.lower() else ""

    def _call(self, name: str, arguments: Sequence[str], fn: FunctionRef, depth: int) -> str:
        """`timedelta(days=30)`, `relativedelta(years=1)`, `timedelta(30)`."""
        places = iter(_PLACES.get(name.rpartition(".")[2], ()))
        amounts: dict[str, float] = {}
        for argument in arguments:
            key, named, value = argument.partition("=")
            unit = key.strip() if named else next(places, "")
            # `relativedelta(day=1)` sets a day; `days=1` is a length.
            if unit not in _UNITS:
                continue
            amount = self._amount(value if named else key, fn, depth - 1)
            if amount is None:
                told = (value if named else key).rpartition(".")[2].strip(" )")
                return told if told.isupper() else ""
            amounts[unit] = amount
        if set(amounts) == {"days"} and amounts["days"] and not amounts["days"] % 365:
            amounts = {"years": amounts["days"] / 365}
        return duration(amounts)

    def _amount(self, text: str, fn: FunctionRef, depth: int) -> float | None:
        text = text.strip()
        if depth <= 0 or not text:
            return None
        number = _number(text)
        if number is not None:
            return number
        left, found, right = text.partition(" * ")
        if found:
            first, second = self._amount(left, fn, depth), self._amount(right, fn, depth)
            return first * second if first is not None and second is not None else None
        call = _CALL.fullmatch(text)
        if call is not None:
            return self._amount(next(iter(_split(call["inside"])), ""), fn, depth - 1)
        if text in fn.params:
            return _number(fn.params[text].default)
        held = self._constant(text, fn) if _NAME.fullmatch(text) else ""
        return self._amount(held, fn, depth - 1) if held else None

    def _constant(self, name: str, fn: FunctionRef) -> str:
        definition = self.program.find(name, fn.facts.path)
        if definition is not None and definition.kind == "value":
            return definition.text
        return self.constants.get(name.rpartition(".")[2].lower(), "")


def build_spans(program: Program, settings: Sequence[Setting]) -> Spans:
    """Index settings by name; where environments differ the first file counts."""
    spans = Spans(program)
    for facts in program.files:
        for name, text in facts.assigned:
            if name.isupper() and "settings" in facts.path.lower():
                spans.constants.setdefault(name.lower(), text)
        for cls in facts.classes:
            if cls.name.endswith(("Settings", "Config")):
                for item in cls.fields:
                    default = item.option("=") or item.option("default")
                    if default:
                        spans.constants.setdefault(item.name.lower(), default)
    for setting in settings:
        if setting.kind == "number":
            spans.constants.setdefault(setting.key.rpartition(".")[2].lower(), setting.value)
    return spans


def sql_period(text: str) -> str:
    """`30 DAY`, `day, -30`, `days => 30`, a bare number of days; empty for what tells none."""
    found = _SQL.search(text)
    if found is not None:
        unit = (found["unit"] or found["first"] or "").lower().rstrip("s")
        number = float(found["number"] or found["amount"] or 0)
        named = next((name for name in _UNITS if name.startswith(unit)), "")
        if named:
            return duration({named: number})
    bare = text.strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", bare):
        return duration({"days": float(bare)})
    if re.fullmatch(r"-\d+", bare):
        return duration({"months": -float(bare)})
    return ""


def is_retention(period: str) -> bool:
    """Whether a period is one to keep data for; a token's quarter of an hour is not."""
    days = days_of(period)
    return days is None or days >= _SHORTEST


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _split(text: str) -> list[str]:
    """Arguments at the commas outside of parentheses."""
    found, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            found.append(text[start:index])
            start = index + 1
    return [piece.strip() for piece in (*found, text[start:]) if piece.strip()]
