"""What README and docs/ show is run here: commands, outputs, snippets, examples, the site."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import click
import pytest
import yaml

from data_etiquette.cli.main import cli
from tests.command import invoke
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_catalog")

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
MODELS = """\
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
"""
VIEWS = """\
import logging

from models import Customer


def welcome(pk):
    customer = Customer.objects.get(pk=pk)
    logging.info("welcome %s", customer.email)
"""


def _blocks(page: Path, head: str) -> list[str]:
    """Fenced blocks whose first line is ``` and `head`."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{re.escape(head)}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def _page(name: str) -> Path:
    return ROOT / "docs" / name


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", _page(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small application under git, which is the working folder."""
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "models.py").write_text(MODELS)
    (folder / "views.py").write_text(VIEWS)
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@example.org")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-qm", "first")):
        subprocess.run([*git, *arguments], cwd=folder, check=True, timeout=30)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", _page("start.md")], ids=lambda page: page.name
)
def test_commands_run_in_the_order_of_the_page(page: Path, app: Path) -> None:
    text = page.read_text(encoding="utf-8")
    steps = re.findall(r"^```sh run(-1)?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert steps
    for ends_with_1, lines in steps:
        for line in lines.splitlines():
            words = shlex.split(line, comments=True)
            assert words[0] == "etiquette"
            done = invoke(*words[1:])
            assert (line, done.code, done.err if done.code > 1 else "") == (
                line,
                1 if ends_with_1 else 0,
                "",
            )
    assert (app / ".etiquette-baseline.jsonl").is_file()


def test_outputs_in_the_readme_are_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = _blocks(ROOT / "README.md", "text fixtures/shop")
    assert len(shown) >= 3
    printed = invoke("scan", "fixtures/shop", "--color", "never", "--fail-on", "never").out
    assert [block for block in shown if block not in printed] == []


def _commands(page: Path) -> list[str]:
    """Lines of indented code that call the tool; fenced ones are run."""
    found = re.findall(r"^    (etiquette [^\n]*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [line for line in found if not line.endswith("\\") and "`" not in line]


@pytest.mark.parametrize(
    ("page", "line"),
    [
        pytest.param(page, line, id=f"{page.name}: {line[:40]}")
        for page in PAGES
        if page.name not in ("rules.md", "coverage.md")
        for line in _commands(page)
    ],
)
def test_commands_and_options_on_pages_exist(page: Path, line: str) -> None:
    words = shlex.split(re.split(r"[|<>]", line)[0], comments=True)[1:]
    command: click.Command = cli
    while words and isinstance(command, click.Group):
        known = command.get_command(click.Context(click.Command("")), words[0])
        if known is None:
            break
        command, words = known, words[1:]
    if command is cli and words and not words[0].startswith("-"):
        command = cli.get_command(click.Context(click.Command("")), "scan") or cli
    options = {name for item in command.params for name in (*item.opts, *item.secondary_opts)}
    asked = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert asked - options - {"--help", "-h"} == set(), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_hooks_on_pages_are_ours(page: Path) -> None:
    known = {hook["id"] for hook in HOOKS}
    used = {
        hook["id"]
        for block in _blocks(page, "yaml pre-commit")
        for repo in yaml.safe_load(block)["repos"]
        for hook in repo["hooks"]
    }
    assert used - known == set()


def test_the_readmes_workflow_is_the_one_that_is_held_to_the_schema() -> None:
    shown = _blocks(ROOT / "README.md", "yaml github")
    assert shown == _blocks(_page("ci.md"), "yaml github")[:1]


def test_examples_of_ones_own_rules_pass(tmp_path: Path) -> None:
    text = _page("extending.md").read_text(encoding="utf-8")
    files = re.findall(r"^```yaml (\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert {name.partition("/")[0] for name, _ in files} == {
        "checks",
        "data",
        "frameworks",
        "recipients",
    }
    for name, content in files:
        place = tmp_path / "own" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")
    done = invoke("rules", "test", tmp_path / "own")
    assert (done.code, done.out) == (0, "11 of 11 cases pass.\n")


def test_the_example_of_ones_own_report_runs(app: Path) -> None:
    (block,) = _blocks(_page("extending.md"), "python report")
    report = invoke("scan", "-o", "json", "--fail-on", "never").out
    done = subprocess.run(
        [sys.executable, "-c", block],
        cwd=app,
        input=report,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert "ETQ301 views.py 8" in done.stdout.splitlines()


def test_the_page_of_limits_is_up_to_date() -> None:
    limits = _script("limits")
    assert limits.PAGE.read_text(encoding="utf-8") == limits.page(), "run `python docs/limits.py`"


def test_limits_are_told_in_the_words_of_the_page() -> None:
    sources = "".join(
        place.read_text(encoding="utf-8")
        for place in sorted((ROOT / "scanner" / "data_etiquette").rglob("*.py"))
    )
    assert [told for *_, told in _script("limits").LIMITS if told not in sources] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    local = {link.partition("#")[0] for link in links if "://" not in link} - {""}
    assert [link for link in sorted(local) if not (page.parent / link).exists()] == []


@pytest.mark.skipif(find_spec("mkdocs") is None, reason="mkdocs is not installed")
def test_the_site_is_built_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    sheets = r'<(?:script[^>]*src|link[^>]*rel="stylesheet"[^>]*href|img[^>]*src)="(https?:[^"]+)"'
    pages = sorted(tmp_path.rglob("*.html"))
    assert {"index.html", "start.html", "limits.html"} <= {page.name for page in pages}
    assert [
        found for page in pages for found in re.findall(sheets, page.read_text(encoding="utf-8"))
    ] == []
