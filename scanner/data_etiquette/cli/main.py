"""The `etiquette` command: options to one request, the outcome to an exit code."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click

from data_etiquette import __version__
from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.output import parse_outputs, write_outputs
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.app.since import scan_since
from data_etiquette.cli.baseline import baseline_group
from data_etiquette.cli.config import config_command
from data_etiquette.cli.declaration import check_command, schema_command
from data_etiquette.cli.explain import explain_command
from data_etiquette.cli.init import init_command
from data_etiquette.cli.lookup import inventory_command, lineage_command
from data_etiquette.cli.progress import Bar
from data_etiquette.cli.report import report_command
from data_etiquette.cli.rules import rules_group
from data_etiquette.model.error import EtiquetteError
from data_etiquette.model.kind import FindingStatus, Severity
from data_etiquette.model.report import Report

EXIT_CLEAN, EXIT_FINDINGS, EXIT_TROUBLE = 0, 1, 2
_LEVELS = [*(level.value for level in Severity), "never"]


class _Group(click.Group):
    """`etiquette PATH` is `etiquette scan PATH`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["scan", *args]
        return super().parse_args(context, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="etiquette")
def cli() -> None:
    """Find personal data in Python and SQL, follow it, hold it against what you declare."""


cli.add_command(baseline_group)
cli.add_command(check_command)
cli.add_command(config_command)
cli.add_command(explain_command)
cli.add_command(init_command)
cli.add_command(inventory_command)
cli.add_command(lineage_command)
cli.add_command(report_command)
cli.add_command(rules_group)
cli.add_command(schema_command)


@cli.command("scan")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    "outputs",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help="text, json, html (takes a folder), sarif, markdown, github, gitlab-codequality, "
    "gitlab-sast, junit, csv, or archive (for `etiquette report`). Repeatable. Default: text.",
)
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file to use.")
@click.option("--no-config", is_flag=True, help="Use no configuration file.")
@click.option("--declaration", type=click.Path(path_type=Path), help="The etiquette.yaml to use.")
@click.option(
    "--fail-on",
    type=click.Choice(_LEVELS),
    help="Exit with 1 when a finding is at or above this severity. Default: high.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(min=0), default=0, help="Processes; 0: one a core."
)
@click.option("--no-cache", is_flag=True, help="Read every file again and keep nothing.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out, even when named.")
@click.option("--include-tests", is_flag=True, help="Read tests too.")
@click.option(
    "--rules", multiple=True, type=click.Path(path_type=Path), help="A folder with your own rules."
)
@click.option("--since", metavar="REF", help="Count only what is new since the branch left REF.")
@click.option("--baseline", type=click.Path(path_type=Path), help="The baseline file to use.")
@click.option("--no-baseline", is_flag=True, help="Count known findings too.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def scan_command(  # noqa: PLR0913 (one parameter an option)
    paths: tuple[Path, ...],
    outputs: tuple[str, ...],
    config: Path | None,
    no_config: bool,
    declaration: Path | None,
    fail_on: str | None,
    jobs: int,
    no_cache: bool,
    exclude: tuple[str, ...],
    include_tests: bool,
    rules: tuple[Path, ...],
    since: str | None,
    baseline: Path | None,
    no_baseline: bool,
    color: str,
    debug: bool,
) -> None:
    """Scan files and folders (the current one by default).

    Exit code: 0 nothing at or above --fail-on, 1 findings, 2 the scan could not be done.
    """
    request = ScanRequest(
        paths=paths or (Path(),),
        declaration=declaration,
        exclude=exclude,
        include_tests=include_tests,
        jobs=jobs,
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
            outcome = (
                scan_since(request, since, progress=bar.update)
                if since
                else scan(request, progress=bar.update)
            )
        for note in outcome.notes:
            click.echo(note, err=True)
        write_outputs(outcome.report, wanted, color=color)
    except EtiquetteError as error:
        if debug:
            traceback.print_exc()
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_TROUBLE)
    sys.exit(_exit_code(outcome.report, fail_on or configured.fail_on))


def _exit_code(report: Report, fail_on: str) -> int:
    if fail_on == "never":
        return EXIT_CLEAN
    threshold = Severity(fail_on).rank
    new = (item for item in report.findings if item.status is FindingStatus.NEW)
    return EXIT_FINDINGS if any(item.severity.rank >= threshold for item in new) else EXIT_CLEAN


def main() -> None:
    """Run the command; an unexpected failure is exit code 2, never 1."""
    try:
        cli(prog_name="etiquette")
    except Exception as error:  # noqa: BLE001 (a crash must not look like a finding)
        if "--debug" in sys.argv:
            traceback.print_exc()
        click.echo(f"error: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("  please report it; --debug shows where", err=True)
        sys.exit(EXIT_TROUBLE)
