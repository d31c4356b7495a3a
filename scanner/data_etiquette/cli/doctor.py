"""`etiquette doctor` and `etiquette completion`: the tool about itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

from data_etiquette.app.doctor import examine
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.rules import element_labels, rule_titles
from data_etiquette.cli.told import told
from data_etiquette.model.error import EtiquetteError

_SHELLS = ("bash", "zsh", "fish")


@click.command("doctor")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def doctor_command(paths: tuple[Path, ...], color: str, debug: bool) -> None:
    """Print what the tool runs on, what it finds here and what it covers.

    Versions and parsers, the cache and its size, the configuration, declaration and baseline that
    a scan of PATHS would use, the number of rules and the libraries that are known. Nothing is
    scanned. Put it into a report of a bug.
    """
    with told(debug):
        text = examine(paths or (Path(),), text_options(color))
    print_text(text)


@click.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash  eval "$(etiquette completion bash)"      in ~/.bashrc
    zsh   eval "$(etiquette completion zsh)"       in ~/.zshrc
    fish  etiquette completion fish > ~/.config/fish/completions/etiquette.fish

    Commands, options, codes of rules and ids of data elements are completed.
    """  # noqa: D301 (click takes the character itself, not its spelling)
    kind = get_completion_class(shell)
    if kind is not None:
        command = context.find_root().command
        print_text(kind(command, {}, "etiquette", "_ETIQUETTE_COMPLETE").source())


def complete_rule(_: click.Context, __: click.Parameter, start: str) -> list[CompletionItem]:
    """Codes of rules that start so, each with its title; none when the rules can't be read."""
    return _starting(rule_titles, start.upper())


def complete_target(_: click.Context, __: click.Parameter, start: str) -> list[CompletionItem]:
    """Codes of rules that start so, else files."""
    return _starting(rule_titles, start.upper()) or [CompletionItem(start, type="file")]


def complete_element(_: click.Context, __: click.Parameter, start: str) -> list[CompletionItem]:
    """Ids of data elements that start so, each with its label."""
    return _starting(element_labels, start.lower())


def _starting(words: Callable[[], tuple[tuple[str, str], ...]], start: str) -> list[CompletionItem]:
    try:
        known = words()
    except EtiquetteError:
        return []
    return [CompletionItem(word, help=told) for word, told in known if word.startswith(start)]
