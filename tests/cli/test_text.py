"""The report for a terminal: its form, its colours, and the progress beside it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from data_etiquette.model.kind import Confidence, Severity
from data_etiquette.model.location import Location
from data_etiquette.model.report import Finding
from data_etiquette.reporting.sentence import new_findings, visible
from data_etiquette.reporting.text import TextOptions, render_text
from tests.command import invoke, report_of, run

pytestmark = pytest.mark.usefixtures("warm_catalog")

APP = """\
import logging

from django.db import models

logger = logging.getLogger(__name__)


class Customer(models.Model):
    email = models.EmailField()


def greet(customer: Customer) -> None:
    logger.info("new %s", customer.email)
"""
REPORT = """\
HIGH ETQ602 Nothing was found that deletes or anonymises Customer (E-mail address)
  app.py:8:1
     7 | 
  >  8 | class Customer(models.Model):
       | ^
     9 |     email = models.EmailField()
  why: WHY-602
  fix: FIX-602
  law: LAW-602
  more: MORE-602

MEDIUM ETQ301 E-mail address of Customer reaches logging.Logger.info
  app.py:13:5
    12 | def greet(customer: Customer) -> None:
  > 13 |     logger.info("new %s", customer.email)
       |     ^
    14 | 
  1. app.py:13 Customer.email is read (declared at app.py:9)
  2. app.py:13 it reaches logging.Logger.info
  why: WHY-301
  fix: FIX-301
  law: LAW-301
  more: MORE-301

Not analysed: broken.sql:1 the column list of t is not closed
There is no etiquette.yaml: purposes, retention and agreements were not checked.
"""  # noqa: W291
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def app(write_tree) -> Path:
    return write_tree({"app.py": APP})


def folded(text: str) -> str:
    """Text with the rules' own words, which belong to `rules/`, put in short."""
    shown = []
    code = ""
    for line in text.splitlines():
        head = re.match(r"[A-Z]+ ETQ(\d+) ", line)
        code = head[1] if head else code
        label = re.match(r"  (why|fix|law|more): \S", line)
        if label:
            shown.append(f"  {label[1]}: {label[1].upper()}-{code}")
        elif not re.match(r" {7}\S", line) or line.startswith("       |"):
            shown.append(line)
    return "\n".join(shown) + "\n"


def test_form_of_the_report(write_tree) -> None:
    root = write_tree({"app.py": APP, "broken.sql": "CREATE TABLE t (id int,, x WHAT ( ;\n"})
    blocks = folded(invoke("scan", root).out).split("\n\n")
    wanted = REPORT.split("\n\n")
    not_analysed = [block for block in blocks if block.startswith("MEDIUM ETQ001")]
    assert [block for block in blocks if block not in not_analysed][:2] == wanted[:2]
    assert not_analysed[0].splitlines()[:4] == [
        "MEDIUM ETQ001 Not analysed: the column list of t is not closed",
        "  broken.sql:1:1",
        "  > 1 | CREATE TABLE t (id int,, x WHAT ( ;",
        "      | ^",
    ]
    end = blocks[-1].splitlines()
    assert end[:2] == wanted[2].splitlines()
    fingerprint = new_findings(report_of(root))[0].fingerprint[:10]
    assert [re.sub(r" {2,}(?=\S)", "  ", line) for line in end[-5:]] == [
        "2 files read (14 lines), 1 part not analysed, 1 personal field, 1 flow: "
        "5 findings (1 high, 2 medium, 2 low)",
        "Next:",
        f"  etiquette explain {fingerprint} {root}  why it is there",
        f"  etiquette baseline create {root}  from now on only what is new",
        f"  etiquette scan {root} -o html:reports  the whole report",
    ]


def test_the_baseline_is_offered_until_there_is_one(app: Path) -> None:
    assert "  etiquette baseline create " in invoke("scan", app).out
    assert invoke("baseline", "create", app).code == 0
    (app / "app.py").write_text(APP + "    print(customer.email)\n")
    out = invoke("scan", app).out
    assert "  etiquette explain " in out
    assert "  etiquette baseline create " not in out


def test_what_one_rule_says_of_one_place_is_one_block(write_tree) -> None:
    root = write_tree(
        {
            "app.py": APP.replace(
                "models.EmailField()", "models.EmailField()\n    phone = models.CharField()"
            ).replace("customer.email)", "customer.email, customer.phone)")
        }
    )
    blocks = [item for item in invoke("scan", root).out.split("\n\n") if " ETQ301 " in item]
    assert [folded(item).splitlines() for item in blocks] == [
        [
            "MEDIUM ETQ301 E-mail address of Customer reaches logging.Logger.info",
            "MEDIUM ETQ301 Telephone or mobile number of Customer reaches logging.Logger.info",
            "  app.py:14:5",
            "    13 | def greet(customer: Customer) -> None:",
            '  > 14 |     logger.info("new %s", customer.email, customer.phone)',
            "       |     ^",
            "    15 | ",
            "  1. app.py:14 Customer.email is read (declared at app.py:9)",
            "  2. app.py:14 it reaches logging.Logger.info",
            "  why: WHY-301",
            "  fix: FIX-301",
            "  law: LAW-301",
            "  more: MORE-301",
            "  more: MORE-301",
        ]
    ]


def test_nothing_asked_is_the_scan_of_what_is_here(app: Path) -> None:
    alone, named = run(cwd=app), run("scan", cwd=app)
    assert (alone.code, alone.out, alone.err) == (named.code, named.out, named.err)
    assert alone.code == 1


def test_help_of_a_scan_fits_a_screen_and_all_of_it_is_elsewhere() -> None:
    short, whole = invoke("scan", "--help").out, invoke("--help-all").out
    assert len(short.splitlines()) <= 40
    assert "`etiquette --help-all` has further options." in short
    for name in ("--executor", "--no-config", "--rules", "--stdin-filename", "--traceable"):
        assert name not in short
        assert f"  {name} " in whole


def test_every_finding_names_severity_rule_place_reason_and_remedy(app: Path) -> None:
    blocks = invoke("scan", app).out.split("\n\n")[:-1]
    for block in blocks:
        lines = block.splitlines()
        assert re.fullmatch(r"(CRITICAL|HIGH|MEDIUM|LOW) ETQ\d{3} \S.*", lines[0])
        assert re.fullmatch(r"  app\.py:\d+:\d+", lines[1])
        assert [label for label in ("why", "fix", "law") if f"\n  {label}: " in block] == [
            "why",
            "fix",
            "law",
        ]


def test_a_clean_scan_ends_with_what_was_not_analysed(write_tree) -> None:
    out = invoke("scan", write_tree({"a.py": "x = 1\n"})).out
    assert out.splitlines()[-1] == (
        "1 file read (1 line), 0 parts not analysed, 0 personal fields, 0 flows: no findings"
    )
    assert "Next:" not in out


def test_lines_fit_the_width(app: Path) -> None:
    for width in (40, 72, 100):
        shown = render_text(report_of(app), TextOptions(width=width)).splitlines()
        wrapped = [line for line in shown if re.match(r"  (why|fix|law): | {7}[^ |]", line)]
        assert wrapped
        assert max(len(line) for line in wrapped) <= width
        source = [line for line in shown if re.match(r"  [> ] +\d+ \| ", line)]
        assert max(len(line) for line in source) <= width


def test_colour_changes_no_text(app: Path) -> None:
    report = report_of(app)
    coloured = render_text(report, TextOptions(color=True))
    assert ESCAPE.sub("", coloured) == render_text(report, TextOptions())
    assert "\x1b[1;31mHIGH\x1b[0m" in coloured
    assert "\x1b[1;33mMEDIUM\x1b[0m" in coloured


@pytest.mark.parametrize(
    ("arguments", "env", "is_coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"NO_COLOR": "1"}, False),
        (["--color", "always"], {}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_when_nobody_looks(
    app: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    env: dict[str, str],
    is_coloured: bool,
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in invoke("scan", app, *arguments).out) is is_coloured


def on_terminal(*arguments: object, env: dict[str, str] | None = None) -> tuple[str, str]:
    """Standard output and standard error, each a terminal of its own."""
    out_master, out = pty.openpty()
    err_master, err = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "data_etiquette", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        env={**os.environ, "TERM": "xterm", **(env or {})},
    )
    os.close(out)
    os.close(err)
    seen = {out_master: b"", err_master: b""}
    waiting = set(seen)
    while waiting:
        for terminal in select.select(list(waiting), [], [], 60)[0]:
            try:
                data = os.read(terminal, 65_536)
            except OSError:
                data = b""
            if data:
                seen[terminal] += data
            else:
                waiting.discard(terminal)
    process.wait(60)
    os.close(out_master)
    os.close(err_master)
    return tuple(data.decode().replace("\r\n", "\n") for data in seen.values())  # type: ignore[return-value]


def test_a_terminal_gets_colour_and_progress(app: Path) -> None:
    out, err = on_terminal("scan", app)
    assert "\x1b[1;31mHIGH\x1b[0m" in out
    line = re.search(r"\rReading files \[#{20}\] 1 of 1, \d+ s", err)
    assert line is not None
    assert err.endswith("\r" + " " * (len(line[0]) - 1) + "\r")
    assert "Reading files" not in out


def test_no_colour_on_a_terminal_when_asked(app: Path) -> None:
    out, err = on_terminal("scan", app, env={"NO_COLOR": "1"})
    assert "\x1b" not in out + err


def test_a_tiny_terminal_is_no_error(app: Path) -> None:
    out, err = on_terminal("scan", app, env={"COLUMNS": "5", "NO_COLOR": "1", "CI": "1"})
    assert "HIGH ETQ602 Nothing was found" in out
    assert err == ""


@pytest.mark.parametrize("name", ["CI", "PRE_COMMIT"])
def test_no_progress_in_a_pipeline_even_on_a_terminal(app: Path, name: str) -> None:
    _, err = on_terminal("scan", app, env={name: "1"})
    assert "Reading files" not in err


def test_no_progress_without_a_terminal(app: Path) -> None:
    done = run("scan", app, "--no-cache", "--fail-on", "never")
    assert (done.code, done.err) == (0, "")
    assert "\r" not in done.out


HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.\u2066\u200b"


def test_source_text_does_not_steer_the_terminal(write_tree) -> None:
    root = write_tree({"app.py": APP.replace("new %s", f"{HOSTILE} %s")})
    out = invoke("scan", root).out
    assert "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\u202egnp.\\u2066\\u200b %s" in out
    assert [c for c in out if c != "\n" and not c.isprintable()] == []


def test_names_of_files_do_not_steer_the_terminal(write_tree) -> None:
    root = write_tree({f"a{HOSTILE}\nHIGH ETQ999 fake.py": "def f(:\n"})
    out = invoke("scan", root).out
    assert [c for c in out if c != "\n" and not c.isprintable()] == []
    assert "HIGH ETQ999" not in [line[:11] for line in out.splitlines()]
    assert f"a{visible(HOSTILE)}\\nHIGH ETQ999 fake.py" in out


def test_more_than_two_hundred_findings_are_counted_and_not_hidden(app: Path) -> None:
    report = report_of(app)
    made = tuple(
        Finding(
            "ETQ999",
            "made-up",
            "tool",
            Severity.LOW,
            Confidence.LOW,
            f"number {n}",
            Location("a.py", n),
        )
        for n in range(1, 204)
    )
    text = render_text(replace(report, findings=made), TextOptions())
    assert "LOW ETQ999 number 200\n" in text
    assert "LOW ETQ999 number 201\n" not in text
    assert "3 more findings: see --output json or html.\n" in text
    assert "203 findings (203 low)" in text
