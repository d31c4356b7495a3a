"""How a command tells what the user must mend."""

from __future__ import annotations

import sys
import traceback

import click

from data_etiquette.cli.exitcode import EXIT_TROUBLE
from data_etiquette.model.error import EtiquetteError


class told:  # noqa: N801 (reads as a verb: `with told(debug):`)
    """Tell what the user must mend, and end with the code for that."""

    def __init__(self, debug: bool) -> None:
        self._debug = debug

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EtiquetteError):
            if self._debug:
                traceback.print_exception(error)
            click.echo(f"error: {error}", err=True)
            sys.exit(EXIT_TROUBLE)
