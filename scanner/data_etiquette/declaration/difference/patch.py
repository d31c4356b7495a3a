"""Differences as YAML text that can be pasted into a declaration."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Container, Iterable, Sequence

from data_etiquette.model.catalog import DataElement, KnownRecipient
from data_etiquette.model.graph import Transfer

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def scalar(value: str) -> str:
    """A text as YAML writes it, quoted where it must be."""
    if _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(letter if letter.isprintable() else " " for letter in escaped) + '"'


def flow_list(values: Iterable[str]) -> str:
    """`[a, b]`."""
    return "[" + ", ".join(scalar(value) for value in values) + "]"


def is_listed(names: Sequence[str], element: DataElement) -> bool:
    """Whether a list of elements and groups names an element."""
    keys = (element.id, f"{element.group}.{element.id}", element.group)
    return any(fnmatch.fnmatchcase(key, name) for name in names for key in keys)


def data_of_activity(activity: str, elements: list[str], fields: Sequence[str] = ()) -> str:
    """Data and fields to add to an activity."""
    lines = ["activities:", f"  - id: {scalar(activity)}"]
    if elements:
        lines.append(f"    data: {flow_list(elements)}  # add")
    if fields:
        lines.append(f"    fields: {{include: {flow_list(fields)}}}  # add")
    return "\n".join(lines) + "\n"


def data_of_recipient(recipient: str, element: str) -> str:
    """Data to add to a recipient."""
    return f"recipients:\n  - id: {scalar(recipient)}\n    data: {flow_list([element])}  # add\n"


def new_recipient(
    transfer: Transfer,
    known: KnownRecipient | None,
    near: Container[str] = (),
    evidence: Sequence[tuple[str, str]] = (),
) -> str:
    """A recipient to add; what only a person knows is `TODO`."""
    return "recipients:\n" + "\n".join(recipient_lines(transfer, known, near, evidence)) + "\n"


def recipient_lines(
    transfer: Transfer,
    known: KnownRecipient | None,
    near: Container[str] = (),
    evidence: Sequence[tuple[str, str]] = (),
) -> list[str]:
    """One entry of `recipients`; to the countries of `near` data goes without a safeguard.

    `evidence` tells the code or package of one that nothing else names.
    """
    lines = [
        f"  - id: {scalar(transfer.recipient)}",
        f"    name: {scalar(transfer.name)}",
        "    role: TODO  # processor, controller, joint_controller or internal",
    ]
    if transfer.kind:
        lines.append(f"    kind: {scalar(transfer.kind)}")
    lines.append(f"    data: {flow_list(transfer.elements)}")
    lines.append("    agreement: {type: TODO, signed: TODO, link: TODO}")
    if transfer.country in near:
        lines.append(f"    country: {scalar(transfer.country)}")
    elif transfer.country:
        lines.append(
            f"    transfer: {{countries: [{scalar(transfer.country)}], mechanism: TODO}}"
            "  # where it sits; the data may land elsewhere"
        )
    else:
        lines.append("    transfer: {countries: [TODO], mechanism: TODO}")
    if evidence:
        lines += [f"    {key}: {flow_list([value])}" for key, value in evidence]
    elif known is not None and known.modules:
        lines.append(f"    modules: {flow_list(known.modules)}")
    elif known is None:
        lines.append(f"    hosts: {flow_list([transfer.recipient])}")
    return lines


def entry(section: str, identity: str, *lines: str) -> str:
    """Lines of one entry of a section."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"{section}:\n  - id: {scalar(identity)}\n{body}"
