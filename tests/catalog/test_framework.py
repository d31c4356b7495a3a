from __future__ import annotations

from collections.abc import Callable

import pytest

from data_etiquette.catalog.framework import parse_framework
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import (
    DispatchModel,
    EndpointModel,
    EntityPattern,
    FieldType,
    FrameworkModel,
    HandlerModel,
    MemberModel,
    PageModel,
    RenderModel,
    SinkModel,
    SourceModel,
)
from data_etiquette.model.kind import SinkKind

ORM = """
    id: orm
    label: An ORM
    modules: [orm]
    entities:
      - {kind: orm-model, bases: ["orm.{Model,Node}"], stored: true}
    field_types:
      - {name: "orm.{Mail,Post}", means: email, validates: true, protection: hashed, value: text}
    sinks:
      - {kind: log, name: ORM log, calls: ["orm.Log.{info,debug}"], receivers: [log],
         methods: [info], args: ["0", text], recipient: acme, address: "1"}
    returns: {orm.get: orm.Model}
    passes: [orm.dumps]
    """


def test_a_framework(node_of: Callable[..., Node]) -> None:
    node = node_of(ORM, "frameworks/orm.yaml")
    assert parse_framework(node) == FrameworkModel(
        id="orm",
        label="An ORM",
        modules=("orm",),
        entities=(EntityPattern("orm-model", ("orm.Model", "orm.Node"), (), stored=True),),
        field_types=(
            FieldType("orm.Mail", "email", validates=True, protection="hashed", value="text"),
            FieldType("orm.Post", "email", validates=True, protection="hashed", value="text"),
        ),
        sinks=(
            SinkModel(
                SinkKind.LOG, "ORM log", ("orm.Log.info", "orm.Log.debug"), ("log",), ("info",),
                ("0", "text"), "acme", "1",
            ),
        ),
        returns=(("orm.get", "orm.Model"),),
        passes=("orm.dumps",),
        path="frameworks/orm.yaml",
    )  # fmt: skip
    assert node.register.lines() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: log", "kind: lug", "9: `lug` is not known; did you mean `log`?"),
        ("hashed", "hash", "7: `hash` is not known; did you mean `hashed`?"),
        ("value: text", "value: tekst", "7: `tekst` is not known; did you mean `text`?"),
        ('["0", text]', "[0, text]", "10: must be text; quote it"),
        ("stored: true", "store: true", "5: unknown key `store`; did you mean `stored`?"),
    ],
)
def test_mistakes_in_a_framework(
    old: str, new: str, told: str, node_of: Callable[..., Node]
) -> None:
    assert ORM.count(old) == 1
    node = node_of(ORM.replace(old, new), "frameworks/orm.yaml")
    parse_framework(node)
    assert node.register.lines() == [f"frameworks/orm.yaml:{told}"]


WEB = """
    id: web
    label: A web framework
    modules: [web]
    sinks:
      - {kind: session, name: web session, stores: ["{request,web}.session"]}
    returns: {"web.{open,connect}": web.Socket}
    passes: ["web.{quote,escape}"]
    passing_methods: [as_text, "to_{json,xml}"]
    endpoints:
      - {name: web answer, decorators: ["web.App.{get,post}"]}
      - {name: web page, bases: [web.View], methods: [get, post], kind: template, returns: false}
    sources:
      - {element: ip_address, names: ["request.{ip,META[REMOTE_ADDR]}"], calls: [web.client_ip]}
    dispatches:
      - {target: receiver, methods: ["delay", "apply_{async,later}"], pass: packed, sink: queue,
         name: web task}
      - {target: "0", calls: [web.run]}
    members:
      - {bases: [web.View], names: [object, get_object], type: "option:model"}
      - {bases: [web.View], methods: [save_form], parameter: form, type: "option:form_class"}
    handlers:
      - {decorators: ["web.{on,once}"], parameter: instance, keyword: sender}
    exceptions: {"web.{Refused,Unknown}": email}
    renders:
      - {call: "web.{render,show}", template: "1", context: "2", given: {user: "0.user"}}
      - {call: web.page, template: "0"}
    pages:
      - {name: web page, bases: ["web.{Detail,Update}"], rows: [object, "{model}"],
         option: context_object_name, default: "{app}/{model}_detail.html"}
      - {name: web feed, bases: [web.Feed], template: feed}
    """


def test_a_web_framework(node_of: Callable[..., Node]) -> None:
    node = node_of(WEB, "frameworks/web.yaml")
    assert parse_framework(node) == FrameworkModel(
        id="web",
        label="A web framework",
        modules=("web",),
        sinks=(
            SinkModel(SinkKind.SESSION, "web session", stores=("request.session", "web.session")),
        ),
        returns=(("web.open", "web.Socket"), ("web.connect", "web.Socket")),
        passes=("web.quote", "web.escape"),
        passing_methods=("as_text", "to_json", "to_xml"),
        endpoints=(
            EndpointModel("web answer", ("web.App.get", "web.App.post")),
            EndpointModel(
                "web page", (), ("web.View",), ("get", "post"), SinkKind.TEMPLATE, returns=False
            ),
        ),
        sources=(
            SourceModel(
                "ip_address", ("request.ip", "request.META[REMOTE_ADDR]"), ("web.client_ip",)
            ),
        ),
        dispatches=(
            DispatchModel(
                "receiver", (), ("delay", "apply_async", "apply_later"), "packed", "queue",
                "web task",
            ),
            DispatchModel("0", ("web.run",)),
        ),
        members=(
            MemberModel(("web.View",), "option:model", ("object", "get_object")),
            MemberModel(("web.View",), "option:form_class", (), ("save_form",), "form"),
        ),
        handlers=(HandlerModel(("web.on", "web.once"), "instance", "sender"),),
        exceptions=(("web.Refused", "email"), ("web.Unknown", "email")),
        renders=(
            RenderModel("web.render", "1", "2", (("user", "0.user"),)),
            RenderModel("web.show", "1", "2", (("user", "0.user"),)),
            RenderModel("web.page", "0"),
        ),
        pages=(
            PageModel("web page", ("web.Detail", "web.Update"), ("object", "{model}"),
                      "context_object_name", "template_name", "{app}/{model}_detail.html"),
            PageModel("web feed", ("web.Feed",), template="feed"),
        ),
        path="frameworks/web.yaml",
    )  # fmt: skip
    assert node.register.lines() == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: template", "kind: templete",
         "11: `templete` is not known; did you mean `template`?"),
        ("pass: packed", "pass: packet", "15: `packet` is not known; did you mean `packed`?"),
        ("sink: queue", "sink: queu", "15: `queu` is not known; did you mean `queue`?"),
        ("returns: false", "returns: never", "11: must be true or false"),
        ("stores:", "store:", "5: unknown key `store`; did you mean `stores`?"),
        ("keyword: sender", "keyword: ''", "22: `keyword` is missing"),
        (", calls: [web.run]", "", "17: a dispatch has `calls` or `methods`"),
        (", methods: [get, post], kind", ", kind", "11: `bases` and `methods` go together"),
        (", parameter: form", "", "20: `methods` and `parameter` go together"),
        (', decorators: ["web.App.{get,post}"]', "",
         "10: an endpoint has `decorators`, or `bases` and `methods`"),
        (", names: [object, get_object]", "",
         "19: a member has `names`, or `methods` and `parameter`"),
        (', template: "0"', "", "26: `template` is missing"),
    ],
)  # fmt: skip
def test_mistakes_in_a_web_framework(
    old: str, new: str, told: str, node_of: Callable[..., Node]
) -> None:
    assert WEB.count(old) == 1
    node = node_of(WEB.replace(old, new), "frameworks/web.yaml")
    parse_framework(node)
    assert node.register.lines() == [f"frameworks/web.yaml:{told}"]


def test_a_source_needs_a_place(node_of: Callable[..., Node]) -> None:
    text = "id: a\nlabel: A\nmodules: [a]\nsources:\n  - {element: email}\n"
    node = node_of(text, "frameworks/a.yaml")
    parse_framework(node)
    assert node.register.lines() == ["frameworks/a.yaml:5: a source has `names` or `calls`"]


def test_elements_of_sources_and_exceptions_must_exist(node_of: Callable[..., Node]) -> None:
    node = node_of(WEB, "frameworks/web.yaml")
    node.register.define("element", "emails", node.place)
    parse_framework(node)
    node.register.resolve()
    assert node.register.lines() == [
        "frameworks/web.yaml:13: unknown element `ip_address`",
        "frameworks/web.yaml:23: unknown element `email`; did you mean `emails`?",
    ]
