"""What a declaration names as serving a right: an endpoint of the code, or somebody by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from data_etiquette.model.application import Endpoint

_WAY = re.compile(r"(?:(GET|HEAD|POST|PUT|PATCH|DELETE)\s+)?(/\S*)$", re.IGNORECASE)
_PARAMETER = re.compile(r"\(\?P<[^>]*>[^)]*\)|<[^>]*>|\{[^}]*\}|:\w+")


def is_path(way: str) -> bool:
    """Whether a way is an address of the application: `/account/`, `GET /me/export`.

    All else is somebody or something that the code need not have: `mail`, a form on paper.
    """
    return _WAY.match(way.strip()) is not None


def is_by_hand(ways: Iterable[str]) -> bool:
    """Whether any of the ways is open to all people: not only pages of the application serve."""
    return any(not is_path(way) for way in ways)


def endpoints_at(way: str, endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The endpoints that an address leads to.

    Routes of which the beginning is not known (a prefix from a setting) fit the address's end.
    """
    match = _WAY.match(way.strip())
    if match is None:
        return ()
    verb, wanted = (match.group(1) or "").upper(), _parts(match.group(2))
    return tuple(
        endpoint
        for endpoint in endpoints
        if any(_fits(wanted, _parts(route)) for route in endpoint.routes)
        and (not verb or not endpoint.methods or verb in endpoint.methods)
    )


def _parts(route: str) -> tuple[str, ...]:
    plain = _PARAMETER.sub("*", route.split("?", 1)[0] if "(?P" not in route else route)
    return tuple(part.lower() for part in plain.strip("^$").split("/") if part)


def _fits(wanted: tuple[str, ...], route: tuple[str, ...]) -> bool:
    if len(route) > len(wanted) or (not route and wanted):
        return False
    end = wanted[len(wanted) - len(route) :]
    return all(a == b or "*" in (a, b) for a, b in zip(end, route, strict=True)) and (
        len(route) == len(wanted) or any(part != "*" for part in route)
    )
