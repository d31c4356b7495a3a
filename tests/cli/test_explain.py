"""`etiquette explain`: a finding by its fingerprint, a line by its place, and what goes wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from data_etiquette.app.explain import ExplainRequest, explain
from data_etiquette.app.scan import ScanRequest
from data_etiquette.reporting.terminal import TextOptions
from tests.command import Run, invoke, json_of, run
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_catalog")

CLINIC = ROOT / "fixtures" / "clinic"
FILES = {
    "shop/models.py": """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    is_active = models.BooleanField(default=True)
    email_verified = models.BooleanField(default=False)
    referrer = models.ForeignKey("self", on_delete=models.CASCADE)


class Product(models.Model):
    name = models.CharField(max_length=80)
    weight = models.IntegerField()
""",
    "shop/views.py": """\
import logging

from shop.models import Customer


def describe(customer: Customer) -> str:
    return f"customer {customer.email}, see 10.20.30.40"


def greet(customer: Customer) -> None:
    logging.info("hello %s from 10.20.30.40", describe(customer))


def note(phone_number):
    logging.info("call %s", phone_number)
""",
}


@pytest.fixture
def shop(write_tree) -> Path:
    return write_tree(FILES)


def fingerprint(folder: Path, rule: str, path: str, line: int, element: str = "") -> str:
    [found] = [
        item["fingerprint"]
        for item in json_of(folder)["findings"]
        if (item["rule"], item["path"], item["line"]) == (rule, path, line)
        and element in ("", item["element"])
    ]
    return found


def sections(done: Run) -> dict[str, str]:
    """Heading to body; the title stands under the empty heading."""
    assert (done.code, done.err) == (0, "")
    found: dict[str, str] = {}
    heading = ""
    for line in done.out.splitlines():
        if re.match(r"[A-Z]", line) and found:
            heading = line
            found[heading] = ""
        else:
            found[heading] = found.get(heading, "") + line + "\n"
    return {name: body.strip("\n") for name, body in found.items()}


def test_a_flow_finding_section_by_section(shop: Path) -> None:
    name = fingerprint(shop, "ETQ301", "shop/views.py", 11)
    found = sections(invoke("explain", name[:6], shop))
    assert list(found) == [
        "",
        "What was found",
        "Why it matters",
        "Why Customer.email is personal data",
        "How it gets there (3 steps)",
        "How sure it is",
        "What would end it",
    ]
    assert found[""] == (
        "ETQ301 personal-data-in-logs: Personal data is written to a log\n"
        f"  medium · security · new · {name}"
    )
    assert found["What was found"] == (
        "  E-mail address of Customer reaches logging.info.\n"
        "  shop/views.py:11:5\n"
        "    10 | def greet(customer: Customer) -> None:\n"
        '  > 11 |     logging.info("hello %s from <ip>", describe(customer))\n'
        "       |     ^\n"
        "    12 |"
        " "
    )
    assert found["Why Customer.email is personal data"] == (
        "  E-mail address (group contact) · about: customer\n"
        "  Declared at shop/models.py:5 in Customer (django-model, table shop_customer)\n"
        "    | email = models.EmailField()\n"
        "  - name says `email`: e-mail address\n"
        "  - Customer is a person's record\n"
        "  - type EmailField\n"
        "  Customer is taken for a person's record: its name says so."
    )
    assert found["How it gets there (3 steps)"] == (
        "   1. shop/views.py:7 Customer.email is read (declared at shop/models.py:5)\n"
        '      | return f"customer {customer.email}, see <ip>"\n'
        "   2. shop/views.py:7 describe() returns it\n"
        '      | return f"customer {customer.email}, see <ip>"\n'
        "   3. shop/views.py:11 it reaches logging.info\n"
        '      | logging.info("hello %s from <ip>", describe(customer))\n'
        "  No sanitiser was seen on the way."
    )
    assert found["How sure it is"] == (
        "  Confidence: high, hardly any doubt.\n"
        "  It rests on its name, what `Customer` is and its declared type `EmailField`."
    )
    assert found["What would end it"].splitlines()[:7] == [
        "  Log the record's id, or mask the value first.",
        "  - Leave the argument out of logging.info (shop/views.py:11): nothing is passed on",
        "  - Pass the record's id instead: an internal id is not followed",
        "  - Masking and redaction: part of the value remains",
        "    scrubadub.clean, presidio_anonymizer.AnonymizerEngine.anonymize,",
        "    datafog.DataFog.run_text_pipeline, or a function of your own with `mask` in its name",
        "  - Hash functions with a key, which only its holder can repeat: it stays personal data "
        "for whoever",
    ]
    assert found["What would end it"].splitlines()[-4:] == [
        "  The rule's example, before:",
        '    logger.info("order confirmed for %s", order.email)',
        "  The rule's example, after:",
        '    logger.info("order %s confirmed", order.pk)',
    ]


def test_a_flow_that_only_a_name_told(shop: Path) -> None:
    name = fingerprint(shop, "ETQ301", "shop/views.py", 15)
    found = sections(invoke("explain", name, shop))
    assert found["Why it is taken for personal data (telephone or mobile number)"] == (
        "  No declared field stands behind it. `phone_number` means phone by its name."
    )
    assert found["How sure it is"] == (
        "  Confidence: medium, probable but not certain.\n"
        "  It rests on a name only; nothing declares what it holds."
    )


def test_a_finding_on_an_entity(shop: Path) -> None:
    name = fingerprint(shop, "ETQ602", "shop/models.py", 4)
    found = sections(invoke("explain", name, shop))
    assert found["Why Customer holds personal data"] == (
        "  Customer is taken for a person's record: its name says so.\n"
        "  - shop/models.py:5 email: E-mail address (name says `email`: e-mail address)"
    )
    assert "How it gets there" not in "".join(found)


def test_a_finding_on_a_field_of_the_clinic() -> None:
    name = fingerprint(CLINIC, "ETQ303", "clinic/models/people.py", 49)
    found = sections(invoke("explain", name, CLINIC))
    assert found["Why Patient.ethnicity is personal data"].splitlines()[0] == (
        "  Racial or ethnic origin (group special_category) · about: patient · special category "
        "(GDPR Art. 9)"
    )
    assert found["What would end it"].splitlines()[2:4] == [
        "  - If it is no personal data, say so in etiquette.yaml:",
        '    classify: [{match: "Patient.ethnicity", as: none, why: "…"}]',
    ]


def test_a_recipient_of_the_clinic() -> None:
    name = fingerprint(CLINIC, "ETQ701", "clinic/services/analytics.py", 16, "email")
    found = sections(invoke("explain", name, CLINIC))
    assert found["How it gets there (2 steps)"].splitlines()[-2:] == [
        "  Recipient: Twilio Segment, seat US.",
        "  No sanitiser was seen on the way.",
    ]


def test_a_declaring_line(shop: Path) -> None:
    log = fingerprint(shop, "ETQ301", "shop/views.py", 11)
    done = invoke("explain", "shop/models.py:5", shop)
    assert done.code == 0
    assert log
    assert done.out == (
        "shop/models.py:5\n"
        "    4 | class Customer(models.Model):\n"
        "  > 5 |     email = models.EmailField()\n"
        "    6 |     is_active = models.BooleanField(default=True)\n"
        "\n"
        "Declared here: 1 field\n"
        "  Customer.email is personal: E-mail address (group contact)\n"
        "    django-model, table shop_customer · about: customer · protection: none\n"
        "    - name says `email`: e-mail address\n"
        "    - Customer is a person's record\n"
        "    - type EmailField\n"
        "    Customer is taken for a person's record: its name says so.\n"
        "    Confidence: high, hardly any doubt. It rests on its name, what `Customer` is and its "
        "declared\n"
        "    type `EmailField`.\n"
        "\n"
        "Where it goes: 1 flow\n"
        "  - shop/views.py:11 E-mail address of Customer -> log, logging.info\n"
    )


def declared(done: Run) -> list[str]:
    """The lines under `Declared here`, dedented."""
    return [line.strip() for line in sections(done)["Declared here: 1 field"].splitlines()]


def test_a_flag_about_data_is_no_data(shop: Path) -> None:
    assert declared(invoke("explain", "shop/models.py:7", shop)) == [
        "Customer.email_verified is not judged personal",
        "django-model, table shop_customer · about: customer",
        "- `verified` after it makes it something about e-mail address, not the data itself",
        "Customer is taken for a person's record: its name says so.",
        "A person can decide otherwise in etiquette.yaml:",
        'classify: [{match: "Customer.email_verified", as: ELEMENT, why: "…"}]',
    ]


def test_a_link_is_no_data(shop: Path) -> None:
    assert declared(invoke("explain", "shop/models.py:8", shop))[2] == (
        "- it is a link: what it leads to is judged there, a link is not the data"
    )


def test_a_name_of_a_thing_would_be_one_of_a_person(shop: Path) -> None:
    found = declared(invoke("explain", "shop/models.py:12", shop))
    assert found[0] == "Product.name is not judged personal"
    assert found[2] == "- on a person's record it would be full name"
    assert found[3].startswith("Product is taken for a thing: ")


def test_a_line_that_a_flow_passes(shop: Path) -> None:
    name = fingerprint(shop, "ETQ301", "shop/views.py", 11)
    found = sections(invoke("explain", "shop/views.py:11:5", shop))
    assert found["Through this line: 1 flow"] == (
        "  E-mail address of Customer -> log, logging.info: ends here\n"
        "   1. shop/views.py:7 Customer.email is read (declared at shop/models.py:5)\n"
        "   2. shop/views.py:7 describe() returns it\n"
        " > 3. shop/views.py:11 it reaches logging.info"
    )
    assert found["Findings: 1"] == (
        "  - MEDIUM ETQ301 E-mail address of Customer reaches logging.info\n"
        f"    etiquette explain {name[:10]} {shop}"
    )
    passing = sections(invoke("explain", "shop/views.py:7", shop))
    assert passing["Through this line: 1 flow"].splitlines()[0].endswith(": starts here")


def test_a_line_of_which_nothing_is_known(shop: Path) -> None:
    found = sections(invoke("explain", "shop/views.py:2", shop))
    assert found["Nothing is known of this line"] == (
        "  No field is declared on it, no personal data was followed over it, and no rule found "
        "anything\n"
        "  there.\n"
        "  Lines of shop/views.py that something is known of, the nearest first: 7, 11, 15."
    )


@pytest.mark.parametrize("named", ["shop/models.py:5", "models.py:5", "./shop/models.py:5"])
def test_a_file_is_named_as_the_user_likes(shop: Path, monkeypatch, named: str) -> None:
    assert invoke("explain", named, shop).out.startswith("shop/models.py:5\n")
    monkeypatch.chdir(shop / "shop")
    assert invoke("explain", "models.py:5", shop).out.startswith("shop/models.py:5\n")
    assert invoke("explain", f"{shop}/shop/models.py:5", shop).out.startswith("shop/models.py:5\n")


def test_errors(shop: Path) -> None:
    name = fingerprint(shop, "ETQ301", "shop/views.py", 11)
    wrong = name[:5] + ("0" if name[5] != "0" else "1") + name[6:10]
    total = len(json_of(shop)["findings"])
    told = "a fingerprint depends on the folder scanned: give the PATHS of the scan that told it"
    expected = {
        "12345": (
            "error: `12345` is too short for a fingerprint\n  give at least its first 6 digits\n"
        ),
        "ETQ-301": (
            "error: `ETQ-301` is neither a finding's fingerprint nor FILE:LINE\n"
            "  for instance `explain 3f9c2a71b0` or `explain app/models.py:12`\n"
        ),
        wrong: (
            f"error: none of {total} findings begins with `{wrong}`\n"
            f"  nearest: {name[:14]} ETQ301 shop/views.py:11:5\n  {told}\n"
        ),
        "shop/modles.py:3": (
            "error: `shop/modles.py` was not read by this scan\n"
            "  nearest: shop/models.py, shop/views.py\n"
        ),
        "unlike:3": (
            "error: `unlike` was not read by this scan\n"
            "  name the scanned folders after it; tests are left out without --include-tests\n"
        ),
        "shop/models.py:0": "error: shop/models.py has 13 lines, and no line 0\n",
        "shop/models.py:14": "error: shop/models.py has 13 lines, and no line 14\n",
    }
    for target, message in expected.items():
        assert invoke("explain", target, shop) == Run(2, "", message)


def test_an_ambiguous_file_is_asked_about(write_tree) -> None:
    root = write_tree({"a/m.py": "x = 1\n", "b/m.py": "x = 1\n"})
    assert invoke("explain", "m.py:1", root) == Run(
        2, "", "error: 2 files are called `m.py`\n  say which: a/m.py, b/m.py\n"
    )


def test_no_target_and_no_folder(shop: Path) -> None:
    done = run("explain")
    assert (done.code, done.out) == (2, "")
    assert "Missing argument 'FINGERPRINT|FILE:LINE|CODE'." in done.err
    done = invoke("explain", "abcdef", shop / "nowhere")
    assert (done.code, done.err.startswith("error: no such file or folder: ")) == (2, True)


@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit_a_terminal(width: int) -> None:
    scan = ScanRequest((CLINIC,), jobs=1)
    targets = [item["fingerprint"] for item in json_of(CLINIC)["findings"]][::12]
    for target in [*targets, "clinic/models/people.py:39", "clinic/services/payments.py:22"]:
        text = explain(ExplainRequest(scan, target, TextOptions(width=width)))
        long = [
            line
            for line in text.splitlines()
            if len(line) > width and " classify: " not in line and "etiquette explain" not in line
        ]
        assert long == []


def test_hostile_names_leave_the_terminal_alone(write_tree) -> None:
    sql = 'CREATE TABLE patients (\n  "email\x1b[31m\u202e" text\n);\n'
    done = invoke("explain", "s.sql:2", write_tree({"s.sql": sql}))
    assert done.code == 0
    assert [c for c in done.out if c != "\n" and not c.isprintable()] == []


def test_help_tells_all() -> None:
    out = invoke("explain", "--help").out
    assert out.startswith("Usage: cli explain [OPTIONS] FINGERPRINT|FILE:LINE|CODE [PATHS]...\n")
    for part in (
        "FINGERPRINT  the first digits, at least 6, of a finding's fingerprint. Printed are",
        "FILE:LINE    a line of a scanned file, named as the report does or from here; a column",
        "    etiquette explain 3f9c2a71b0 services/shop",
        "Exit code: 0 explained, also when nothing is known of the line; 2 there is",
    ):
        assert part in out


def test_the_report_says_how_to_ask(shop: Path) -> None:
    name = fingerprint(shop, "ETQ301", "shop/views.py", 11)
    out = invoke("scan", shop).out
    assert f"  more: etiquette explain {name[:10]} {shop}\n" in out
    assert json.loads(invoke("scan", shop, "-o", "json").out)["schema"] == "etiquette/report/v1"
