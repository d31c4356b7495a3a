"""Reports to standard output and to files, each written whole or not at all."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_etiquette.app.cache import write_atomically
from data_etiquette.app.report import render_archive
from data_etiquette.catalog.data import data_folder
from data_etiquette.model.error import ReadError, UsageError
from data_etiquette.model.report import Report
from data_etiquette.reporting.github import render_github
from data_etiquette.reporting.gitlab import render_codequality, render_sast
from data_etiquette.reporting.json import render_json
from data_etiquette.reporting.junit import render_junit
from data_etiquette.reporting.markdown import render_markdown
from data_etiquette.reporting.pageoptions import PageOptions
from data_etiquette.reporting.sarif import render_sarif
from data_etiquette.reporting.table import render_csv
from data_etiquette.reporting.text import TextOptions, render_text


def _drawn(report: Report, language: str = "") -> str:
    # Templates take longer to load than a small file to scan.
    from data_etiquette.reporting.maplayout import render_svg  # noqa: PLC0415

    return render_svg(report, data_folder("reports"), language=language)


def _dpv(report: Report) -> str:
    # What few ask for is loaded when it is written: a hook has half a second.
    from data_etiquette.reporting.dpv import render_dpv  # noqa: PLC0415

    return render_dpv(report)


def _fides(report: Report) -> str:
    from data_etiquette.reporting.fides import render_fides  # noqa: PLC0415

    return render_fides(report)


def _tilt(report: Report) -> str:
    from data_etiquette.reporting.tilt import render_tilt  # noqa: PLC0415

    return render_tilt(report)


RENDERERS: dict[str, Callable[[Report], str]] = {
    "json": render_json,
    "sarif": render_sarif,
    "markdown": render_markdown,
    "github": render_github,
    "gitlab-codequality": render_codequality,
    "gitlab-sast": render_sast,
    "junit": render_junit,
    "csv": render_csv,
    "fides": _fides,
    "dpv": _dpv,
    "tilt": _tilt,
    "svg": _drawn,
    "archive": render_archive,
}
"""Formats that are one text, whatever reads it."""
FORMATS = ("text", "html", *RENDERERS)


@dataclass(frozen=True, slots=True)
class Output:
    """A format and where it goes; no place means standard output."""

    format: str
    place: Path | None


def parse_outputs(texts: Sequence[str]) -> tuple[Output, ...]:
    """`text`, `json:report.json`, `html:reports` to outputs.

    Raises:
        UsageError: an unknown format, or html without a folder.
    """
    outputs = []
    for text in texts or ("text",):
        name, _, place = text.partition(":")
        if name not in FORMATS:
            raise UsageError(f"unknown format `{name}`", hint=f"formats: {', '.join(FORMATS)}")
        if name == "html" and not place:
            raise UsageError("html needs a folder", hint="for instance --output html:reports")
        outputs.append(Output(name, Path(place) if place and place != "-" else None))
    return tuple(outputs)


def write_outputs(
    report: Report,
    outputs: Sequence[Output],
    *,
    color: str = "auto",
    pages: PageOptions | None = None,
) -> None:
    """Render and write every output.

    Raises:
        ReadError: a file or folder cannot be written.
        UsageError: there are no texts in the language of the pages.
    """
    for output in outputs:
        try:
            _write(report, output, color, pages)
        except OSError as error:
            place = str(output.place or "standard output")
            raise ReadError(f"cannot be written: {error.strerror}", where=place) from error


def _write(report: Report, output: Output, color: str, pages: PageOptions | None) -> None:
    if output.format == "html" and output.place is not None:
        # Templates and workbooks take longer to load than a small file to scan.
        from data_etiquette.reporting.index import render_folder  # noqa: PLC0415

        output.place.mkdir(parents=True, exist_ok=True)
        for name, content in render_folder(report, data_folder("reports"), pages).items():
            write_atomically(output.place / name, content)
        return
    if output.format == "svg":
        text = _drawn(report, pages.language.lower() if pages is not None else "")
    else:
        render = RENDERERS.get(output.format)
        text = render(report) if render is not None else _text(report, output, color)
    if output.place is None:
        print_text(text)
    else:
        output.place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(output.place, text.encode())


def print_text(text: str) -> None:
    """Write to standard output, as UTF-8 whatever the locale says."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)
    sys.stdout.flush()


def _text(report: Report, output: Output, color: str) -> str:
    return render_text(report, text_options(color, is_file=output.place is not None))


def text_options(color: str, *, is_file: bool = False) -> TextOptions:
    """Colours and width of the terminal; `color` is `auto`, `always` or `never`."""
    is_terminal = not is_file and sys.stdout is not None and sys.stdout.isatty()
    if color == "auto":
        colored = bool(os.environ.get("FORCE_COLOR")) or is_terminal
        colored = colored and not os.environ.get("NO_COLOR")
    else:
        colored = color == "always"
    width = shutil.get_terminal_size((100, 24)).columns if is_terminal else 100
    return TextOptions(color=colored, width=max(40, min(width, 140)))
