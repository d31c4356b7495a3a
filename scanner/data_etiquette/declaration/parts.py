"""The smaller parts of a declaration: stores, measures, rights, notices, cookies, policies."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from data_etiquette.declaration.node import answer, entries, line, mappings, text, texts
from data_etiquette.model.declaration import (
    Block,
    ClassifyOverride,
    DeclaredBackup,
    DeclaredCookie,
    DeclaredMeasure,
    DeclaredNotice,
    DeclaredPolicy,
    DeclaredRight,
    DeclaredStore,
    PolicyMatch,
)
from data_etiquette.model.kind import SinkKind

_SINKS = frozenset(kind.value for kind in SinkKind)


def store(node: yaml.Node) -> DeclaredStore:
    """One entry of `storage`."""
    keys = entries(node)
    return DeclaredStore(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        kind=text(keys.get("kind")),
        provider=text(keys.get("provider")),
        region=text(keys.get("region")),
        country=text(keys.get("country")),
        encryption_at_rest=text(keys.get("encryption_at_rest")),
        tables=texts(keys.get("tables")),
        line=line(node),
    )


def measure(node: yaml.Node) -> DeclaredMeasure:
    """One entry of `measures`."""
    keys = entries(node)
    return DeclaredMeasure(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        kind=text(keys.get("kind")),
        applies_to=texts(keys.get("applies_to")),
        last_reviewed=text(keys.get("last_reviewed")) or text(keys.get("reviewed")),
        review=text(keys.get("review")),
        why=text(keys.get("why")),
        link=text(keys.get("link")),
        line=line(node),
    )


def backup(node: yaml.Node) -> DeclaredBackup:
    """One entry of `backups`."""
    keys = entries(node)
    return DeclaredBackup(
        id=text(keys.get("id")) or "backups",
        what=texts(keys.get("what")),
        kind=text(keys.get("kind")),
        period=text(keys.get("period")),
        retention=text(keys.get("retention")) or text(keys.get("keep")),
        encrypted=answer(keys.get("encrypted")),
        tested=text(keys.get("tested")),
        review=text(keys.get("review")),
        country=text(keys.get("country")),
        line=line(node),
    )


def right(name: str, node: yaml.Node) -> DeclaredRight:
    """One key of `rights`."""
    return DeclaredRight(name, texts(node), line(node))


def notice(node: yaml.Node) -> DeclaredNotice:
    """One entry of `notices`."""
    keys = entries(node)
    return DeclaredNotice(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        path=text(keys.get("path")),
        url=text(keys.get("url")),
        template=text(keys.get("template")),
        language=text(keys.get("language")),
        activities=texts(keys.get("activities")),
        version=text(keys.get("version")),
        date=text(keys.get("date")),
        line=line(node),
    )


def cookie(node: yaml.Node) -> DeclaredCookie:
    """One entry of `cookies`."""
    keys = entries(node)
    return DeclaredCookie(
        name=text(keys.get("name")),
        kind=text(keys.get("kind")),
        lifetime=text(keys.get("lifetime")),
        party=text(keys.get("party")),
        purpose=text(keys.get("purpose")),
        recipient=text(keys.get("recipient")),
        consent=text(keys.get("consent")),
        line=line(node),
    )


def override(node: yaml.Node) -> ClassifyOverride:
    """One entry of `classify`."""
    keys = entries(node)
    return ClassifyOverride(
        match=text(keys.get("match")),
        as_element=text(keys.get("as")),
        why=text(keys.get("why")),
        until=text(keys.get("until")),
        owner=text(keys.get("owner")),
        line=line(node),
    )


def policy(node: yaml.Node) -> DeclaredPolicy:
    """One entry of `policy`."""
    keys = entries(node)
    allow = keys.get("allow")
    return DeclaredPolicy(
        id=text(keys.get("id")),
        deny=_match(keys.get("deny")),
        allow=_match(allow) if allow is not None else None,
        why=text(keys.get("why")),
        line=line(node),
    )


def _match(node: yaml.Node | None) -> PolicyMatch:
    keys = entries(node)
    inner = entries(keys.get("data"))
    either: dict[str, yaml.Node] = {**keys, **inner}
    to = entries(keys.get("to"))
    kinds = texts(to.get("kind"))
    return PolicyMatch(
        data=_data(keys, inner),
        sensitivity=text(either.get("sensitivity")),
        special_category=answer(either.get("special_category")),
        sinks=(*(kind for kind in kinds if kind in _SINKS), *texts(to.get("sink"))),
        # `llm` is both a kind of sink and of service.
        recipient_kinds=(
            *(kind for kind in kinds if kind not in _SINKS or kind == SinkKind.LLM),
            *texts(to.get("recipient_kind")),
        ),
        recipients=(*texts(keys.get("recipients")), *texts(to.get("recipients"))),
        country_in=texts(to.get("country_in")),
        country_not_in=texts(to.get("country_not_in")),
    )


def _data(keys: Mapping[str, yaml.Node], inner: Mapping[str, yaml.Node]) -> tuple[str, ...]:
    found = (*texts(keys.get("data")), *texts(inner.get("elements")))
    groups = (*texts(keys.get("groups")), *texts(inner.get("groups")))
    return (*found, *(f"{group.removesuffix('.*')}.*" for group in groups))


def blocks(section: str, node: yaml.Node | None) -> list[Block]:
    """The entries of a section as they are written."""
    return [
        Block(
            section=section,
            id=text(entries(entry).get("id")) or text(entries(entry).get("name")) or section,
            values=tuple((name, _flat(value)) for name, value in entries(entry).items()),
            line=line(entry),
        )
        for entry in mappings(node)
    ]


def _flat(node: yaml.Node) -> str:
    """A value as one text: lists joined by commas, mappings as `key: value`."""
    if isinstance(node, yaml.MappingNode):
        return "; ".join(f"{name}: {_flat(value)}" for name, value in entries(node).items())
    if isinstance(node, yaml.SequenceNode):
        return ", ".join(_flat(entry) for entry in node.value)
    return text(node)
