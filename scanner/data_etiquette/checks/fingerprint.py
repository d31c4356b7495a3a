"""Identities of findings that survive moved lines: what a baseline and a tracker hold on to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from data_etiquette.model.report import Finding

LENGTH = 24


def with_fingerprints(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted findings with fingerprints; equals are told apart by their order in the file."""
    seen: Counter[str] = Counter()
    made = []
    for finding in sorted(findings, key=_order):
        place = finding.location.path
        what = (finding.element, finding.entity, finding.field, finding.sink, finding.recipient)
        key = "\x1f".join([finding.rule, place, finding.scope, *what])
        text = f"{key}\x1f{seen[key]}"
        seen[key] += 1
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        made.append(replace(finding, fingerprint=digest[:LENGTH]))
    return tuple(made)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as reports list them, by place."""
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[object, ...]:
    return (
        finding.location,
        finding.rule,
        finding.element,
        finding.entity,
        finding.field,
        finding.message,
    )
