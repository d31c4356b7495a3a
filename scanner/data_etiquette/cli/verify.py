"""`etiquette verify`: is a report still that of this code?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.output import print_text
from data_etiquette.app.scan import ScanRequest
from data_etiquette.app.verify import VerifyRequest, verify
from data_etiquette.cli.exitcode import EXIT_CLEAN, EXIT_FINDINGS
from data_etiquette.cli.lookup import told
from data_etiquette.reporting.verification import render_verification


@click.command("verify")
@click.argument("page", type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--config", type=click.Path(path_type=Path), help="As of the scan.")
@click.option("--no-config", is_flag=True, help="As of the scan.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="As of the scan.")
@click.option("--include-tests", is_flag=True, help="As of the scan.")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def verify_command(  # noqa: PLR0913 (one parameter an option)
    page: Path,
    paths: tuple[Path, ...],
    config: Path | None,
    no_config: bool,
    exclude: tuple[str, ...],
    include_tests: bool,
    debug: bool,
) -> None:
    """Check that a page is as it was written, and with PATHS that what was scanned is unchanged.

    Exit code: 0 nothing differs, 1 something does and is named, 2 it could not be checked.
    """
    with told(debug):
        request = ScanRequest(paths, exclude=exclude, include_tests=include_tests)
        if paths:
            request = apply_config(find_config(paths, config, use=not no_config), request)
        found = verify(VerifyRequest(page, request if paths else None))
    print_text(render_verification(found))
    sys.exit(EXIT_CLEAN if found.is_good else EXIT_FINDINGS)
