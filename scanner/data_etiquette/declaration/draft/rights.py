"""Endpoints that look like they serve a right of a person."""

from __future__ import annotations

import re

from data_etiquette.model.application import Endpoint
from data_etiquette.model.graph import Graph
from data_etiquette.model.kind import Role

_WORDS = {
    "access": re.compile(r"export|takeout|download_?(my|data|account)|my_?data|gdpr|dsar"),
    "erasure": re.compile(r"(delete|remove|close|erase|cancel)_?(my_?)?(account|user|me|profile)|"
                          r"(account|user|me|profile)_?(delete|remove|close|erase|deletion)"),
    "rectification": re.compile(r"(edit|update|change)_?(my_?)?(account|user|me|profile|personal)|"
                                r"(account|user|me|profile|personal)_?(edit|update|change)"),
    "withdraw": re.compile(r"unsubscribe|withdraw|opt_?out|revoke_?consent"),
}  # fmt: skip
_MOST = 3


def find_rights(graph: Graph) -> dict[str, list[str]]:
    """Right to the endpoints that may serve it; a person decides whether they do."""
    people = {entity.id for entity in graph.entities if entity.role is Role.PERSON}
    found: dict[str, list[str]] = {}
    for endpoint in graph.endpoints:
        words = re.sub(r"[^a-z]+", "_", f"{endpoint.name} {' '.join(endpoint.routes)}".lower())
        for right, pattern in _WORDS.items():
            if pattern.search(words) and _touches(right, endpoint, people):
                found.setdefault(right, []).append(_shown(endpoint))
    return {right: sorted(set(places))[:_MOST] for right, places in sorted(found.items())}


def _touches(right: str, endpoint: Endpoint, people: set[str]) -> bool:
    """Whether it does to a person's entity what the right asks for, as far as that is known."""
    if right == "erasure":
        return bool(people & {*endpoint.deletes, *endpoint.updates}) or not endpoint.deletes
    if right == "rectification":
        return bool(people & {*endpoint.updates, *endpoint.takes}) or not endpoint.updates
    known = {*endpoint.reads, *endpoint.gives}
    return bool(people & known) if right == "access" and known else True


def _shown(endpoint: Endpoint) -> str:
    """`GET /me/export`, or the view's name."""
    route = endpoint.routes[0] if endpoint.routes else ""
    if not route:
        return endpoint.name
    return f"{endpoint.methods[0]} {route}" if len(endpoint.methods) == 1 else route
