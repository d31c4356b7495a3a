"""`etiquette init`: the draft of a declaration, and what an existing one lacks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from data_etiquette.app.init import InitRequest, init
from data_etiquette.app.output import print_text
from data_etiquette.cli.lookup import Options, scan_request, scanning, told
from data_etiquette.cli.progress import Bar


@click.command("init")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--update", is_flag=True, help="Add to an existing etiquette.yaml what is new.")
@click.option(
    "--from",
    "imports",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Take over what gdpr.yml, a Fides manifest, dbt's properties or Open edX annotations say.",
)
@click.option(
    "--output", "-o", default="", metavar="FILE", help="Where the draft goes; - prints it."
)
@scanning
def init_command(  # noqa: PLR0913 (one parameter an option)
    paths: tuple[Path, ...],
    update: bool,
    imports: tuple[Path, ...],
    output: str,
    color: str,
    debug: bool,
    **options: Unpack[Options],
) -> None:
    """Draft etiquette.yaml from the code; what code cannot tell is TODO.

    Where there is one already, what it lacks is told, and added with --update; everything that
    people wrote stays as it is, comments included.

    Exit code: 0 drafted, added to, or nothing new; 1 an existing file lacks something and was left
    alone; 2 it could not be done.
    """
    del color
    with told(debug), Bar() as bar:
        request = InitRequest(scan_request(paths, options), update, imports, output)
        outcome = init(request, progress=bar.update)
    for note in outcome.notes:
        click.echo(note, err=True)
    if outcome.text:
        print_text(outcome.text)
    sys.exit(1 if outcome.is_new else 0)
