"""One requirement as Python packaging writes it."""

from __future__ import annotations

import re

from data_etiquette.model.facts import DependencyFact

_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9](?:[\w.-]{0,100}[A-Za-z0-9])?)\s*(?:\[[^\]]{0,300}\])?\s*([^;#]{0,300})"
)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][\w.-]{0,100})")
_SEPARATORS = re.compile(r"[-_.]+")
_VERSION = re.compile(r"[\s(]*((?:[<>=!~^]{1,3}|\d|\*)[^;#)\\]{0,100})")
_MAX_VERSION = 60


def normalised(name: str) -> str:
    """A package's name in the one spelling of PEP 503."""
    return _SEPARATORS.sub("-", name.strip()).strip("-").lower()


def requirement(text: str, line: int, group: str = "") -> DependencyFact | None:
    """A requirement of PEP 508, or an address that names its package; None for anything else."""
    egg = _EGG.search(text)
    if egg is not None:
        return DependencyFact(normalised(egg.group(1)), line, "url", group)
    if "://" in text.partition("@")[0]:
        return None
    match = _REQUIREMENT.match(text)
    if match is None:
        return None
    rest = match.group(2).strip()
    if rest.startswith("@"):
        return DependencyFact(normalised(match.group(1)), line, "url", group)
    version = _VERSION.match(rest)
    if rest and version is None:
        # Prose, or a path: no requirement.
        return None
    return DependencyFact(normalised(match.group(1)), line, _cleaned(version), group)


def _cleaned(version: re.Match[str] | None) -> str:
    if version is None:
        return ""
    return version.group(1).partition(" --")[0].replace(" ", "").rstrip(",")[:_MAX_VERSION]
