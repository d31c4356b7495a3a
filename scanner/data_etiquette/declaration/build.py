"""Validated YAML nodes to a `Declaration`."""

from __future__ import annotations

import yaml

from data_etiquette.declaration.node import (
    answer,
    answered,
    entries,
    is_true,
    items,
    line,
    mappings,
    places,
    text,
    texts,
    todos,
)
from data_etiquette.declaration.parts import (
    backup,
    blocks,
    cookie,
    measure,
    notice,
    override,
    policy,
    right,
    store,
)
from data_etiquette.declaration.schema import BLOCK_SECTIONS, RIGHTS
from data_etiquette.model.declaration import (
    Activity,
    Agreement,
    Contact,
    Declaration,
    DeclaredConsent,
    DeclaredPurpose,
    DeclaredRecipient,
    DeclaredSubject,
    Organisation,
    RetentionPeriod,
    Unfinished,
)


def build_declaration(shown: str, node: yaml.Node) -> Declaration:
    """The declaration that a tree without mistakes says."""
    sections = entries(answered(node))
    rights = entries(sections.get("rights"))
    unfinished = tuple(
        Unfinished(line(place), place.start_mark.column + 1, key) for place, key in todos(node)
    )
    return Declaration(
        path=shown,
        organisation=_organisation(sections.get("organisation")),
        purposes=tuple(_purpose(entry) for entry in mappings(sections.get("purposes"))),
        subjects=tuple(_subject(entry) for entry in mappings(sections.get("subjects"))),
        activities=tuple(_activity(entry) for entry in mappings(sections.get("activities"))),
        recipients=tuple(_recipient(entry) for entry in mappings(sections.get("recipients"))),
        consent=tuple(_consent(entry) for entry in mappings(sections.get("consent"))),
        stores=tuple(store(entry) for entry in mappings(sections.get("storage"))),
        measures=tuple(measure(entry) for entry in mappings(sections.get("measures"))),
        backups=tuple(backup(entry) for entry in mappings(sections.get("backups"))),
        rights=tuple(right(name, rights[name]) for name in RIGHTS if name in rights),
        rights_contact=text(rights.get("contact")),
        notices=tuple(notice(entry) for entry in mappings(sections.get("notices"))),
        cookies=tuple(cookie(entry) for entry in mappings(sections.get("cookies"))),
        classify=tuple(override(entry) for entry in mappings(sections.get("classify"))),
        policies=tuple(policy(entry) for entry in mappings(sections.get("policy"))),
        law=texts(sections.get("law")) or ("gdpr",),
        blocks=tuple(
            block for name in BLOCK_SECTIONS for block in blocks(name, sections.get(name))
        ),
        sections=tuple(sections),
        todos=tuple(item.line for item in unfinished),
        unfinished=unfinished,
        places=tuple(places(node)),
    )


def _contact(node: yaml.Node | None) -> Contact | None:
    keys = entries(node)
    if not keys:
        return None
    return Contact(
        name=text(keys.get("name")),
        address=text(keys.get("address")),
        country=text(keys.get("country")),
        email=text(keys.get("email")),
        url=text(keys.get("url")),
        phone=text(keys.get("phone")),
    )


def _organisation(node: yaml.Node | None) -> Organisation:
    keys = entries(node)
    return Organisation(
        name=text(keys.get("name")),
        role=text(keys.get("role")) or "controller",
        contact=_contact(node) or Contact(),
        representative=_contact(keys.get("representative")),
        dpo=_contact(keys.get("dpo")),
        authority=_contact(keys.get("authority")),
        joint_controllers=tuple(
            filter(None, (_contact(entry) for entry in items(keys.get("joint_controllers"))))
        ),
        line=line(node) if node is not None else 0,
    )


def _purpose(node: yaml.Node) -> DeclaredPurpose:
    keys = entries(node)
    return DeclaredPurpose(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        fides=text(keys.get("fides")),
        dpv=text(keys.get("dpv")),
        line=line(node),
    )


def _subject(node: yaml.Node) -> DeclaredSubject:
    keys = entries(node)
    return DeclaredSubject(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        fides=text(keys.get("fides")),
        code=texts(keys.get("code")),
        line=line(node),
    )


def _activity(node: yaml.Node) -> Activity:
    keys = entries(node)
    fields = entries(keys.get("fields"))
    required = entries(keys.get("required"))
    interest = entries(keys.get("legitimate_interest"))
    automated = entries(keys.get("automated_decision"))
    dpia = entries(keys.get("dpia"))
    return Activity(
        id=text(keys.get("id")),
        label=text(keys.get("label")) or text(keys.get("id")),
        line=line(node),
        purposes=texts(keys.get("purposes")),
        legal_basis=text(keys.get("legal_basis")),
        legitimate_interest=text(interest.get("statement")),
        assessment=text(interest.get("assessment")),
        special_basis=text(keys.get("special_basis")),
        consent=texts(keys.get("consent")),
        subjects=texts(keys.get("subjects")),
        data=texts(keys.get("data")),
        include=texts(fields.get("include")),
        exclude=texts(fields.get("exclude")),
        source=text(keys.get("source")) or "data_subject",
        statutory=is_true(required.get("statutory")),
        contractual=is_true(required.get("contractual")),
        consequence=text(required.get("consequence")),
        recipients=texts(keys.get("recipients")),
        retention=_retention(keys.get("retention")),
        automated_decision=is_true(automated.get("present")),
        automated_logic=text(automated.get("logic")),
        automated_significance=text(automated.get("significance"))
        or text(automated.get("consequences")),
        automated_safeguards=text(automated.get("safeguards")),
        dpia_needed=answer(dpia.get("needed")),
        dpia_link=text(dpia.get("link")),
        dpia_date=text(dpia.get("date")),
        code=texts(keys.get("code")),
        security=texts(keys.get("security")),
        owner=text(keys.get("owner")),
        note=text(keys.get("note")),
        keys=tuple(keys),
    )


def _retention(node: yaml.Node | None) -> RetentionPeriod | None:
    keys = entries(node)
    if not keys or node is None:
        return None
    return RetentionPeriod(
        period=text(keys.get("period")) or text(keys.get("criterion")),
        criterion=text(keys.get("criterion")),
        starts=text(keys.get("starts")),
        why=text(keys.get("why")),
        enforced_by=text(keys.get("enforced_by")),
        line=line(node),
    )


def _recipient(node: yaml.Node) -> DeclaredRecipient:
    keys = entries(node)
    transfer = entries(keys.get("transfer"))
    return DeclaredRecipient(
        id=text(keys.get("id")),
        name=text(keys.get("name")) or text(keys.get("id")),
        line=line(node),
        role=text(keys.get("role")),
        kind=text(keys.get("kind")),
        data=texts(keys.get("data")),
        purposes=texts(keys.get("purposes")),
        agreement=_agreement(keys.get("agreement")),
        countries=texts(transfer.get("countries")) or texts(keys.get("country")),
        country=text(keys.get("country")),
        mechanism=text(transfer.get("mechanism")),
        transfer_copy=text(transfer.get("copy")),
        transfer_assessment=text(transfer.get("tia")),
        modules=texts(keys.get("modules")),
        hosts=texts(keys.get("hosts")),
        code=texts(keys.get("code")),
        consent=text(keys.get("consent")),
        note=text(keys.get("note")),
    )


def _agreement(node: yaml.Node | None) -> Agreement | None:
    keys = entries(node)
    if not keys or node is None:
        return None
    return Agreement(
        type=text(keys.get("type")),
        signed=text(keys.get("signed")),
        link=text(keys.get("link")),
        review=text(keys.get("review")),
        reviewed=text(keys.get("reviewed")),
        expires=text(keys.get("expires")),
        line=line(node),
    )


def _consent(node: yaml.Node) -> DeclaredConsent:
    keys = entries(node)
    age = text(keys.get("min_age"))
    return DeclaredConsent(
        id=text(keys.get("id")),
        label=text(keys.get("label")),
        purposes=texts(keys.get("purposes")),
        field=text(keys.get("field")),
        record=text(keys.get("record")),
        withdraw=text(keys.get("withdraw")),
        min_age=int(age) if age.isdigit() else 0,
        line=line(node),
    )
