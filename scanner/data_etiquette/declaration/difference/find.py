"""The declaration held against the code, in both directions."""

from __future__ import annotations

from data_etiquette.declaration.difference.changed import changed
from data_etiquette.declaration.difference.sharing import (
    recipients_for_other_purposes,
    unnamed_recipients,
)
from data_etiquette.declaration.difference.stale import stale_entries
from data_etiquette.declaration.difference.undeclared import (
    undeclared_data,
    undeclared_data_to_recipients,
    undeclared_nameless,
    undeclared_recipients,
)
from data_etiquette.declaration.difference.view import View
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.difference import Difference
from data_etiquette.model.graph import Graph

_ORDER = {"undeclared": 0, "different": 1, "stale": 2}
_SEARCHES = (
    undeclared_data,
    undeclared_recipients,
    undeclared_nameless,
    undeclared_data_to_recipients,
    changed,
    unnamed_recipients,
    recipients_for_other_purposes,
    stale_entries,
)


def find_differences(
    graph: Graph, declaration: Declaration, catalog: Catalog
) -> tuple[Difference, ...]:
    """Everything that one side says and the other does not, sorted."""
    view = View(graph, declaration, catalog)
    found = {item for search in _SEARCHES for item in search(view)}
    return tuple(
        sorted(found, key=lambda item: (_ORDER[item.kind], item.about, item.key, item.location))
    )
