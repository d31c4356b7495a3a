"""What came of checking a page against its own hash and the code against the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data_etiquette.reporting.sentence import counted, visible

_MOST = 20


@dataclass(frozen=True, slots=True)
class Verification:
    """What is as it was, and what is not."""

    page: str
    is_page_whole: bool
    """Whether the page is as it was written."""
    is_tree_read: bool = False
    files: int = 0
    """Inputs that the page lists."""
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    """Files that a scan would read now and did not then."""
    are_rules_same: bool = True
    """Whether this installation has the rules of the page."""

    @property
    def is_good(self) -> bool:
        """Whether nothing differs; other rules make no difference to what was read."""
        return self.is_page_whole and not (self.changed or self.missing or self.new)


def render_verification(found: Verification) -> str:
    """For a terminal."""
    return "\n".join(map(visible, _lines(found))) + "\n"


def _lines(found: Verification) -> Iterator[str]:
    if found.is_page_whole:
        yield f"{found.page} is as it was written."
    else:
        yield f"{found.page} was changed after it was written: its SHA-256 is not the one it names."
    if not found.is_tree_read:
        yield "The code was not compared: name the folder that was scanned."
        return
    same = found.files - len(found.changed) - len(found.missing)
    yield f"{same:,} of {counted(found.files, 'input')} unchanged."
    yield from _listed("changed", found.changed)
    yield from _listed("missing", found.missing)
    yield from _listed("not in the report", found.new)
    if not found.are_rules_same:
        yield "The rules of this installation are others than those of the report."


def _listed(state: str, paths: Sequence[str]) -> Iterator[str]:
    yield from (f"  {state}: {path}" for path in paths[:_MOST])
    if len(paths) > _MOST:
        yield f"  {state}: {len(paths) - _MOST:,} more"
