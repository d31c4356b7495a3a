"""What all pages share: escaping, the policy that pins style and script, the page's own hash."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import jinja2
from markupsafe import Markup

from data_etiquette.reporting.sentence import visible

UNSTAMPED = "0" * 64
"""Stands where a page will name its own hash; the hash is that of the page with this in place."""
_SLOTS = (
    '<meta name="etiquette-sha256" content="{}">',
    '<code id="page-sha256">{}</code>',
)
_STAMP = re.compile(_SLOTS[0].format("([0-9a-f]{64})"))


def page_environment(templates: Path) -> jinja2.Environment:
    """Where pages come from: values are escaped by construction, a missing one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def pinned(style: str, script: str = "") -> Mapping[str, str]:
    """Style, script and the policy that allows them and nothing else, for `page/head.html.j2`."""
    scripts = f" script-src 'sha256-{sha256(script)}';" if script else ""
    policy = (
        f"default-src 'none'; style-src 'sha256-{sha256(style)}';{scripts} "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return {"style": raw(style), "script": raw(script), "policy": raw(policy)}


def read_asset(templates: Path, *names: str) -> str:
    """Styles or scripts of the report folder, one after the other."""
    return "".join((templates / name).read_text(encoding="utf-8") for name in names)


def stamped(page: str) -> str:
    """The page with its own hash in it."""
    digest = hashlib.sha256(page.encode()).hexdigest()
    for slot in _SLOTS:
        page = page.replace(slot.format(UNSTAMPED), slot.format(digest))
    return page


def stamp_of(page: str) -> tuple[str, str]:
    """(the hash that a page names, the hash that it has); empty where it names none, or several."""
    found = _STAMP.findall(page)
    if len(found) != 1:
        return "", ""
    for slot in _SLOTS:
        page = page.replace(slot.format(found[0]), slot.format(UNSTAMPED))
    return found[0], hashlib.sha256(page.encode()).hexdigest()


def one_line(path: str) -> str:
    """A path as one line of a list of hashes, as a page shows it."""
    return visible(path).replace("\n", "\\n")


def print_heading(text: str) -> str:
    """Style that prints a text at the head of every page, and the page's number at its foot."""
    return f'@page {{ @top-left {{ content: "{_css(text)}"; }} }}\n'


def _css(text: str) -> str:
    """Text as it may stand in a string of a style, whatever it holds."""
    return "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in " .,_-") else _code(letter)
        for letter in visible(text)[:120]
    )


def _code(letter: str) -> str:
    # The space ends the escape and is not shown.
    return f"\\{ord(letter):06x} " if not 0xD800 <= ord(letter) <= 0xDFFF else "?"


def _finalize(value: object) -> object:
    """Every value that a template prints; `join` gives escaped text, which stays escaped."""
    if isinstance(value, Markup):
        return Markup(visible(value))  # noqa: S704
    return visible(value) if type(value) is str else value


def raw(text: str) -> str:
    """Text of our own that a template prints as it is."""
    return _Raw(text)


class _Raw(str):
    """Text of our own that needs no escaping: the page's style."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def sha256(text: str) -> str:
    """The hash of a style or a script, as a policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
