"""One function for each kind of rule file: a YAML node to a model type."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import (
    DataElement,
    ElementCase,
    EntityPattern,
    FieldType,
    FrameworkModel,
    KnownRecipient,
    LawReference,
    RoleWords,
    Rule,
    RuleCase,
    SanitiserModel,
    SinkModel,
    SubjectKind,
)
from data_etiquette.model.kind import Principle, Role, Severity, SinkKind

_ROLES = tuple(role.value for role in Role)
_DEFAULT_FILES = {"python": "app.py", "sql": "app.sql", "html": "app.html"}
_BRACES = re.compile(r"\{([^{}]*)\}")


def parse_element(node: Node) -> DataElement:
    """`data/<group>/<id>.yaml`."""
    keys = node.keys(
        ("id", "label", "group", "sensitivity", "special_category", "crosswalk", "names",
         "context_names", "types", "not_names", "cases", "note"),
        ("id", "label", "group", "sensitivity", "special_category", "crosswalk", "cases"),
    )  # fmt: skip
    get = _getter(node, keys)
    crosswalk = get("crosswalk").keys(("fideslang", "dpv"), ("fideslang", "dpv"))
    _check_name(node, get("id").text(), get("group").text())
    return DataElement(
        id=get("id").text(),
        label=get("label").text(),
        group=get("group").text(),
        sensitivity=get("sensitivity").number(),
        special_category=get("special_category").is_true(),
        fideslang=crosswalk["fideslang"].text() if "fideslang" in crosswalk else "",
        dpv=crosswalk["dpv"].text() if "dpv" in crosswalk else "",
        names=get("names").languages(),
        context_names=tuple(
            (_role(name, value), tuple(word for _, words in value.languages() for word in words))
            for name, value in get("context_names").mapping().items()
        ),
        types=get("types").texts(),
        not_names=get("not_names").texts(),
        cases=tuple(_element_case(item) for item in get("cases").items()),
        path=node.path,
    )


def _element_case(node: Node) -> ElementCase:
    keys = node.keys(("entity", "field", "type", "expect"), ("entity", "field", "expect"))
    get = _getter(node, keys)
    return ElementCase(
        get("entity").text(), get("field").text(), get("type").text(), get("expect").text()
    )


def parse_subject(node: Node) -> SubjectKind:
    """`subjects/<id>.yaml`."""
    get = _getter(node, node.keys(("id", "label", "fideslang", "names"), ("id", "label", "names")))
    _check_name(node, get("id").text())
    names = tuple(word for _, words in get("names").languages() for word in words)
    return SubjectKind(get("id").text(), get("label").text(), names)


def parse_role(node: Node) -> RoleWords:
    """`roles/<role>.yaml`."""
    get = _getter(node, node.keys(("role", "label", "heads", "bases", "cases"), ("role", "heads")))
    _check_name(node, get("role").text())
    return RoleWords(
        role=_role(get("role").text(), get("role")),
        heads=tuple(word for _, words in get("heads").languages() for word in words),
        bases=get("bases").texts(),
    )


def parse_words(node: Node) -> tuple[str, tuple[str, ...]]:
    """`words/<purpose>.yaml`."""
    get = _getter(node, node.keys(("purpose", "why", "words"), ("purpose", "why", "words")))
    _check_name(node, get("purpose").text())
    words = tuple(word for _, words in get("words").languages() for word in words)
    return get("purpose").text(), words


def parse_recipient(node: Node) -> KnownRecipient:
    """`recipients/<id>.yaml`."""
    keys = node.keys(
        ("id", "name", "kind", "modules", "calls", "hosts", "country", "cases"),
        ("id", "name", "kind"),
    )
    get = _getter(node, keys)
    _check_name(node, get("id").text())
    return KnownRecipient(
        id=get("id").text(),
        name=get("name").text(),
        kind=get("kind").text(),
        modules=get("modules").texts(),
        calls=get("calls").texts(),
        hosts=get("hosts").texts(),
        country=get("country").text(),
        cases=parse_cases(get("cases")),
        path=node.path,
    )


def parse_law(node: Node) -> list[LawReference]:
    """`law/<instrument>.yaml`."""
    keys = node.keys(
        ("instrument", "title", "reviewed", "url", "references"),
        ("instrument", "title", "reviewed", "references"),
    )
    get = _getter(node, keys)
    _check_name(node, get("instrument").text())
    found = []
    for item in get("references").items():
        own = _getter(item, item.keys(("id", "short", "title", "url"), ("id", "short", "title")))
        found.append(
            LawReference(
                id=own("id").text(),
                short=own("short").text(),
                title=own("title").text(),
                url=own("url").text() or get("url").text(),
                reviewed=get("reviewed").text(),
            )
        )
    return found


def parse_framework(node: Node) -> FrameworkModel:
    """`frameworks/<id>.yaml`."""
    keys = node.keys(
        ("id", "label", "modules", "entities", "field_types", "sinks", "returns", "passes", "cases"),
        ("id", "label", "modules"),
    )
    get = _getter(node, keys)
    _check_name(node, get("id").text())
    return FrameworkModel(
        id=get("id").text(),
        label=get("label").text(),
        modules=get("modules").texts(),
        entities=tuple(_entity_pattern(item) for item in get("entities").items()),
        field_types=tuple(
            kind for item in get("field_types").items() for kind in _field_types(item)
        ),
        sinks=tuple(_sink(item) for item in get("sinks").items()),
        returns=tuple((name, value.text()) for name, value in get("returns").mapping().items()),
        passes=_expanded(get("passes").texts()),
        cases=parse_cases(get("cases")),
        path=node.path,
    )


def _entity_pattern(node: Node) -> EntityPattern:
    get = _getter(node, node.keys(("kind", "bases", "decorators", "stored"), ("kind",)))
    return EntityPattern(
        kind=get("kind").text(),
        bases=_expanded(get("bases").texts()),
        decorators=_expanded(get("decorators").texts()),
        stored=get("stored").is_true(),
    )


def _field_types(node: Node) -> list[FieldType]:
    keys = node.keys(("name", "means", "validates", "protection", "value"), ("name",))
    get = _getter(node, keys)
    return [
        FieldType(
            name=name,
            means=get("means").text(),
            validates=get("validates").is_true(),
            protection=get("protection").text(),
            value=get("value").text(),
        )
        for name in _expanded((get("name").text(),))
    ]


def _sink(node: Node) -> SinkModel:
    keys = node.keys(
        ("kind", "name", "calls", "receivers", "methods", "args", "recipient", "address"),
        ("kind", "name"),
    )
    get = _getter(node, keys)
    kind = get("kind").text([item.value for item in SinkKind])
    return SinkModel(
        kind=SinkKind(kind) if kind in list(SinkKind) else SinkKind.LOG,
        name=get("name").text(),
        calls=_expanded(get("calls").texts()),
        receivers=get("receivers").texts(),
        methods=get("methods").texts(),
        args=get("args").texts(),
        recipient=get("recipient").text(),
        address=get("address").text(),
    )


def parse_sanitiser(node: Node) -> SanitiserModel:
    """`sanitisers/<id>.yaml`."""
    keys = node.keys(
        ("id", "label", "effect", "calls", "methods", "keywords", "ends", "cases"),
        ("id", "label", "effect"),
    )
    get = _getter(node, keys)
    _check_name(node, get("id").text())
    return SanitiserModel(
        id=get("id").text(),
        effect=get("effect").text(),
        calls=_expanded(get("calls").texts()),
        methods=get("methods").texts(),
        keywords=get("keywords").texts(),
        ends=get("ends").is_true() if "ends" in keys else True,
        cases=parse_cases(get("cases")),
        path=node.path,
    )


def parse_rule(node: Node) -> Rule:
    """`checks/<principle>/<code>-<name>.yaml`."""
    keys = node.keys(
        ("name", "code", "principle", "title", "severity", "needs", "why", "law", "query", "check",
         "fix", "limits", "cases"),
        ("name", "code", "principle", "title", "severity", "why", "law", "fix", "limits", "cases"),
    )  # fmt: skip
    get = _getter(node, keys)
    principle = get("principle").text([item.word for item in Principle])
    severity = get("severity").text([level.value for level in Severity])
    fix = get("fix").keys(("text", "before", "after"), ("text",))
    _check_name(node, f"{get('code').text()}-{get('name').text()}", principle)
    by_word = {item.word: item for item in Principle}
    return Rule(
        code=get("code").text(),
        name=get("name").text(),
        principle=by_word.get(principle, Principle.TOOL),
        title=get("title").text(),
        severity=Severity(severity) if severity in list(Severity) else Severity.LOW,
        why=get("why").text().strip(),
        law=get("law").texts(),
        fix=fix["text"].text().strip() if "text" in fix else "",
        fix_before=fix["before"].text() if "before" in fix else "",
        fix_after=fix["after"].text() if "after" in fix else "",
        limits=get("limits").text().strip(),
        needs=get("needs").text(("code", "declaration", "either")) or "code",
        query=tuple(_flattened(get("query"), "")),
        check=get("check").text(),
        cases=parse_cases(get("cases")),
        path=node.path,
    )


def _flattened(node: Node, prefix: str) -> list[tuple[str, tuple[str, ...]]]:
    """`{flow: {to: [log]}}` as (`flow.to`, (`log`,))."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for name, value in node.mapping().items():
        key = f"{prefix}{name}"
        tag = value.raw.tag if value.raw is not None else ""
        if tag.endswith(":map"):
            found += _flattened(value, f"{key}.")
        elif tag.endswith(":seq"):
            found.append((key, value.texts()))
        else:
            found.append((key, (value.text(),)))
    return found


def parse_cases(node: Node) -> tuple[RuleCase, ...]:
    """Cases of a rule, framework, sanitiser or recipient."""
    return tuple(_case(name, value) for name, value in node.mapping().items())


def _case(name: str, node: Node) -> RuleCase:
    keys = node.keys(("bad", "good", "files", "language", "declaration", "expect"))
    get = _getter(node, keys)
    language = get("language").text(tuple(_DEFAULT_FILES)) or "python"
    single = "bad" if "bad" in keys else "good" if "good" in keys else ""
    if bool(single) == ("files" in keys):
        node.wrong("a case has exactly one of `bad`, `good` and `files`")
    expect = keys.get("expect")
    if ("bad" in keys) != (expect is not None) and "files" not in keys:
        node.wrong("`bad` needs `expect`, and `good` has none")
    if single:
        files = ((_DEFAULT_FILES[language], get(single).text()),)
    else:
        files = tuple((path, value.text()) for path, value in get("files").mapping().items())
    return RuleCase(name, files, _expected(expect), get("declaration").text())


def _expected(node: Node | None) -> tuple[str, ...]:
    if node is None or node.raw is None:
        return ()
    return node.texts() if node.raw.tag.endswith(":seq") else (node.text(),)


def _getter(node: Node, keys: dict[str, Node]) -> Callable[[str], Node]:
    missing = Node(node.path, None, node.mistakes)
    return lambda name: keys.get(name, missing)


def _role(name: str, node: Node) -> Role:
    if name not in _ROLES:
        node.wrong(f"`{name}` is no role; one of: {', '.join(_ROLES)}")
        return Role.THING
    return Role(name)


def _check_name(node: Node, stem: str, folder: str = "") -> None:
    """A file is named for what it holds, so that one search finds it."""
    place = PurePosixPath(node.path)
    if place.stem != stem:
        node.wrong(f"the file must be named {stem}.yaml")
    if folder and place.parent.name != folder:
        node.wrong(f"the file must be in the folder {folder}")


def _expanded(texts: tuple[str, ...]) -> tuple[str, ...]:
    """`a.{b,c}` as `a.b` and `a.c`."""
    found: list[str] = []
    for text in texts:
        match = _BRACES.search(text)
        if match is None:
            found.append(text)
            continue
        head, tail = text[: match.start()], text[match.end() :]
        found += _expanded(tuple(head + word.strip() + tail for word in match[1].split(",")))
    return tuple(found)
