"""What a user chooses of the pages, apart from the templates and workbooks that make them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What the user chooses of the pages."""

    language: str = ""
    """Of all pages. Empty: notice and record as the declared notice, the others in English."""
    traceable: bool = False
    """Whether the notice shows where each sentence comes from."""
    prepared_by: str = ""
    """Who answers for the compliance report, as its title block says."""
    prepared_for: str = ""
    """Who asked for it; empty means the declared organisation."""
