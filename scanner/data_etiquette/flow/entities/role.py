"""What an entity is to a person, told from its name."""

from __future__ import annotations

from itertools import pairwise

from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.flow.lexicon.words import split
from data_etiquette.model.kind import Role

_DEFINITIONS = frozenset({"config", "configuration", "setting", "option", "summary", "stat"})
_GROUPS = frozenset({"group", "team", "community", "club"})
"""`GroupProfile` describes a group."""
_DEFINABLE = (Role.CONTENT, Role.ACTIVITY, Role.RECORD, Role.CREDENTIAL)
_ABSTRACT = frozenset({"abstract", "base"})
"""`AbstractPost` is a post, though `post` at the end of a name is as often a verb."""
_TABLE_PREFIXES = frozenset(
    {
        "tbl",
        "tb",
        "t",
        "dim",
        "fact",
        "fct",
        "stg",
        "src",
        "raw",
        "vw",
        "v",
        "tmp",
        "auth",
        "core",
        "d",
    }
)


def role_of_name(name: str, vocabulary: Vocabulary) -> tuple[Role, bool]:
    """(role, whether the name told it). An unknown head noun is a thing, but may be more."""
    if _is_form_definition(split(name), vocabulary):
        return Role.THING, True
    words = core(split(name), vocabulary)
    for start in range(len(words)):
        run = "".join(words[start:])
        role = vocabulary.roles.get(run)
        if role is None:
            continue
        owner = words[start - 1] if start else ""
        if role in _DEFINABLE and _DEFINITIONS & set(split(name)[-1:]):
            # `OrderSettings` say how orders are; `UserSettings` are a person's own.
            return Role.THING, True
        is_place = run.endswith(("address", "contact", "phone", "email", "location", "profile"))
        is_group = run.endswith("profile") and owner in _GROUPS
        if role is Role.PERSON and (
            is_group or (is_place and owner in _organisational(vocabulary))
        ):
            # `CompanyAddress` is a place of a company, not of a person.
            return Role.ORGANISATION, True
        return role, True
    return Role.THING, bool(words) and words[-1] in vocabulary.words["thing-prefixes"]


def subject_of_name(name: str, vocabulary: Vocabulary) -> str:
    """Kind of data subject that the entity's name tells, or the empty string."""
    words = split(name)
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            found = vocabulary.subjects.get("".join(words[start : start + length]))
            if found:
                return found
    return ""


def core(words: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """An entity's name without words such as Form or Create at its end and tbl in front."""
    transparent = vocabulary.words["transparent-heads"]
    rest = list(words)
    while len(rest) > 1 and rest[0] in _ABSTRACT:
        rest.pop(0)
    while len(rest) > 1 and (rest[-1] in transparent or rest[-1].isdigit()):
        if vocabulary.roles.get("".join(rest)) or vocabulary.roles.get("".join(rest[-2:])):
            break
        rest.pop()
    while len(rest) > 1 and (rest[0] in _TABLE_PREFIXES):
        rest.pop(0)
    return tuple(rest)


def _is_form_definition(words: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    parts = vocabulary.words["form-parts"]
    return any(word == "form" and following in parts for word, following in pairwise(words))


def _organisational(vocabulary: Vocabulary) -> frozenset[str]:
    return vocabulary.words["organisation-words"]
