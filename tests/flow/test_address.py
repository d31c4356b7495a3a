"""Where a sink lies and what options it is called with, exactly."""

from __future__ import annotations

import pytest

from data_etiquette.flow.tracing.address import host_of, is_own
from data_etiquette.model.catalog import Catalog
from data_etiquette.model.graph import Sink
from tests.support import link_texts


def _sink(body: str, catalog: Catalog) -> Sink:
    (flow,) = link_texts({"app.py": body}, catalog).flows
    return flow.sink


def test_options_are_the_constants_of_the_call(catalog: Catalog) -> None:
    body = (
        "import requests\n"
        "def sync(user, wait):\n"
        '    requests.post("http://api.partner.example/v1", json={"mail": user.email},\n'
        "        verify=False, timeout=None, proxies=wait)\n"
    )
    sink = _sink(body, catalog)
    assert sink.options == (
        ("0", "http://api.partner.example/v1"),
        ("timeout", "None"),
        ("verify", "False"),
    )
    assert (sink.address, sink.recipient) == (
        "http://api.partner.example/v1",
        "api.partner.example",
    )


@pytest.mark.parametrize(
    "made",
    [
        'httpx.Client(base_url="https://api.partner.example")',
        "httpx.Client(base_url=BASE)",
        'httpx.Client(base_url=os.environ.get("API", "https://api.partner.example"))',
    ],
)
def test_the_address_of_a_client(made: str, catalog: Catalog) -> None:
    body = (
        "import os, httpx\n"
        'BASE = "https://api.partner.example"\n'
        "class Partner:\n"
        "    def __init__(self):\n"
        f"        self.http = {made}\n"
        "    def sync(self, user):\n"
        '        self.http.post("/v1", json={"mail": user.email})\n'
    )
    sink = _sink(body, catalog)
    assert (sink.address, sink.recipient) == (
        "https://api.partner.example",
        "api.partner.example",
    )


def test_the_path_of_a_file(catalog: Catalog) -> None:
    body = (
        "def keep(user):\n"
        '    with open("/tmp/mail.txt", "w") as handle:\n'
        "        handle.write(user.email)\n"
    )
    assert _sink(body, catalog).address == "/tmp/mail.txt"  # noqa: S108 (only compared)


@pytest.mark.parametrize(
    ("address", "host", "own"),
    [
        ("https://user@API.partner.example:8080/v1", "api.partner.example", False),
        ("api.partner.example", "api.partner.example", False),
        ("http://localhost:9200", "localhost", True),
        ("http://worker/v1", "worker", True),
        ("https://db.internal/x", "db.internal", True),
        ("/v1/users", "", False),
    ],
)
def test_hosts(address: str, host: str, own: bool) -> None:
    assert (host_of(address), is_own(host)) == (host, own)
