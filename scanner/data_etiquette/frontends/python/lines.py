"""Lines as Python counts them: other characters that end a line elsewhere end none here."""

from __future__ import annotations


def lines_of(text: str, *, with_ends: bool = False) -> list[str]:
    """The lines of a text whose line endings are line feeds."""
    lines = text.split("\n")
    last = lines.pop()
    kept = [f"{line}\n" for line in lines] if with_ends else lines
    return [*kept, last] if last else kept
