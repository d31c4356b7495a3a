"""`etiquette report`: other formats of a scan that is kept in a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from data_etiquette.app.output import parse_outputs, write_outputs
from data_etiquette.app.report import load_archive
from data_etiquette.cli.lookup import told
from data_etiquette.reporting.pageoptions import PageOptions


@click.command("report")
@click.argument("archive", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help="As of `etiquette scan`. Repeatable. Default: text.",
)
@click.option("--language", default="", metavar="CODE", help="As of `etiquette scan`.")
@click.option("--traceable", is_flag=True, help="As of `etiquette scan`.")
@click.option("--prepared-by", default="", metavar="TEXT", help="As of `etiquette scan`.")
@click.option("--prepared-for", default="", metavar="TEXT", help="As of `etiquette scan`.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def report_command(  # noqa: PLR0913 (one parameter an option)
    archive: Path,
    outputs: tuple[str, ...],
    language: str,
    traceable: bool,
    prepared_by: str,
    prepared_for: str,
    color: str,
    debug: bool,
) -> None:
    """Render again what `etiquette scan --output archive:FILE` kept, without scanning.

    Exit code: 0 when it was rendered, whatever it says; 2 when it could not be.
    """
    with told(debug):
        wanted = parse_outputs(outputs)
        pages = PageOptions(language, traceable, prepared_by, prepared_for)
        write_outputs(load_archive(archive), wanted, color=color, pages=pages)
    sys.exit(0)
