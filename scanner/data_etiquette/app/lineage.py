"""Where one column comes from and where it goes, over all files of a scan."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from data_etiquette.app.map import Progress
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.error import UsageError
from data_etiquette.reporting.lineage import columns_named, known_columns, render_lineage
from data_etiquette.reporting.text import TextOptions

_MAX_NEAREST = 5


@dataclass(frozen=True, slots=True)
class LineageRequest:
    """What the user asks for."""

    scan: ScanRequest
    column: str
    options: TextOptions = field(default_factory=TextOptions)


def lineage(request: LineageRequest, *, progress: Progress | None = None) -> str:
    """The column's lineage as an indented tree.

    Raises:
        EtiquetteError: the scan could not be done, or nothing has such a column.
    """
    report = scan(request.scan, progress=progress).report
    found = columns_named(report, request.column)
    if found:
        return "\n".join(render_lineage(report, name, request.options) for name in found)
    raise UsageError(
        f"no column `{request.column}`", hint=_hint(request.column, known_columns(report))
    )


def _hint(wanted: str, known: list[str]) -> str:
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(wanted.lower(), by_lower, _MAX_NEAREST, cutoff=0.5)
    same = [name for name in known if name.lower().rsplit(".", 1)[-1] == wanted.lower()]
    nearest = list(dict.fromkeys([*same[:_MAX_NEAREST], *(by_lower[item] for item in close)]))
    if nearest:
        return f"nearest: {', '.join(nearest)}"
    if not known:
        return "no table, view or model was found in the files read"
    return "columns are named TABLE.COLUMN; `etiquette inventory` lists the personal ones"
