"""The overview as a page: one file, offline, complete without script."""

from __future__ import annotations

from pathlib import Path

from data_etiquette.reporting.change import SIGNS
from data_etiquette.reporting.fleet.overview import PRINCIPLES, Overview, news, verdict
from data_etiquette.reporting.html import SCRIPT
from data_etiquette.reporting.page import (
    page_environment,
    pinned,
    print_heading,
    read_asset,
    stamped,
)
from data_etiquette.reporting.sentence import counted

_MARKS = {"broken": "✗", "kept": "✓", "nothing found": "\u2013"}
MANY = 4
"""Names that stand in a cell as they are; more are folded."""


def render_html(found: Overview, templates: Path) -> str:
    """The page. Values are escaped by construction; style and script are pinned."""
    style = read_asset(templates, "compliance/style.css", "compare/style.css", "fleet/style.css")
    heading = f"Personal data in {found.fleet.name}, {found.fleet.day}"
    page = (
        page_environment(templates)
        .get_template("fleet/fleet.html.j2")
        .render(
            found=found,
            fleet=found.fleet,
            verdict=verdict(found),
            news=news(found),
            principles=[item.word for item in PRINCIPLES],
            anchors={row.name: f"s{number}" for number, row in enumerate(found.systems, 1)},
            counted=counted,
            signs=SIGNS,
            marks=_MARKS,
            many=MANY,
            **pinned(style + print_heading(heading), read_asset(templates, SCRIPT)),
        )
    )
    return stamped(page)
