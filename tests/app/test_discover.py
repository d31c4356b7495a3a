"""Which files a scan reads; what it does not read is said in every format."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from data_etiquette.app.discover import Found, Selection, discover
from data_etiquette.model.error import UsageError
from data_etiquette.model.location import Skipped
from tests.command import all_outputs, invoke, report_of

pytestmark = pytest.mark.usefixtures("warm_catalog")

CODE = "from dataclasses import dataclass\n@dataclass\nclass Customer:\n    email: str\n"


def names(found: Found) -> list[str]:
    return [path for path, _ in found.files]


def read(*paths: Path, exclude: tuple[str, ...] = (), include_tests: bool = False) -> list[str]:
    return names(discover(Selection(paths, exclude, include_tests)))


def skipped(*paths: Path) -> list[tuple[str, str]]:
    return [(item.path, item.reason) for item in discover(Selection(paths)).skipped]


def test_files_of_all_languages_are_read_and_others_left(write_tree) -> None:
    root = write_tree(
        {
            "app/models.py": CODE,
            "app/types.pyi": CODE,
            "db/schema.SQL": "",
            "db/schema.ddl": "",
            "app/templates/mail.txt": "",
            "app/templates/page.html": "",
            "app/notes.txt": "",
            "README.md": "",
            "app/data.json": "",
            "requirements.txt": "",
            ".env": "",
            "deploy/values.yaml": "replicas: 1",
            "deploy/stack.yaml": "AWSTemplateFormatVersion: '2010-09-09'",
        }
    )
    assert read(root) == [
        ".env",
        "app/models.py",
        "app/templates/mail.txt",
        "app/templates/page.html",
        "app/types.pyi",
        "db/schema.SQL",
        "db/schema.ddl",
        "deploy/stack.yaml",
        "requirements.txt",
    ]


def test_paths_are_relative_to_the_common_parent_of_files_and_folders(write_tree) -> None:
    root = write_tree(
        {"shop/a.py": CODE, "shop/sub/b.py": CODE, "shop/sub/c.py": CODE, "other/d.py": CODE}
    )
    assert read(root / "shop/sub/b.py") == ["b.py"]
    assert read(root / "shop/sub", root / "shop/a.py") == ["a.py", "sub/b.py", "sub/c.py"]
    assert read(root / "shop/sub/b.py", root / "other") == ["other/d.py", "shop/sub/b.py"]


def test_a_file_named_twice_is_read_once(write_tree) -> None:
    root = write_tree({"a/x.py": CODE, "a/b/y.py": CODE})
    assert read(root / "a/b", root / "a", root / "a/x.py") == ["b/y.py", "x.py"]


def test_nested_gitignore_with_negation(write_tree) -> None:
    root = write_tree(
        {
            ".gitignore": "*.py\n!kept.py\nbuild/\n/only_top.sql\n",
            "dropped.py": CODE,
            "kept.py": CODE,
            "only_top.sql": "",
            "sub/only_top.sql": "",
            "sub/.gitignore": "!wanted.py\nkept.py\n",
            "sub/wanted.py": CODE,
            "sub/kept.py": CODE,
            "sub/deep/wanted.py": CODE,
            "sub/deep/dropped.py": CODE,
            "build/.gitignore": "!kept.py\n",
            "build/kept.py": CODE,
        }
    )
    assert read(root) == ["kept.py", "sub/deep/wanted.py", "sub/only_top.sql", "sub/wanted.py"]


@pytest.mark.parametrize("line", ["!", "\\", "trailing\\"])
def test_a_gitignore_line_that_is_no_pattern_is_passed_over(write_tree, line: str) -> None:
    root = write_tree({".gitignore": f"{line}\nb.py\n", "a.py": CODE, "b.py": CODE})
    assert read(root) == ["a.py"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\xe9.py\n"])
def test_a_gitignore_that_is_no_text_is_no_error(write_tree, content: bytes) -> None:
    root = write_tree({".gitignore": content, "a.py": CODE})
    assert read(root) == ["a.py"]


def test_exclude_leaves_out_files_and_folders(write_tree) -> None:
    root = write_tree({"a.py": CODE, "migrations/b.py": CODE, "x/migrations/c.py": CODE})
    assert read(root, exclude=("migrations/",)) == ["a.py"]
    assert read(root, exclude=("/migrations",)) == ["a.py", "x/migrations/c.py"]
    assert read(root, exclude=("*.py", "!c.py")) == ["x/migrations/c.py"]


def test_exclude_wins_over_a_named_file_and_says_so(write_tree) -> None:
    root = write_tree({"a.py": CODE, "gen/b.py": CODE})
    found = discover(Selection((root / "a.py", root / "gen/b.py"), ("gen/",)))
    assert names(found) == ["a.py"]
    assert found.notes == ["gen/b.py is left out by an exclude pattern"]


def test_exclude_fits_a_single_named_file_too(write_tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook names one staged file or many: the same pattern leaves out the same file."""
    root = write_tree({"gen/b.py": CODE})
    monkeypatch.chdir(root)
    assert read(Path("gen/b.py"), exclude=("gen/",)) == []
    assert read(Path("gen/b.py"), exclude=("/gen/b.py",)) == []
    assert read(Path("gen"), exclude=("gen/b.py",)) == []


def test_exclude_that_is_no_pattern_is_a_usage_error(write_tree) -> None:
    root = write_tree({"a.py": CODE})
    with pytest.raises(UsageError, match=r"--exclude: Invalid git pattern: '!'"):
        read(root, exclude=("!",))


TESTS_AND_VENDORED = {
    "app.py": CODE,
    "tests/a.py": CODE,
    "app/test_a.py": CODE,
    "app/a_test.py": CODE,
    "app/tests.py": CODE,
    "conftest.py": CODE,
    "app/testdata/a.sql": "",
    "app/latest.py": CODE,
    "contest/a.py": CODE,
    "vendor/a.py": CODE,
    "third_party/a.py": CODE,
    "node_modules/a.py": CODE,
    "venv/lib/a.py": CODE,
    "myenv/pyvenv.cfg": "",
    "myenv/a.py": CODE,
    "x.egg-info/a.py": CODE,
    ".git/hooks/a.py": CODE,
}


def test_tests_and_vendored_code_are_left_out(write_tree) -> None:
    root = write_tree(TESTS_AND_VENDORED)
    assert read(root) == ["app.py", "app/latest.py", "contest/a.py"]


def test_include_tests_reads_tests_but_no_vendored_code(write_tree) -> None:
    root = write_tree(TESTS_AND_VENDORED)
    assert read(root, include_tests=True) == [
        "app.py",
        "app/a_test.py",
        "app/latest.py",
        "app/test_a.py",
        "app/testdata/a.sql",
        "app/tests.py",
        "conftest.py",
        "contest/a.py",
        "tests/a.py",
    ]


def test_packages_that_pip_put_into_a_folder_are_left_out(write_tree) -> None:
    root = write_tree(
        {
            "kept/app.py": "",
            "kept/dist/django-4.2.dist-info/METADATA": "",
            "kept/dist/redis-5.0.dist-info/METADATA": "",
            "kept/dist/django/models.py": "",
            "kept/dist/redis/client.py": "",
            "unpacked-1.0.dist-info/METADATA": "",
        }
    )
    assert read(root) == ["kept/app.py"]
    assert read(root / "kept" / "dist") == ["django/models.py", "redis/client.py"]


def test_a_named_test_file_is_read(write_tree) -> None:
    root = write_tree({"tests/test_a.py": CODE, "tests/test_b.py": CODE})
    assert read(root / "tests/test_a.py") == ["test_a.py"]


@pytest.mark.parametrize("target", [".", "..", "../..", "../sub"])
def test_a_link_loop_ends_and_nothing_is_read_twice(write_tree, target: str) -> None:
    root = write_tree({"a.py": CODE, "sub/b.py": CODE})
    (root / "sub" / "loop").symlink_to(target)
    assert read(root) == ["a.py", "sub/b.py"]


def test_a_link_inside_the_tree_is_read_under_its_own_path_only(write_tree) -> None:
    root = write_tree({"real/models.py": CODE})
    (root / "a_link").symlink_to("real")
    (root / "alias.py").symlink_to("real/models.py")
    found = discover(Selection((root,)))
    assert (names(found), found.skipped) == (["real/models.py"], [])


def test_a_link_out_of_the_tree_is_reported_and_not_followed(write_tree, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(CODE)
    root = write_tree({"a.py": CODE})
    (root / "folder").symlink_to(outside)
    (root / "file.py").symlink_to(outside / "secret.py")
    (root / "endless.py").symlink_to("/dev/zero")
    (root / "notes.md").symlink_to(outside / "secret.py")
    found = discover(Selection((root,)))
    assert names(found) == ["a.py"]
    assert [(item.path, item.reason) for item in found.skipped] == [
        (path, "a link out of the scanned folders is not followed")
        for path in ("endless.py", "file.py", "folder")
    ]


def test_a_link_to_another_named_folder_is_read_there(write_tree) -> None:
    root = write_tree({"app/a.py": CODE, "shared/b.py": CODE})
    (root / "app" / "shared").symlink_to(root / "shared")
    assert read(root / "app", root / "shared") == ["app/a.py", "shared/b.py"]
    assert skipped(root / "app", root / "shared") == []
    assert skipped(root / "app") == [
        ("shared", "a link out of the scanned folders is not followed")
    ]


def test_a_named_link_is_followed(write_tree, tmp_path: Path) -> None:
    root = write_tree({"real/a.py": CODE})
    (tmp_path / "named").symlink_to(root / "real")
    assert read(tmp_path / "named") == ["a.py"]


@pytest.mark.parametrize("target", ["gone.py", "broken.py"])
def test_a_link_that_leads_nowhere_is_reported(write_tree, target: str) -> None:
    root = write_tree({"a.py": CODE})
    (root / "broken.py").symlink_to(target)
    assert read(root) == ["a.py"]
    assert skipped(root) == [("broken.py", "a link that leads nowhere")]


def test_a_pipe_is_not_opened(write_tree) -> None:
    root = write_tree({"a.py": CODE})
    os.mkfifo(root / "pipe.py")
    assert read(root) == ["a.py"]
    assert skipped(root) == [("pipe.py", "not a regular file")]
    assert [item.path for item in report_of(root).skipped] == ["pipe.py"]


def test_a_folder_with_the_name_of_a_file_is_walked(write_tree) -> None:
    assert read(write_tree({"odd.py/a.py": CODE})) == ["odd.py/a.py"]


def test_an_empty_repository_gives_an_empty_report(write_tree) -> None:
    root = write_tree({})
    report = report_of(root)
    assert (report.files, report.skipped, report.findings) == ((), (), ())


def test_a_file_above_the_limit_is_reported(write_tree) -> None:
    root = write_tree({"a.py": CODE, "big.py": "", "big.html": "", "dump.sql": ""})
    os.truncate(root / "big.py", 50_000_000)
    os.truncate(root / "big.html", 2_000_001)
    os.truncate(root / "dump.sql", 100_000_001)
    assert read(root) == ["a.py"]
    assert skipped(root) == [
        ("big.html", "larger than the limit of 2 MB"),
        ("big.py", "larger than the limit of 2 MB"),
        ("dump.sql", "larger than the limit of 100 MB"),
    ]


def test_a_named_file_without_a_reader_is_reported(write_tree) -> None:
    root = write_tree({"a.go": ""})
    assert skipped(root / "a.go") == [("a.go", "no reader for this kind of file")]


def test_unreadable_files_and_folders_are_reported(write_tree, deny) -> None:
    root = write_tree({"a.py": CODE, "b.py": CODE, "closed/c.py": CODE})
    deny(root / "b.py", root / "closed")
    report = report_of(root)
    assert report.skipped == (
        Skipped("b.py", 0, "unreadable: Permission denied"),
        Skipped("closed", 0, "unreadable folder: Permission denied"),
    )


def test_what_the_system_refuses_is_reported(write_tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for root, whom no permission keeps out."""
    root = write_tree({"a.py": CODE, "b.py": CODE, "closed/c.py": CODE})
    read, listed = Path.read_bytes, os.scandir

    def refusing_read(place: Path) -> bytes:
        if place.name == "b.py":
            raise PermissionError(13, "Permission denied")
        return read(place)

    def refusing_list(folder: Path) -> object:
        if Path(folder).name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(Path, "read_bytes", refusing_read)
    monkeypatch.setattr(os, "scandir", refusing_list)
    report = report_of(root)
    assert report.skipped == (
        Skipped("b.py", 0, "unreadable: Permission denied"),
        Skipped("closed", 0, "unreadable folder: Permission denied"),
    )


def test_missing_paths_are_named_all_at_once(write_tree) -> None:
    root = write_tree({"a.py": CODE})
    with pytest.raises(UsageError) as caught:
        read(root / "a.py", root / "gone", root / "gone.py", Path("x" * 300))
    assert str(caught.value) == (
        f"no such file or folder: {root}/gone, {root}/gone.py, {'x' * 300}\n"
        "  check the paths given to scan"
    )


def test_a_file_name_that_is_no_utf_8_is_read_and_spelled_out(write_tree, tmp_path: Path) -> None:
    root = write_tree({})
    (root / os.fsdecode(b"caf\xe9.py")).write_text(CODE)
    report = report_of(root)
    assert [item.path for item in report.files] == ["caf\\xe9.py"]
    outputs = all_outputs(report, tmp_path / "out")
    inventory = json.loads(outputs["report.json"])["inventory"]
    assert [item["path"] for item in inventory] == ["caf\\xe9.py"]


def test_all_that_was_not_read_reaches_every_output(write_tree, tmp_path: Path) -> None:
    root = write_tree(
        {
            "a.py": CODE,
            "binary.py": b"\x7fELF\0\0\1",
            "broken.py": "def f(:\n    pass\n",
            "coding.py": "# coding: klingon\nx = 1\n",
            "bad.sql": "CREATE TABLE t (id int,, email text WHAT ( ;\n",
            "big.py": "",
        }
    )
    os.truncate(root / "big.py", 50_000_000)
    (root / "away.py").symlink_to("/dev/zero")
    expected = (
        Skipped("away.py", 0, "a link out of the scanned folders is not followed"),
        Skipped("bad.sql", 1, "the column list of t is not closed"),
        Skipped("big.py", 0, "larger than the limit of 2 MB"),
        Skipped("binary.py", 0, "binary file"),
        Skipped("broken.py", 1, "syntax error: invalid syntax"),
        Skipped("coding.py", 0, "unknown or contradictory encoding: unknown encoding: klingon"),
    )
    report = report_of(root)
    assert report.skipped == expected
    outputs = all_outputs(report, tmp_path / "out")
    assert json.loads(outputs["report.json"])["skipped"] == [
        {"path": item.path, "line": item.line, "reason": item.reason} for item in expected
    ]
    for item in expected:
        place = f"{item.path}:{item.line}" if item.line else item.path
        assert f"Not analysed: {place} {item.reason}\n" in outputs["report.txt"]
        assert f"<li><code>{place}</code> {item.reason}</li>" in outputs["compliance.html"]
    assert {
        (finding.location.path, finding.message)
        for finding in report.findings
        if finding.rule == "ETQ001"
    } == {(item.path, f"Not analysed: {item.reason}") for item in expected}


def test_an_excluded_named_file_is_told_on_standard_error_only(
    write_tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree({"a.py": CODE, "b.py": CODE})
    monkeypatch.chdir(root)
    done = invoke("scan", "a.py", "b.py", "--exclude", "b.py", "--output", "json")
    assert done.err == "b.py is left out by an exclude pattern\n"
    assert [item["path"] for item in json.loads(done.out)["files"]] == ["a.py"]
