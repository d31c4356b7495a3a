"""ETQ604: what is left of a person whose row is deleted or made anonymous."""

from __future__ import annotations

from collections.abc import Iterator

from data_etiquette.checks.context import Context
from data_etiquette.checks.erasures import all_personal, by_id, erasures_of, is_own, labels
from data_etiquette.model.graph import Entity, Erasure, Field, Holding
from data_etiquette.model.kind import Confidence, Role, Severity
from data_etiquette.model.report import Finding, Practice

_LEFT = {
    "unlinked": "leaves the data of {holder} behind ({data}): the link is only cut ({via})",
    "kept": "leaves {holder} as it is ({data})",
}
_DELETED = ("delete", "sql delete", "view")
_OF_THEIR_OWN = (Role.THING, Role.ORGANISATION)
_MAX_NAMES = 5
_SETTLED = ("erased", "anonymised", "later")


def incomplete_erasure(context: Context) -> Iterator[Finding]:
    """Related rows, files, index entries, and fields that an anonymising function forgets."""
    erasures = erasures_of(context)
    told: set[str] = set()
    for holding in context.graph.holdings:
        found = erasures.get(holding.person, [])
        if not any(item.is_real for item in found):
            continue
        if holding.store == "entity" and holding.holder not in told:
            finding = _related(context, holding, found)
            if finding is not None:
                told.add(holding.holder)
                yield finding
        elif not any(is_own(item) for item in found) or holding.outcome != "kept":
            continue
        elif holding.store == "file" and str(holding.location) not in told:
            told.add(str(holding.location))
            yield from _file(context, holding)
        elif holding.store == "search":
            yield _indexed(context, holding)
    yield from _refused(context, erasures)
    for entity in context.graph.entities:
        yield from _forgotten(context, entity, erasures.get(entity.id, []))


def erasure_complete(context: Context) -> Iterator[Practice]:
    """Each person whose deletion reaches everything that hangs on the row."""
    erasures = erasures_of(context)
    held: dict[str, list[Holding]] = {}
    for holding in context.graph.holdings:
        if holding.store == "entity":
            held.setdefault(holding.person, []).append(holding)
    entities = by_id(context)
    for person, holdings in sorted(held.items()):
        own = [item for item in erasures.get(person, []) if is_own(item)]
        names = {entities[h.holder].name for h in holdings if h.holder in entities}
        if not own or person not in entities or any(h.outcome not in _SETTLED for h in holdings):
            continue
        listed = ", ".join(sorted(names))
        message = f"Deleting {entities[person].name} reaches what hangs on it: {listed}"
        yield context.kept(own[0].location, message, entity=entities[person].name)


def _related(context: Context, holding: Holding, found: list[Erasure]) -> Finding | None:
    entities = by_id(context)
    holder, person = entities.get(holding.holder), entities.get(holding.person)
    wanted = _LEFT.get(holding.outcome)
    if holder is None or wanted is None:
        return None
    fields = [item for item in all_personal(context, holder) if item.name in holding.fields]
    groups = {
        context.elements[item.element].group for item in fields if item.element in context.elements
    }
    is_reached_by = groups == {"contact"}
    if holding.outcome == "unlinked" and holder.role in _OF_THEIR_OWN and is_reached_by:
        return None  # what a queue or a company is reached by was never this person's
    confidence = Confidence.MEDIUM if any(is_own(item) for item in found) else Confidence.LOW
    name = person.name if person is not None else holding.person.rpartition(".")[2]
    text = wanted.format(holder=holder.name, data=labels(context, fields), via=holding.via)
    return context.on_place(
        holding.location, f"Deleting {name} {text}", f"{holder.id}:{holding.person}",
        confidence=confidence, entity=holder.name,
        severity=_left_severity(context, holder, fields, confidence),
    )  # fmt: skip


def _left_severity(
    context: Context, holder: Entity, fields: list[Field], confidence: Confidence
) -> Severity | None:
    """Less for what need not tell who it was.

    Who deletes by hand, in administration pages, sees what is left; what people wrote may be kept
    once nobody's name stands at it; a thing or a body was only entered by the person.
    """
    mild = context.query("mild")
    is_told = any(
        known is not None and known.group not in mild
        for known in (context.elements.get(item.element) for item in fields)
    )
    is_things = holder.role in (Role.THING, Role.ORGANISATION)
    is_less = confidence is Confidence.LOW or is_things or not is_told
    return context.rule.severity.lowered() if is_less else None


def _refused(context: Context, erasures: dict[str, list[Erasure]]) -> Iterator[Finding]:
    """One finding for each person whose deletion rows without an erasure of their own refuse."""
    entities = by_id(context)
    blocking: dict[str, set[str]] = {}
    for holding in context.graph.holdings:
        holder = entities.get(holding.holder)
        if holding.store != "entity" or holding.outcome != "blocked" or holder is None:
            continue
        if not _has_way_out(context, holder):
            blocking.setdefault(holding.person, set()).add(holder.name)
    for identity, names in sorted(blocking.items()):
        person = entities.get(identity)
        own = [item for item in erasures.get(identity, []) if item.how in _DELETED]
        if person is None or not own:
            continue
        shown = sorted(names)
        more = f" and {len(shown) - _MAX_NAMES} more" if len(shown) > _MAX_NAMES else ""
        message = (
            f"Deleting {person.name} is refused as long as rows point to it that nothing erases: "
            f"{', '.join(shown[:_MAX_NAMES])}{more}"
        )
        yield context.on_place(
            own[0].location, message, f"{own[0].scope}:{identity}:refused",
            confidence=Confidence.LOW, entity=person.name,
            severity=context.rule.severity.lowered(),
        )  # fmt: skip


def _has_way_out(context: Context, holder: Entity) -> bool:
    """Whether rows that stand in the way can be erased on their own."""
    return any(is_own(item) for item in context.graph.erasures if item.entity == holder.id)


def _file(context: Context, holding: Holding) -> Iterator[Finding]:
    entity = by_id(context).get(holding.holder)
    for item in all_personal(context, entity) if entity is not None else ():
        if entity is not None and item.name in holding.fields:
            message = (
                f"Deleting {entity.name} leaves the file of {entity.name}.{item.name} in storage"
            )
            yield context.on_place(
                holding.location, message, f"{entity.id}.{item.name}",
                confidence=Confidence.MEDIUM, element=item.element, entity=entity.name,
                field_name=item.name,
            )  # fmt: skip


def _indexed(context: Context, holding: Holding) -> Finding:
    entity = by_id(context).get(holding.holder)
    name = entity.name if entity is not None else holding.holder
    message = f"Nothing was found that takes {name} out of the search index when it is deleted"
    return context.on_place(
        holding.location, message, f"{holding.holder}:{holding.via}",
        confidence=Confidence.LOW, entity=name,
    )  # fmt: skip


def _forgotten(context: Context, entity: Entity, found: list[Erasure]) -> Iterator[Finding]:
    """Functions that make a person anonymous, and the fields that none of them touches."""
    if entity.role not in (Role.PERSON, Role.RECORD) or not entity.stored:
        return
    personal = all_personal(context, entity)
    telling = {i.name for i in personal if i.element in context.query("identifiers")}
    making = [
        item
        for item in found
        if item.how == "anonymise" and telling & set(item.fields)
        if not _is_deleted_too(item, found)
    ]
    if not making:
        return
    touched = {name for item in making for name in item.fields}
    left = [
        item for item in personal
        if item.name not in touched and item.element not in context.query("harmless")
    ]  # fmt: skip
    if left:
        most = max(making, key=lambda item: len(item.fields))
        by = most.scope or "The statement"
        message = f"{by} anonymises {entity.name} and leaves {labels(context, left)}"
        yield context.on_place(
            most.location, message, f"{most.scope}:{entity.id}",
            confidence=Confidence.MEDIUM, entity=entity.name,
        )  # fmt: skip


def _is_deleted_too(erasure: Erasure, found: list[Erasure]) -> bool:
    """`erase(user)` and `user.delete()` behind it, in the same function or the one that calls."""
    return any(
        other.how in ("delete", "sql delete")
        and (other.scope in (erasure.scope, *erasure.within) or erasure.scope in other.within)
        for other in found
    )
