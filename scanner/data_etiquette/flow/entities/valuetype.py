"""What kind of value a field holds, from its field class, column type or annotation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from data_etiquette.flow.lexicon.vocabulary import Vocabulary
from data_etiquette.model.facts import FieldFact
from data_etiquette.model.kind import Protection

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_WRAPPERS = frozenset(
    {"Mapped", "Optional", "Union", "Annotated", "None", "ClassVar", "Final", "Required"}
    | {"NotRequired", "List", "list", "Sequence", "Iterable", "tuple", "Tuple", "Literal", "Field"}
    | {"Maybe", "UnsetType", "DynamicMapped", "WriteOnlyMapped", "InitVar", "frozenset", "Set"}
    | {"Array", "ARRAY", "Nullable", "NonNull", "conlist", "Lazy", "type"}
)
_GENERIC_CALLS = frozenset(
    {"Column", "mapped_column", "Field", "field", "attrib", "ib", "deferred", "column_property"}
)
_MANAGERS = frozenset({"Manager", "RelatedManager", "ManyRelatedManager", "QuerySet"})
_LISTS = ("ListField", "ArrayField", "fields.List", "MultipleField", "FieldList")
_SQL_KINDS = {
    "text": (
        "varchar varchar2 nvarchar nvarchar2 char nchar character text tinytext "
        "mediumtext longtext clob nclob ntext string citext bpchar name enum "
        "uniqueidentifier sysname"
    ),
    "number": (
        "int integer int2 int4 int8 int64 int32 bigint smallint tinyint mediumint serial "
        "bigserial smallserial number numeric decimal dec float float4 float8 float64 "
        "double real money smallmoney binary_double binary_float byteint hugeint"
    ),
    "boolean": "bool boolean bit",
    "date": "date year",
    "datetime": (
        "timestamp timestamptz timestampltz timestampntz datetime datetime2 "
        "datetimeoffset smalldatetime time timetz"
    ),
    "json": (
        "json jsonb variant object super blob longblob mediumblob tinyblob bytea binary "
        "varbinary image raw xml hstore map struct"
    ),
    "uuid": "uuid",
}
_SQL_TYPES = {word: kind for kind, words in _SQL_KINDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class ValueType:
    """What the declaration says about the values of a field."""

    kind: str = ""
    """`text`, `number`, `boolean`, `date`, `datetime`, `file`, `image`, `json`, `relation`,
    `uuid`, `choice`; empty when unknown."""
    means: str = ""
    """Element that the type decides by itself."""
    name: str = ""
    """The type's name as shown in evidence."""
    validates: bool = False
    protection: Protection = Protection.NONE
    target: str = ""
    """Dotted name in the annotation: perhaps a class of the scanned code."""


def value_type(fact: FieldFact, vocabulary: Vocabulary, *, is_sql: bool = False) -> ValueType:
    """Decide from the field's call, its arguments, its options and its annotation."""
    if is_sql:
        return _sql_type(fact)
    from_call = _call_type(fact, vocabulary)
    if from_call is not None and from_call.kind:
        return from_call
    from_annotation = _annotation_type(fact.annotation, vocabulary)
    if from_annotation is not None:
        return from_annotation
    return from_call or _default_type(fact)


def _call_type(fact: FieldFact, vocabulary: Vocabulary) -> ValueType | None:
    if not fact.call:
        return None
    last = fact.call.rsplit(".", 1)[-1]
    pieces = [*fact.args, fact.option("type_"), fact.option("base_field"), fact.option("sa_type")]
    if last not in _GENERIC_CALLS:
        own = _named_type(fact.call, vocabulary)
        wrapped = next(filter(None, (_text_type(piece, vocabulary) for piece in pieces)), None)
        if own is not None and own.protection is not Protection.NONE and wrapped is not None:
            return ValueType(
                wrapped.kind, wrapped.means, wrapped.name, wrapped.validates, own.protection
            )
        if last.endswith(_LISTS):
            item = wrapped or _text_type(fact.option("child"), vocabulary)
            if item is not None:
                return item
        if own is not None:
            validators = fact.option("validators")
            if own.kind == "text" and fact.option("choices") and not own.means:
                return ValueType("choice", name=own.name)
            return _validated(own, validators, vocabulary)
        if "encrypt" in last.lower():
            kind = wrapped.kind if wrapped is not None else "text"
            return ValueType(kind, name=last, protection=Protection.ENCRYPTED)
        return _by_look(last)
    if any("ForeignKey(" in piece for piece in pieces) or fact.option("foreign_key"):
        return ValueType("relation", name="foreign key")
    for piece in pieces:
        named = piece.split("(", 1)[0].rsplit(".", 1)[-1]
        if named[:1].isupper() and "encrypt" in named.lower():
            return ValueType("text", name=named, protection=Protection.ENCRYPTED)
        found = _text_type(piece, vocabulary)
        if found is not None:
            return found
    return None


def _validated(own: ValueType, validators: str, vocabulary: Vocabulary) -> ValueType:
    if "Email" in validators:
        return ValueType(
            own.kind, vocabulary.type_elements.get("EmailField", ""), own.name, validates=True
        )
    if validators not in ("", "[]"):
        checked = any(
            word in validators for word in ("Regexp", "Regex", "valid", "Phone", "Length(")
        )
        return ValueType(own.kind, own.means, own.name, own.validates or checked, own.protection)
    return own


def _text_type(text: str, vocabulary: Vocabulary) -> ValueType | None:
    """Type named by a rendered argument such as `sqlalchemy.String(40)`."""
    if not text or text[0] in "'\"[{…":
        return None
    return _named_type(text.split("(", 1)[0], vocabulary, text)


def _named_type(dotted: str, vocabulary: Vocabulary, text: str = "") -> ValueType | None:
    last = dotted.rsplit(".", 1)[-1]
    known = vocabulary.field_type(dotted)
    means = vocabulary.type_elements.get(last, "")
    if known is None and not means:
        return None
    if known is None:
        return ValueType("text", means, last, validates=True)
    kind = known.value
    if last == "Nested" or (known.name.endswith("ArrayField") and text):
        kind = "relation"
    protection = Protection(known.protection) if known.protection else Protection.NONE
    if protection is not Protection.NONE and "(" in text:
        inner = _text_type(text.split("(", 1)[1].split(",", maxsplit=1)[0].rstrip(")"), vocabulary)
        kind = inner.kind if inner else kind
    return ValueType(kind, known.means or means, last, known.validates, protection)


def _by_look(last: str) -> ValueType | None:
    """Field classes nobody described, by the usual endings of their names."""
    lowered = last.lower()
    for ending, kind in (
        ("emailfield", "text"), ("booleanfield", "boolean"), ("boolean", "boolean"),
        ("integerfield", "number"), ("decimalfield", "number"), ("datetimefield", "datetime"),
        ("datefield", "date"), ("foreignkey", "relation"), ("onetoonefield", "relation"),
        ("manytomanyfield", "relation"), ("jsonfield", "json"), ("imagefield", "image"),
        ("filefield", "file"), ("charfield", "text"), ("textfield", "text"),
        ("serializer", "relation"), ("choicefield", "choice"), ("relatedfield", "relation"),
        ("referencefield", "relation"),
        ("relationship", "relation"), ("queryset", "relation"), ("manager", "relation"),
        ("schema", "relation"), ("enumfield", "choice"), ("methodfield", ""),
        ("modelchoicefield", "relation"), ("identityfield", "relation"),
    ):  # fmt: skip
        if lowered.endswith(ending):
            return ValueType(kind, name=last)
    return None


def _annotation_type(annotation: str, vocabulary: Vocabulary) -> ValueType | None:
    if not annotation:
        return None
    target = ""
    if "Literal[" in annotation:
        return ValueType("choice", name="Literal")
    for dotted in _NAME.findall(annotation):
        last = dotted.rsplit(".", 1)[-1]
        if last in _WRAPPERS:
            continue
        if last in _MANAGERS:
            return ValueType("relation", name=last)
        found = _named_type(dotted, vocabulary)
        if found is not None:
            return replace(found, target=dotted)
        target = target or dotted
    return ValueType("", target=target, name=target.rsplit(".", 1)[-1]) if target else None


def _default_type(fact: FieldFact) -> ValueType:
    """`verified = False` and `retries = 3` tell their type by their value."""
    value = fact.option("=")
    if value in ("True", "False"):
        return ValueType("boolean", name="a boolean default")
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return ValueType("number", name="a number default")
    return ValueType()


def _sql_type(fact: FieldFact) -> ValueType:
    text = fact.annotation.lower()
    word = re.match(r"[a-z_]+\d*", text)
    base = word.group() if word else ""
    if text.startswith("tinyint(1)"):
        return ValueType("boolean", name="tinyint(1)")
    if base in ("inet", "cidr"):
        return ValueType("text", "ip_address", base, validates=True)
    if base in ("macaddr", "macaddr8"):
        return ValueType("text", "mac_address", base, validates=True)
    kind = _SQL_TYPES.get(base, "")
    return ValueType(kind, name=text[:30], protection=_sql_protection(fact))


def _sql_protection(fact: FieldFact) -> Protection:
    value = fact.option("protection")
    return Protection(value) if value in list(Protection) else Protection.NONE
