"""One difference between two scans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from data_etiquette.model.kind import Severity

State: TypeAlias = Literal["new", "gone", "moved", "changed", "accepted"]

SIGNS: Mapping[State, str] = {
    "new": "+", "gone": "-", "moved": ">", "changed": "~", "accepted": "=",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what, how, and where it is (or was)."""

    state: State
    subject: str
    """`Customer.phone`, `Slack`, a purpose, a rule with its severity."""
    text: str
    path: str = ""
    line: int = 0
    severity: Severity | None = None
    """Of a finding."""
    fingerprint: str = ""
    data: str = ""
    """Of a finding: the data with which its sentence begins, `E-mail address of Customer`."""

    @property
    def place(self) -> str:
        """`shop/models.py:12`, or nothing."""
        return f"{self.path}:{self.line}" if self.path else ""
