from __future__ import annotations

from collections.abc import Callable

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.catalog.recipient import parse_recipient
from data_etiquette.catalog.yamlfile import Node
from data_etiquette.model.catalog import KnownRecipient


def test_a_recipient_may_have_hosts_only(node_of: Callable[..., Node]) -> None:
    node = node_of("id: upsy\nname: Upsy\nkind: shipping\nhosts: [upsy.example]\n")
    assert parse_recipient(node) == KnownRecipient(
        "upsy", "Upsy", "shipping", hosts=("upsy.example",), path="x.yaml"
    )


def test_norway_is_no_boolean(node_of: Callable[..., Node]) -> None:
    node = node_of("id: a\nname: A\nkind: k\ncountry: NO\n", "recipients/a.yaml")
    parse_recipient(node)
    assert node.register.lines() == ["recipients/a.yaml:4: must be text; quote it"]


def test_services_of_one_library_are_told_apart_by_the_argument() -> None:
    calls = {
        call.split(")")[0]: recipient.id
        for recipient in load_catalog(data_folder("rules")).recipients
        for call in recipient.calls
        if call.startswith("boto3.client(")
    }
    assert calls["boto3.client(ses"] == "amazon-ses"
    assert calls["boto3.client(s3"] == "amazon-s3"
    assert calls["boto3.client(bedrock-runtime"] == "amazon-bedrock"
    assert calls["boto3.client(cognito-idp"] == "amazon-cognito"


def test_a_bare_cloud_host_is_no_single_service() -> None:
    recipients = load_catalog(data_folder("rules")).recipients
    owners = [item.id for item in recipients if "amazonaws.com" in item.hosts]
    assert owners == ["amazon-web-services"]
