"""Links out of docs/, which work in the repository, are plain text in the site."""

from __future__ import annotations

import re

_OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)#]+)[^)]*\)")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Called by the generator for every page."""
    return _OUTSIDE.sub(r"\1 (`\2`)", markdown)
