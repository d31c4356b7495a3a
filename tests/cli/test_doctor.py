"""The tool about itself: doctor, completion, help; and one file from standard input."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import click
import pytest

from data_etiquette import __version__
from data_etiquette.app.rules import rule_titles
from data_etiquette.cli.main import cli
from data_etiquette.cli.progress import progress_line
from tests.command import Run, invoke

pytestmark = pytest.mark.usefixtures("warm_catalog")

LEAK = b"import logging\n\n\ndef signup(user):\n    logging.info('new %s', user.password)\n"
SCREEN = (30, 80)


def _section(text: str, title: str) -> dict[str, str]:
    """Rows of one section of `doctor`."""
    body = text.split(f"\n\n{title}\n")[1].split("\n\n", maxsplit=1)[0]
    rows = (line.strip().split("  ", 1) for line in body.strip().split("\n"))
    return {name: value.strip() for name, value in rows}


def test_doctor_tells_what_a_scan_would_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "app"
    (folder / "sql").mkdir(parents=True)
    (folder / "a.py").write_bytes(LEAK)
    (folder / "sql" / "a.sql").write_text("create table t (id int);\n")
    (folder / "etiquette.toml").write_text('fail-on = "low"\n')
    (folder / ".etiquette-baseline.jsonl").write_text("")
    monkeypatch.chdir(folder)
    done = invoke("doctor")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"etiquette {__version__}\n\nEnvironment\n")
    assert _section(done.out, "Here") == {
        "configuration": "etiquette.toml (found from the scanned path upwards)",
        "declaration": "none: `etiquette init` drafts one",
        "baseline": ".etiquette-baseline.jsonl",
        "own rules": "none",
        "files to read": "1 python, 1 sql",
        "not readable": "none known before reading",
    }
    assert _section(done.out, "Cache")["folder"] == str(tmp_path / "cache")
    assert _section(done.out, "Covered")["rules"] == f"{len(rule_titles())} (etiquette rules list)"
    assert re.fullmatch(
        r"\d+ groups \(docs/coverage\.md\)", _section(done.out, "Covered")["libraries"]
    )


def test_doctor_tells_which_extras_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"sqlalchemy": "2.0.1", "psycopg": "3.2.0"}
    known = metadata.version

    def version(name: str) -> str:
        if name in there:
            return there[name]
        if name == "distributed":
            raise metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(metadata, "version", version)
    assert _section(invoke("doctor", tmp_path).out, "Extras") == {
        "cluster": "not installed: scan --executor dask://… needs "
        "pip install 'data-etiquette[cluster]'",
        "fleet": "sqlalchemy 2.0.1, psycopg 3.2.0",
    }


def test_doctor_names_no_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _section(invoke("doctor", tmp_path).out, "Cache")["folder"] == "~/cache"


def test_doctor_in_trouble_is_2(tmp_path: Path) -> None:
    done = invoke("doctor", tmp_path / "gone")
    assert (done.code, done.out) == (2, "")
    assert "no such file or folder" in done.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_command(shell: str) -> None:
    done = invoke("completion", shell)
    assert done.code == 0
    assert f"_ETIQUETTE_COMPLETE={shell}_complete" in done.out


def _completed(words: str, number: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from data_etiquette.cli.main import main; main()"],
        env={
            **os.environ,
            "_ETIQUETTE_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(number),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return [line.partition(",")[2] for line in done.stdout.split("\n") if line]


@pytest.mark.parametrize(
    ("words", "number"), [("etiquette explain ETQ30", 2), ("etiquette rules show etq30", 3)]
)
def test_codes_of_rules_are_completed(words: str, number: int) -> None:
    expected = [code for code, _ in rule_titles() if code.startswith("ETQ30")]
    assert _completed(words, number) == expected


@pytest.mark.parametrize(
    ("words", "number", "expected"),
    [
        ("etiquette fix --rule ETQ203", 3, ["ETQ203"]),
        ("etiquette inventory --element passw", 3, ["password", "password_hash"]),
        ("etiquette explain app/mod", 2, ["app/mod"]),
    ],
)
def test_options_and_files_are_completed(words: str, number: int, expected: list[str]) -> None:
    assert _completed(words, number) == expected


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("baselin", "did you mean `etiquette baseline`?"),
        ("xyzzy", "`etiquette --help` lists them"),
    ],
)
def test_a_word_that_is_no_command_and_no_path_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, advice: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke(word)
    told = f"error: `{word}` is neither a command nor a file or folder here\n  {advice}\n"
    assert (done.code, done.err) == (2, told)
    (tmp_path / word).mkdir()
    (tmp_path / word / "a.py").write_text("")
    assert invoke(word).code == 0


_OUTER = click.Context(click.Command(""), help_option_names=["-h", "--help"])


def _leaves(command: click.Command, name: str, context: click.Context) -> list[tuple[str, str]]:
    inner = click.Context(command, info_name=name, parent=context)
    if not isinstance(command, click.Group):
        return [(inner.command_path.strip(), inner.get_help())]
    parts = [(part, command.get_command(inner, part)) for part in command.list_commands(inner)]
    return [leaf for part, sub in parts if sub for leaf in _leaves(sub, part, inner)]


def test_all_help_is_that_of_every_command() -> None:
    text = invoke("--help-all").out
    names = [name for name, _ in _leaves(cli, "", _OUTER)]
    assert [name for name in names if f"Usage: cli {name} " not in text] == []


@pytest.mark.parametrize(
    ("name", "page"),
    [pytest.param(*leaf, id=leaf[0]) for leaf in _leaves(cli, "", _OUTER)],
)
def test_every_command_tells_how_it_ends_what_is_near_and_an_example(name: str, page: str) -> None:
    assert [word for word in ("Exit code: 0", "Examples:\n") if word not in page] == []
    if name != "completion":
        named = re.findall(r"etiquette ([a-z ]+)", page.split("See also: ")[1].replace("\n", " "))
        known = {leaf for leaf, _ in _leaves(cli, "", _OUTER)}
        assert set(map(str.strip, named)) - known == set()


def test_the_help_of_the_group_fits_one_screen() -> None:
    done = invoke("--help")
    lines = done.out.rstrip("\n").split("\n")
    assert len(lines) <= SCREEN[0]
    assert [line for line in lines if len(line) > SCREEN[1]] == []
    assert re.findall(r"^  (\w+)  +[A-Z]", done.out, re.MULTILINE) == cli.list_commands(
        click.Context(cli)
    )


def test_the_progress_line_counts_files_and_time() -> None:
    assert progress_line(6, 24, 3.2) == "Reading files [#####---------------] 6 of 24, 3 s"
    assert progress_line(0, 0, 0) == "Reading files [####################] 0 of 0, 0 s"


# -- standard input -----------------------------------------------------------------------------


def _scan_stdin(folder: Path, data: bytes, *arguments: str) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "data_etiquette", "scan", *arguments],
        cwd=folder,
        input=data,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_standard_input_is_scanned_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_bytes(LEAK)
    named = ("-", "--stdin-filename", "tests/models.py", "-o", "json")
    done = _scan_stdin(tmp_path, LEAK, *named)
    assert (done.code, done.err) == (1, "")
    found = json.loads(done.out)
    assert [(f["rule"], f["path"], f["line"]) for f in found["findings"]] == [
        ("ETQ301", "tests/models.py", 5)
    ]
    assert [item["path"] for item in found["files"]] == ["tests/models.py"]


def test_configuration_and_baseline_count_for_standard_input(tmp_path: Path) -> None:
    named = ("-", "--stdin-filename", "app/models.py")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "models.py").write_bytes(LEAK)
    (tmp_path / "etiquette.toml").write_text(
        '[[allow]]\nrule = "ETQ301"\npaths = ["gone/"]\nreason = "ended, OPS-12"\n'
    )
    assert _scan_stdin(tmp_path, LEAK, *named).code == 1
    (tmp_path / "other.py").write_bytes(LEAK)
    assert invoke("baseline", "create", tmp_path).code == 0
    done = _scan_stdin(tmp_path, LEAK, *named)
    assert (done.code, "1 known before" in done.out, "ETQ003 " in done.out) == (0, True, False)


def test_an_exclude_wins_over_standard_input(tmp_path: Path) -> None:
    named = ("-", "--stdin-filename", "app/models.py", "--exclude", "app/")
    done = _scan_stdin(tmp_path, LEAK, *named)
    assert (done.code, done.err) == (0, "app/models.py is excluded\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-",), "`-` stands alone, and --stdin-filename goes with it"),
        (("a.py", "--stdin-filename", "a.py"), "`-` stands alone"),
        (("-", "--stdin-filename", "../a.py"), "../a.py is not below the working folder"),
        (("-", "--stdin-filename", "a.png"), "a.png is of no kind that is read"),
        (("-", "--stdin-filename", "a.py", "--since", "main"), "--since compares commits"),
    ],
)
def test_what_cannot_be_asked_of_standard_input(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = _scan_stdin(tmp_path, b"", *arguments)
    assert (done.code, told in done.err) == (2, True)


def test_what_needs_no_scan_loads_none_of_it() -> None:
    heavy = ("data_etiquette.app", "data_etiquette.flow", "jinja2", "yaml", "msgspec", "sqlglot")
    told = (
        "import sys; from data_etiquette.cli.main import cli\n"
        "cli(['--version'], standalone_mode=False)\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines()[1:] == ["[]"]
