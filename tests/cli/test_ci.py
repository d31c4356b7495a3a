"""What teams copy: the action, the include, the recipe and every snippet of docs/ci.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.command import Run
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_catalog")

LEAK = "import logging\n\n\ndef signup(user):\n    logging.info('new %s', user.password)\n"
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))


def _snippets(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "models.py").write_text(LEAK)
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with the command, and with a Python that only notes what it is asked to install."""
    folder = tmp_path / "etiquette" / "bin"
    folder.mkdir(parents=True)
    command = f'#!/bin/sh\nexec "{sys.executable}" -m data_etiquette "$@"\n'
    note = f'#!/bin/sh\necho "$@" >> "{tmp_path}/installed"\n'
    for name, text in (("etiquette", command), ("python", note), ("python3", note)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


def _shell(script: str, app: Path, tools: Path, shell: str = "sh", **variables: str) -> Run:
    done = subprocess.run(
        [shell, "-e", "-c", script],
        cwd=app,
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


# -- the action ---------------------------------------------------------------------------------


def _scan_step(app: Path, tools: Path, **inputs: str) -> tuple[Run, dict[str, str], Path]:
    """Run the action's own script as the runner would, with the inputs' defaults."""
    step = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "scan")
    given = {name: entry["default"] for name, entry in ACTION["inputs"].items()} | inputs
    variables = {
        name: given[re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", text)[1]]  # type: ignore[index]
        for name, text in step["env"].items()
    }
    temporary = tools.parent.parent
    output, summary = temporary / "output", temporary / "summary"
    output.touch()
    summary.touch()
    variables |= {
        "RUNNER_TEMP": str(temporary),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    done = _shell(step["run"], app, tools, "bash", **variables)
    outputs = dict(line.split("=", 1) for line in output.read_text().split("\n") if line)
    return done, outputs, summary


def test_the_action_gives_text_annotations_summary_sarif_and_html(app: Path, tools: Path) -> None:
    done, outputs, summary = _scan_step(app, tools)
    assert done.code == 1
    assert outputs == {"exit-code": "1", "sarif-file": "etiquette.sarif"}
    assert "\n::group::etiquette\nCRITICAL ETQ301 Password (plain text) reaches" in done.out
    assert "::error file=app/models.py,line=5,endLine=5,title=ETQ301" in done.out
    assert "ETQ301" in summary.read_text()
    results = json.loads((app / "etiquette.sarif").read_text())["runs"][0]["results"]
    assert [item["ruleId"] for item in results] == ["ETQ301"]
    assert (app / "etiquette-report" / "compliance.html").is_file()


def test_inputs_of_the_action_turn_things_off(app: Path, tools: Path) -> None:
    off = {"sarif-file": "", "html": "", "annotations": "false", "summary": "false"}
    done, outputs, summary = _scan_step(app, tools, **off, **{"fail-on": "never", "paths": "app"})
    assert (done.code, outputs, summary.read_text()) == (0, {"exit-code": "0"}, "")
    assert "::error" not in done.out
    assert sorted(place.name for place in app.iterdir()) == ["app"]


def test_trouble_in_the_action_is_2(app: Path, tools: Path) -> None:
    done, outputs, _ = _scan_step(app, tools, paths="gone")
    assert (done.code, outputs) == (2, {"exit-code": "2"})
    assert "no such file or folder: gone" in done.err


def test_no_input_reaches_a_shell_as_text() -> None:
    scripts = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


# -- GitLab -------------------------------------------------------------------------------------


def test_the_include_writes_both_reports(app: Path, tools: Path) -> None:
    job = GITLAB["etiquette"]
    variables = {name: text for name, text in job["variables"].items() if "$" not in text}
    done = _shell("\n".join(job["script"]), app, tools, **variables)
    assert done.code == 1
    installed = (tools.parent.parent / "installed").read_text()
    assert installed == "-m pip install --quiet --disable-pip-version-check data-etiquette\n"
    reports = job["artifacts"]["reports"]
    quality = json.loads((app / reports["codequality"]).read_text())
    assert [(item["check_name"], item["location"]["path"]) for item in quality] == [
        ("ETQ301 personal-data-in-logs", "app/models.py")
    ]
    sast = json.loads((app / reports["sast"]).read_text())
    assert [item["location"]["file"] for item in sast["vulnerabilities"]] == ["app/models.py"]


# -- docs/ci.md ---------------------------------------------------------------------------------


@pytest.mark.parametrize("snippet", _snippets("sh recipe"))
def test_recipes_run(snippet: str, app: Path, tools: Path) -> None:
    done = _shell(snippet, app, tools)
    assert done.code == 1, done.err
    assert "ETQ301" in done.out


def test_the_recipe_leaves_its_reports(app: Path, tools: Path) -> None:
    _shell(_snippets("sh recipe")[0], app, tools)
    assert (tools.parent.parent / "installed").read_text() == "-m pip install data-etiquette\n"
    assert sorted(place.name for place in (app / "reports").iterdir()) == [
        "etiquette",
        "etiquette.sarif",
        "etiquette.xml",
    ]


@pytest.mark.parametrize("snippet", _snippets("yaml pre-commit"))
def test_hooks_of_the_page_exist(snippet: str, tmp_path: Path) -> None:
    known = {hook["id"] for hook in HOOKS}
    named = {hook["id"] for repo in yaml.safe_load(snippet)["repos"] for hook in repo["hooks"]}
    assert named - known == set()
    place = tmp_path / ".pre-commit-config.yaml"
    place.write_text(snippet)
    told = [sys.executable, "-m", "pre_commit", "validate-config", str(place)]
    assert subprocess.run(told, capture_output=True, timeout=60, check=False).returncode == 0


def test_the_manifest_is_valid() -> None:
    place = ROOT / ".pre-commit-hooks.yaml"
    told = [sys.executable, "-m", "pre_commit", "validate-manifest", str(place)]
    assert subprocess.run(told, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("snippet", _snippets("yaml github"))
def test_workflows_of_the_page_use_inputs_and_outputs_that_exist(snippet: str) -> None:
    workflow = yaml.safe_load(snippet)
    assert workflow["permissions"] == {}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    ours = [step for step in steps if step["uses"].startswith("OWNER/etiquette@")]
    assert [set(step.get("with", {})) - set(ACTION["inputs"]) for step in ours] == [set()]
    used = set(re.findall(r"steps\.etiquette\.outputs\.([\w-]+)", snippet))
    assert used - set(ACTION["outputs"]) == set()


def test_the_table_of_inputs_is_the_action_s() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|.*\| `?([^|`]+?)`? \|$", PAGE, re.MULTILINE)
    assert [name for name, _ in rows] == list(ACTION["inputs"])
    defaults = {name: entry["default"] for name, entry in ACTION["inputs"].items()}
    assert {name: told for name, told in rows if defaults[name]} == {
        name: text for name, text in defaults.items() if text
    }


@pytest.mark.parametrize("snippet", _snippets("yaml gitlab"))
def test_the_include_of_the_page_exists(snippet: str) -> None:
    page = yaml.safe_load(snippet)
    place = page["include"][0]["remote"].partition("/raw/v0.1.0/")[2]
    assert (ROOT / place).is_file()
    assert set(page["etiquette"]["variables"]) <= set(GITLAB["etiquette"]["variables"])
