"""What declaration and code say differently, put into the text as the code has it."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from data_etiquette.declaration.addition import Addition
from data_etiquette.declaration.difference.patch import flow_list, scalar
from data_etiquette.declaration.node import entries, items, text
from data_etiquette.declaration.splice import Splicer, find_entry, listed_values
from data_etiquette.model.difference import Difference

_BY_CODE = (
    ("country", "recipients"),
    ("data", "recipients"),
    ("purpose", "activities"),
    ("retention", "activities"),
)
"""(what, section) that the code tells."""


def apply_changes(
    differences: Iterable[Difference], top: yaml.Node, splicer: Splicer
) -> list[Addition]:
    """The patches of what is declared, and found to be otherwise or more.

    What the file says at two places differently is left to people, and so is what no entry is
    named for.
    """
    additions = []
    for difference in differences:
        if (difference.about, difference.key.split("[")[0]) not in _BY_CODE:
            continue
        change = yaml.compose(difference.patch, Loader=yaml.SafeLoader)
        for section, listed in entries(change).items():
            for wanted in items(listed):
                entry = find_entry(top, section, text(entries(wanted).get("id")))
                names = _merge(entry, wanted, splicer) if entry is not None else []
                if names:
                    additions.append(Addition(difference.key, tuple(names)))
    return additions


def _merge(entry: yaml.Node, wanted: yaml.Node, splicer: Splicer) -> list[str]:
    """What was added to or changed in an entry, in words."""
    told: list[str] = []
    for key, value in entries(wanted).items():
        there = entries(entry).get(key)
        if key == "id":
            continue
        if isinstance(value, yaml.SequenceNode):
            has = listed_values(entry, key)
            lacking = [name for name in map(text, items(value)) if name not in has]
            if lacking:
                splicer.add_values(entry, key, lacking)
            told += lacking
        elif there is None:
            splicer.add_key(entry, key, _written(value))
            told.append(f"{key}: {_written(value)}")
        elif isinstance(value, yaml.MappingNode):
            told += _merge(there, value, splicer)
        elif text(there) and text(there) != text(value) and not text(value).startswith("TODO"):
            splicer.replace_text(entry, key, text(value))
            told.append(f"{text(value)} instead of {text(there)}")
    return told


def _written(node: yaml.Node) -> str:
    """A value on one line."""
    if isinstance(node, yaml.MappingNode):
        inside = ", ".join(f"{key}: {_written(value)}" for key, value in entries(node).items())
        return f"{{{inside}}}"
    if isinstance(node, yaml.SequenceNode):
        return flow_list(map(text, items(node)))
    return scalar(text(node))
