"""HTML and text templates (Django, Jinja2): which names they show."""

from __future__ import annotations

import hashlib
import re

from data_etiquette.model.facts import Facts

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"[A-Za-z_]\w*")


def read_template(path: str, text: str) -> Facts:
    """Read one template. Total: any text gives facts."""
    names: set[str] = set()
    for match in _EXPRESSION.finditer(text):
        names.update(_NAME.findall(_STRING.sub(" ", match.group(1) or match.group(2))))
    return Facts(
        path=path,
        language="template",
        lines=text.count("\n") + 1,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        reads=tuple(sorted(names)),
    )
