"""How the program behaves towards people: whom it asks, writes to, tracks, and what it takes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data_etiquette.flow.conduct.arrivals import find_arrivals
from data_etiquette.flow.conduct.consents import Consents
from data_etiquette.flow.conduct.devices import find_cookies
from data_etiquette.flow.conduct.guards import build_asking, find_guards, guarded
from data_etiquette.flow.conduct.pages import find_pages
from data_etiquette.flow.conduct.uses import UseFinder
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.world import World
from data_etiquette.model.application import Arrival, Cookie, Endpoint, Guard, Page, Use
from data_etiquette.model.graph import Flow


@dataclass(frozen=True, slots=True)
class Conduct:
    """All parts of the graph that need to know what is asked before."""

    flows: tuple[Flow, ...]
    asked: tuple[Guard, ...]
    uses: tuple[Use, ...]
    cookies: tuple[Cookie, ...]
    arrivals: tuple[Arrival, ...]
    pages: tuple[Page, ...]


def find_conduct(
    world: World,
    flows: Iterable[Flow],
    outgoing: Sequence[tuple[FunctionRef, Reached]],
    endpoints: Iterable[Endpoint],
) -> Conduct:
    """Study one program."""
    consents = Consents(world.types.index, world.resolver.classifier)
    asking = build_asking(world)
    known = guarded(world, asking, consents, flows)
    uses = UseFinder(world, asking, consents).all(outgoing)
    return Conduct(
        flows=known,
        asked=find_guards(world, asking, consents),
        uses=uses,
        cookies=find_cookies(world, asking, consents),
        arrivals=find_arrivals(world),
        pages=find_pages(world, known, endpoints, uses),
    )
