"""`etiquette inventory` and `etiquette lineage`: questions to a scan, without a verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict, Unpack

import click

from data_etiquette.app.config import apply_config, find_config
from data_etiquette.app.inventory import FORMATS, InventoryRequest, inventory
from data_etiquette.app.lineage import LineageRequest, lineage
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.scan import ScanRequest
from data_etiquette.cli.doctor import complete_element
from data_etiquette.cli.progress import Bar
from data_etiquette.cli.told import told as told  # noqa: PLC0414 (told by its first home)

_Command = Callable[..., None]


def scanning(command: _Command) -> _Command:
    """Options that say what is read and how."""
    options = (
        click.option("--config", type=click.Path(path_type=Path), help="The configuration file."),
        click.option("--no-config", is_flag=True, help="Use no configuration file."),
        click.option("--declaration", type=click.Path(path_type=Path), help="The etiquette.yaml."),
        click.option(
            "--exclude", multiple=True, metavar="GLOB", help="Leave out, even when named."
        ),
        click.option("--include-tests", is_flag=True, help="Read tests too."),
        click.option("--jobs", "-j", type=click.IntRange(min=0), default=0, help="Processes."),
        click.option("--no-cache", is_flag=True, help="Read every file again and keep nothing."),
        click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto"),
        click.option("--debug", is_flag=True, help="Show tracebacks."),
    )
    for option in reversed(options):
        command = option(command)
    return command


class Options(TypedDict):
    """What click gives for the options of `scanning`, as far as they concern the scan."""

    config: Path | None
    no_config: bool
    declaration: Path | None
    exclude: tuple[str, ...]
    include_tests: bool
    jobs: int
    no_cache: bool


def asked(paths: tuple[Path, ...], options: Options) -> ScanRequest:
    """What the user asks to be scanned; the current folder by default."""
    return ScanRequest(
        paths=paths or (Path(),),
        declaration=options["declaration"],
        exclude=options["exclude"],
        include_tests=options["include_tests"],
        jobs=options["jobs"],
        use_cache=not options["no_cache"],
    )


def scan_request(paths: tuple[Path, ...], options: Options) -> ScanRequest:
    """What the user and the configuration ask to be scanned.

    Raises:
        EtiquetteError: the configuration is wrong or missing.
    """
    request = asked(paths, options)
    config = find_config(request.paths, options["config"], use=not options["no_config"])
    return apply_config(config, request)


@click.command("inventory")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "-f", "form", type=click.Choice(FORMATS), default="table", show_default=True
)
@click.option(
    "--element",
    default="",
    metavar="ID",
    shell_complete=complete_element,
    help="With --format svg: where one data element goes.",
)
@click.option("--language", default="", metavar="CODE", help="With --format svg: en, de.")
@scanning
def inventory_command(  # noqa: PLR0913 (one parameter an option)
    paths: tuple[Path, ...],
    form: str,
    element: str,
    language: str,
    color: str,
    debug: bool,
    **options: Unpack[Options],
) -> None:
    """Print the data map: every personal field, where it is stored, how it is protected.

    With --format svg it is drawn: people, data, activities, stores and recipients.
    """
    with told(debug), Bar() as bar:
        request = InventoryRequest(
            scan_request(paths, options), form, text_options(color), element, language
        )
        text = inventory(request, progress=bar.update)
    print_text(text)


@click.command("lineage")
@click.argument("column", metavar="TABLE.COLUMN")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@scanning
def lineage_command(
    column: str, paths: tuple[Path, ...], color: str, debug: bool, **options: Unpack[Options]
) -> None:
    """Show where a column comes from and where it goes."""
    with told(debug), Bar() as bar:
        request = LineageRequest(scan_request(paths, options), column, text_options(color))
        text = lineage(request, progress=bar.update)
    print_text(text)
