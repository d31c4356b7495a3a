"""`etiquette fix`: findings mended in the source."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Unpack

import click

from data_etiquette.app.fix import FixRequest, fix
from data_etiquette.app.output import print_text, text_options
from data_etiquette.cli.doctor import complete_rule
from data_etiquette.cli.lookup import Options, scan_request, scanning, told
from data_etiquette.cli.progress import Bar
from data_etiquette.reporting.fixes import render_fixes, render_patch
from data_etiquette.reporting.sentence import visible


@click.command("fix")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Print a patch and change nothing.")
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="CODE",
    shell_complete=complete_rule,
    help="Only this rule. Repeatable.",
)
@click.option("--unsafe", is_flag=True, help="Also make changes that may alter what code does.")
@click.option(
    "--purpose", default="", metavar="ID", help="With --rule ETQ402: the purpose to state in files."
)
@scanning
def fix_command(  # noqa: PLR0913 (one parameter an option)
    paths: tuple[Path, ...],
    diff: bool,
    rules: tuple[str, ...],
    unsafe: bool,
    purpose: str,
    color: str,
    debug: bool,
    **options: Unpack[Options],
) -> None:
    """Mend findings in Python source where that keeps its meaning.

    Each change is proven by a second scan before anything is written: the finding is gone, and
    no other has come. Everything else in a file stays as it is. What needs a decision is listed.

    Exit code: 0 nothing is left; 1 something is left to you, or with --diff there is something to
    change; 2 it could not be done.
    """
    with told(debug), Bar() as bar:
        request = FixRequest(
            scan_request(paths, options), tuple(map(str.upper, rules)), unsafe, purpose, not diff
        )
        found = fix(request, progress=bar.update)
    text = render_fixes(found, text_options(color))
    if diff:
        patch = render_patch(found)
        print_text(visible(patch) if sys.stdout.isatty() else patch)
        click.echo(text, err=True, nl=False)
        sys.exit(1 if found.changes else 0)
    print_text(text)
    sys.exit(1 if found.left else 0)
