"""The configuration about findings: severities of rules, paths in which one is accepted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Run, invoke

pytestmark = pytest.mark.usefixtures("warm_catalog")

LEAK = "import logging\n\n\ndef signup(user):\n    logging.info('new %s', user.password)\n"
PLAIN = "import logging\n\n\ndef signup(user):\n    logging.info('new %s', user.pk)\n"
ENTRY = """
[[tool.etiquette.allow]]
rule = "ETQ301"
paths = ["legacy/**"]
reason = "is switched off in March, OPS-12"
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / "legacy").mkdir(parents=True)
    (folder / "legacy" / "views.py").write_text(LEAK)
    return folder


def _configured(app: Path, text: str) -> Path:
    (app / "pyproject.toml").write_text(f"[tool.etiquette]\njobs = 1\n{text}")
    return app


def _findings(app: Path, *below: str) -> list[tuple[str, str, int, str, str]]:
    done = invoke("scan", app.joinpath(*below), "-o", "json", "--fail-on", "never")
    assert done.err == ""
    return [
        (f["rule"], f["path"], f["line"], f["severity"], f["status"])
        for f in json.loads(done.out)["findings"]
    ]


def _refused(app: Path) -> str:
    done: Run = invoke("scan", app)
    assert done.code == 2
    return done.err


def test_a_rule_has_the_severity_that_is_configured(app: Path) -> None:
    assert _findings(app) == [("ETQ301", "legacy/views.py", 5, "critical", "new")]
    _configured(app, '[tool.etiquette.severity]\nETQ301 = "low"\n')
    assert _findings(app) == [("ETQ301", "legacy/views.py", 5, "low", "new")]
    assert invoke("scan", app).code == 0
    assert invoke("scan", app, "--fail-on", "low").code == 1


def test_an_entry_accepts_its_rule_in_its_paths_alone(app: Path) -> None:
    (app / "views.py").write_text(LEAK)
    _configured(app, ENTRY + 'approved-by = "the data protection officer"\nuntil = 2026-12-31\n')
    done = invoke("scan", app, "-o", "json")
    assert done.code == 1
    found = {f["path"]: f for f in json.loads(done.out)["findings"]}
    assert found["views.py"]["status"] == "new"
    assert found["legacy/views.py"]["status"] == "suppressed"
    assert found["legacy/views.py"]["acceptance"] == {
        "reason": "is switched off in March, OPS-12 (approved by the data protection officer)",
        "path": "pyproject.toml",
        "line": 4,
        "until": "2026-12-31",
    }


def test_paths_are_seen_from_the_configuration(app: Path) -> None:
    _configured(app, ENTRY)
    assert _findings(app, "legacy") == [("ETQ301", "views.py", 5, "critical", "suppressed")]
    assert _findings(app, "legacy", "views.py") == [
        ("ETQ301", "views.py", 5, "critical", "suppressed")
    ]


def test_an_entry_that_has_ended_accepts_nothing_and_is_told(app: Path) -> None:
    _configured(app, ENTRY + 'until = "2026-05-31"\n')
    assert _findings(app) == [
        ("ETQ301", "legacy/views.py", 5, "critical", "new"),
        ("ETQ003", "pyproject.toml", 4, "low", "new"),
    ]


def test_an_entry_that_fits_nothing_is_told_when_all_was_read(app: Path) -> None:
    (app / "legacy" / "views.py").write_text(PLAIN)
    (app / "other").mkdir()
    (app / "other" / "views.py").write_text(PLAIN)
    _configured(app, ENTRY)
    assert _findings(app) == [("ETQ003", "pyproject.toml", 4, "low", "new")]
    assert _findings(app, "other") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[tool.etiquette.severity]\nETQ302 = "low"\nETQ301 = "grave"\n',
            "line 5: the severity of ETQ301 is one of low, medium, high, critical",
        ),
        (
            '[tool.etiquette.severity]\nETQ309999 = "low"\n',
            "line 4: no rule is called ETQ309999; did you mean `ETQ309`?",
        ),
        (ENTRY.replace("reason", "reasons"), "unknown key `reasons` (did you mean `reason`?)"),
        (
            ENTRY + ENTRY.replace("is switched off in March, OPS-12", "todo"),
            "line 9: this entry of `allow` has no reason that says something",
        ),
        (ENTRY.replace('["legacy/**"]', "[]"), "line 4: this entry of `allow` names no paths"),
        (ENTRY + 'until = "soon"\n', "has an until that is no day of the form YYYY-MM-DD"),
        (ENTRY.replace("ETQ301", "ETQ001"), "ETQ001, which can't be accepted"),
        ('allow = "ETQ301"\n', "line 3: `allow` is a list of entries"),
        ('allow = ["ETQ301"]\n', "line 3: this entry of `allow` is no table"),
    ],
)
def test_what_is_malformed_is_an_error_with_its_line(app: Path, text: str, told: str) -> None:
    assert told in _refused(_configured(app, text))


def test_config_prints_them_with_their_lines(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _configured(app, '[tool.etiquette.severity]\nETQ301 = "low"\n' + ENTRY)
    monkeypatch.chdir(app)
    lines = [line.split() for line in invoke("config").out.split("\n")]
    assert ["severity.ETQ301", "low", "pyproject.toml:4"] in lines
    told = "allow ETQ301 in legacy/**: is switched off in March, OPS-12 pyproject.toml:6"
    assert told.split() in lines
