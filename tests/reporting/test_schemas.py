"""Machine formats against their own schemas: one scan with every kind of finding in it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from jsonschema import Draft4Validator, Draft7Validator

from data_etiquette.app.output import RENDERERS
from data_etiquette.app.provenance import web_address
from data_etiquette.app.scan import ScanRequest, scan
from data_etiquette.model.graph import Step
from data_etiquette.model.kind import FindingStatus
from data_etiquette.model.location import Location, Skipped
from data_etiquette.model.report import Acceptance, Provenance, Report

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "tests" / "schemas"


def validator(name: str) -> Draft4Validator | Draft7Validator:
    schema = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    kind = Draft4Validator if "draft-04" in schema["$schema"] else Draft7Validator
    kind.check_schema(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def mistakes(name: str, document: object) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in validator(name).iter_errors(document)
    ]


APP = """\
import logging
import requests
from django.db import models


class Customer(models.Model):
    email = models.EmailField()
    newsletter_consent = models.BooleanField(default=True)


def signup(customer: Customer):
    logging.info("new %s", customer.email)
    requests.post("https://crm.example.com/hook", json={"name": customer.email}, verify=False)
"""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("app")
    (folder / "shop.py").write_text(APP)
    return scan(ScanRequest((folder,), use_cache=False, jobs=1)).report


@pytest.fixture(scope="module")
def report(scanned: Report) -> Report:
    """With one finding of each status, something unread, and a repository's address."""
    first, second, third, *others = scanned.findings
    accepted = Acceptance("agreed, DPIA-12", second.location, "2099-01-31", "dpo")
    allowed = Acceptance("agreed", Location("etiquette.toml", 3))
    return replace(
        scanned,
        findings=(
            replace(first, status=FindingStatus.BASELINE),
            replace(second, status=FindingStatus.SUPPRESSED, acceptance=accepted),
            replace(third, status=FindingStatus.SUPPRESSED, acceptance=allowed),
            *others,
        ),
        skipped=(Skipped("broken.py", 0, "no Python"), Skipped("deep.py", 4, "a limit", True)),
        provenance=Provenance("kiosk", "ab" * 20, repository="https://example.org/tools/kiosk"),
    )


def sarif_run(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(RENDERERS["sarif"](report))["runs"][0]
    return run


def test_sarif(report: Report, scanned: Report) -> None:
    for each in (report, scanned, replace(scanned, findings=(), skipped=(), files=(), rules=())):
        assert mistakes("sarif-2.1.0-rtm.5.json", json.loads(RENDERERS["sarif"](each))) == []


def test_a_schema_that_holds_nothing_is_no_schema(report: Report) -> None:
    document = json.loads(RENDERERS["sarif"](report))
    document["runs"][0]["results"][0]["level"] = "grave"
    del document["runs"][0]["tool"]
    assert len(mistakes("sarif-2.1.0-rtm.5.json", document)) == 2


def test_sarif_of_what_was_accepted_or_known(report: Report) -> None:
    results = {
        item["partialFingerprints"]["etiquette/v1"]: item for item in sarif_run(report)["results"]
    }
    first, second, third, fourth, *_ = report.findings
    assert results[first.fingerprint]["baselineState"] == "unchanged"
    assert results[fourth.fingerprint]["baselineState"] == "new"
    assert "suppressions" not in results[fourth.fingerprint]
    (inside,) = results[second.fingerprint]["suppressions"]
    assert (inside["kind"], inside["justification"]) == ("inSource", "agreed, DPIA-12")
    assert inside["properties"] == {"until": "2099-01-31", "owner": "dpo"}
    (outside,) = results[third.fingerprint]["suppressions"]
    assert outside["kind"] == "external"
    assert outside["location"]["physicalLocation"]["artifactLocation"]["uri"] == "etiquette.toml"


def test_sarif_says_new_only_where_something_is_known_of_before(scanned: Report) -> None:
    assert all("baselineState" not in item for item in sarif_run(scanned)["results"])
    since = replace(scanned, since="main")
    assert {item["baselineState"] for item in sarif_run(since)["results"]} == {"new"}


def test_sarif_tells_what_was_not_analysed(report: Report) -> None:
    (invocation,) = sarif_run(report)["invocations"]
    assert [
        (note["level"], note["descriptor"], note["message"]["text"])
        for note in invocation["toolExecutionNotifications"]
    ] == [
        ("warning", {"id": "not-analysed", "index": 0}, "Not analysed: no Python"),
        ("note", {"id": "not-analysed", "index": 0}, "Not analysed: a limit"),
    ]


def test_sarif_names_the_commit(report: Report, scanned: Report) -> None:
    assert sarif_run(report)["versionControlProvenance"] == [
        {
            "repositoryUri": "https://example.org/tools/kiosk",
            "mappedTo": {"uriBaseId": "SRCROOT"},
            "revisionId": "ab" * 20,
        }
    ]
    bare = replace(scanned, provenance=Provenance("kiosk", "ab" * 20))
    assert "versionControlProvenance" not in sarif_run(bare)


def test_sarif_rules_explain_themselves(report: Report) -> None:
    for rule in sarif_run(report)["tool"]["driver"]["rules"]:
        assert rule["help"]["markdown"] != ""
        assert 0 < len(rule["properties"]["tags"]) <= 10
        assert 0 < float(rule["properties"]["security-severity"]) <= 10


def test_sarif_keeps_the_ends_of_a_long_flow(scanned: Report) -> None:
    number = next(i for i, f in enumerate(scanned.findings) if f.flow >= 0)
    finding = scanned.findings[number]
    steps = tuple(Step("a.py", line, "") for line in range(1, 3_001))
    flows = list(scanned.flows)
    flows[finding.flow] = replace(flows[finding.flow], steps=steps)
    long = replace(scanned, flows=tuple(flows), findings=(finding,))
    (result,) = sarif_run(long)["results"]
    places = result["codeFlows"][0]["threadFlows"][0]["locations"]
    lines = [item["location"]["physicalLocation"]["region"]["startLine"] for item in places]
    assert len(lines) <= 1_000
    assert (lines[0], lines[-1]) == (1, 3_000)


def test_gitlab(report: Report) -> None:
    sast = json.loads(RENDERERS["gitlab-sast"](report))
    assert mistakes("gitlab-sast.json", sast) == []
    quality = json.loads(RENDERERS["gitlab-codequality"](report))
    assert mistakes("gitlab-codequality.json", quality) == []


def test_gitlab_takes_no_longer_texts(report: Report) -> None:
    long = replace(
        report,
        findings=tuple(
            replace(item, message="m" * 200_000, fix="f" * 9_000, name="n" * 300)
            for item in report.findings
        ),
    )
    assert mistakes("gitlab-sast.json", json.loads(RENDERERS["gitlab-sast"](long))) == []


def test_junit(report: Report, scanned: Report) -> None:
    schema = xmlschema.XMLSchema(str(SCHEMAS / "jenkins-junit.xsd"))
    for each in (report, scanned):
        # `file` is not in Jenkins' schema, which reads on; GitLab links a test by it.
        text = RENDERERS["junit"](each)
        plain = "\n".join(_without_file(line) for line in text.split("\n"))
        assert [error.reason for error in schema.iter_errors(plain)] == []


def _without_file(line: str) -> str:
    head, mark, tail = line.partition(' file="')
    return head + tail.partition('"')[2] if mark else line


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/shop/web.git", "https://example.org/shop/web"),
        ("https://user:secret@example.org/shop/web", "https://example.org/shop/web"),
        ("git@example.org:shop/web.git", "https://example.org/shop/web"),
        ("ssh://git@example.org:2222/shop/web.git", "https://example.org/shop/web"),
        ("https://token@git.example.org:8443/a/b/c.git/", "https://git.example.org/a/b/c"),
        ("/srv/git/web.git", ""),
        ("../web", ""),
        ("file:///home/me/web", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_addresses_of_repositories(url: str, shown: str) -> None:
    assert web_address(url) == shown


def test_the_repository_of_a_scan(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    url = "https://user:secret@example.org/shop/web.git"
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "other", "/srv/x"], check=True)
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", url], check=True)
    (tmp_path / "a.py").write_text("x = 1\n")
    found = scan(ScanRequest((tmp_path,), use_cache=False, jobs=1)).report.provenance
    assert (found.repository, found.commit) == ("https://example.org/shop/web", "")
