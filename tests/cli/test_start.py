"""What a command loads before it answers: parsers and page makers only when they are used.

Times depend on the machine; what is imported does not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_SHOW = """
import io, sys
from data_etiquette.cli.main import main
out, sys.stdout = sys.stdout, io.StringIO()
try:
    main()
except SystemExit:
    pass
heavy = ("data_etiquette.flow.link", "jinja2", "libcst", "msgspec", "sqlglot", "yaml")
print(*[name for name in heavy if name in sys.modules], file=out)
"""
_SQL = "SELECT p.email, o.total FROM person p JOIN orders o ON o.person = p.id WHERE o.total > 3;\n"
_PYTHON = """\
import logging

class Customer:
    email: str

def show(customer: Customer) -> None:
    logging.info(customer.email)
"""


@pytest.fixture
def tree(write_tree) -> Path:
    return write_tree({"a.py": _PYTHON, "b.py": _PYTHON, "query.sql": _SQL, ".git/HEAD": ""})


def loaded(*arguments: str | Path) -> set[str]:
    environment = {key: text for key, text in os.environ.items() if key != "COVERAGE_PROCESS_START"}
    command = [sys.executable, "-c", _SHOW, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_version_needs_no_engine() -> None:
    assert loaded("--version") == set()


def test_help_needs_no_parser() -> None:
    assert loaded("scan", "--help") & {"libcst", "sqlglot", "jinja2"} == set()


@pytest.mark.usefixtures("warm_catalog")
def test_a_file_of_python_needs_no_parser_but_the_interpreters(tree: Path) -> None:
    assert loaded("scan", tree / "a.py") & {"libcst", "sqlglot", "jinja2"} == set()


@pytest.mark.usefixtures("warm_catalog")
def test_sql_is_parsed_when_it_changed_and_never_again(tree: Path) -> None:
    assert "sqlglot" in loaded("scan", tree)
    (tree / "a.py").write_text(_PYTHON + "\nCHANGED = 1\n")
    for command in (("scan", tree), ("hook", "--root", tree, tree / "a.py")):
        assert loaded(*command) & {"libcst", "sqlglot", "jinja2"} == set()
