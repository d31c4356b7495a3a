"""What is left of a value behind each kind of expression: it itself, a digest, a count."""

from __future__ import annotations

import re
from functools import cache

from sqlglot import exp

DIRECT, DERIVED, CONDITION = "direct", "derived", "condition"
MASKED, ENCRYPTED, HASHED, AGGREGATED = "masked", "encrypted", "hashed", "aggregated"
_RANK = {
    DIRECT: 0,
    DERIVED: 1,
    CONDITION: 2,
    MASKED: 3,
    ENCRYPTED: 4,
    HASHED: 5,
    AGGREGATED: 6,
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HASH = re.compile(r"hash|^md5|^sha\d?(?:$|_|\d)|^hmac|fingerprint|digest|checksum|^crc32")
_ENCRYPT = re.compile(r"encrypt|^crypt$|cipher")
_DECRYPT = re.compile(r"decrypt|decipher")
_MASK = re.compile(r"mask|redact|anonymi[sz]|pseudonym|tokeni[sz]e")

_KEEPING = _words("""
    Alias Aliases Paren Cast TryCast Coalesce Trim Upper Lower Initcap Dot Bracket JSONExtract
    JSONExtractScalar JSONBExtract JSONBExtractScalar JSONExtractArray JSONExtractQuote
    JSONValue JSONValueArray ParseJSON Collate Distinct Order Ordered IgnoreNulls RespectNulls
    Tuple Struct PropertyEQ Array List Kwarg AnyValue ArrayAgg ArrayUniqueAgg ArrayConcatAgg
    First Last FirstValue LastValue NthValue Lag Lead Explode ExplodeOuter Posexplode Inline
    Unnest Slice Limit Having HavingMax ToArray JSONArrayAgg JSONObjectAgg JSONBObjectAgg
    JSONObject JSONArray JSONKeyValue JSONBObject JSONTable JSONFormat ToMap MapFromEntries
    VarMap Map StarMap Convert AtTimeZone JSONExtractPath GetExtract Flatten Within Whens Schema
    Values From Subquery ObjectAgg StructExtract Element Transform Identity FormatJson JSON
    ReadCSV TableFromRows OpenJSON Window WindowSpec
    """)
"""The value comes out as it went in, perhaps in another type, case or container."""
_LIKE_VALUES = _words("""
    Max Min ArgMax ArgMin GroupConcat StringAgg Mode Quantile
    """)
"""Aggregations that give one person's value or all of them, not a statistic."""
_KEEPING_NAMES = _words("""
    json_agg jsonb_agg json_build_object jsonb_build_object row_to_json to_json to_jsonb
    json_value json_query json_extract_path json_extract_path_text jsonb_extract_path_text
    jsonb_path_query jsonb_array_elements json_array_elements jsonb_array_elements_text
    json_array_elements_text jsonb_each jsonb_each_text json_each json_tree json_array_length
    openjson get_json_object ifnull nvl isnull zeroifnull to_char to_varchar to_number to_date
    to_text tostring any any_value anylast first last grouparray groupuniqarray array_agg
    collect_list collect_set list string_split unnest explode flatten table toString trimBoth
    ltrim rtrim initcap opaque_identity
    """)


def weaker(left: str, right: str) -> str:
    """What is left behind two steps."""
    return left if _RANK[left] >= _RANK[right] else right


def stronger(left: str, right: str) -> str:
    """What is left when a value comes on two ways."""
    return left if _RANK[left] <= _RANK[right] else right


def effect_of(node: exp.Expr) -> str:
    """What a node leaves of what stands in it."""
    if isinstance(node, exp.Anonymous):
        return _of_name(str(node.this).lower())
    return _of_class(type(node))  # type: ignore[arg-type]


@cache
def _of_class(kind: type[exp.Expr]) -> str:
    name = kind.__name__
    if name in _KEEPING:
        return DIRECT
    if name in _LIKE_VALUES:
        return DERIVED
    by_name = _by_word(name.lower())
    if by_name:
        return by_name
    if issubclass(kind, exp.AggFunc):
        return AGGREGATED
    if issubclass(kind, (exp.Predicate, exp.Connector, exp.Not)):
        return CONDITION
    return DERIVED if issubclass(kind, (exp.Func, exp.Binary, exp.Unary, exp.Condition)) else DIRECT


@cache
def _of_name(name: str) -> str:
    if name in _KEEPING_NAMES:
        return DIRECT
    return _by_word(name) or DERIVED


def _by_word(name: str) -> str:
    if _DECRYPT.search(name):
        return DERIVED
    if _HASH.search(name):
        return HASHED
    if _ENCRYPT.search(name):
        return ENCRYPTED
    return MASKED if _MASK.search(name) else ""
