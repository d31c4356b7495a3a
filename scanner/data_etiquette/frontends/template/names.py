"""Names that a template may be rendered by, from where it stands."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

FOLDERS = frozenset(
    {"templates", "template", "jinja2", "jinja", "views", "layouts"}
    | {"emails", "email", "mails", "mail", "mail_templates", "email_templates", "messages"}
)
"""Folders that templates stand below."""
_NOTICE = re.compile(
    r"privacy|datenschutz|confidentialit|privacidad|privacidade|dataprotection|data[-_]protection"
    r"|cookie(?!cutter)|gdpr|dsgvo|rgpd"
)
_LEGAL = re.compile(r"(?<![a-z])(?:terms|legal|imprint|impressum|polic(?:y|ies)|agb)(?![a-z])")
_ROOTS = frozenset({"templates", "template", "jinja2", "jinja"})


def is_below(parts: tuple[str, ...]) -> bool:
    """Whether a file of these path parts stands below a folder of templates or mails."""
    return any(part.lower() in FOLDERS for part in parts[:-1])


def is_notice(path: str) -> bool:
    """Whether a file's name speaks of privacy or cookies."""
    return _NOTICE.search(path.rpartition("/")[2].lower()) is not None


def keeps_text(path: str) -> bool:
    """Whether a template's whole text is kept, as its name or its folder's may be a notice's."""
    last = "/".join(path.lower().rsplit("/", 2)[-2:])
    return _NOTICE.search(last) is not None or _LEGAL.search(last) is not None


def template_names(path: str) -> tuple[str, ...]:
    """Names below each folder of templates, then with it, then the whole path and the bare name."""
    parts = PurePosixPath(path).parts
    below = [i for i, part in enumerate(parts[:-1]) if part.lower() in FOLDERS]
    roots = [i for i in below if parts[i].lower() in _ROOTS]
    found = ["/".join(parts[i + 1 :]) for i in roots]
    for i in below:
        if i not in roots:
            found += ["/".join(parts[i:]), "/".join(parts[i + 1 :])]
    found += [path, parts[-1] if parts else path]
    return tuple(dict.fromkeys(found))
