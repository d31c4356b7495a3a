"""Which part of a program a file belongs to: what an activity of a draft is called after."""

from __future__ import annotations

import re
from collections.abc import Container

_WORD = re.compile(r"[^a-z0-9]+")


def application_of(path: str, layers: Container[str]) -> str:
    """The nearest folder above a file that is not named for a technical layer.

    `src/shop/accounts/models.py` is of `accounts`, `shop/models/order.py` of `shop`; when all
    folders are layers the file itself tells, and else nothing does.
    """
    *folders, name = path.split("/")
    for folder in reversed(folders):
        if not _is_layer(folder, layers):
            return slug(folder)
    stem = name.rsplit(".", 1)[0]
    return "" if _is_layer(stem, layers) else slug(stem)


def module_of(path: str, layers: Container[str]) -> str:
    """What a file is called, unless that is a layer's name."""
    stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return "" if _is_layer(stem, layers) else slug(stem)


def slug(name: str) -> str:
    """A name as an id."""
    return _WORD.sub("-", name.lower()).strip("-")


def _is_layer(name: str, layers: Container[str]) -> bool:
    plain = name.lower().strip("_")
    return not plain or plain in layers
