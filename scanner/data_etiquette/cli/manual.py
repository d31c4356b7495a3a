"""What stands below a command's options: how it ends, examples, and what else to read."""

from __future__ import annotations

import click

_EXIT = {
    "baseline create": "0 written, 2 there is one already, or the scan could not be done.",
    "baseline accept": "0 added, 2 there is no such finding, or it could not be written.",
    "baseline prune": "0 done, 2 there is no baseline, or the scan could not be done.",
    "completion": "0 printed, 2 no such shell.",
    "config": "0 printed, 2 a setting is wrong.",
    "doctor": "0 printed, 2 the configuration or a rule is wrong.",
    "inventory": "0 printed, whatever it says; 2 the scan could not be done.",
    "lineage": "0 printed; 2 there is no such column, or the scan could not be done.",
    "rules list": "0 printed, 2 a rule file is wrong.",
    "rules show": "0 printed, 2 there is no such rule.",
    "schema": "0 printed.",
}
"""Of the commands whose text does not say it."""

_SHORT = {
    "baseline": "Keep the findings of today apart from new ones.",
    "config": "Print each setting with its origin, and each file's dialect.",
    "doctor": "Print what the tool runs on and what it finds here.",
    "fleet": "Scan many systems, and write one overview of them.",
    "init": "Draft etiquette.yaml from the code.",
    "inventory": "Print every personal field, its place and its protection.",
    "report": "Render a kept scan again, without scanning.",
    "scan": "Scan files and folders, or with `-` standard input.",
    "verify": "Check that a page, and what was scanned, is unchanged.",
    "rules test": "Run the cases of your own rules, elements and libraries.",
}
"""Where the first sentence is too long for a list."""

_EXAMPLES = {
    "baseline accept": ('etiquette baseline accept 7e2952df --reason "until ticket 12"',),
    "baseline create": ("etiquette baseline create",),
    "baseline prune": ("etiquette baseline prune",),
    "check": ("etiquette check", "etiquette check src --fail-on high"),
    "compare": ("etiquette compare main", "etiquette compare v1.2 . -o markdown:changes.md"),
    "completion": ('eval "$(etiquette completion bash)"',),
    "config": ("etiquette config", "etiquette config src --exclude legacy/"),
    "doctor": ("etiquette doctor",),
    "fix": ("etiquette fix --diff", "etiquette fix src --rule ETQ301"),
    "fleet": (
        "etiquette fleet group.yaml -o html:overview.html",
        "etiquette fleet reports --since 2026-06-01",
    ),
    "hook": ("etiquette hook app/views.py app/models.py", "etiquette hook --root src src/app.py"),
    "init": ("etiquette init", "etiquette init --update"),
    "inventory": ("etiquette inventory", "etiquette inventory . -f svg --element email"),
    "lineage": ("etiquette lineage reports.contact.email",),
    "report": ("etiquette report scan.json -o html:reports",),
    "rules list": ("etiquette rules list", "etiquette rules list --json"),
    "rules show": ("etiquette rules show ETQ301",),
    "rules test": ("etiquette rules test etiquette-rules",),
    "scan": ("etiquette scan src --since origin/main", "etiquette . -o html:reports"),
    "schema": ("etiquette schema > etiquette.schema.json",),
    "verify": ("etiquette verify reports/compliance.html .",),
}

_SEE = {
    "baseline accept": ("baseline create", "baseline prune"),
    "baseline create": ("baseline accept", "baseline prune", "scan"),
    "baseline prune": ("baseline create",),
    "check": ("init", "schema", "scan"),
    "compare": ("scan", "report"),
    "config": ("doctor",),
    "doctor": ("config",),
    "explain": ("rules show", "scan"),
    "fix": ("explain", "rules show"),
    "fleet": ("scan", "compare", "doctor"),
    "hook": ("scan", "baseline create"),
    "init": ("check", "schema"),
    "inventory": ("lineage", "scan"),
    "lineage": ("inventory",),
    "report": ("scan", "verify"),
    "rules list": ("rules show",),
    "rules show": ("rules list", "explain"),
    "rules test": ("rules show",),
    "scan": ("explain", "baseline create", "init", "report"),
    "schema": ("init", "check"),
    "verify": ("report",),
}


_ALL = f"{__name__}.all"
"""Key of a context's `meta`: whether rare options are shown."""


class Rare(click.Option):
    """An option that few ask for: `--help-all` tells it, `--help` only that there are more."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """What a help text says of it, or nothing."""
        return super().get_help_record(ctx) if ctx.meta.get(_ALL) else None


def add_manual(command: click.Command, name: str) -> click.Command:
    """Put exit codes, examples and related commands below the command's help, and its parts'."""
    command.short_help = _SHORT.get(name)
    if isinstance(command, click.Group):
        for part in command.commands.values():
            add_manual(part, f"{name} {part.name}")
        return command
    command.epilog = _epilog(name, has_more=any(isinstance(item, Rare) for item in command.params))
    return command


def help_of_all(context: click.Context) -> str:
    """The help of every command, in the order of their names."""
    context.meta[_ALL] = True
    pages = [context.get_help()]
    pending = [(context, name) for name in reversed(_names(context))]
    while pending:
        outer, name = pending.pop()
        group = outer.command
        command = group.get_command(outer, name) if isinstance(group, click.Group) else None
        if command is None:
            continue
        inner = click.Context(command, info_name=name, parent=outer)
        pages.append(inner.get_help())
        pending += [(inner, part) for part in reversed(_names(inner))]
    return "\n\n\n".join(pages)


def _names(context: click.Context) -> list[str]:
    command = context.command
    return command.list_commands(context) if isinstance(command, click.Group) else []


def _epilog(name: str, *, has_more: bool) -> str:
    parts = ["`etiquette --help-all` has further options."] if has_more else []
    if name in _EXIT:
        parts.append(f"Exit code: {_EXIT[name]}")
    if name in _EXAMPLES:
        parts.append("\n".join(("\b", "Examples:", *(f"  {line}" for line in _EXAMPLES[name]))))
    if name in _SEE:
        parts.append("See also: " + ", ".join(f"etiquette {other}" for other in _SEE[name]))
    return "\n\n".join(parts)
