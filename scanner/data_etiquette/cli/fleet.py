"""`etiquette fleet`: many systems, one overview."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from data_etiquette.app.fleet.reading import HowToScan
from data_etiquette.app.fleet.survey import (
    FleetRequest,
    is_failing,
    parse_fleet_outputs,
    survey,
    write_overview,
)
from data_etiquette.cli.exitcode import EXIT_CLEAN, EXIT_FINDINGS, EXIT_TROUBLE
from data_etiquette.cli.outcome import LEVELS
from data_etiquette.cli.progress import Bar
from data_etiquette.cli.told import told
from data_etiquette.model.error import UsageError


@click.command("fleet")
@click.argument("place", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help="text, html (takes a file), json or csv. Repeatable. Default: text.",
)
@click.option("--name", default="", help="What the whole is called. Default: as FILE says.")
@click.option(
    "--history",
    default="",
    metavar="FILE|URL",
    envvar="ETIQUETTE_HISTORY",
    help="Where earlier states are kept: a SQLite file (default: beside FILE, or in DIR) or "
    "postgresql://USER@HOST/DATABASE. Also ETIQUETTE_HISTORY.",
)
@click.option("--no-history", is_flag=True, help="Keep nothing, and tell nothing of what is new.")
@click.option("--since", default="", metavar="DAY", help="New since the last run up to this day.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="never",
    help="Exit with 1 when a finding that is new is at or above this severity. Default: never.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=0), default=0, help="Systems at a time; 0: one a core."
)
@click.option(
    "--executor", default="", metavar="URL", help="Read files on a Dask cluster, as of `scan`."
)
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=3600,
    show_default=True,
    metavar="SECONDS",
    help="For one system; then it counts as not scanned.",
)
@click.option("--no-cache", is_flag=True, help="Read every file again and keep no cache.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def fleet_command(  # noqa: PLR0913 (one parameter an option)
    place: Path,
    outputs: tuple[str, ...],
    name: str,
    history: str,
    no_history: bool,
    since: str,
    fail_on: str,
    jobs: int,
    executor: str,
    timeout: int,
    no_cache: bool,
    color: str,
    debug: bool,
) -> None:
    """Scan many systems and write one overview: who holds what, about whom, shared with whom.

    FILE lists the systems (YAML or TOML); DIR holds repositories, or reports of scans. A system
    that can't be scanned is told of and stops no other.

    Exit code: 0 the overview is written, 1 findings at or above --fail-on, 2 it could not be made,
    or no system at all could be read.
    """
    with told(debug):
        wanted = parse_fleet_outputs(outputs)
        request = FleetRequest(
            place,
            name,
            history,
            use_history=not no_history,
            since=_day(since),
            jobs=jobs,
            how=HowToScan(not no_cache, executor, timeout),
        )
        with Bar("systems") as bar:
            found = survey(request, progress=bar.update)
        for note in found.notes:
            click.echo(note, err=True)
        for output in wanted:
            write_overview(found, output, color=color)
    overview = found.overview
    for row in overview.unread:
        click.echo(f"{row.name}: not scanned, because {row.reason}", err=True)
    if not overview.read:
        sys.exit(EXIT_TROUBLE)
    sys.exit(EXIT_FINDINGS if is_failing(overview, fail_on) else EXIT_CLEAN)


def _day(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise UsageError(f"`{text}` is no day", hint="for instance --since 2026-06-01")
    return text
