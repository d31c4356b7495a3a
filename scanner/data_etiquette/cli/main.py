"""The `etiquette` command: which module holds which command, and what a crash looks like.

A command's module is imported when it is asked for: `--version`, a hook that fails early and the
shell's completion must not pay for the parsers and reports of a scan.
"""

from __future__ import annotations

import difflib
import gc
import importlib
import os
import sys
import traceback

import click

from data_etiquette import __version__
from data_etiquette.cli.exitcode import EXIT_INTERRUPTED, EXIT_TROUBLE
from data_etiquette.cli.manual import add_manual, help_of_all

_COMMANDS = {
    "baseline": "baseline:baseline_group",
    "check": "declaration:check_command",
    "compare": "compare:compare_command",
    "completion": "doctor:completion_command",
    "config": "config:config_command",
    "doctor": "doctor:doctor_command",
    "explain": "explain:explain_command",
    "fix": "fix:fix_command",
    "fleet": "fleet:fleet_command",
    "hook": "hook:hook_command",
    "init": "init:init_command",
    "inventory": "lookup:inventory_command",
    "lineage": "lookup:lineage_command",
    "report": "report:report_command",
    "rules": "rules:rules_group",
    "scan": "scan:scan_command",
    "schema": "declaration:schema_command",
    "verify": "verify:verify_command",
}
"""Command to `module:name` in this package."""


class _Group(click.Group):
    """`etiquette` alone and `etiquette PATH` scan; commands are loaded when they are used."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if not args and not context.resilient_parsing:
            args = ["scan"]
        elif args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            if not context.resilient_parsing and _is_misspelt(args[0]):
                _refuse(args[0])
            args = ["scan", *args]
        return super().parse_args(context, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; Ctrl-C is no finding, though click's exit code for it says so."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            sys.exit(EXIT_INTERRUPTED)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's names)
        return sorted(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        found = getattr(importlib.import_module(f"data_etiquette.cli.{module}"), attribute)
        return add_manual(found, cmd_name) if isinstance(found, click.Command) else None


def _is_misspelt(word: str) -> bool:
    """Whether a word that is no command can't be meant as a path either."""
    return not (set(word) & set("./\\*") or os.path.exists(word))  # noqa: PTH110 (Path's raises for a long name)


def _refuse(word: str) -> None:
    near = difflib.get_close_matches(word, _COMMANDS, n=1)
    advice = f"did you mean `etiquette {near[0]}`?" if near else "`etiquette --help` lists them"
    click.echo(f"error: `{word}` is neither a command nor a file or folder here", err=True)
    click.echo(f"  {advice}", err=True)
    sys.exit(EXIT_TROUBLE)


def _show_all(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    if is_asked and not context.resilient_parsing:
        click.echo(help_of_all(context))
        context.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="etiquette")
@click.option(
    "--help-all",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_all,
    help="Show the help of every command and exit.",
)
def cli() -> None:
    """Find personal data in code, follow it, hold it against what you declare.

    `etiquette [PATH]` scans; `etiquette COMMAND --help` tells more of a command.
    """


def main() -> None:
    """Run the command; an unexpected failure is exit code 2, never 1."""
    # What one run makes stays until its end, and its circles are few: to look for them among
    # millions of objects took up to a third of the time.
    gc.disable()
    try:
        cli(prog_name="etiquette")
    except Exception as error:  # noqa: BLE001 (a crash must not look like a finding)
        if "--debug" in sys.argv:
            traceback.print_exc()
        click.echo(f"error: internal error: {type(error).__name__}: {error}", err=True)
        click.echo("  please report it; --debug shows where", err=True)
        sys.exit(EXIT_TROUBLE)
