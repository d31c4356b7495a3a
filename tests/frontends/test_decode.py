"""Bytes to text and text to lines: encodings, line endings, and the lines that facts stand at."""

from __future__ import annotations

import codecs
import hashlib

import pytest

from data_etiquette.frontends.read import read_file
from data_etiquette.frontends.text import decode
from data_etiquette.model.facts import Facts
from data_etiquette.model.location import Skipped

CLASS = "class Café:\n    größe: str\n"


def python(data: bytes) -> tuple[str, str]:
    return decode(data, is_python=True)


def sql(data: bytes) -> tuple[str, str]:
    return decode(data, is_python=False)


def fields(facts: Facts) -> list[tuple[str, str, int]]:
    return [(fact.name, item.name, item.line) for fact in facts.classes for item in fact.fields]


@pytest.mark.parametrize(
    ("encoding", "comment"),
    [
        ("latin-1", "# -*- coding: latin-1 -*-\n"),
        ("latin-1", "#!/usr/bin/env python\n# vim: set fileencoding=latin-1 :\n"),
        ("cp1252", "# coding: cp1252\n"),
        ("koi8-r", "\n# coding=koi8-r\n"),
        ("utf-8", "# coding: utf-8\n"),
        ("utf-8", ""),
    ],
)
def test_declared_encoding_of_python(encoding: str, comment: str) -> None:
    text = f"{comment}x = 'жё'\n" if encoding == "koi8-r" else f"{comment}{CLASS}"
    assert python(text.encode(encoding)) == (text, "")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_mark_decides_and_is_dropped(mark: bytes, encoding: str) -> None:
    data = mark + CLASS.encode(encoding)
    assert python(data) == (CLASS, "")
    assert sql(data) == (CLASS, "")
    assert fields(read_file("a.py", data)) == [("Café", "größe", 2)]


def test_byte_order_mark_wins_over_a_contradicting_comment() -> None:
    text = "# coding: latin-1\n" + CLASS
    assert python(codecs.BOM_UTF8 + text.encode()) == (text, "")


@pytest.mark.parametrize("comment", [b"", b"# coding: utf-8\n", b"# coding: ascii\n"])
def test_wrong_encoding_falls_back_to_latin_1(comment: bytes) -> None:
    data = comment + b"# caf\xe9\nclass Customer:\n    email: str\n"
    assert python(data) == (data.decode("latin-1"), "")
    line = data.count(b"\n")
    assert fields(read_file("a.py", data)) == [("Customer", "email", line)]


def test_sql_that_is_no_utf_8_is_read_as_latin_1() -> None:
    facts = read_file("a.sql", b"-- caf\xe9\nCREATE TABLE kunden (stra\xdfe text);\n")
    assert [(table.name, table.line) for table in facts.tables] == [("kunden", 2)]
    assert [column.name for column in facts.tables[0].columns] == ["straße"]


@pytest.mark.parametrize("name", ["punycode", "undefined", "hex", "rot13", "base64", "zlib"])
def test_a_codec_that_is_no_text_encoding_never_raises(name: str) -> None:
    data = f"# coding: {name}\nclass Customer:\n    email: str\n".encode()
    assert fields(read_file("a.py", data)) == [("Customer", "email", 3)]


@pytest.mark.parametrize("name", ["klingon", "..os", "antigravity", "this"])
def test_an_unknown_encoding_is_skipped(name: str) -> None:
    facts = read_file("a.py", f"# coding: {name}\nx = 1\n".encode())
    reason = f"unknown or contradictory encoding: unknown encoding: {name}"
    assert facts.skipped == (Skipped("a.py", 0, reason),)


def test_utf_16_that_is_cut_is_skipped() -> None:
    facts = read_file("a.sql", codecs.BOM_UTF16_LE + "SELECT 1".encode("utf-16-le") + b"x")
    assert facts.lines == 0
    assert [item.reason for item in facts.skipped] == [
        "not utf-16 text: 'utf-16-le' codec can't decode byte 0x78 in position 18: truncated data"
    ]


@pytest.mark.parametrize(
    "data",
    [b"\0", b"x = 1\0\n", CLASS.encode("utf-16-le"), b"\x7fELF\x02\0\0", b"a" * 9000 + b"\0\xe9"],
)
def test_null_bytes_mean_a_binary_file(data: bytes) -> None:
    assert python(data) == ("", "binary file")


def test_a_null_byte_far_into_a_python_file_costs_its_definition_only() -> None:
    text = "class Customer:\n    email: str\n" + "#\n" * 9000 + "x = '\0'\ny = 1\n"
    facts = read_file("a.py", text.encode())
    assert fields(facts) == [("Customer", "email", 2)]
    assert [(item.line, item.reason) for item in facts.skipped] == [
        (9003, "syntax error: source code string cannot contain null bytes")
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(ending: str) -> None:
    text = "import os\n\n\nclass Customer:\n    name: str\n    email: str\n\n\ndef f(:\n    pass\n"
    facts = read_file("a.py", text.replace("\n", ending).encode())
    assert fields(facts) == [("Customer", "name", 5), ("Customer", "email", 6)]
    assert [item.line for item in facts.skipped] == [9]
    assert facts.lines == 10


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_of_sql_are_counted_whatever_ends_them(ending: str) -> None:
    text = "-- a\nCREATE TABLE customers (\n  id int,\n  email text\n);\n"
    facts = read_file("a.sql", text.replace("\n", ending).encode())
    assert [(column.name, column.line) for column in facts.tables[0].columns] == [
        ("id", 3),
        ("email", 4),
    ]
    assert facts.lines == 5


NO_LINE_ENDS = ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("character", NO_LINE_ENDS)
def test_a_broken_definition_is_named_by_its_own_line(character: str) -> None:
    text = (
        f"TITLE = 'a{character}b'\nclass Customer:\n    email: str\n\n"
        "def f(:\n    pass\n\nclass After:\n    phone: str\n"
    )
    facts = read_file("a.py", text.encode())
    assert fields(facts) == [("Customer", "email", 3), ("After", "phone", 9)]
    assert facts.skipped == (Skipped("a.py", 5, "syntax error: invalid syntax"),)
    assert [name for name, _ in facts.assigned] == ["TITLE"]


def test_form_feeds_between_definitions() -> None:
    text = "class A:\n    email: str\n\f\ndef f(:\n    pass\n\fclass B:\n    phone: str\n"
    facts = read_file("a.py", text.encode())
    assert fields(facts) == [("A", "email", 2), ("B", "phone", 7)]
    assert [item.line for item in facts.skipped] == [4]


@pytest.mark.parametrize("character", NO_LINE_ENDS)
def test_the_comment_beside_a_field_is_its_own(character: str) -> None:
    text = (
        f"TITLE = 'a{character}b'\nclass Customer:\n"
        "    email: str  # where we write to\n    other: str  # something else\n"
    )
    facts = read_file("a.py", text.encode())
    assert [(item.name, item.comment) for item in facts.classes[0].fields] == [
        ("email", "where we write to"),
        ("other", "something else"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\r\n",
        codecs.BOM_UTF8 + b"x = 1\n",
        "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
        b"\0binary",
        b"",
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.sql", "a.html"])
def test_the_digest_is_of_the_bytes_on_disk(path: str, data: bytes) -> None:
    """The report's manifest must agree with sha256sum."""
    assert read_file(path, data).digest == hashlib.sha256(data).hexdigest()
