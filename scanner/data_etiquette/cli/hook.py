"""`etiquette hook`: what a commit does to the whole program, for pre-commit."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.hook import HookRequest, hook, repository_of
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.scan import ScanRequest
from data_etiquette.cli.outcome import LEVELS, exit_code
from data_etiquette.cli.progress import Bar
from data_etiquette.cli.told import told

_PATH = click.Path(path_type=Path)


@click.command("hook")
@click.argument("files", nargs=-1, type=_PATH)
@click.option("--root", type=_PATH, help="The folder to scan. Default: the whole repository.")
@click.option(
    "--fail-on", type=click.Choice(LEVELS), help="Exit with 1 from this severity. Default: medium."
)
@click.option("--config", type=_PATH, help="The configuration file to use.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def hook_command(  # noqa: PLR0913 (one parameter an option)
    files: tuple[Path, ...],
    root: Path | None,
    fail_on: str | None,
    config: Path | None,
    color: str,
    debug: bool,
) -> None:
    """Check the FILES of a commit against the whole program.

    The repository is read, from the cache where a file has not changed. Shown and counted are the
    findings that stand in one of the files or whose data passes one. Suppressions, the baseline
    and the configuration count as in a scan.

    What a commit brings in is its author's to mend, so medium fails here. What the tool says of
    itself and of an unfinished etiquette.yaml is shown, and fails where a level is configured.

    Exit code: 0 nothing at or above --fail-on, 1 findings, 2 the scan could not be done.
    """
    if not files:
        click.echo("no files are named; `etiquette scan` reads all", err=True)
        return
    top = root or repository_of(Path.cwd())
    with told(debug), Bar() as bar:
        configured = find_config((top,), config)
        request = apply_config(configured, ScanRequest((top,)))
        outcome = hook(HookRequest(request, top, files), progress=bar.update)
    print_text(outcome.text(text_options(color)))
    level = fail_on or configured.get("fail-on", "")
    sys.exit(exit_code(outcome.report, level) if level else exit_code(outcome.of_code, "medium"))
