"""The rule files of libraries and sanitisers, held against one another."""

from __future__ import annotations

from collections import Counter

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog

CATALOG = load_catalog(data_folder("rules"), with_cases=True)


def test_a_call_is_one_kind_of_sink() -> None:
    kinds: dict[str, set[str]] = {}
    for framework in CATALOG.frameworks:
        for sink in framework.sinks:
            for call in sink.calls:
                kinds.setdefault(call, set()).add(sink.kind.value)
    assert {call: found for call, found in kinds.items() if len(found) > 1} == {}


def test_a_name_by_convention_is_one_kind_of_sink() -> None:
    kinds: dict[tuple[str, str], set[str]] = {}
    for framework in CATALOG.frameworks:
        for sink in framework.sinks:
            for receiver in sink.receivers:
                for method in sink.methods:
                    kinds.setdefault((receiver, method), set()).add(sink.kind.value)
    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


def test_a_call_has_one_type_of_result() -> None:
    types: dict[str, set[str]] = {}
    for framework in CATALOG.frameworks:
        for call, result in framework.returns:
            types.setdefault(call, set()).add(result)
    assert {call: found for call, found in types.items() if len(found) > 1} == {}


def test_a_method_dispatches_in_one_way() -> None:
    found = Counter(
        name
        for framework in CATALOG.frameworks
        for dispatch in framework.dispatches
        for name in (*dispatch.calls, *dispatch.methods)
    )
    assert [name for name, times in found.items() if times > 1] == []


def test_a_template_call_is_told_once() -> None:
    found = Counter(item.call for framework in CATALOG.frameworks for item in framework.renders)
    assert [call for call, times in found.items() if times > 1] == []


def test_nothing_both_ends_a_flow_and_hands_it_on() -> None:
    ends = {call for model in CATALOG.sanitisers if model.ends for call in model.calls}
    methods = {name for model in CATALOG.sanitisers if model.ends for name in model.methods}
    passes = {call for framework in CATALOG.frameworks for call in framework.passes}
    passing = {name for framework in CATALOG.frameworks for name in framework.passing_methods}
    assert (ends & passes, methods & passing) == (set(), set())


def test_every_library_and_sanitiser_has_a_good_case_and_a_bad_one() -> None:
    told = {
        model.id: {bool(case.expect) for case in model.cases}
        for model in (*CATALOG.frameworks, *CATALOG.sanitisers)
    }
    assert sorted(name for name, found in told.items() if found != {True, False}) == []
