"""Packages that dependency files name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_etiquette.app.cache import decode, encode
from data_etiquette.frontends.read import language_of, read_file
from data_etiquette.model.facts import DependencyFact as D
from data_etiquette.model.location import Skipped


def read(path: str, text: str) -> tuple[D, ...]:
    facts = read_file(path, text.encode())
    assert decode(encode(facts)) == facts
    assert facts.skipped == ()
    return facts.dependencies


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Django>=2, <3", D("django", 1, ">=2,<3")),
        ("sentry_sdk[django]==1.2 ; python_version > '3'  # why", D("sentry-sdk", 1, "==1.2")),
        ("zope.interface", D("zope-interface", 1)),
        ("a (>=1)", D("a", 1, ">=1")),
        ("a==1 --hash=sha256:abc", D("a", 1, "==1")),
        ("a==1 \\", D("a", 1, "==1")),
        ("-e git+https://x.example/y.git#egg=My_Pkg", D("my-pkg", 1, "url")),
        ("a @ https://x.example/a.whl", D("a", 1, "url")),
        ("https://x.example/a.whl", None),
        ("-r base.txt", None),
        ("--index-url https://x.example", None),
        ("# a==1", None),
        ("this is prose", None),
        ("", None),
    ],
)
def test_a_line_of_requirements(line: str, expected: D | None) -> None:
    assert read("requirements.txt", line) == ((expected,) if expected is not None else ())


def test_a_continued_line_is_no_requirement() -> None:
    assert read("requirements.txt", "a==1 \\\n  b\nc") == (D("a", 1, "==1"), D("c", 3))


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("requirements.txt", ""),
        ("requirements-dev.txt", "group:dev"),
        ("dev-requirements.txt", ""),
        ("requirements/test.in", "group:test"),
        ("requirements/base.txt", ""),
    ],
)
def test_what_a_requirements_file_is_for(path: str, group: str) -> None:
    assert read(path, "a") == (D("a", 1, "", group),)


def test_pyproject() -> None:
    text = """[project]
dependencies = [
  "a>=1",
  'b[x]; sys_platform == "linux"',
]
optional-dependencies.x = ["c"]
[dependency-groups]
dev = ["a>=1", {include-group = "x"}]
[tool.poetry.dependencies]
python = "^3.11"
D_d = {version = "^1", extras = ["q"]}
e = {git = "https://x.example"}
[tool.poetry.group.docs.dependencies]
f = "*"
[tool.poetry.dev-dependencies]
g = "1"
[tool.pdm.dev-dependencies]
lint = ["h"]
[tool.uv]
dev-dependencies = ["i==2"]
[build-system]
requires = ["hatchling>=1"]
"""
    assert read("pyproject.toml", text) == (
        D("a", 3, ">=1"),
        D("b", 4),
        D("c", 6, "", "extra:x"),
        D("a", 8, ">=1", "group:dev"),
        D("d-d", 11, "^1"),
        D("e", 12, "url"),
        D("f", 14, "*", "group:docs"),
        D("g", 16, "1", "group:dev"),
        D("h", 18, "", "group:lint"),
        D("i", 20, "==2", "group:dev"),
        D("hatchling", 22, ">=1", "build"),
    )


@pytest.mark.parametrize("path", ["poetry.lock", "uv.lock", "pdm.lock"])
def test_locks(path: str) -> None:
    text = """version = 1
[[package]]
name = "A_b"
version = "1.0"
dependencies = [{ name = "no" }]

[package.dependencies]
name = "no"
[[package]]
name = "c"
[metadata]
name = "no"
"""
    assert read(path, text) == (D("a-b", 3, "1.0", "lock"), D("c", 10, "", "lock"))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n  a>=1\n  b # x\n[options.extras_require]\nx =\n  c\n"
            "[metadata]\nname = no\n",
            (D("a", 3, ">=1"), D("b", 4), D("c", 7, "", "extra:x")),
        ),
        (
            "setup.py",
            "from setuptools import setup\nR = ['a>1']\n"
            "setup(install_requires=R + ['b'], extras_require={'x': ['c']}, name='no')",
            (D("a", 2, ">1"), D("b", 3), D("c", 3, "", "extra:x")),
        ),
        (
            "environment.yml",
            "dependencies:\n  - python=3\n  - conda-forge::pandas=1.2=py\n  - pip:\n    - a>=1\n",
            (D("pandas", 3, "==1.2"), D("a", 5, ">=1")),
        ),
        ("Pipfile", '[packages]\na = "*"\n[dev-packages]\nb = {version = ">1"}\n',
         (D("a", 2, "*"), D("b", 4, ">1", "group:dev"))),
        ("Pipfile.lock", '{"default": {\n\t"a": {"version": "==1"}},\n "develop": {"b": {}}}',
         (D("a", 2, "==1", "lock"), D("b", 3, "", "lock"))),
    ],
)  # fmt: skip
def test_other_files(path: str, text: str, expected: tuple[D, ...]) -> None:
    assert read(path, text) == expected


def test_a_broken_file_is_said() -> None:
    facts = read_file("pyproject.toml", b"[project\n")
    assert facts.skipped == (
        Skipped(
            "pyproject.toml",
            0,
            "not TOML: Expected ']' at the end of a table declaration (at line 1, column 9)",
        ),
    )
    assert read_file("pyproject.toml", b"a=" + b"[" * 10_000).skipped == (
        Skipped("pyproject.toml", 0, "not TOML that can be read: RecursionError"),
    )


@pytest.mark.parametrize(
    "path", ["environment-notes.txt", "envoy.yaml", "my.lock", "package.json", "a/setup.cfg.bak"]
)
def test_other_files_are_not_dependency_files(path: str) -> None:
    assert language_of(path) == ""


PATHS = (
    "requirements.txt", "pyproject.toml", "Pipfile", "Pipfile.lock", "poetry.lock", "setup.cfg",
    "setup.py", "environment.yml",
)  # fmt: skip
WORDS = st.sampled_from(
    ["[project]\n", "dependencies", " = ", "[", "]", '"a>=1"', "'", ",", "\n", "  ", "- ", ":", "{",
     "}", "[[package]]\n", "name = ", "version = ", "#", "==", "install_requires=", "setup(", ")",
     "\0", "é", "&a ", "*a", "!x ", "pip", "default", "-e ", "#egg=", "@", "\\\n", "\t"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=40).map("".join))
def test_any_words_are_facts(text: str) -> None:
    for path in PATHS:
        facts = read_file(path, text.encode())
        assert decode(encode(facts)) == facts
        assert all(item.name and item.line >= 1 for item in facts.dependencies)
