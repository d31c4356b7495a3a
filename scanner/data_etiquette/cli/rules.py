"""`etiquette rules`: list them, show one, test one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from data_etiquette.app.config import find_config
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.rules import RulesRequest, list_rules, own_cases, show_rule
from data_etiquette.app.scan import OWN_RULES
from data_etiquette.cli.doctor import complete_rule
from data_etiquette.cli.lookup import told

_FOLDER = click.Path(path_type=Path)
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
_rules = click.option("--rules", multiple=True, type=_FOLDER, help="A folder with your own rules.")


@click.group("rules")
def rules_group() -> None:
    """List the rules, show one, test your own."""


@rules_group.command("list")
@_rules
@_json
def list_command(rules: tuple[Path, ...], as_json: bool) -> None:
    """List all rules by principle, with severity and title."""
    with told(debug=False):
        text = list_rules(_request(rules, as_json))
    print_text(text)


@rules_group.command("show")
@click.argument("name", metavar="CODE|NAME", shell_complete=complete_rule)
@_rules
@_json
def show_command(name: str, rules: tuple[Path, ...], as_json: bool) -> None:
    """Show one rule: why, law, what to do, what it cannot see, its cases."""
    with told(debug=False):
        text = show_rule(name, _request(rules, as_json))
    print_text(text)


@rules_group.command("test")
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=_FOLDER)
def test_command(folders: tuple[Path, ...]) -> None:
    """Run the cases of your own rules, data elements, recipients and libraries.

    A folder is laid out like the tool's own: checks/, data/, recipients/, frameworks/, ….

    Exit code: 0 all pass, 1 some do not, 2 a file is wrong or takes a name that is taken.
    """
    with told(debug=False):
        outcome = own_cases(_request(folders, as_json=False))
    print_text(outcome.text)
    sys.exit(0 if outcome.passes else 1)


def _request(folders: tuple[Path, ...], as_json: bool) -> RulesRequest:
    """The folders named, else the configured ones, else the usual one, if it is there."""
    usual = Path(OWN_RULES)
    chosen = folders or find_config((Path(),)).rules or ((usual,) if usual.is_dir() else ())
    return RulesRequest(chosen, as_json, text_options("auto"))
