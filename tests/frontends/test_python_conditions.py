"""What functions say of their conditions: the answer on each way on, and what decides nothing."""

from __future__ import annotations

import textwrap

import pytest

from data_etiquette.frontends.read import read_file
from data_etiquette.model.facts import ConditionFact, FunctionFact


def function(body: str) -> FunctionFact:
    text = "def f(user, users, form):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    facts = read_file("app.py", text.encode())
    return next(item for item in facts.functions if item.qualname == "f")


def spelled(fact: ConditionFact) -> str:
    mark = {True: "+", False: "-", None: "?"}[fact.holds]
    return mark + fact.path.root.partition(":")[2] + "".join(fact.path.keys)


def asked_before(body: str, callee: str = "send") -> list[str]:
    """What is known at the call of that name."""
    fact = function(body)
    call = next(c for c in fact.calls if c.callee.root == f"name:{callee}")
    return sorted(spelled(fact.conditions[place]) for place in call.under)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if user.news:\n    send(user)", ["+user.news"]),
        ("if not user.news:\n    return\nsend(user)", ["+user.news"]),
        ("if user.opt_out:\n    return\nsend(user)", ["-user.opt_out"]),
        ("if user.news and user.email:\n    send(user)", ["+user.email", "+user.news"]),
        ("if user.news or user.is_staff:\n    send(user)", []),
        ("if user.news:\n    pass\nsend(user)", []),
        ("if user.news:\n    log(user)\nelse:\n    send(user)", ["-user.news"]),
        ("if user.left is None:\n    send(user)", ["-user.left"]),
        ("if user.since is not None:\n    send(user)", ["+user.since"]),
        ("if user.news is False:\n    return\nsend(user)", ["+user.news"]),
        ("if user.state == 'in':\n    send(user)", ["?user.state"]),
        ("wanted = user.news\nif wanted:\n    send(user)", ["+user.news"]),
        ("wanted = user.news and user.email\nif wanted:\n    send(user)",
         ["+user.email", "+user.news"]),
        ("wanted = user.news\nwanted = other()\nif wanted:\n    send(user)", ["+0"]),
        ("for one in users:\n    if not one.news:\n        continue\n    send(one)",
         ["+users[].news"]),
        ("for one in users:\n    if not one.news:\n        log(one)\n    send(one)", []),
        ("assert user.news\nsend(user)", ["+user.news"]),
        ("x = send(user) if user.news else None", ["+user.news"]),
        ("if (wanted := user.news):\n    send(user)", ["+user.news"]),
        ("while user.news:\n    send(user)", ["+user.news"]),
        ("if form['news']:\n    send(user)", ["+form[news]"]),
    ],
)  # fmt: skip
def test_what_every_way_to_a_call_has_passed(body: str, expected: list[str]) -> None:
    assert asked_before(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("wanted = form.data['news']\nwanted = True\nsend(wanted)", [("overwritten", 3)]),
        ("wanted = form.data['news']\nsend(wanted)\nwanted = True", []),
        ("wanted = form.data['news']\nif user.staff:\n    wanted = True\nsend(wanted)", []),
        ("if user.news == user.news:\n    send(user)", [("itself", 2)]),
        ("if user.news or True:\n    send(user)", [("always", 2)]),
        ("if user.news or user.staff:\n    send(user)", []),
        ("if not user.news:\n    pass\nsend(user)", [("empty", 2)]),
        ("wanted = form.data['news']\ndef g():\n    return wanted\nwanted = True", []),
    ],
)
def test_what_decides_nothing(body: str, expected: list[tuple[str, int]]) -> None:
    assert [(c.dead, c.line) for c in function(body).conditions if c.dead] == expected


def test_answers_say_what_is_known_of_each_result() -> None:
    fact = function(
        """
        if not user.news:
            return False
        return user.active
        """
    )
    told = [
        tuple(
            None if way is None else sorted(spelled(fact.conditions[place]) for place in way)
            for way in (answer.yes, answer.no)
        )
        for answer in fact.answers
    ]
    assert told == [
        (None, ["-user.news"]),
        (["+user.active", "+user.news"], ["+user.news", "-user.active"]),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "send([one.email for one in users if one.news])",
        "found = []\nfor one in users:\n    if one.news:\n        found.append(one.email)",
    ],
)
def test_what_a_loop_keeps_is_known_by_its_condition(body: str) -> None:
    fact = function(body)
    kept = [
        ("".join(item.path.keys), [spelled(fact.conditions[place]) for place in item.under])
        for item in fact.kept
    ]
    assert kept == [("[].email", ["+users[].news"])]


def test_a_function_that_asks_nothing_says_nothing() -> None:
    fact = function("return user.email")
    assert (fact.conditions, fact.answers, fact.kept) == ((), (), ())
