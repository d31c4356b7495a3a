"""The transparency notice: what customers read, from the declaration and the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace

import jinja2

from data_etiquette.model.declaration import (
    Activity,
    Contact,
    Declaration,
    DeclaredCookie,
    DeclaredNotice,
    DeclaredRight,
)
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.report import Report
from data_etiquette.reporting.activity import (
    Block,
    Card,
    Paragraph,
    Section,
    card_of,
    section_of,
    uses_of,
)
from data_etiquette.reporting.page import pinned, stamped
from data_etiquette.reporting.texts import Texts, capitalised, reading_ease
from data_etiquette.reporting.voice import (
    UNDECLARED_COOKIE,
    Said,
    Undeclared,
    Voice,
    contact_text,
    shown,
    undeclared,
)

_RIGHTS = {
    "access": "GDPR Art. 15",
    "rectification": "GDPR Art. 16",
    "erasure": "GDPR Art. 17",
    "restriction": "GDPR Art. 18",
    "objection": "GDPR Art. 21",
    "portability": "GDPR Art. 20",
    "withdraw": "GDPR Art. 7(3)",
}
"""Rights in the order they are told, and where the law gives them."""
_MAIL = ("mail", "email", "e-mail")
_PAGE = re.compile(r"(?:(?:GET|POST|PUT|PATCH|DELETE)\s+)?(?P<place>(?:/|https?://)\S*)")
_DONE_BY_MACHINES = re.compile(r"(?:PUT|PATCH|DELETE)\s|.*[{<]")
"""An address that nobody can open in a browser."""


@dataclass(frozen=True, slots=True)
class CookieRow:
    """One thing kept on the reader's device."""

    name: Said
    cells: tuple[tuple[str, Said], ...]
    """(heading, text)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The whole text, in the order of reading."""

    organisation: str
    overview: tuple[Said, ...]
    cards: tuple[Card, ...]
    activities: tuple[Section, ...]
    shared: tuple[Said, ...]
    """What the service does with data that several activities use."""
    rights: Section
    ask: Section
    cookies: tuple[CookieRow, ...]
    cookies_said: tuple[Said, ...]
    changes: tuple[Said, ...]
    undeclared: Undeclared

    @property
    def gaps(self) -> int:
        """How many points are not stated; what the cards repeat is counted once."""
        told = (self.overview, self.activities, self.rights, self.ask, self.cookies)
        parts = (*told, self.cookies_said, self.changes)
        found = self.undeclared
        return sum(item.gap for part in parts for item in _said(part)) + len(
            (*found.data, *found.recipients)
        )

    def readability(self, texts: Texts) -> float:
        """How easily its sentences are read; lists, cards and gaps are not sentences."""
        sections = (*self.activities, self.rights, self.ask)
        paragraphs = (p for s in sections for block in s.blocks for p in block.paragraphs)
        told = [said for paragraph in paragraphs for said in paragraph.said]
        told += [*self.overview, *self.changes]
        return reading_ease([said.text for said in told if not said.gap], texts)


@dataclass(frozen=True, slots=True)
class Scope:
    """The activities that one text speaks of, and the declared notices that are its versions."""

    id: str
    """Of the first of them; empty for the text that stands alone."""
    activities: tuple[str, ...]
    """Ids; empty means all."""
    notices: tuple[DeclaredNotice, ...]

    @property
    def languages(self) -> list[str]:
        """Of its notices, in the order they are written."""
        return list(dict.fromkeys(item.language.lower() for item in self.notices if item.language))

    def of(self, declaration: Declaration) -> Declaration:
        """The declaration as far as this text goes."""
        chosen = tuple(
            activity
            for activity in declaration.activities
            if not self.activities or activity.id in self.activities
        )
        return replace(declaration, activities=chosen, notices=self.notices)


def scopes_of(declaration: Declaration | None) -> list[Scope]:
    """One text for each set of activities that declared notices name, in the order written."""
    notices = declaration.notices if declaration is not None else ()
    groups: dict[tuple[str, ...], list[DeclaredNotice]] = {}
    for notice in notices:
        groups.setdefault(tuple(sorted(set(notice.activities))), []).append(notice)
    found = [Scope(items[0].id, named, tuple(items)) for named, items in groups.items()]
    return found or [Scope("", (), ())]


def untold(declaration: Declaration) -> list[Activity]:
    """Activities that no declared notice speaks of; none where no notice is declared."""
    notices = declaration.notices
    if not notices or not all(item.activities for item in notices):
        return []
    told = {name for item in notices for name in item.activities}
    return [activity for activity in declaration.activities if activity.id not in told]


def build_notice(report: Report, declaration: Declaration, texts: Texts) -> Notice:
    """Everything that the notice says."""
    voice = Voice(report, declaration, texts)
    activities = declaration.activities
    return Notice(
        organisation=declaration.organisation.name,
        overview=tuple(_overview(voice)),
        cards=tuple(card_of(voice, activity) for activity in activities),
        activities=tuple(section_of(voice, activity) for activity in activities),
        shared=tuple(uses_of(voice, voice.shared_flows)),
        rights=Section("rights", texts.sentences["rights"], tuple(_rights(voice))),
        ask=Section("ask", texts.sentences["ask"], tuple(_ask(voice))),
        cookies=tuple(_cookie(voice, cookie) for cookie in declaration.cookies),
        cookies_said=tuple(_cookies_said(voice)),
        changes=tuple(_changes(voice)),
        undeclared=undeclared(report, texts),
    )


def render_notice(  # noqa: PLR0913 (what is told, of what, in which words and looks)
    environment: jinja2.Environment,
    report: Report,
    scope: Scope,
    texts: Texts,
    style: str,
    *,
    traceable: bool,
) -> dict[str, str]:
    """The page, and the part of it that a site can embed."""
    declaration = report.declaration
    notice = build_notice(report, scope.of(declaration), texts) if declaration is not None else None
    values = {
        "texts": texts,
        "s": texts.sentences,
        "notice": notice,
        "undeclared": notice.undeclared if notice else undeclared(report, texts),
        "traceable": traceable,
        "draft": _draft(notice, texts),
        **pinned(style),
    }
    return {
        name: stamped(environment.get_template(f"transparency/{name}.j2").render(values))
        for name in ("transparency.html", "transparency-embed.html")
    }


def _draft(notice: Notice | None, texts: Texts) -> str:
    if notice is None or not notice.gaps:
        return ""
    values = {"count": str(notice.gaps), "mark": texts.sentences["mark"]}
    return texts.say("draft_one" if notice.gaps == 1 else "draft", values)


def _said(part: object) -> Iterator[Said]:
    """Everything said anywhere in a part."""
    if isinstance(part, Said):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _said(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _said(getattr(part, field.name))


def _overview(voice: Voice) -> Iterator[Said]:
    organisation = voice.declaration.organisation
    place = voice.place("organisation.name", "organisation")
    if organisation.role == "processor":
        yield voice.say("who_processor", place, organisation=organisation.name)
    elif organisation.joint_controllers:
        others = voice.listed(item.name for item in organisation.joint_controllers)
        yield voice.say("who_joint", place, organisation=organisation.name, others=others)
    elif organisation.role == "joint_controller":
        yield voice.say("who_joint_alone", place, organisation=organisation.name)
    else:
        yield voice.say("who_we_are", place, organisation=organisation.name)
    used = dict.fromkeys(s for a in voice.declaration.activities for s in a.subjects)
    if used:
        subjects = voice.listed(voice.subject(name) for name in used)
        yield voice.say("about_whom", voice.place("subjects"), subjects=subjects)
    yield voice.say("short_rights", "GDPR Art. 15-17")
    contact = _contact(voice)
    if contact:
        yield voice.say("short_ask", _contact_place(voice), contact=contact)


def _contact(voice: Voice) -> str:
    """Where a person writes to."""
    organisation = voice.declaration.organisation
    dpo = organisation.dpo or Contact()
    ways = (voice.declaration.rights_contact, dpo.email, organisation.contact.email)
    return next(filter(None, (*ways, organisation.contact.address)), "")


def _contact_place(voice: Voice) -> str:
    return voice.place(
        "rights.contact", "organisation.dpo.email", "organisation.email", "organisation"
    )


def _rights(voice: Voice) -> Iterator[Block]:
    for name, law in _RIGHTS.items():
        said = (voice.say(f"right_{name}_text", law), *_ways(voice, name))
        yield Block(voice.texts.sentences[f"right_{name}"], (Paragraph(said),))
    authority = voice.declaration.organisation.authority
    place = voice.place("organisation.authority", "organisation")
    complaint = [voice.say("complain_text", "GDPR Art. 77")]
    if authority is None:
        complaint.append(voice.gap("gap_authority", place))
    else:
        complaint.append(Said(f"{contact_text(authority)}.", (place,)))
    yield Block(voice.texts.sentences["complain"], (Paragraph(tuple(complaint)),))


def _ways(voice: Voice, name: str) -> Iterator[Said]:
    """How the right is used: a page to open, else somebody to write to."""
    right = voice.declaration.right(name)
    contact = _contact(voice)
    served = _served(voice, name, right)
    pages = [(text, place) for text, place in served if _page(text)]
    for text, place in pages:
        yield voice.say("use_page", place, place=_page(text))
    if pages:
        return
    place = served[0][1] if served else voice.place("rights")
    if not served:
        key = "gap_use_ask" if contact else "gap_use"
        yield voice.gap(key, place, contact=contact)
    elif not contact:
        yield voice.gap("gap_use", place)
    elif any(text.lower() in _MAIL for text, _ in served):
        yield voice.say("use_mail", place, contact=contact)
    else:
        yield voice.say("use_ask", place, contact=contact)


def _served(voice: Voice, name: str, right: DeclaredRight | None) -> list[tuple[str, str]]:
    """(what serves the right, its place); consents tell how they are withdrawn."""
    place = voice.place(f"rights.{name}", "rights")
    found = dict.fromkeys(right.served_by if right is not None else (), place)
    if name == "withdraw":
        for consent in voice.declaration.consent:
            where = voice.place(f"consent[{consent.id}].withdraw", f"consent[{consent.id}]")
            found |= {consent.withdraw: where} if consent.withdraw else {}
    return list(found.items())


def _page(text: str) -> str:
    """The address that a person can open, if it is one."""
    match = _PAGE.fullmatch(text.strip())
    return match["place"] if match and not _DONE_BY_MACHINES.match(text) else ""


def _ask(voice: Voice) -> Iterator[Block]:
    sentences = voice.texts.sentences
    organisation = voice.declaration.organisation
    place = voice.place("organisation")
    whole = contact_text(organisation.contact, with_name=False)
    said = [Said(organisation.name + (f", {whole}" if whole else "") + ".", (place,))]
    if not whole:
        said.append(voice.gap("contact_gap", place))
    if voice.declaration.rights_contact:
        contact = voice.declaration.rights_contact
        said.append(voice.say("rights_contact", voice.place("rights.contact"), contact=contact))
    yield Block(sentences["controller"], (Paragraph(tuple(said)),))
    others = (("representative", organisation.representative), ("dpo", organisation.dpo))
    for key, person in others:
        if person is not None:
            told = Said(f"{contact_text(person)}.", (voice.place(f"organisation.{key}"),))
            yield Block(sentences[key], (Paragraph((told,)),))
    if organisation.joint_controllers:
        where = (voice.place("organisation.joint_controllers"),)
        items = tuple(Said(contact_text(item), where) for item in organisation.joint_controllers)
        yield Block(sentences["joint"], (Paragraph((), items),))


def _cookie(voice: Voice, cookie: DeclaredCookie) -> CookieRow:
    sentences = voice.texts.sentences
    key = f"cookies[{cookie.name}]"
    place = (voice.place(key, "cookies"),)
    gap = Said(sentences["mark"], place, gap=True)
    lifetime = (
        sentences["session"]
        if cookie.lifetime == "session"
        else voice.texts.duration(cookie.lifetime)
    )
    party = sentences.get(f"party_{cookie.party}", "")
    if cookie.recipient:
        known = voice.recipients.get(cookie.recipient)
        party = known.name if known is not None else cookie.recipient
    needed = cookie.kind in ("strictly_necessary", "security")
    choice = sentences["cookie_needed" if needed else "cookie_choice"] if cookie.kind else ""
    cells = (
        ("cookie_purpose", capitalised(cookie.purpose)),
        ("cookie_lifetime", lifetime),
        ("cookie_party", party),
        ("cookie_consent", choice),
    )
    return CookieRow(
        Said(cookie.name, place),
        tuple((sentences[head], Said(text, place) if text else gap) for head, text in cells),
    )


def _cookies_said(voice: Voice) -> Iterator[Said]:
    if "cookies" not in voice.declaration.sections:
        yield voice.gap("gap_cookies")
    elif not voice.declaration.cookies:
        yield voice.say("cookies_none", voice.place("cookies"))
    for item in voice.report.findings:
        if item.rule == UNDECLARED_COOKIE and item.status is not FindingStatus.SUPPRESSED:
            yield voice.gap(
                "cookie_undeclared",
                shown(item.location),
                what=item.scope.rpartition(":")[2] or item.message,
            )


def _changes(voice: Voice) -> Iterator[Said]:
    notices = [item for item in voice.declaration.notices if item.version or item.date]
    own = [item for item in notices if item.language in ("", voice.texts.language)]
    for notice in (own or notices)[:1]:
        place = voice.place(f"notices[{notice.id}].version", f"notices[{notice.id}]")
        if notice.version:
            yield voice.say("changed", place, version=notice.version)
        if notice.date:
            yield voice.say("changed_on", place, date=notice.date)
    if not notices:
        yield voice.gap("gap_changes", voice.place("notices"))
