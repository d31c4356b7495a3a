"""`etiquette compare`: what changes of personal data since a commit or a report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from data_etiquette.app.compare import CompareRequest, compare_scans, is_failing, write_comparison
from data_etiquette.app.config import find_config
from data_etiquette.cli.exitcode import EXIT_CLEAN, EXIT_FINDINGS
from data_etiquette.cli.lookup import Options, scan_request, scanning, told
from data_etiquette.cli.outcome import LEVELS
from data_etiquette.cli.progress import Bar


@click.command("compare")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help="text, markdown, json or html. Repeatable. Default: text.",
)
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    help="Exit with 1 when a new finding is at or above this severity. Default: high.",
)
@click.option("--language", default="", metavar="CODE", help="Language of the HTML: en, de.")
@scanning
def compare_command(  # noqa: PLR0913 (one parameter an option)
    old: str,
    new: Path,
    outputs: tuple[str, ...],
    fail_on: str | None,
    language: str,
    color: str,
    debug: bool,
    **options: Unpack[Options],
) -> None:
    """Tell what is new, gone or changed between OLD and NEW.

    OLD is a JSON report, an archive, or a branch, tag or commit: then the side is the commit where
    the present branch left it. NEW is a path (the current folder by default) or such a file.

    Exit code: 0 no new finding at or above --fail-on, 1 such findings, 2 it could not be done.
    """
    with told(debug):
        request = scan_request((new,), options)
        config = find_config(request.paths, options["config"], use=not options["no_config"])
        with Bar() as bar:
            found = compare_scans(CompareRequest(request, old), progress=bar.update)
        for output in outputs or ("text",):
            write_comparison(found, output, color=color, language=language)
        sys.exit(EXIT_FINDINGS if is_failing(found, fail_on or config.fail_on) else EXIT_CLEAN)
