"""`etiquette baseline`: what was there when the tool came does not count; what is new does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from data_etiquette.app.baseline import NAME, Change, accept, create, prune
from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.cli.exitcode import EXIT_TROUBLE
from data_etiquette.model.error import EtiquetteError
from data_etiquette.model.report import Report

_PATH = click.argument("path", type=click.Path(path_type=Path), default=Path())
_FILE = click.option(
    "--file", "place", type=click.Path(path_type=Path), help=f"The file. Default: {NAME} at PATH."
)


@click.group("baseline")
def baseline_group() -> None:
    """Keep the findings of today apart from new ones, in a file of the repository."""


@baseline_group.command("create")
@_PATH
@_FILE
def create_command(path: Path, place: Path | None) -> None:
    """Write all findings that count today into a new baseline."""
    _done(lambda: create(_report(path), _place(path, place)))


@baseline_group.command("accept")
@click.argument("fingerprint")
@_PATH
@_FILE
@click.option("--reason", required=True, help="Why you live with it; an auditor will read it.")
def accept_command(fingerprint: str, path: Path, place: Path | None, reason: str) -> None:
    """Add one finding, by its fingerprint or the beginning of it."""
    _done(lambda: accept(_report(path), _place(path, place), fingerprint, reason))


@baseline_group.command("prune")
@_PATH
@_FILE
def prune_command(path: Path, place: Path | None) -> None:
    """Remove entries whose findings are gone. Nothing is added."""
    _done(lambda: prune(_report(path, use_baseline=False), _place(path, place)))


def _place(path: Path, place: Path | None) -> Path:
    return place or (path if path.is_dir() else path.parent) / NAME


def _report(path: Path, *, use_baseline: bool = True) -> Report:
    configured = find_config((path,), None, use=True)
    request = apply_config(configured, ScanRequest((path,), use_baseline=use_baseline))
    return scan(request).report


def _done(work: Callable[[], Change]) -> None:
    try:
        change = work()
    except EtiquetteError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_TROUBLE)
    told = f"{change.place}: {change.entries} entries"
    told += f", {change.added} added" if change.added else ""
    told += f", {change.removed} removed" if change.removed else ""
    click.echo(told)
