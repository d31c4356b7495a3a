"""The data map of a scan: which personal field is where, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.error import UsageError
from data_etiquette.reporting.inventory import render_csv, render_json, render_table
from data_etiquette.reporting.text import TextOptions

FORMATS = ("table", "csv", "json")


@dataclass(frozen=True, slots=True)
class InventoryRequest:
    """What the user asks for."""

    scan: ScanRequest
    format: str = "table"
    options: TextOptions = field(default_factory=TextOptions)


def inventory(request: InventoryRequest, *, progress: Progress | None = None) -> str:
    """The inventory as text in the format asked for.

    Raises:
        EtiquetteError: the scan could not be done, or there is no such format.
    """
    if request.format not in FORMATS:
        raise UsageError(
            f"unknown format `{request.format}`", hint=f"formats: {', '.join(FORMATS)}"
        )
    report = scan(request.scan, progress=progress).report
    if request.format == "csv":
        return render_csv(report)
    return (
        render_json(report) if request.format == "json" else render_table(report, request.options)
    )
