"""Words on a terminal: colours, wrapped text, source lines. It knows nothing of reports."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from data_etiquette.model.kind import Severity
from data_etiquette.model.report import Snippet
from data_etiquette.reporting.sentence import visible

BOLD, DIM = "1", "2"
SEVERITY_COLOURS = {
    Severity.CRITICAL: "1;37;41",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "1;33",
    Severity.LOW: "1;36",
}


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How the terminal is."""

    color: bool = False
    width: int = 100


def style(text: str, code: str, options: TextOptions) -> str:
    """The text in a colour, if colours are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if options.color else text


def one_line(text: str) -> str:
    """Text of the scanned code that must stay on its line and leave the terminal alone.

    A runner of jobs takes `::` at the beginning of a line for a command, and `##[` anywhere.
    """
    flat = visible(text).replace("\n", "\\n").replace("##[", "#\\#[")
    return f"\\{flat}" if flat.lstrip().startswith("::") else flat


def fitted(text: str, width: int) -> str:
    """Text cut to a width; the cut shows."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def snippet_lines(
    snippet: Snippet, options: TextOptions, *, column: int = 0, around: int = 1, indent: int = 2
) -> list[str]:
    """Source with line numbers; the place is marked, and a caret shows the column, if any."""
    hit = next((line.number for line in snippet.lines if line.is_hit), 0)
    width = len(str(snippet.lines[-1].number))
    pad = " " * indent
    lines = []
    for line in snippet.lines:
        if abs(line.number - hit) > around:
            continue
        mark = ">" if line.is_hit else " "
        text = one_line(line.text)[: options.width - width - indent - 5]
        lines.append(style(f"{pad}{mark} {line.number:>{width}} | ", DIM, options) + text)
        if line.is_hit and 0 < column <= len(text):
            gap = " " * (width + indent + 2)
            lines.append(gap + style(" | ", DIM, options) + " " * (column - 1) + "^")
    return lines


@dataclass(slots=True)
class Sheet:
    """Text in sections, made line by line."""

    options: TextOptions
    lines: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        """The first words of the sheet, which wrap."""
        for line in _wrapped(text, self.options.width, ""):
            self.lines.append(style(line, BOLD, self.options))

    def section(self, text: str) -> None:
        """A heading, with a blank line before it."""
        self.lines += ["", style(text, BOLD, self.options)]

    def say(self, text: str, indent: int = 2, mark: str = "") -> None:
        """A paragraph, wrapped; `mark` stands in front of its first line."""
        lead = " " * indent + mark
        wrapped = _wrapped(text, self.options.width - len(lead), "")
        self.lines += [
            (lead if number == 0 else " " * len(lead)) + line for number, line in enumerate(wrapped)
        ]

    def code(self, text: str, indent: int = 4) -> None:
        """Lines of source as they stand, cut at the width."""
        for line in text.rstrip("\n").split("\n"):
            self.lines.append(fitted(" " * indent + visible(line), self.options.width).rstrip())

    def snippet(self, snippet: Snippet | None, column: int = 0, indent: int = 2) -> None:
        """Source around a place; nothing if it could not be read."""
        if snippet is not None:
            self.lines += snippet_lines(snippet, self.options, column=column, indent=indent)

    def source(self, snippet: Snippet | None, indent: int) -> None:
        """The one source line of a place, without its number."""
        hit = [line.text for line in snippet.lines if line.is_hit] if snippet is not None else []
        for text in hit:
            shown = fitted(one_line(text.strip()), self.options.width - indent - 2)
            self.lines.append(" " * indent + style("| ", DIM, self.options) + shown)

    def text(self) -> str:
        """All of it, one trailing newline."""
        return "\n".join(self.lines) + "\n"


def _wrapped(text: str, width: int, lead: str) -> list[str]:
    flat = one_line(" ".join(text.split()))
    return textwrap.wrap(flat, max(20, width), subsequent_indent=lead, break_on_hyphens=False) or [
        ""
    ]
