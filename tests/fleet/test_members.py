"""Which systems a list names or a folder holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_etiquette.app.fleet.members import Member, Members, find_members
from data_etiquette.model.error import ConfigError, UsageError
from tests.repository import git

REPORT = '{"schema": "etiquette/report/v1", "scan": {"files": 1}}'


def written(folder: Path, text: str, name: str = "group.yaml") -> Path:
    place = folder / name
    place.write_text(text)
    return place


def test_a_list_in_yaml(tmp_path: Path) -> None:
    text = """\
fleet: Example Group
systems:
  - services/shop
  - name: crm
    path: ../crm.git
    team: Sales
    link: https://reports.example.org/crm/
    ref: main
    folder: backend
    config: crm.toml
    declaration: privacy/etiquette.yaml
    exclude: [legacy/**]
    include-tests: true
    rules: own-rules
  - {report: reports/clinic.json, team: Health}
"""
    place = written(tmp_path, text)
    assert find_members(place) == Members(
        "Example Group",
        (
            Member("shop", tmp_path / "services/shop"),
            Member(
                name="crm",
                place=tmp_path / "../crm.git",
                team="Sales",
                link="https://reports.example.org/crm/",
                ref="main",
                folder="backend",
                config=tmp_path / "crm.toml",
                declaration="privacy/etiquette.yaml",
                exclude=("legacy/**",),
                include_tests=True,
                rules=(tmp_path / "own-rules",),
            ),
            Member("clinic", tmp_path / "reports/clinic.json", is_report=True, team="Health"),
        ),
        tmp_path / "group.sqlite",
    )


def test_a_list_in_toml(tmp_path: Path) -> None:
    text = (
        'fleet = "Group"\n[[systems]]\npath = "shop"\n[[systems]]\npath = "mono"\nfolder = "a/b"\n'
    )
    assert find_members(written(tmp_path, text, "group.toml")) == Members(
        "Group",
        (Member("shop", tmp_path / "shop"), Member("mono/a/b", tmp_path / "mono", folder="a/b")),
        tmp_path / "group.sqlite",
    )


def test_a_list_alone_is_called_as_its_file(tmp_path: Path) -> None:
    found = find_members(written(tmp_path, "[a, b]"))
    assert (found.name, [item.name for item in found.systems]) == ("group", ["a", "b"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "`systems` is a list with at least one system"),
        ("systems: []", "`systems` is a list with at least one system"),
        ("system: [a]", "unknown key `system` (did you mean `systems`?); `systems` is a list"),
        ("fleet: 3\nsystems: [a]", "`fleet` is a name"),
        ("systems: [3]", "system 1: is a path, or keys with values"),
        ("systems: [{pat: a}]", "system 1: unknown key `pat` (did you mean `path`?); system 1:"),
        ("systems: [{name: x}]", "system 1 (x): needs either `path` or `report`"),
        ("systems: [{path: a, report: b}]", "system 1: needs either `path` or `report`"),
        ("systems: [{report: b, ref: x}]", "system 1: a report is taken as it is"),
        ("systems: [{path: a, ref: 3}]", "system 1: `ref` is a text"),
        ("systems: [{path: a, ref: --exec}]", "system 1: `--exec` is no name of a commit"),
        ("systems: [{path: a, exclude: [3]}]", "system 1: `exclude` is a list of texts"),
        ("systems: [{path: a, include-tests: 3}]", "system 1: `include-tests` is true or false"),
        ("systems: [{path: a, link: 'javascript:x'}]", "system 1: `link` is a web address, or"),
        ("systems: [{path: a, link: 'data:text/html,x'}]", "system 1: `link` is a web address, or"),
        ("systems: [{path: a, link: //x.example/a}]", "system 1: `link` is a web address, or"),
        ("systems: [{path: a, folder: ../b}]", "system 1: `folder` is below the path"),
        ("systems: [{path: a, folder: /b}]", "system 1: `folder` is below the path"),
        ("systems: [git@host.example:a/b.git]", "`path` is on this machine: nothing is fetched"),
        ("systems: [https://host.example/a]", "`path` is on this machine: nothing is fetched"),
        ("systems: [a/x, b/x]", "two systems are called `x`"),
        ("systems: [a\n", "not valid YAML: expected"),
    ],
)
def test_mistakes_in_a_list(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        find_members(written(tmp_path, text))
    assert told in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    place = written(tmp_path, "systems: [{pth: a}, {path: b, teams: c}]")
    with pytest.raises(ConfigError) as caught:
        find_members(place)
    assert caught.value.message == (
        "system 1: unknown key `pth` (did you mean `path`?); "
        "system 1: needs either `path` or `report`; "
        "system 2: unknown key `teams` (did you mean `team`?)"
    )
    assert caught.value.hint == (
        "keys of a system: name, path, report, ref, folder, team, link, config, declaration, "
        "exclude, include-tests, rules"
    )


def test_toml_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        find_members(written(tmp_path, "systems = [", "group.toml"))


def test_a_folder_of_repositories_and_reports(tmp_path: Path) -> None:
    for name in ("shop", "plain", ".hidden", "built", "several"):
        (tmp_path / name).mkdir()
    git(tmp_path / "shop", "init", "-q")
    (tmp_path / "shop" / "old.json").write_text(REPORT)
    git(tmp_path, "init", "-q", "--bare", "crm.git")
    (tmp_path / "clinic.json").write_text(REPORT)
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "README.md").write_text("")
    (tmp_path / "built" / "report.json").write_text(REPORT)
    for name in ("a", "b"):
        (tmp_path / "several" / f"{name}.json").write_text(REPORT)
    found = find_members(tmp_path)
    assert found.systems == (
        Member("built", tmp_path / "built/report.json", is_report=True),
        Member("clinic", tmp_path / "clinic.json", is_report=True),
        Member("crm", tmp_path / "crm.git"),
        Member("plain", tmp_path / "plain"),
        Member("several/a", tmp_path / "several/a.json", is_report=True),
        Member("several/b", tmp_path / "several/b.json", is_report=True),
        Member("shop", tmp_path / "shop"),
    )
    assert found.history == tmp_path / ".etiquette-fleet.sqlite"
    assert [note.rpartition("/")[2] for note in found.notes] == [
        "package.json is no report: left out"
    ]


def test_two_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop.json").write_text(REPORT)
    assert [item.name for item in find_members(tmp_path).systems] == ["shop", "shop.json"]


def test_nothing_to_find(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a repository nor a report"):
        find_members(tmp_path)
    with pytest.raises(UsageError, match="no such file or folder"):
        find_members(tmp_path / "none")
