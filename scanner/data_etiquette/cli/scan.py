"""`etiquette scan`: options to one request, the outcome to an exit code."""

from __future__ import annotations

import sys
import time
import traceback
from pathlib import Path

import click

from data_etiquette.app.cache import cache_folder
from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.output import parse_outputs, write_outputs
from data_etiquette.app.scan import ScanOutcome, ScanRequest, scan
from data_etiquette.app.since import scan_since
from data_etiquette.app.stdin import read_stdin, scan_text
from data_etiquette.app.upkeep import forget_unused
from data_etiquette.cli.exitcode import EXIT_TROUBLE
from data_etiquette.cli.manual import Rare
from data_etiquette.cli.outcome import LEVELS, exit_code
from data_etiquette.cli.progress import Bar
from data_etiquette.model.error import EtiquetteError, UsageError
from data_etiquette.reporting.pageoptions import PageOptions

_STDIN = Path("-")


@click.command("scan")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help="Repeatable; default text. Also html (a folder), json, markdown, csv, sarif, junit, "
    "github, gitlab-codequality, gitlab-sast, fides, dpv, tilt, svg (the map), archive (for "
    "`report`).",
)
@click.option(
    "--config", cls=Rare, type=click.Path(path_type=Path), help="The configuration file to use."
)
@click.option("--no-config", cls=Rare, is_flag=True, help="Use no configuration file.")
@click.option("--declaration", type=click.Path(path_type=Path), help="The etiquette.yaml to use.")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    help="Exit with 1 when a finding is at or above this severity. Default: high.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=0), default=0, help="Processes; 0: one a core."
)
@click.option(
    "--executor",
    cls=Rare,
    default="",
    metavar="URL",
    help="Read files on a Dask cluster: dask://HOST:PORT, dask+tls://HOST:PORT, "
    "dask://local?workers=N.",
)
@click.option("--no-cache", is_flag=True, help="Read every file again and keep nothing.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out, even when named.")
@click.option("--include-tests", is_flag=True, help="Read tests too.")
@click.option(
    "--rules",
    cls=Rare,
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder with your own rules.",
)
@click.option("--since", metavar="REF", help="Count only what is new since the branch left REF.")
@click.option("--baseline", type=click.Path(path_type=Path), help="The baseline file to use.")
@click.option("--no-baseline", cls=Rare, is_flag=True, help="Count known findings too.")
@click.option("--language", cls=Rare, metavar="CODE", help="Language of the pages: en, de.")
@click.option(
    "--traceable", cls=Rare, is_flag=True, help="Show in the notice where each sentence is from."
)
@click.option(
    "--prepared-by", default="", metavar="TEXT", cls=Rare, help="Named in the compliance report."
)
@click.option(
    "--prepared-for",
    default="",
    metavar="TEXT",
    cls=Rare,
    help="By default the declared organisation.",
)
@click.option(
    "--stdin-filename", cls=Rare, metavar="PATH", help="With `-`: the path that its text has."
)
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--debug", cls=Rare, is_flag=True, help="Show tracebacks.")
def scan_command(  # noqa: PLR0913 (one parameter an option)
    paths: tuple[Path, ...],
    outputs: tuple[str, ...],
    config: Path | None,
    no_config: bool,
    declaration: Path | None,
    fail_on: str | None,
    jobs: int,
    executor: str,
    no_cache: bool,
    exclude: tuple[str, ...],
    include_tests: bool,
    rules: tuple[Path, ...],
    since: str | None,
    baseline: Path | None,
    no_baseline: bool,
    language: str | None,
    traceable: bool,
    prepared_by: str,
    prepared_for: str,
    stdin_filename: str | None,
    color: str,
    debug: bool,
) -> None:
    """Scan files and folders (the current one by default), or with `-` standard input.

    Exit code: 0 nothing at or above --fail-on, 1 findings, 2 the scan could not be done.
    """
    request = ScanRequest(
        paths=(Path(),) if not paths or _STDIN in paths else paths,
        declaration=declaration,
        exclude=exclude,
        include_tests=include_tests,
        jobs=jobs,
        executor=executor,
        use_cache=not no_cache,
        rules=rules,
        baseline=baseline,
        use_baseline=not no_baseline,
    )
    try:
        wanted = parse_outputs(outputs)
        configured = find_config(request.paths, config, use=not no_config)
        request = apply_config(configured, request)
        with Bar() as bar:
            if _STDIN in paths or stdin_filename is not None:
                outcome = _scan_stdin(request, paths, since, stdin_filename)
            elif since:
                outcome = scan_since(request, since, progress=bar.update)
            else:
                outcome = scan(request, progress=bar.update)
        for note in outcome.notes:
            click.echo(note, err=True)
        pages = PageOptions(language or "", traceable, prepared_by, prepared_for)
        write_outputs(outcome.report, wanted, color=color, pages=pages)
        if request.use_cache:
            forget_unused(cache_folder(), time.time())
    except EtiquetteError as error:
        if debug:
            traceback.print_exc()
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_TROUBLE)
    sys.exit(exit_code(outcome.report, fail_on or configured.fail_on))


def _scan_stdin(
    request: ScanRequest, paths: tuple[Path, ...], since: str | None, name: str | None
) -> ScanOutcome:
    hint = "etiquette scan - --stdin-filename app/models.py < app/models.py"
    if paths != (_STDIN,) or name is None:
        raise UsageError("`-` stands alone, and --stdin-filename goes with it", hint=hint)
    if since:
        raise UsageError("--since compares commits, not standard input", hint=hint)
    return scan_text(request, name, read_stdin())
