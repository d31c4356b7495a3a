"""Whether data on its way to an end is what a policy speaks of. Pure, no verdict."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data_etiquette.model.catalog import DataElement
from data_etiquette.model.declaration import DeclaredPolicy, PolicyMatch

_LEVEL = re.compile(r"(>=|<=|>|<|=)?\s*([1-4])")

Regions = Mapping[str, frozenset[str]]
"""`EEA` and `adequacy` as sets of countries."""


@dataclass(frozen=True, slots=True)
class End:
    """Where data arrives."""

    sink: str
    """Kind of sink."""
    recipients: tuple[str, ...] = ()
    """All ids that the recipient goes by: declared and known."""
    recipient_kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """Countries it goes to; empty when unknown."""


def regions_of(entries: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    """The catalog's regions for lookups; the Union's word for the EEA is `EU` as well."""
    found = {name: frozenset(codes) for name, codes in entries}
    return {**found, "EU": found.get("EEA", frozenset())}


def breaks(policy: DeclaredPolicy, element: DataElement, end: End, regions: Regions) -> bool:
    """Whether the policy forbids this element at this end, and no exception allows it."""
    if not matches(policy.deny, element, end, regions):
        return False
    return policy.allow is None or not matches(policy.allow, element, end, regions)


def matches(match: PolicyMatch, element: DataElement, end: End, regions: Regions) -> bool:
    """Whether a match speaks of this element at this end."""
    return _is_meant(match, element) and _is_end(match, end) and _is_place(match, end, regions)


def in_region(country: str, wanted: Iterable[str], regions: Regions) -> bool:
    """Whether a country is one of those named, by code or by region."""
    return any(country == name or country in regions.get(name, frozenset()) for name in wanted)


def _is_meant(match: PolicyMatch, element: DataElement) -> bool:
    keys = (element.id, element.group, f"{element.group}.{element.id}")
    if match.data and not any(
        fnmatch.fnmatchcase(key, pattern) for pattern in match.data for key in keys
    ):
        return False
    if match.special_category is not None and match.special_category != element.special_category:
        return False
    return not match.sensitivity or _is_level(match.sensitivity, element.sensitivity)


def _is_level(wanted: str, level: int) -> bool:
    found = _LEVEL.fullmatch(wanted)
    if found is None:
        return False
    bound = int(found[2])
    return {
        ">=": level >= bound,
        "<=": level <= bound,
        ">": level > bound,
        "<": level < bound,
    }.get(found[1] or "=", level == bound)


def _is_end(match: PolicyMatch, end: End) -> bool:
    if not (match.sinks or match.recipient_kinds or match.recipients):
        return True
    return (
        end.sink in match.sinks
        or bool(set(end.recipient_kinds) & set(match.recipient_kinds))
        or bool(set(end.recipients) & set(match.recipients))
    )


def _is_place(match: PolicyMatch, end: End, regions: Regions) -> bool:
    """A country nobody knows is in no region: it breaks no rule by itself."""
    if match.country_in and not any(
        in_region(country, match.country_in, regions) for country in end.countries
    ):
        return False
    return not match.country_not_in or any(
        not in_region(country, match.country_not_in, regions) for country in end.countries
    )
