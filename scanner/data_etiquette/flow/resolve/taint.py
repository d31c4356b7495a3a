"""A piece of personal data on its way, or the promise of one: what a parameter may bring."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.model.graph import Step
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location

MAX_STEPS = 12


class Mode(StrEnum):
    """How much of an object a use shows."""

    PLAIN = "plain"
    """The value itself; an object shows nothing."""
    MADE = "made"
    """The value itself; of an object made here, what it was made of."""
    KEPT = "kept"
    """All of an object, as it is pickled into a session or a cache."""
    TEXT = "text"
    """What `str()` makes of it."""
    DUMP = "dump"
    """All its fields, as a serialiser writes them."""


@dataclass(frozen=True, slots=True)
class Origin:
    """One piece of personal data where it enters."""

    element: str
    entity: str
    field: str
    confidence: Confidence
    location: Location
    note: str
    is_name: bool = False
    """Whether only the name of a parameter or variable told it."""


@dataclass(frozen=True, slots=True)
class Taint:
    """What a value holds: an origin, or what a parameter brings when somebody calls."""

    origin: Origin | None
    function: FunctionRef | None = None
    """For promises: the function whose parameter it is."""
    param: str = ""
    keys: tuple[str, ...] = ()
    mode: Mode = Mode.PLAIN
    steps: tuple[Step, ...] = ()
    sanitiser: str = ""
    through: ClassRef | None = None
    """The subclass whose override of a base's method it came through: the base's other calls on
    `self` then run that class's methods too, not a sibling's."""

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two taints the same, whatever way they came."""
        if self.origin is not None:
            origin = self.origin
            return (
                origin.element, origin.entity, origin.field, origin.location, self.sanitiser,
                self.through,
            )  # fmt: skip
        return (self.function, self.param, self.keys, self.mode, self.sanitiser, self.through)

    def after(self, *steps: Step) -> Taint:
        """The taint some steps further on; what is over the limit is left out of the middle."""
        joined = [*self.steps]
        for step in steps:
            if not joined or joined[-1] != step:
                joined.append(step)
        if len(joined) > MAX_STEPS:
            joined = [*joined[: MAX_STEPS // 2], *joined[-MAX_STEPS // 2 :]]
        # Spelled out: `dataclasses.replace` takes four times as long, and this is asked for a lot.
        return Taint(
            self.origin, self.function, self.param, self.keys, self.mode, tuple(joined),
            self.sanitiser, self.through,
        )  # fmt: skip
