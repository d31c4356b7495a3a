"""Personal data that an endpoint's address carries: parameters of its path and of its query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from data_etiquette.flow.program.annotation import is_scalar
from data_etiquette.flow.program.reference import FunctionRef
from data_etiquette.model.application import Asked
from data_etiquette.model.facts import CallFact

_PATH = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>|\{(\w+)(?::\w+)?\}")
"""`<str:email>`, `(?P<email>…)`, `{email}`."""
_OPAQUE = frozenset({"int", "uuid", "pk"})
_BODILESS = frozenset({"GET", "DELETE", "HEAD"})
_BY_SIGNATURE = frozenset({"fastapi", "ninja", "litestar", "starlite"})
"""Frameworks in which a parameter of a simple type that the path lacks is one of the query."""
_ELSEWHERE = re.compile(r"^(?:\w+\.)*(Depends|Security|Body|Form|File|Header|Cookie|Provide)\b")
_MARKED = re.compile(r"\b(Depends|Security|Body|Form|File|Header|Cookie|Provide)\b")
_QUERIES = (".GET", ".args", ".query_params")
_READING = (".get", ".getlist", ".pop")

Judge = Callable[[str], str]
"""The data element that a name means, or nothing."""


def asked_in_path(paths: Iterable[str], judge: Judge) -> Iterator[Asked]:
    """Parameters of paths that mean personal data."""
    for path in paths:
        for kind, *names in _PATH.findall(path):
            name = next(filter(None, names), "")
            element = judge(name) if name and kind not in _OPAQUE else ""
            if element:
                yield Asked("path", name, element)


def asked_in_query(
    fn: FunctionRef, framework: str, verbs: set[str], paths: str, judge: Judge
) -> Iterator[Asked]:
    """Parameters of the query: of the signature, or read from the request by a constant key."""
    if framework in _BY_SIGNATURE and verbs and verbs <= _BODILESS:
        for param in fn.function.params:
            is_other = _ELSEWHERE.match(param.default) or _MARKED.search(param.annotation)
            if is_other or f"{{{param.name}" in paths or not is_scalar(param.annotation):
                continue
            element = judge(param.name)
            if element:
                yield Asked("query", param.name, element)
    for key in sorted(_read(fn)):
        element = judge(key)
        if element:
            yield Asked("query", key, element)


def _read(fn: FunctionRef) -> Iterator[str]:
    """Constant keys that a function reads from the query."""
    function = fn.function
    for call in function.calls:
        key = _key(call)
        if key:
            yield key
    given = (v for c in function.calls for v in (*c.args, *(value for _, value in c.keywords)))
    for value in (*given, *(store.value for store in function.stores)):
        for part in value:
            for owner, last in pairwise(part.path.keys):
                if owner in _QUERIES and last[:1] == "[" and last.strip("[]"):
                    yield last.strip("[]")


def _key(call: CallFact) -> str:
    """`request.GET.get("email")`: the key."""
    keys = call.callee.keys
    if len(keys) < 2 or keys[-1] not in _READING or keys[-2] not in _QUERIES:
        return ""
    texts = [part.path.root[6:] for value in call.args[:1] for part in value
             if part.path.root.startswith("const:")]  # fmt: skip
    return texts[0] if len(texts) == 1 else ""
