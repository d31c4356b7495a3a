"""Python that does not parse, or only just: what can be read is read, the rest is named."""

from __future__ import annotations

import sys

import pytest

from data_etiquette.app.cache import decode
from data_etiquette.app.map import read_batch
from data_etiquette.frontends.python.recover import MAX_CUTS
from data_etiquette.frontends.read import read_file
from data_etiquette.model.facts import Facts
from data_etiquette.model.location import Skipped

BEFORE = "class Customer:\n    email: str\n\n\n"
AFTER = "\n\nclass Order:\n    phone: str\n"
AFTER_LINES = 4


def read(middle: str) -> Facts:
    """Facts of a file whose line 5 starts the code in question, between two good classes."""
    return read_file("a.py", f"{BEFORE}{middle}{AFTER}".encode())


def read_as_a_scan(middle: str) -> Facts:
    """The same through the map stage, with the stack that it allows."""
    limit = sys.getrecursionlimit()
    try:
        [encoded] = read_batch([("a.py", f"{BEFORE}{middle}{AFTER}".encode())])
    finally:
        sys.setrecursionlimit(limit)
    return decode(encoded)


def reasons(facts: Facts) -> list[tuple[int, str]]:
    return [(item.line, item.reason) for item in facts.skipped]


def functions(facts: Facts) -> list[str]:
    return [function.qualname for function in facts.functions if function.qualname != "<module>"]


def assert_neighbours_are_read(facts: Facts, middle: str) -> None:
    last = 4 + middle.count("\n") + AFTER_LINES
    found = [(fact.name, item.name, item.line) for fact in facts.classes for item in fact.fields]
    assert ("Customer", "email", 2) in found
    assert ("Order", "phone", last) in found


@pytest.mark.parametrize(
    ("middle", "line"),
    [
        ("def f(:\n    pass\n", 5),
        ("def f(u\n    return u\n", 5),
        ("@decorated\ndef f(u):\n    x = 'abc\n", 7),
        ("def f(u):\n    '''text\n", 6),
        ("def f(u):\n    if u:\n    return u\n", 7),
        ("def f(u):\n        a = 1\n    b = 2\n", 7),
        ("class Half:\n    def f(self:\n        pass\n    x: int\n", 6),
        ("x = (1, 2\n", 5),
        ("x = )\n", 5),
        ("return = 5\n", 5),
        ("x = 1 +\n", 5),
        ("x = $HOME\n", 5),
        ("€ = 5\n", 5),
    ],
)
def test_neighbours_of_a_broken_definition_are_read(middle: str, line: int) -> None:
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    [(found, reason)] = reasons(facts)
    assert (found, reason.split(": ")[0]) == (line, "syntax error")


def test_lines_in_the_words_of_the_parser_are_those_of_the_file() -> None:
    facts = read("def f(u):\n    if u:\n    return u\n")
    assert reasons(facts) == [
        (7, "syntax error: expected an indented block after 'if' statement on line 6")
    ]


def test_functions_around_a_broken_one_are_read() -> None:
    middle = (
        "def before(u):\n    log(u)\n\n\ndef broken(u:\n    log(u)\n\n\ndef after(u):\n    log(u)\n"
    )
    facts = read(middle)
    assert functions(facts) == ["before", "after"]
    assert reasons(facts) == [(9, "syntax error: '(' was never closed")]


def test_merge_conflict() -> None:
    middle = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> topic\n"
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    assert reasons(facts) == [(line, "syntax error: invalid syntax") for line in (5, 7, 9)]


def test_a_template_of_python_is_given_up_as_a_whole() -> None:
    text = "".join(f"part {number} of it\n" for number in range(MAX_CUTS + 1))
    facts = read_file("a.py", text.encode())
    assert reasons(facts) == [(1, "syntax error: invalid syntax")]
    assert (facts.classes, facts.functions) == ((), ())


@pytest.mark.parametrize(
    ("middle", "line"),
    [
        ("def f(u):\n    print u.email\n", 6),
        ("def f(u):\n    print >>log, u.email\n    exec 'x = 1'\n", 7),
        (
            "def f(u):\n    try:\n        pass\n    except KeyError, error:\n        print error\n",
            9,
        ),
        ("def f(u):\n    exec 'x = 1'\n", 6),
        ("def f(u):\n    return 1 if u <> 2 else 0\n", 6),
    ],
)
def test_python_2_is_called_by_its_name(middle: str, line: int) -> None:
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    [(found, reason)] = reasons(facts)
    assert found == line
    assert reason.startswith("syntax error (Python 2 syntax): ")


DEEP = {
    "parentheses": "x = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n",
    "lists": "x = " + "[" * 5_000 + "]" * 5_000 + "\n",
    "dicts": "x = " + "{1: " * 5_000 + "2" + "}" * 5_000 + "\n",
    "calls": "x = " + "f(" * 5_000 + ")" * 5_000 + "\n",
    "sum": "x = " + " + ".join(["a"] * 5_000) + "\n",
    "texts": "x = " + " + ".join(["'a'"] * 5_000) + "\n",
    "chained calls": "x = a" + ".b()" * 5_000 + "\n",
    "attributes": "x = a" + ".b" * 2_000 + "\n",
    "subscripts": "x = a" + "[0]" * 5_000 + "\n",
    "minus": "x = " + "-" * 5_000 + "a\n",
    "not": "x = " + "not " * 5_000 + "a\n",
    "lambda": "x = " + "lambda: " * 2_000 + "a\n",
    "ternary": "x = " + "a if b else " * 2_000 + "c\n",
    "f-string": "x = " + "f'{" * 3 + "a" + "}'" * 3 + "\n",
    "elif": "if a:\n    b\n" + "elif a:\n    b\n" * 3_000,
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("is_inside", [False, True], ids=["module", "function"])
def test_deep_nesting_is_read_or_reported(name: str, is_inside: bool) -> None:
    middle = DEEP[name]
    if is_inside:
        middle = "def f(a, b):\n    " + middle.replace("\n", "\n    ").rstrip(" ")
    facts = read_as_a_scan(middle)
    assert_neighbours_are_read(facts, middle)
    assert all(
        reason.startswith("syntax error: ") or reason.endswith("nested too deeply")
        for _, reason in reasons(facts)
    )


@pytest.mark.parametrize("name", ["parentheses", "lists", "sum", "chained calls"])
def test_what_is_nested_too_deeply_is_reported(name: str) -> None:
    middle = "def f(a, b):\n    " + DEEP[name]
    facts = read_as_a_scan(middle)
    [(line, reason)] = reasons(facts)
    assert reason in ("f is nested too deeply", "syntax error: too many nested parentheses")
    assert line in (5, 6)


@pytest.mark.parametrize(
    "middle",
    [
        "x = " + "-" * 100_000 + "a\n",
        "x = " + " + ".join("a" * 100_000) + "\n",
        "x = a" + ".b" * 100_000 + "\n",
        "if a:\n    b\n" + "elif a:\n    b\n" * 20_000,
    ],
    ids=["minus", "sum", "attributes", "elif"],
)
def test_what_the_parser_gives_up_costs_its_own_statement_only(middle: str) -> None:
    facts = read_as_a_scan(middle)
    assert_neighbours_are_read(facts, middle)
    [(_, reason)] = reasons(facts)
    assert reason in (
        "nested too deeply for the parser",
        "the module's top level is nested too deeply",
    )


def test_blocks_as_deep_as_python_allows() -> None:
    middle = "".join(" " * depth + "if a:\n" for depth in range(99)) + " " * 99 + "x = 1\n"
    facts = read_as_a_scan(middle)
    assert_neighbours_are_read(facts, middle)
    assert facts.skipped == ()


@pytest.mark.parametrize(
    "middle",
    [
        "x = '" + "a" * 1_000_000 + "'\n",
        "x = [" + "1," * 50_000 + "]\n",
        "# " + "a" * 1_000_000 + "\n",
        "x" * 100_000 + " = 1\n",
        "def f(u):\n    log(u, '" + "a" * 1_000_000 + "')\n",
        "x = {" + "'a': 'b', " * 10_000 + "}\n",
    ],
    ids=["text", "list", "comment", "identifier", "argument", "dict"],
)
def test_very_long_lines(middle: str) -> None:
    facts = read_as_a_scan(middle)
    assert_neighbours_are_read(facts, middle)
    assert facts.skipped == ()


@pytest.mark.parametrize(
    ("middle", "line"),
    [("x = " + "9" * 5_000 + "\n", 5), ("def f():\n    return " + "9" * 5_000 + "\n", 6)],
)
def test_a_number_with_too_many_digits_for_python(middle: str, line: int) -> None:
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    assert [found for found, _ in reasons(facts)] == [line]


@pytest.mark.parametrize(
    "middle", ["class A:\n    x: int = 0x{}\n", "def f():\n    g(0x{})\n"], ids=["class", "call"]
)
def test_a_long_hexadecimal_number_costs_nothing(middle: str) -> None:
    middle = middle.format("f" * 5_000)
    assert_neighbours_are_read(read(middle), middle)


@pytest.mark.parametrize(
    "middle",
    [
        "class Box[T]:\n    item: str\n",
        "class Box[T: (int, str), *Ts, **P](Base[T]):\n    item: str\n",
        "class Box[T = list[int]]:\n    item: str\n",
    ],
)
def test_type_parameters_of_classes(middle: str) -> None:
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    assert [(fact.name, item.name, item.line) for fact in facts.classes for item in fact.fields][
        1
    ] == ("Box", "item", 6)
    assert facts.skipped == ()


def test_type_parameters_of_functions_and_type_statements() -> None:
    middle = (
        "type Pair[A, B] = tuple[A, B]\ntype Name = str\n"
        "def first[T](pair: Pair[T, T]) -> T:\n    return pair[0]\n"
        "async def second[T: int](pair: T) -> T:\n    return pair\n"
    )
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    assert functions(facts) == ["first", "second"]
    assert [name for name, _ in facts.assigned] == ["Pair", "Name"]
    assert facts.skipped == ()


def test_except_without_parentheses() -> None:
    middle = (
        "def f(u):\n    try:\n        log(u)\n    except KeyError, ValueError:\n        log(u)\n"
    )
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    assert functions(facts) == ["f"]
    assert facts.skipped == ()


NEWER = {
    "quotes inside a field of an f-string": 'def f(u):\n    return f"{u["email"]}"\n',
    "backslash inside a field of an f-string": "def f(u):\n    return f\"{'\\n'.join(u)}\"\n",
    "lines inside a field of an f-string": "def f(u):\n    return f'{\n        u.email\n    }'\n",
    "comment inside a field of an f-string": "def f(u):\n    return f'{\n        u  # it\n    }'\n",
    "t-string": "def f(u):\n    return t'{u.email}'\n",
    "type parameters over several lines": "class Box[\n    T,\n    U,\n]:\n    item: str\n",
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_syntax_is_read_or_its_definition_is_reported(name: str) -> None:
    middle = NEWER[name]
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    is_read = "f" in functions(facts) or any(fact.name == "Box" for fact in facts.classes)
    inside = range(5, 5 + middle.count("\n"))
    assert is_read != any(line in inside for line, _ in reasons(facts))


def test_soft_keywords_as_names() -> None:
    middle = (
        "type = match = case = 1\ntype.name = 2\n\n\ndef type(match, case):\n    return match\n"
    )
    facts = read(middle)
    assert_neighbours_are_read(facts, middle)
    assert functions(facts) == ["type"]
    assert facts.skipped == ()


@pytest.mark.parametrize(
    "text", ["", "\n", "\\", "\t", "#", "'''", "(", "@", ":", "\ufeff", "…", "if"]
)
def test_scraps(text: str) -> None:
    facts = read_file("a.py", text.encode())
    assert (facts.path, facts.classes) == ("a.py", ())
    assert all(isinstance(item, Skipped) and item.path == "a.py" for item in facts.skipped)
    assert bool(facts.skipped) == (text not in ("", "\n", "\t", "#", "\ufeff"))
