"""`etiquette check`, `etiquette init` and `etiquette schema`: the declaration."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from data_etiquette.app.check import FORMATS, CheckRequest, check
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.schema import schema
from data_etiquette.cli.lookup import Options, scan_request, scanning, told
from data_etiquette.cli.progress import Bar
from data_etiquette.model.kind import Severity

_LEVELS = [*(level.value for level in Severity), "never"]


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "-f", "form", type=click.Choice(FORMATS), default="text", show_default=True
)
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    default="low",
    show_default=True,
    help="What is not declared is high, different or unfinished medium, stale low.",
)
@scanning
def check_command(
    paths: tuple[Path, ...],
    form: str,
    fail_on: str,
    color: str,
    debug: bool,
    **options: Unpack[Options],
) -> None:
    """Hold etiquette.yaml against the code, without the other rules.

    Told are what is left to fill in, what the code has and the file does not, what the file has
    and the code does not, and what both say differently; each with YAML that can be pasted.

    Exit code: 0 complete and in agreement, 1 not, 2 there is no etiquette.yaml, it has mistakes, or
    the scan could not be done.
    """
    with told(debug), Bar() as bar:
        request = CheckRequest(scan_request(paths, options), form, fail_on, text_options(color))
        outcome = check(request, progress=bar.update)
    print_text(outcome.text)
    sys.exit(0 if outcome.is_clean else 1)


@click.command("schema")
def schema_command() -> None:
    """Print the JSON Schema of etiquette.yaml, for editors."""
    print_text(schema())
