"""`etiquette explain`: why a finding was reported, or what is known of a line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Unpack

import click

from data_etiquette.app.explain import ExplainRequest, explain
from data_etiquette.app.output import print_text, text_options
from data_etiquette.app.rules import RulesRequest, show_rule
from data_etiquette.cli.doctor import complete_target
from data_etiquette.cli.lookup import Options, scan_request, scanning, told
from data_etiquette.cli.progress import Bar

_CODE = re.compile(r"[A-Z]{2,}\d{3,}")


@click.command("explain")
@click.argument("target", metavar="FINGERPRINT|FILE:LINE|CODE", shell_complete=complete_target)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@scanning
def explain_command(
    target: str, paths: tuple[Path, ...], color: str, debug: bool, **options: Unpack[Options]
) -> None:
    """Say why a finding was reported, or what is known of a line.

    PATHS are the files and folders to scan, the current one by default. Give the same ones as to
    the scan that reported the finding: a fingerprint holds the file's path below them.

    \b
    FINGERPRINT  the first digits, at least 6, of a finding's fingerprint. Printed are
                 - the rule: what it says, why, which law stands behind it;
                 - the finding and its place;
                 - why the field was taken for personal data, and where it is declared;
                 - the way of the data, step by step, each with its source line;
                 - how sure that is, what it rests on, which sanitiser was seen;
                 - what would end it.

    \b
    FILE:LINE    a line of a scanned file, named as the report does or from here; a column
                 after it is ignored. Printed are
                 - every field declared on it, and why it is personal or is not;
                 - every flow that starts, passes or ends there;
                 - every finding there.

    \b
    CODE         a rule, such as ETQ301: the same as `etiquette rules show`.

    Literal values in source lines are replaced by their kind when they look personal or secret.

    \b
    Examples:
      etiquette explain 3f9c2a71b0
      etiquette explain 3f9c2a71b0 services/shop
      etiquette explain shop/models.py:41
      etiquette explain shop/views.py:88 | less

    Exit code: 0 explained, also when nothing is known of the line; 2 there is no such finding,
    file or line, or the scan could not be done.
    """  # noqa: D301 (click takes the character itself, not its spelling)
    with told(debug), Bar() as bar:
        if _CODE.fullmatch(target):
            text = show_rule(target, RulesRequest(options=text_options(color)))
        else:
            request = ExplainRequest(scan_request(paths, options), target, text_options(color))
            text = explain(request, progress=bar.update)
    print_text(text)
