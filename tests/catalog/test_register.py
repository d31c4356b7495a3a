from __future__ import annotations

from data_etiquette.catalog.register import Place, Register, suggestion


def test_a_name_may_be_used_before_it_is_defined() -> None:
    register = Register()
    register.use("law", "gdpr-7", Place("a.yaml", 1))
    register.define("law", "gdpr-7", Place("b.yaml", 1))
    register.resolve()
    assert register.lines() == []


def test_names_of_another_kind_do_not_count() -> None:
    register = Register()
    register.define("law", "email", Place("b.yaml", 1))
    register.use("element", "email", Place("a.yaml", 3))
    register.resolve()
    assert register.lines() == ["a.yaml:3: unknown element `email`"]


def test_two_definitions_on_one_line() -> None:
    register = Register()
    register.define("law", "a", Place("b.yaml", 1))
    register.define("law", "a", Place("b.yaml", 1))
    assert register.lines() == ["b.yaml:1: law `a` is already defined at b.yaml:1"]


def test_an_unreadable_file_may_define_anything() -> None:
    register = Register()
    register.use("law", "gdpr-7", Place("a.yaml", 1))
    register.unreadable(Place("law/gdpr.yaml", 2), "not valid YAML")
    register.resolve()
    assert register.lines() == ["law/gdpr.yaml:2: not valid YAML"]


def test_only_a_near_word_is_suggested() -> None:
    assert suggestion("emial", ["phone", "email"]) == "; did you mean `email`?"
    assert suggestion("zzz", ["phone", "email"]) == ""
