"""What a user chooses of the pages, apart from the templates and workbooks that make them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What the user chooses of the pages."""

    language: str = ""
    """Of notice, record and data map; empty means the declared notice's, else English."""
    traceable: bool = False
    """Whether the notice shows where each sentence comes from."""
