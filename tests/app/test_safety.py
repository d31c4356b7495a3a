"""What a scan never does: talk to anybody, run what it reads, repeat personal values."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from data_etiquette.app.snippets import redact_source
from data_etiquette.model.error import EtiquetteError
from tests.command import all_outputs, invoke, report_of, run

pytestmark = pytest.mark.usefixtures("warm_catalog")

APP = """\
import logging

import requests
from django.db import models

logger = logging.getLogger(__name__)


class Customer(models.Model):
    email = models.EmailField()


def tell(customer: Customer) -> None:
    logger.info(customer.email)
    requests.post("https://hooks.slack.com/x", json={"mail": customer.email})
"""


@pytest.mark.usefixtures("no_network")
def test_no_socket_is_opened(write_tree, tmp_path: Path) -> None:
    root = write_tree({"app.py": APP, "schema.sql": "CREATE TABLE people (email text);"})
    report = report_of(root, use_cache=False)
    assert "ETQ301" in {finding.rule for finding in report.findings}
    all_outputs(report, tmp_path / "out")


NO_SOCKETS = """\
import socket, sys
def hook(event, _):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        sys.stderr.write("audit: " + event + chr(10))
        raise SystemExit(99)
sys.addaudithook(hook)
"""


def test_the_whole_process_raises_no_network_event(write_tree, tmp_path: Path) -> None:
    """`sitecustomize` watches every event of the interpreter, in the workers too."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(NO_SOCKETS)
    root = write_tree({"app.py": APP})
    done = run(
        "scan", root, "--no-cache", "--fail-on", "never", "--output", f"html:{tmp_path}/out",
        env={"PYTHONPATH": str(tmp_path / "watch")},
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")


EFFECT = "from pathlib import Path\nPath({!r}).write_text('executed')\n"
EXECUTABLES = (
    "__init__.py",
    "__main__.py",
    "app.py",
    "conftest.py",
    "setup.py",
    "manage.py",
    "settings.py",
    "sitecustomize.py",
    "usercustomize.py",
    "logging.py",
    "click/__init__.py",
    "jinja2/__init__.py",
    "yaml.py",
    "data_etiquette/__init__.py",
    "encodings/klingon.py",
)


def test_nothing_scanned_is_imported_or_executed(write_tree, tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    effect = EFFECT.format(str(trace))
    root = write_tree(
        {
            **dict.fromkeys(EXECUTABLES, effect),
            "coded.py": f"# coding: klingon\n{effect}",
            "decorated.py": f"@exec({effect!r})\nclass A:\n    x: 'exec({effect!r})' = 1\n",
            "page.html": "{{ ''.__class__.__mro__[1].__subclasses__() }}{% include 'app.py' %}",
            "data.sql": f"COPY t FROM PROGRAM 'touch {trace}';",
        }
    )
    before = set(sys.modules)
    report = report_of(root, include_tests=True)
    assert [item.path for item in report.files if item.path.endswith(".py")] == sorted(
        [*EXECUTABLES, "coded.py", "decorated.py"]
    )
    assert not trace.exists()
    assert not {"conftest", "app", "settings", "decorated"} & (set(sys.modules) - before)


def test_the_command_run_inside_the_tree_executes_nothing_of_it(write_tree, tmp_path: Path) -> None:
    trace = tmp_path / "executed"
    root = write_tree(dict.fromkeys(EXECUTABLES, EFFECT.format(str(trace))))
    script = Path(sys.executable).with_name("etiquette")
    assert script.exists(), "the command is not installed: pip install --editable ."
    code = os.spawnv(  # noqa: S606
        os.P_WAIT,
        "/usr/bin/env",
        ["env", "-C", str(root), str(script), "scan", "-o", f"json:{tmp_path}/o"],
    )
    assert code == 0
    assert (tmp_path / "o").exists()
    assert not trace.exists()


@pytest.mark.parametrize(
    "text",
    [
        'version: !!python/object/apply:os.system ["touch {}"]\n',
        "version: !!python/object/new:os.system [touch {}]\n",
        "version: !!python/name:os.system\n",
    ],
)
def test_a_declaration_executes_nothing(write_tree, tmp_path: Path, text: str) -> None:
    trace = tmp_path / "executed"
    root = write_tree({"etiquette.yaml": text.format(trace), "app.py": APP})
    with pytest.raises(EtiquetteError):
        report_of(root)
    assert not trace.exists()


VALUES = {
    "e-mail": "anna.schmidt@mail.example",
    "e-mail with an apostrophe": "pat.o'brien@mail.example",
    "e-mail with a plus": "berta+news@sub.mail.example",
    "phone": "+49 171 5557788",
    "phone with a trunk zero": "+49 (0)171 5557788",
    "phone with slash": "0171/55 57 78",
    "phone with dots": "555.123.9876",
    "phone with brackets": "(555) 123-9876",
    "phone with extension": "555-123-9876x89",
    "iban": "DE89 3704 0044 0532 0130 00",
    "iban in one": "GB29NWBK60161331926819",
    "iban in small letters": "gb29nwbk60161331926819",
    "card": "4111 1111 1111 1111",
    "card in one": "4111111111111111",
    "card with hyphens": "4111-1111-1111-1111",
    "social security": "078-05-1120",
    "address of a host": "203.0.113.77",
    "stripe key": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "github token": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "aws key": "AKIAIOSFODNN7EXAMPLE",
    "web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "hexadecimal key": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}

PYTHON = """\
import logging
from django.db import models
import requests

logger = logging.getLogger(__name__)
# before: ~~


class Customer(models.Model):
    \"\"\"Such as ~~.\"\"\"

    # like ~~
    email = models.EmailField("~~", default="~~", help_text="say ~~")  # not ~~
    phone = models.CharField(max_length=40, choices=[("~~", "~~"), ("b", "c")])


def tell(customer: Customer, cc: str = "~~") -> None:
    logger.info("to %s ~~", customer.email, "~~", extra={"~~": customer.phone})
    logger.info(f"{customer.email} ~~")  # ~~
    requests.post(f"https://hooks.slack.com/~~?m=~~", json={"~~": customer.email})
    requests.post("https://hooks.slack.com/x", json={"m": customer.email, "n": "~~"})
    raise ValueError("~~ " + customer.email)
def broken(x = "~~" "~~):
"""
SQL = """\
-- ~~
CREATE TABLE people (
  id int, -- ~~
  email varchar(80) DEFAULT '~~' CHECK (email <> '~~'), -- ~~
  phone varchar(20)
);
INSERT INTO people VALUES (1, '~~', '~~'), (2, '~~', 'Nobody');
COMMENT ON COLUMN people.email IS '~~';
COPY people (id, email, phone) FROM stdin;
1	~~	~~
\\.
UPDATE people SET email = '~~' WHERE phone = '~~';
CREATE VIEW v AS SELECT email, '~~' AS contact FROM people WHERE email <> '~~';
CREATE TABLE broken (email text DEFAULT '~~' WHAT (;
"""
TEMPLATE = "<p>~~ {{ customer.email|default('~~') }}</p>{# ~~ #}\n"
DECLARATION = """\
# ~~
version: 1
organisation:
  name: Acme
  address: ~~
  email: ~~
  phone: ~~
  dpo: {name: ~~, email: ~~, phone: ~~}
activities:
  - id: support
    purposes: [support]
    legal_basis: contract
    data: [contact.*]
    owner: ~~
    note: ~~
measures:
  - {id: training, why: ~~}
"""


@pytest.mark.parametrize("name", VALUES)
def test_no_personal_value_reaches_an_output(write_tree, tmp_path: Path, name: str) -> None:
    value = VALUES[name]
    root = write_tree(
        {
            path: text.replace("~~", value if quote else value.replace("'", ""))
            for path, text, quote in (
                ("app.py", PYTHON, True),
                ("data.sql", SQL, False),
                ("page.html", TEMPLATE, True),
                # What a declaration says is for others to read: its contacts stand in the notice.
                ("etiquette.yaml", DECLARATION.replace("~~", "privacy@example.org"), True),
            )
        }
    )
    report = report_of(root)
    outputs = all_outputs(report, tmp_path / "out")
    assert "ETQ301" in outputs["report.txt"]
    done = invoke("scan", root)
    outputs |= {"standard output": done.out, "standard error": done.err}
    parts = {value, value.replace("'", "&#39;"), value.replace("'", "")}
    assert [
        (place, line)
        for place, text in outputs.items()
        for line in text.splitlines()
        if any(part in line for part in parts)
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "    legal_basis: anna.schmidt@mail.example\n",
        "    data: [anna.schmidt@mail.example]\n",
        "    recipients: [anna.schmidt@mail.example]\n",
        "    anna.schmidt@mail.example: x\n",
    ],
)
def test_a_mistaken_declaration_is_refused_without_its_values(write_tree, text: str) -> None:
    head = "version: 1\norganisation: {name: A}\nactivities:\n  - id: a\n    purposes: [b]\n"
    done = invoke("scan", write_tree({"etiquette.yaml": head + text}))
    assert done.code == 2
    assert "anna.schmidt@mail.example" not in done.err


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('password = "hunter2"', 'password = "<secret>"'),
        ("login(password='hunter2', user=u)", "login(password='<secret>', user=u)"),
        ('{"api_key": "abc", "n": "m"}', '{"api_key": "<secret>", "n": "m"}'),
        ("db_passwd: str = 'x y'", "db_passwd: str = '<secret>'"),
        ("connect('postgres://u:hunter2@db/x')", "connect('postgres://<credentials>@db/x')"),
        ("password = models.CharField('Password')", "password = models.CharField('Password')"),
        ("token = request.GET['token']", "token = request.GET['token']"),
        ("total = 10 + 20", "total = 10 + 20"),
    ],
)
def test_secrets_are_masked_in_source_lines(line: str, shown: str) -> None:
    assert redact_source(line) == shown


def test_rows_of_sql_are_never_shown(write_tree, tmp_path: Path) -> None:
    root = write_tree(
        {
            "dump.sql": """\
INSERT INTO people (id, name) VALUES (1, 'Anna Schmidt;
Hauptstrasse'),
 (2, 'Berta Braun');
CREATE TABLE people (
  id int,
  email text
);
INSERT INTO people (id, name)
VALUES
 (3, 'Carl Carlsen');
COPY people (id,
  name) FROM stdin;
4	Dora Dorn
\\.
CREATE TABLE other (
  email text
);
COPY other FROM stdin;
Emil Ernst
\\.
"""
        }
    )
    report = report_of(root)
    assert {snippet.path for snippet in report.snippets} == {"dump.sql"}
    shown = {line.number: line.text for snippet in report.snippets for line in snippet.lines}
    assert shown[4] == "CREATE TABLE people ("
    assert {number: shown[number] for number in (2, 3, 8, 13, 14, 18) if number in shown} == {
        2: "…",
        3: "…",
        8: "INSERT INTO people (id, name)",
        13: "…",
        14: "\\.",
        18: "COPY other FROM stdin;",
    }
    outputs = all_outputs(report, tmp_path / "out")
    people = ("Schmidt", "Hauptstrasse", "Braun", "Carlsen", "Dorn", "Ernst")
    assert [(name, who) for name, text in outputs.items() for who in people if who in text] == []


def test_a_file_that_was_not_read_is_not_opened_for_a_snippet(write_tree, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("x = 'outside'\n")
    root = write_tree({"a.py": "x = 1\n"})
    (root / "away.py").symlink_to(tmp_path / "secret.py")
    report = report_of(root)
    assert [finding.location.path for finding in report.findings] == ["away.py"]
    assert report.snippets == ()
