"""Exit codes, and what goes to which stream: 0 clean, 1 findings, 2 the scan could not be done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from data_etiquette import __version__
from data_etiquette.cli import main as command
from tests.command import invoke, run

pytestmark = pytest.mark.usefixtures("warm_catalog")

CLEAN = "def add(a, b):\n    return a + b\n"
MEDIUM = """\
import logging
from dataclasses import dataclass


@dataclass
class Customer:
    email: str


def tell(customer: Customer) -> None:
    logging.info(customer.email)
"""
DECLARATION = "version: 1\norganisation: {name: Acme}\nactivities: []\n"


@pytest.fixture
def medium(write_tree) -> Path:
    """A tree whose only finding is of medium severity."""
    return write_tree({"app.py": MEDIUM})


def test_the_tree_of_these_tests_has_one_medium_finding(medium: Path) -> None:
    found = json.loads(invoke("scan", medium, "--output", "json").out)["findings"]
    assert [(item["rule"], item["severity"]) for item in found] == [("ETQ301", "medium")]


@pytest.mark.parametrize(
    ("level", "code"), [("low", 1), ("medium", 1), ("high", 0), ("critical", 0), ("never", 0)]
)
@pytest.mark.parametrize("output", ["text", "json"])
def test_fail_on_decides_in_every_format(medium: Path, level: str, code: int, output: str) -> None:
    done = invoke("scan", medium, "--fail-on", level, "--output", output)
    assert (done.code, done.err) == (code, "")


def test_fail_on_is_high_by_default(write_tree) -> None:
    model = "from django.db import models\nclass Customer(models.Model):\n    email = models.{}()\n"
    root = write_tree({"app.py": model.format("EmailField")})
    assert invoke("scan", root).code == 1
    assert invoke("scan", root, "--fail-on", "critical").code == 0


def test_clean_code_is_0_even_when_low_findings_fail(write_tree) -> None:
    done = invoke("scan", write_tree({"app.py": CLEAN}), "--fail-on", "low")
    assert (done.code, done.err) == (0, "")


def test_a_file_that_could_not_be_read_is_a_finding(write_tree) -> None:
    root = write_tree({"app.py": "def f(:\n"})
    assert invoke("scan", root, "--fail-on", "medium").code == 1
    assert invoke("scan", root).code == 0


def test_an_empty_repository_is_clean(write_tree) -> None:
    done = invoke("scan", write_tree({}))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == (
        "0 files read (0 lines), 0 parts not analysed, 0 personal fields, 0 flows: no findings"
    )


def test_a_path_alone_is_scanned(medium: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = invoke(medium, "--output", "json")
    assert named == invoke("scan", medium, "--output", "json")
    monkeypatch.chdir(medium)
    here = invoke("scan", "--output", "json")
    assert json.loads(here.out)["findings"] == json.loads(named.out)["findings"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["scan", "--bogus"], "Error: No such option '--bogus'."),
        (
            ["scan", "--outptu", "json"],
            "Error: No such option '--outptu'. Did you mean '--output'?",
        ),
        (
            ["scan", "--fail-on", "grave"],
            "Error: Invalid value for '--fail-on': 'grave' is not one of "
            "'low', 'medium', 'high', 'critical', 'never'.",
        ),
        (
            ["scan", "--jobs", "-1"],
            "Error: Invalid value for '--jobs' / '-j': -1 is not in the range x>=0.",
        ),
        (
            ["scan", "--output", "jsn"],
            "error: unknown format `jsn`\n  formats: text, html, json, sarif",
        ),
        (
            ["scan", "--output", "html"],
            "error: html needs a folder\n  for instance --output html:reports",
        ),
        (["scan", "--exclude", "!"], "error: --exclude: Invalid git pattern: '!'\n"),
        (["scan", "nowhere"], "error: no such file or folder: nowhere\n  check the paths given"),
        (["nowhere"], "error: `nowhere` is neither a command nor a file or folder here\n"),
        (["./nowhere"], "error: no such file or folder: nowhere\n  check the paths given to scan"),
        (["x" * 300], f"error: `{'x' * 300}` is neither a command nor a file or folder here\n"),
        (["scan", "x" * 300], f"error: no such file or folder: {'x' * 300}\n"),
        (
            ["scan", "--declaration", "gone.yaml"],
            "error: gone.yaml: cannot be read: No such file or directory",
        ),
        (["scan", "--rules", "gone"], "error: gone: the rule folder does not exist"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_usage_is_2_and_says_what_to_do(
    write_tree, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(write_tree({"app.py": CLEAN}))
    done = invoke(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_one_missing_path_among_good_ones_stops_the_scan(medium: Path) -> None:
    done = invoke("scan", medium, medium / "gone.py")
    assert (done.code, done.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "version: [",
            "etiquette.yaml:1:11: not valid YAML: expected the node content, "
            "but found '<stream end>'",
        ),
        (
            "version: 1\norganisation:\n\tname: x\n",
            "etiquette.yaml:3:1: not valid YAML: found character '\\t' that cannot start any token",
        ),
        ("", "etiquette.yaml: the file is empty\n  it needs an organisation first"),
        ("- a\n", "etiquette.yaml:1:1: the file must be a mapping of keys"),
        (b"version: caf\xe9\n", "etiquette.yaml: not valid YAML: not YAML text"),
        (b"version: \0\n", "etiquette.yaml: not valid YAML: not YAML text"),
    ],
    ids=["open", "tab", "empty", "list", "latin", "null"],
)
def test_a_declaration_that_is_no_yaml_is_2(write_tree, text: str | bytes, message: str) -> None:
    done = invoke("scan", write_tree({"app.py": CLEAN, "etiquette.yaml": text}))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"error: {message}")


def test_a_declaration_nested_too_deeply_is_2(write_tree) -> None:
    root = write_tree({"app.py": CLEAN, "etiquette.yaml": "a: " + "[" * 700})
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    try:
        done = invoke("scan", root)
    finally:
        sys.setrecursionlimit(limit)
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: etiquette.yaml: not valid YAML: not YAML text\n"


def test_all_mistakes_of_a_declaration_are_told_with_line_and_nearest_key(write_tree) -> None:
    text = """\
version: one
organisation:
  nmae: Acme
activites: []
activities:
  - id: a
    purposes: [b]
    legal_bases: contract
    legal_basis: contrct
    data: [emial]
    recipients: [mailer]
  - id: a
recipients:
  - {id: maller, name: M}
zzz: 1
"""
    done = invoke("scan", write_tree({"app.py": CLEAN, "etiquette.yaml": text}))
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "error: etiquette.yaml:1:10: version must be a number",
        "etiquette.yaml:3:3: organisation lacks `name`",
        "etiquette.yaml:3:3: unknown key `organisation.nmae`; did you mean `name`?",
        "etiquette.yaml:4:1: unknown key `activites`; did you mean `activities`?",
        "etiquette.yaml:8:5: unknown key `activities.legal_bases`; did you mean `legal_basis`?",
        "etiquette.yaml:9:18: activities.legal_basis can't be `contrct`; did you mean `contract`?",
        "etiquette.yaml:10:12: unknown data element `emial`; did you mean `email`?",
        "etiquette.yaml:11:18: `mailer` is not in recipients; did you mean `maller`?",
        "etiquette.yaml:12:5: activities lacks `purposes`",
        "etiquette.yaml:12:5: two entries of activities have the id `a`",
        "etiquette.yaml:15:1: unknown key `zzz`",
        "  the keys are described in docs/declaration.md",
    ]


def test_the_declaration_is_looked_for_above_the_root_up_to_the_repository(write_tree) -> None:
    root = write_tree(
        {
            "etiquette.yaml": "broken: [",
            "repo/.git/HEAD": "",
            "repo/etiquette.yml": DECLARATION,
            "repo/app/a.py": CLEAN,
            "other/.git/HEAD": "",
            "other/app/a.py": CLEAN,
        }
    )

    def declaration(*arguments: object) -> object:
        done = invoke("scan", *arguments, "--output", "json")
        assert done.code == 0
        return json.loads(done.out)["scan"]["declaration"]

    assert declaration(root / "repo" / "app") == "etiquette.yml"
    assert declaration(root / "other" / "app") is None
    assert declaration(root / "other", "--declaration", root / "repo/etiquette.yml") == (
        "etiquette.yml"
    )


def test_several_outputs_are_written_in_one_scan(medium: Path, tmp_path: Path) -> None:
    done = invoke(
        "scan", medium,
        "-o", f"json:{tmp_path}/new/folder/report.json",
        "-o", f"text:{tmp_path}/report.txt",
        "-o", f"html:{tmp_path}/html",
        "-o", "text",
    )  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert done.out == (tmp_path / "report.txt").read_text()
    written = json.loads((tmp_path / "new/folder/report.json").read_text())
    assert [item["rule"] for item in written["findings"]] == ["ETQ301"]
    assert "compliance.html" in {place.name for place in (tmp_path / "html").iterdir()}


def test_nothing_but_files_leaves_standard_output_empty(medium: Path, tmp_path: Path) -> None:
    done = invoke("scan", medium, "-o", f"json:{tmp_path}/r.json")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_a_hyphen_means_standard_output(medium: Path) -> None:
    assert invoke("scan", medium, "-o", "json:-") == invoke("scan", medium, "-o", "json")


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("json:{0}", "Is a directory"),
        ("text:{0}/app.py/report.txt", "File exists"),
        ("html:{0}/app.py", "File exists"),
    ],
)
def test_an_output_that_cannot_be_written_is_2(medium: Path, output: str, reason: str) -> None:
    before = (medium / "app.py").read_bytes()
    done = invoke("scan", medium, "-o", output.format(medium))
    place = output.format(medium).partition(":")[2]
    assert (done.code, done.out) == (2, "")
    assert done.err == f"error: {place}: cannot be written: {reason}\n"
    assert (medium / "app.py").read_bytes() == before
    assert [place.name for place in medium.iterdir()] == ["app.py"]


def test_an_old_report_stays_whole_when_writing_fails(
    medium: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "report.json"
    place.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    done = invoke("scan", medium, "--no-cache", "-o", f"json:{place}")
    assert done.err == f"error: {place}: cannot be written: No space left on device\n"
    assert (done.code, place.read_text()) == (2, "old")
    assert [item.name for item in tmp_path.iterdir() if "report" in item.name] == ["report.json"]


def test_version_and_help() -> None:
    assert invoke("--version") == invoke("--version")
    assert (invoke("--version").code, invoke("--version").out) == (
        0,
        f"etiquette, version {__version__}\n",
    )
    for arguments in (["--help"], ["-h"], ["scan", "--help"]):
        done = invoke(*arguments)
        assert (done.code, done.err) == (0, "")
    scan_help = invoke("scan", "--help").out
    for option in (
        "--output", "--declaration", "--fail-on", "--jobs", "--no-cache", "--exclude",
        "--include-tests", "--color",
    ):  # fmt: skip
        assert f"{option} " in scan_help
    assert max(len(line) for line in scan_help.splitlines()) <= 80


def test_python_m_is_the_command(medium: Path) -> None:
    done = run("scan", medium, "--output", "json")
    here = invoke("scan", medium, "--output", "json")
    assert (done.code, done.err) == (0, "")
    assert done.out == here.out
    assert run("scan", medium, "--fail-on", "medium", "--output", "json").code == 1
    assert run("nowhere").code == 2


def test_output_is_utf_8_whatever_the_locale_says(write_tree) -> None:
    root = write_tree({"app.py": MEDIUM.replace("customer.email)", "customer.email)  # „né“")})
    for output in ("text", "json"):
        plain = run("scan", root, "--output", output)
        other = run("scan", root, "--output", output, env={"PYTHONIOENCODING": "ascii"})
        assert (other.code, other.err, other.out) == (0, "", plain.out)
    assert "# „né“" in run("scan", root).out


def test_a_closed_pipe_is_no_traceback(medium: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "data_etiquette", "scan", str(medium), "-o", "json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (
        2,
        "error: standard output: cannot be written: Broken pipe\n",
    )


@pytest.mark.parametrize(
    ("redirect", "reason"),
    [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")],
)
def test_standard_output_that_takes_nothing_is_2(medium: Path, redirect: str, reason: str) -> None:
    if "full" in redirect and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m data_etiquette scan "$1" {redirect}', sys.executable, str(medium)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        2,
        f"error: standard output: cannot be written: {reason}\n",
    )


def test_a_crash_is_2_and_shows_its_traceback_only_on_demand(
    medium: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr("data_etiquette.cli.scan.scan", crash)
    for extra, has_traceback in (([], False), (["--debug"], True)):
        monkeypatch.setattr("sys.argv", ["etiquette", "scan", str(medium), *extra])
        with pytest.raises(SystemExit) as caught:
            command.main()
        shown = capsys.readouterr()
        assert (caught.value.code, shown.out) == (2, "")
        assert shown.err.endswith(
            "error: internal error: ZeroDivisionError: boom\n"
            "  please report it; --debug shows where\n"
        )
        assert ("Traceback" in shown.err) is has_traceback


def test_a_file_that_crashes_its_reader_stops_nothing(
    medium: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (medium / "other.py").write_text(CLEAN)

    def crash(path: str, data: bytes, *_: str) -> object:
        if path == "other.py":
            raise ZeroDivisionError("secret text of the file")
        return read_file(path, data)

    read_file = sys.modules["data_etiquette.app.map"].read_file
    monkeypatch.setattr("data_etiquette.app.map.read_file", crash)
    done = invoke("scan", medium, "--fail-on", "never", "-o", "json")
    report = json.loads(done.out)
    [skipped] = report["skipped"]
    assert skipped["path"] == "other.py"
    assert skipped["reason"].startswith("internal error: ZeroDivisionError at test_exit_codes.py:")
    assert "secret text" not in done.out
    assert [item["rule"] for item in report["findings"]] == ["ETQ301", "ETQ001"]


def test_ctrl_c_is_no_finding(
    medium: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def pressed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("data_etiquette.app.scan.link_again", pressed)
    target = tmp_path / "report.json"
    done = invoke("scan", medium, "--no-cache", "-o", f"json:{target}")
    assert (done.code, done.err) == (130, "interrupted\n")
    assert not target.exists()
