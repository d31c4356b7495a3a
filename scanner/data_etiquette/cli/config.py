"""`etiquette config`: what is set, and what set it."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from data_etiquette.app.configured import ConfigRequest, configured
from data_etiquette.app.output import print_text, text_options
from data_etiquette.cli.lookup import Options, asked, scanning, told
from data_etiquette.cli.progress import Bar


@click.command("config")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@scanning
def config_command(
    paths: tuple[Path, ...], color: str, debug: bool, **options: Unpack[Options]
) -> None:
    """Print each setting with its origin, and which SQL is read in which dialect, and why.

    Settings come from the command line, else from the nearest etiquette.toml or the table
    [tool.etiquette] of a pyproject.toml, looked for from PATHS upwards to the repository's top.
    --config or ETIQUETTE_CONFIG names another file, --no-config uses none.
    """
    with told(debug), Bar() as bar:
        request = ConfigRequest(
            asked(paths, options),
            options["config"],
            use_config=not options["no_config"],
            options=text_options(color),
        )
        text = configured(request, progress=bar.update)
    print_text(text)
