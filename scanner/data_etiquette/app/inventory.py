"""The data map of a scan: which personal field is where, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.catalog.data import data_folder
from data_etiquette.model.error import UsageError
from data_etiquette.reporting.inventory import render_csv, render_json, render_table
from data_etiquette.reporting.maplayout import render_svg
from data_etiquette.reporting.text import TextOptions

FORMATS = ("table", "csv", "json", "svg")


@dataclass(frozen=True, slots=True)
class InventoryRequest:
    """What the user asks for."""

    scan: ScanRequest
    format: str = "table"
    options: TextOptions = field(default_factory=TextOptions)
    element: str = ""
    """Of the picture: one data element instead of all."""
    language: str = ""
    """Of the picture."""


def inventory(request: InventoryRequest, *, progress: Progress | None = None) -> str:
    """The inventory as text in the format asked for.

    Raises:
        EtiquetteError: the scan could not be done, or there is no such format.
    """
    if request.format not in FORMATS:
        raise UsageError(
            f"unknown format `{request.format}`", hint=f"formats: {', '.join(FORMATS)}"
        )
    if request.element and request.format != "svg":
        raise UsageError("--element is for --format svg")
    if request.language and request.format != "svg":
        raise UsageError("--language is for --format svg")
    report = scan(request.scan, progress=progress).report
    if request.format == "svg":
        if request.element and request.element not in {item.id for item in report.elements}:
            raise UsageError(
                f"no data element is called `{request.element}`",
                hint="the inventory names those that were found, for instance `email`",
            )
        return render_svg(report, data_folder("reports"), request.element, request.language.lower())
    if request.format == "csv":
        return render_csv(report)
    return (
        render_json(report) if request.format == "json" else render_table(report, request.options)
    )
