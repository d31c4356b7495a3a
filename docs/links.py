"""Links out of docs/, which work in the repository, are plain text in the site."""

from __future__ import annotations

import re

from mkdocs.structure.pages import Page

_LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+)([^)#]+)[^)]*\)")


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Called by the generator for every page."""
    depth = page.file.src_uri.count("/")

    def plain(link: re.Match[str]) -> str:
        text, up, target = link.groups()
        if up.count("/") <= depth:
            return link[0]
        return f"{text} (`{target}`)" if text.strip("`") != target else text

    return _LINK.sub(plain, markdown)
