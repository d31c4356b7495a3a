"""Row data of dumps is cut before decoding; everything else, and every line number, stays."""

from __future__ import annotations

import pytest

from data_etiquette.frontends.read import read_file
from data_etiquette.frontends.sql.slim import SMALL, slim

ROW = b"(1,'a; b -- c','it''s'),"
DUMPS = {
    "one line": b"INSERT INTO t VALUES " + ROW * 50_000 + b"(2,'x','y');\n",
    "a row a line": b"INSERT INTO t (a, b) VALUES\n" + (ROW + b"\n") * 50_000 + b"(2,'x','y');\n",
    "copy": b"COPY public.t (a, b) FROM stdin;\n" + b"1\tit's; x\n" * 110_000 + b"\\.\n",
    "text of several lines": b"INSERT INTO t VALUES\n"
    + b"(1,'first\n);\nCREATE second'),\n" * 40_000
    + b"(2,'x');\n",
}


@pytest.mark.parametrize("name", DUMPS)
def test_neighbours_are_read_at_their_lines(name: str) -> None:
    dump = DUMPS[name]
    before = b"CREATE TABLE first (email text);\n"
    data = before + dump + b"CREATE TABLE last (phone text);\n"
    assert len(data) > SMALL
    facts = read_file("dump.sql", data)
    found = [(table.name, table.line) for table in facts.tables]
    assert found == [("first", 1), ("last", 2 + dump.count(b"\n"))]
    assert facts.skipped == ()
    assert facts.lines == data.count(b"\n")


@pytest.mark.parametrize("name", ["one line", "a row a line", "copy"])
def test_rows_are_gone(name: str) -> None:
    assert len(slim(DUMPS[name])) < len(DUMPS[name]) / 5


def test_small_files_stay() -> None:
    data = DUMPS["one line"][:1000]
    assert slim(data) == data
