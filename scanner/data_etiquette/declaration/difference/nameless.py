"""Flows that leave for somebody whom neither a known library nor a host names."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.draft.application import application_of, module_of, slug
from data_etiquette.declaration.match import OUTSIDE
from data_etiquette.model.graph import Flow, Transfer
from data_etiquette.model.kind import Confidence
from data_etiquette.model.location import Location

_HANDED = " gets it as "
_PACKAGE = 2
"""Parts behind the first from which a sink's name is a package's and no variable's."""


@dataclass(slots=True)
class Nameless:
    """Whoever gets data through one package, or by one file's requests."""

    id: str
    module: str = ""
    path: str = ""
    elements: set[str] = field(default_factory=set)
    locations: set[Location] = field(default_factory=set)
    flows: list[Flow] = field(default_factory=list)

    @property
    def transfer(self) -> Transfer:
        """It as a recipient whose name only people know."""
        return Transfer(
            self.id, "TODO", "", "", tuple(sorted(self.elements)), tuple(sorted(self.locations)),
            known=False,
        )  # fmt: skip

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """What an entry of `recipients` must name so that it is this one."""
        return (("modules", self.module),) if self.module else (("code", self.path),)


def nameless_recipients(view: View) -> list[Nameless]:
    """Those that no declared recipient's `code`, `modules` or `hosts` means, sorted by id."""
    clients = frozenset(w for n, words in view.catalog.words if n == "http-clients" for w in words)
    layers = frozenset(w for n, words in view.catalog.words if n == "layer-folders" for w in words)
    found: dict[tuple[str, str], Nameless] = {}
    taken = {item.id for item in view.declaration.recipients}
    taken |= {transfer.recipient for transfer in view.graph.transfers}
    for flow in view.graph.flows:
        if flow.sink.kind not in OUTSIDE or flow.sink.recipient:
            continue
        if flow.confidence is Confidence.LOW or view.coverage.recipient_of_flow(flow) is not None:
            continue
        root, *rest = flow.sink.name.split(".")
        is_client = root in clients or len(rest) < _PACKAGE
        key = ("", _sender(flow, layers | clients)) if is_client else (root, "")
        if key not in found:
            stem = root if not is_client else _stem(key[1], layers)
            found[key] = Nameless(_free(slug(stem), taken), *key)
        entry = found[key]
        entry.elements.add(flow.element)
        entry.locations.add(flow.sink.location)
        entry.flows.append(flow)
    return sorted(found.values(), key=lambda item: item.id)


def _sender(flow: Flow, general: frozenset[str]) -> str:
    """The file that decides who gets it: the one that calls a wrapper that is for all."""
    here = flow.sink.location.path
    if module_of(here, general):
        return here
    for step in reversed(flow.steps):
        if step.path != here:
            return step.path if _HANDED in step.note else here
    return here


def _stem(path: str, layers: frozenset[str]) -> str:
    return module_of(path, layers) or application_of(path, layers) or "recipient"


def _free(name: str, taken: set[str]) -> str:
    number, wanted = 2, name or "recipient"
    while wanted in taken:
        wanted = f"{name}-{number}"
        number += 1
    taken.add(wanted)
    return wanted
