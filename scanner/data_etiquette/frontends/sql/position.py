"""Offsets of a text as lines and columns from 1."""

from __future__ import annotations

from array import array
from bisect import bisect_right


class Source:
    """A text whose first line has a number of its own when it stands inside another file."""

    def __init__(
        self,
        text: str,
        first_line: int = 1,
        *,
        embedded: bool = False,
        put_in: frozenset[str] = frozenset(),
    ) -> None:
        self.text = text
        self.put_in = put_in
        """Of an embedded text: placeholders that stand for what is put into it: `{order.email}`."""
        self._first_line = first_line
        self._embedded = embedded
        # Machine words: a dump has millions of lines.
        self._starts = array("Q", [0])
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    @property
    def embedded(self) -> bool:
        """Whether the text is a string of another language."""
        return self._embedded

    def line(self, offset: int) -> int:
        """Line of an offset."""
        return bisect_right(self._starts, offset) - 1 + self._first_line

    def column(self, offset: int) -> int:
        """Column of an offset; where an embedded text's first line starts is not known."""
        row = bisect_right(self._starts, offset) - 1
        return 1 if self._embedded and row == 0 else offset - self._starts[row] + 1

    def is_first_on_line(self, offset: int) -> bool:
        """Whether only white space stands before it on its line."""
        start = self._starts[bisect_right(self._starts, offset) - 1]
        return not self.text[start:offset].strip()

    def line_end(self, offset: int) -> int:
        """Offset of the newline that ends its line, or of the text's end."""
        at = self.text.find("\n", offset)
        return at if at >= 0 else len(self.text)
