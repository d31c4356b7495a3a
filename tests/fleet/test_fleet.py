"""The command: from a list to the overview, whatever is wrong with one of the systems."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

from tests.command import Run, invoke
from tests.fleet.conftest import CLINIC

pytestmark = pytest.mark.usefixtures("warm_catalog")


@pytest.fixture
def group(systems: Path) -> Path:
    place = systems.parent / "group.yaml"
    place.write_text(
        "fleet: Group\nsystems:\n"
        "  - {path: all/shop, team: Commerce}\n  - all/clinic\n  - {name: crm, path: all/crm}\n"
    )
    return place


CRM_TOLD = "crm: not scanned, because there is no such folder\n"


def fleet(*arguments: object) -> tuple[Run, dict]:
    done = invoke("fleet", "-o", "json", *arguments)
    return done, json.loads(done.out)


def changes(found: dict) -> dict[str, list[str]]:
    return {
        item["system"]: [f"{change['state']} {change['subject']}" for change in item["changes"]]
        for item in found["changes"]
    }


def test_one_that_fails_stops_no_other(group: Path) -> None:
    done, found = fleet(group)
    assert (done.code, done.err) == (0, CRM_TOLD)
    assert [(item["system"], item["team"], item["data"]) for item in found["systems"]] == [
        ("clinic", None, ["Diagnosis, clinical code or medical condition", "E-mail address"]),
        ("crm", None, []),
        ("shop", "Commerce", ["Date of birth", "E-mail address"]),
    ]
    assert {row["element"]: row["systems"] for row in found["data"]} == {
        "diagnosis": ["clinic"],
        "email": ["clinic", "shop"],
        "date_of_birth": ["shop"],
    }
    assert (found["since"], found["changes"]) == (None, [])


def test_the_second_time_tells_what_is_new(group: Path) -> None:
    fleet(group)
    _, found = fleet(group)
    assert (found["since"], found["changes"]) == ("2026-06-01", [])
    models = group.parent / "all" / "clinic" / "models.py"
    models.write_text(models.read_text() + "    iban = models.CharField(max_length=34)\n")
    _, found = fleet(group)
    assert changes(found)["clinic"][0] == "new Patient.iban"
    assert set(changes(found)) == {"clinic"}


def test_what_can_not_be_read_any_more_is_shown_as_it_was(
    group: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    fleet(group)
    (group.parent / "all" / "clinic").rename(group.parent / "away")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1780272000 + 86400))
    _, found = fleet(group)
    clinic = found["systems"][0]
    assert (clinic["scanned"], clinic["as_of"], clinic["reason"]) == (
        False, "2026-06-01", "there is no such folder",
    )  # fmt: skip
    assert clinic["special_categories"] == ["Diagnosis, clinical code or medical condition"]
    assert changes(found) == {}


def test_a_system_that_comes_and_one_that_goes(group: Path) -> None:
    fleet(group)
    (group.parent / "all" / "late").mkdir()
    (group.parent / "all" / "late" / "models.py").write_text(CLINIC["models.py"])
    group.write_text("fleet: Group\nsystems: [all/shop, all/late]\n")
    _, found = fleet(group)
    assert [(item["system"], item["note"]) for item in found["changes"]] == [
        ("late", "New in this overview."),
        ("clinic", "No longer listed."),
        ("crm", "No longer listed."),
    ]


def test_since_a_day(group: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = group.parent / "all" / "clinic" / "models.py"
    for day, field in enumerate(("iban", "phone", "fax_number")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1780272000 + 86400 * day))
        fleet(group)
        models.write_text(models.read_text() + f"    {field} = models.CharField(max_length=34)\n")
    _, found = fleet(group, "--since", "2026-06-02")
    assert found["since"] == "2026-06-02"
    told = [item for item in changes(found)["clinic"] if "Patient" in item]
    assert told == ["new Patient.fax_number", "new Patient.phone"]


def test_a_folder_keeps_its_history_in_itself(systems: Path) -> None:
    assert fleet(systems)[0].code == 0
    assert (systems / ".etiquette-fleet.sqlite").is_file()
    assert fleet(systems)[1]["since"] == "2026-06-01"


def test_reports_need_no_code(systems: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    for name in ("shop", "clinic"):
        invoke("scan", systems / name, "-o", f"json:{reports / name}.json")
    _, scanned = fleet(systems, "--no-history")
    _, read = fleet(reports, "--no-history", "--name", "all")
    assert read == scanned


def test_no_history_keeps_nothing(group: Path) -> None:
    for _ in range(2):
        _, found = fleet(group, "--no-history")
        assert found["since"] is None
    assert not group.with_suffix(".sqlite").exists()


def test_the_history_may_be_named_by_the_environment(
    group: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ETIQUETTE_HISTORY", str(tmp_path / "own.sqlite"))
    fleet(group)
    assert (tmp_path / "own.sqlite").is_file()
    assert not group.with_suffix(".sqlite").exists()


def test_a_history_in_postgresql(group: Path, history: str) -> None:
    fleet(group, "--history", history)
    (group.parent / "all" / "shop" / "views.py").write_text("")
    _, found = fleet(group, "--history", history)
    assert "gone ETQ301 medium" in changes(found)["shop"]


def test_the_same_bytes_whatever_the_number_of_jobs(group: Path, tmp_path: Path) -> None:
    written = []
    for jobs in (1, 3):
        places = [tmp_path / f"{jobs}.{name}" for name in ("html", "json", "csv", "txt")]
        wanted = [f"{form}:{place}" for form, place in zip(("html", "json", "csv", "text"), places,
                                                          strict=True)]  # fmt: skip
        options = [part for output in wanted for part in ("-o", output)]
        assert invoke("fleet", group, "--no-history", "-j", jobs, *options).code == 0
        written.append([place.read_bytes() for place in places])
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("level", "first", "second"), [("high", 1, 0), ("never", 0, 0), ("critical", 1, 0)]
)
def test_exit_code_of_findings(group: Path, level: str, first: int, second: int) -> None:
    assert invoke("fleet", group, "--fail-on", level).code == first
    assert invoke("fleet", group, "--fail-on", level).code == second


def test_nothing_read_is_trouble(tmp_path: Path) -> None:
    place = tmp_path / "group.yaml"
    place.write_text("[a, b]")
    done = invoke("fleet", place, "-o", "csv")
    assert done.code == 2
    assert done.out.splitlines()[1] == ("a,,not scanned: there is no such folder,,,,,,,,,,,,")


def test_without_sqlalchemy_the_extra_is_named(
    group: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.delitem(sys.modules, "data_etiquette.app.fleet.history", raising=False)
    assert invoke("fleet", group) == Run(
        2,
        "",
        "error: the history of a fleet needs SQLAlchemy, which is not installed\n"
        "  pip install 'data-etiquette[fleet]', or --no-history to do without\n",
    )
    assert invoke("fleet", group, "--no-history").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "pdf"), "unknown format `pdf`\n  formats: text, html, json, csv\n"),
        (("-o", "html"), "html needs a file\n  for instance --output html:overview.html\n"),
        (("--since", "June"), "`June` is no day\n  for instance --since 2026-06-01\n"),
    ],
)
def test_wrong_options(group: Path, arguments: tuple[str, ...], told: str) -> None:
    assert invoke("fleet", group, *arguments) == Run(2, "", f"error: {told}")


def test_what_can_not_be_written_is_told_of(group: Path) -> None:
    done = invoke("fleet", group, "--no-history", "-o", f"csv:{group}/x.csv")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err


def test_an_interrupt_ends_it_with_the_systems_under_way(systems: Path) -> None:
    for number in range(30):
        shutil.copytree(systems / "shop", systems / f"more{number}")
    command = [sys.executable, "-m", "data_etiquette", "fleet", str(systems), "-j", "1"]
    # A shell that runs the tests in its background lets them ignore the signal.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        started = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with started:
        time.sleep(2)
        os.killpg(started.pid, signal.SIGINT)
        begin = time.monotonic()
        code = started.wait(60)
    assert code != 0
    assert time.monotonic() - begin < 5
    assert not (systems / ".etiquette-fleet.sqlite").exists()
