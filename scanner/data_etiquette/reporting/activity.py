"""One activity as a section of the notice: what, why, how, who, how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data_etiquette.model.declaration import Activity, DeclaredRecipient
from data_etiquette.model.graph import Flow
from data_etiquette.model.kind import Protection, SinkKind
from data_etiquette.reporting.texts import capitalised
from data_etiquette.reporting.voice import (
    Said,
    Voice,
    basis_article,
    readable_start,
    sentence_end,
    shown,
)

_USES = (
    SinkKind.TEMPLATE,
    SinkKind.RESPONSE,
    SinkKind.EMAIL,
    SinkKind.FILE,
    SinkKind.SEARCH,
    SinkKind.LLM,
    SinkKind.COOKIE,
    SinkKind.SESSION,
    SinkKind.CACHE,
    SinkKind.QUEUE,
    SinkKind.LOG,
)
"""Kinds of sink that a customer is told of, in this order; who gets data is told elsewhere."""
_UNREADABLE = (Protection.ENCRYPTED, Protection.HASHED, Protection.TOKENISED)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that belong together, and a list under them."""

    said: tuple[Said, ...]
    items: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One question and its answer."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the notice with its own heading."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The first layer: an activity in four lines."""

    target: str
    """Id of its section."""
    title: str
    rows: tuple[tuple[str, Said], ...]


def section_of(voice: Voice, activity: Activity) -> Section:
    """All that the law wants told of one activity."""
    sentences = voice.texts.sentences
    blocks = (
        Block(sentences["collected"], tuple(_collected(voice, activity))),
        Block(sentences["source_title"], (Paragraph(tuple(_source(voice, activity))),)),
        Block(sentences["why"], tuple(_why(voice, activity))),
        Block(sentences["how"], (Paragraph((), tuple(_how(voice, activity))),)),
        Block(sentences["must"], (Paragraph(tuple(_must(voice, activity))),)),
        Block(sentences["who"], tuple(_who(voice, activity))),
        Block(sentences["long"], (Paragraph(tuple(_long(voice, activity))),)),
        Block(sentences["machine"], (Paragraph(tuple(_machine(voice, activity))),)),
    )
    return Section(section_id(activity), capitalised(activity.label), blocks)


def section_id(activity: Activity) -> str:
    """Anchor of an activity."""
    return f"activity-{anchor(activity.id)}"


def anchor(name: str) -> str:
    """Letters, digits and dashes, distinct for distinct names."""
    return "".join(
        letter if letter.isascii() and letter.isalnum() else f"-{ord(letter):x}-" for letter in name
    )


def card_of(voice: Voice, activity: Activity) -> Card:
    """The activity in four lines."""
    sentences = voice.texts.sentences
    rows = (
        (sentences["card_why"], _short_why(voice, activity)),
        (sentences["card_data"], _short_data(voice, activity)),
        (sentences["card_who"], _short_who(voice, activity)),
        (sentences["card_long"], _short_long(voice, activity)),
    )
    return Card(section_id(activity), capitalised(activity.label), rows)


def _key(activity: Activity, part: str) -> str:
    return f"activities[{activity.id}].{part}"


def _collected(voice: Voice, activity: Activity) -> Iterator[Paragraph]:
    place = voice.place(_key(activity, "subjects"))
    subjects = voice.listed(voice.subject(name) for name in activity.subjects)
    whom = (
        voice.say("collected_from", place, subjects=subjects)
        if subjects
        else voice.gap("gap_subjects", voice.place(f"activities[{activity.id}]"))
    )
    data = voice.data(activity)
    if not data:
        yield Paragraph((whom, voice.gap("gap_data")))
        return
    yield Paragraph((whom,), tuple(Said(capitalised(d.label), d.places) for d in data))
    special = [datum for datum in data if datum.special]
    if special:
        places = tuple(place for datum in special for place in datum.places[:1])
        named = voice.listed(datum.label for datum in special)
        yield Paragraph((voice.say("special", *places, data=named),))


def _source(voice: Voice, activity: Activity) -> Iterator[Said]:
    if "source" in activity.keys:
        yield voice.say(f"source_{activity.source}", voice.place(_key(activity, "source")))
    else:
        yield voice.gap("gap_source", voice.place(f"activities[{activity.id}]"))


def _why(voice: Voice, activity: Activity) -> Iterator[Paragraph]:
    if activity.purposes:
        said = voice.say("purposes", voice.place(_key(activity, "purposes")))
        items = tuple(
            Said(voice.purpose(name), _placed(voice, activity, f"purposes[{name}]"))
            for name in activity.purposes
        )
        yield Paragraph((said,), items)
    else:
        yield Paragraph((voice.gap("gap_purposes"),))
    yield Paragraph(tuple(_basis(voice, activity)))
    if any(datum.special for datum in voice.data(activity)):
        yield Paragraph(tuple(_special_basis(voice, activity)))


def _placed(voice: Voice, activity: Activity, part: str) -> tuple[str, ...]:
    place = voice.place(_key(activity, part))
    return (place,) if place else ()


def _basis(voice: Voice, activity: Activity) -> Iterator[Said]:
    place = voice.place(_key(activity, "legal_basis"), f"activities[{activity.id}]")
    basis = activity.legal_basis
    if not basis:
        yield voice.gap("gap_basis", place)
        return
    yield voice.say(f"basis_{basis}", place)
    yield voice.say("law", place, article=basis_article(basis))
    if basis == "legitimate_interests":
        where_key = _key(activity, "legitimate_interest")
        where = voice.place(where_key)
        if activity.legitimate_interest:
            interest = sentence_end(activity.legitimate_interest)
            yield voice.say("interest", where, interest=interest)
        else:
            yield voice.gap("gap_interest", place)
        if activity.assessment:
            yield voice.say("weighed", voice.place(f"{where_key}.assessment", where_key))


def _special_basis(voice: Voice, activity: Activity) -> Iterator[Said]:
    if not activity.special_basis:
        yield voice.gap("gap_special", voice.place(f"activities[{activity.id}]"))
        return
    place = voice.place(_key(activity, "special_basis"))
    yield voice.say(activity.special_basis, place)
    yield voice.say("law", place, article=basis_article(activity.special_basis))


def _how(voice: Voice, activity: Activity) -> Iterator[Said]:
    spots = voice.spots.get(activity.id, ())
    kept = sorted({shown(spot.field.location) for spot in spots if spot.entity.stored})
    if kept:
        yield voice.say("how_stored", *kept[:3])
    flows = voice.flows(activity)
    yield from uses_of(voice, flows)
    hidden = [spot.field for spot in spots if spot.field.protection in _UNREADABLE]
    if hidden:
        data = voice.elements(voice.by_label(item.element for item in hidden))
        yield voice.say("how_protected", *(shown(f.location) for f in hidden[:3]), data=data)
    if not kept and not flows:
        yield voice.say("how_none")


def uses_of(voice: Voice, flows: Sequence[Flow]) -> Iterator[Said]:
    """What the code does with data: one sentence for each kind of end."""
    for kind in _USES:
        ways = [flow for flow in flows if flow.sink.kind is kind]
        if ways:
            places = sorted({shown(flow.sink.location) for flow in ways})[:3]
            data = voice.elements(voice.by_label(flow.element for flow in ways))
            yield voice.say(f"use_{kind.value}", *places, data=data)


def _must(voice: Voice, activity: Activity) -> Iterator[Said]:
    place = voice.place(_key(activity, "required"))
    if "required" not in activity.keys:
        yield voice.gap("gap_must", voice.place(f"activities[{activity.id}]"))
        return
    if activity.statutory:
        yield voice.say("must_law", place)
    if activity.contractual:
        yield voice.say("must_contract", place)
    if not activity.statutory and not activity.contractual:
        yield voice.say("must_free", place)
    if activity.consequence:
        yield voice.say("must_without", place, consequence=sentence_end(activity.consequence))


def _who(voice: Voice, activity: Activity) -> Iterator[Paragraph]:
    if "recipients" not in activity.keys:
        yield Paragraph((voice.gap("gap_who", voice.place(f"activities[{activity.id}]")),))
    elif not activity.recipients:
        yield Paragraph((voice.say("who_nobody", voice.place(_key(activity, "recipients"))),))
    for name in activity.recipients:
        recipient = voice.recipients.get(name)
        if recipient is None:
            place = voice.place(_key(activity, f"recipients[{name}]"))
            yield Paragraph((voice.gap("gap_recipient", place, name=name),))
        else:
            yield Paragraph(tuple(_recipient(voice, activity, recipient)))


def _recipient(voice: Voice, activity: Activity, recipient: DeclaredRecipient) -> Iterator[Said]:
    key = f"recipients[{recipient.id}]"
    place = voice.place(key)
    used = {datum.id for datum in voice.data(activity)}
    data = [name for name in recipient.data if name in used]
    if data:
        where = voice.place(f"{key}.data", key)
        yield voice.say("recipient", where, name=recipient.name, data=voice.elements(data))
    else:
        yield voice.say("recipient_some", place, name=recipient.name)
    if recipient.role:
        yield voice.say(f"role_{recipient.role}", voice.place(f"{key}.role", key))
    else:
        yield voice.gap("gap_role", place, name=recipient.name)
    yield from _country(voice, recipient)


def _country(voice: Voice, recipient: DeclaredRecipient) -> Iterator[Said]:
    key = f"recipients[{recipient.id}]"
    place = voice.place(f"{key}.transfer", f"{key}.country", key)
    if not recipient.countries:
        yield voice.gap("gap_where", place, name=recipient.name)
        return
    names = voice.listed(voice.texts.country(code) for code in recipient.countries)
    if recipient.countries == (recipient.country,):
        yield voice.say("seat", place, country=names)
    else:
        yield voice.say("where", place, countries=names)
    if recipient.mechanism not in ("", "none"):
        yield voice.say(recipient.mechanism, voice.place(f"{key}.transfer.mechanism", key))
    elif recipient.id in voice.unsafe:
        yield voice.gap("gap_safeguard", place)
    if recipient.transfer_copy:
        where = voice.place(f"{key}.transfer.copy", key)
        yield voice.say("copy", where, copy=recipient.transfer_copy)


def _long(voice: Voice, activity: Activity) -> Iterator[Said]:
    kept = activity.retention
    place = voice.place(_key(activity, "retention"), f"activities[{activity.id}]")
    if kept is None or not (kept.period or kept.criterion):
        yield voice.gap("gap_keep", place)
        return
    if kept.criterion:
        criterion = kept.criterion.rstrip(" .")
        yield voice.say("keep_until", place, criterion=criterion)
    else:
        yield voice.say("keep", place, period=voice.texts.duration(kept.period))
        if kept.starts:
            yield voice.say("keep_from", place, start=readable_start(kept.starts))
        else:
            yield voice.gap("gap_start", place)
    if kept.why:
        yield voice.say("keep_why", place, why=kept.why.rstrip(" ."))


def _machine(voice: Voice, activity: Activity) -> Iterator[Said]:
    place = voice.place(_key(activity, "automated_decision"), f"activities[{activity.id}]")
    if "automated_decision" not in activity.keys:
        yield voice.gap("gap_machine", place)
        return
    if not activity.automated_decision:
        yield voice.say("machine_no", place)
        return
    yield voice.say("machine_yes", place)
    told = (
        ("machine_logic", "logic", activity.automated_logic),
        ("machine_means", "significance", activity.automated_significance),
    )
    for key, name, text in told:
        if text:
            yield voice.say(key, place, **{name: sentence_end(text)})
        else:
            yield voice.gap(f"gap_{key}", place)
    if activity.automated_safeguards:
        text = sentence_end(activity.automated_safeguards)
        yield voice.say("machine_human", place, safeguards=text)


def _not_stated(voice: Voice) -> Said:
    return Said(voice.texts.sentences["mark"], gap=True)


def _short_why(voice: Voice, activity: Activity) -> Said:
    purposes = [voice.purpose(name) for name in activity.purposes]
    return Said(capitalised(voice.listed(purposes))) if purposes else _not_stated(voice)


def _short_data(voice: Voice, activity: Activity) -> Said:
    data = voice.data(activity)
    if not data:
        return _not_stated(voice)
    first = [datum.label for datum in data[:3]]
    if len(data) > 4:
        more = voice.texts.say("more", {"count": str(len(data) - 3)})
        return Said(capitalised(voice.listed([*first, more])))
    return Said(capitalised(voice.listed(datum.label for datum in data)))


def _short_who(voice: Voice, activity: Activity) -> Said:
    if "recipients" not in activity.keys:
        return _not_stated(voice)
    names = [
        voice.recipients[name].name if name in voice.recipients else name
        for name in activity.recipients
    ]
    return Said(voice.listed(names) or voice.texts.sentences["nobody"])


def _short_long(voice: Voice, activity: Activity) -> Said:
    kept = activity.retention
    if kept is None or not (kept.period or kept.criterion):
        return _not_stated(voice)
    return Said(kept.criterion or voice.texts.duration(kept.period))
