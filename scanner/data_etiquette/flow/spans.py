"""How long rows are kept, as deleting code says it: `timedelta(days=30)`, `settings.KEEP_DAYS`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from data_etiquette.flow.program import Program
from data_etiquette.flow.reference import FunctionRef
from data_etiquette.model.application import Setting
from data_etiquette.model.period import days_of, duration

_UNITS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
_SQL = re.compile(
    r"(?P<number>\d+(?:\.\d+)?) *(?P<unit>[a-z]+)|(?P<first>[a-z]+) *(?:,|=>) *-?(?P<amount>\d+)",
    re.IGNORECASE,
)
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

    def period(self, text: str, fn: FunctionRef) -> str:
        """An expression's length of time; a setting of unknown value keeps its name."""
        try:
            node = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ""
        return self._span(node, fn, _MAX_DEPTH)

    def _span(self, node: ast.expr, fn: FunctionRef, depth: int) -> str:
        if depth <= 0:
            return ""
        if isinstance(node, ast.Call):
            return self._call(node, fn, depth)
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = ast.unparse(node)
            text = self._constant(name, fn)
            if text:
                try:
                    return self._span(ast.parse(text, mode="eval").body, fn, depth - 1)
                except (SyntaxError, ValueError):
                    return ""
            last = name.rpartition(".")[2]
            return last if last.isupper() and "settings" in name.lower() else ""
        return ""

    def _call(self, node: ast.Call, fn: FunctionRef, depth: int) -> str:
        name = ast.unparse(node.func).rpartition(".")[2]
        units = [(k.arg or "", k.value) for k in node.keywords]
        units += zip(_PLACES.get(name, ()), node.args, strict=False)
        amounts: dict[str, float] = {}
        for unit, value in units:
            unit = unit if unit.endswith("s") else f"{unit}s"  # noqa: PLW2901 (relativedelta has both)
            if unit in _UNITS:
                amount = self._amount(value, fn, depth - 1)
                if amount is None:
                    told = ast.unparse(value).rpartition(".")[2]
                    return told if told.isupper() else ""
                amounts[unit] = amount
        if set(amounts) == {"days"} and amounts["days"] and not amounts["days"] % 365:
            amounts = {"years": amounts["days"] / 365}
        return duration(amounts)

    def _amount(self, node: ast.expr, fn: FunctionRef, depth: int) -> float | None:
        if depth <= 0:
            return None
        match node:
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                first, second = self._amount(left, fn, depth), self._amount(right, fn, depth)
                return first * second if first is not None and second is not None else None
            case ast.Call(args=[inner, *_]):
                return self._amount(inner, fn, depth - 1)
            case ast.Name(id=name) if name in fn.params:
                return _number(fn.params[name].default)
            case ast.Name() | ast.Attribute():
                return self._number_of(ast.unparse(node), fn, depth)
            case _:
                return None

    def _number_of(self, name: str, fn: FunctionRef, depth: int) -> float | None:
        text = self._constant(name, fn)
        if not text:
            return None
        try:
            return self._amount(ast.parse(text, mode="eval").body, fn, depth - 1)
        except (SyntaxError, ValueError):
            return None

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


def longest(periods: Iterable[str]) -> str:
    """The longest of several periods; names of settings come last."""
    return max(periods, key=lambda item: days_of(item) or 0.0, default="")
