"""The `etiquette` command, in this process (fast) or in one of its own (real)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from data_etiquette.app.output import RENDERERS, Output, write_outputs
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.cli.main import cli
from data_etiquette.model.report import Report
from data_etiquette.reporting.json import render_json


@dataclass(frozen=True, slots=True)
class Run:
    code: int
    out: str
    err: str


def scan_paths(*paths: Path, **options: object) -> ScanOutcome:
    return scan(ScanRequest(paths, jobs=1, **options))  # type: ignore[arg-type]


def report_of(*paths: Path, **options: object) -> Report:
    return scan_paths(*paths, **options).report


def json_of(*paths: Path, **options: object) -> dict:
    return json.loads(render_json(report_of(*paths, **options)))


def all_outputs(report: Report, folder: Path) -> dict[str, str]:
    """The report in every format and as every HTML page, each by its name."""
    wanted = [
        Output("text", folder / "report.txt"),
        *(Output(name, folder / f"report.{name}") for name in RENDERERS),
        Output("html", folder / "html"),
    ]
    write_outputs(report, wanted)
    return {place.name: _text(place) for place in sorted(folder.rglob("*")) if place.is_file()}


def _text(place: Path) -> str:
    """A file's text; of a workbook that of all its parts."""
    if place.suffix != ".xlsx":
        return place.read_text(encoding="utf-8")
    with zipfile.ZipFile(place) as book:
        return "\n".join(book.read(name).decode() for name in sorted(book.namelist()))


def invoke(*arguments: object) -> Run:
    """Run the command here. What `main` does about crashes is not in it."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Run(done.exit_code, done.stdout, done.stderr)


def run(*arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Run:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "data_etiquette", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())
