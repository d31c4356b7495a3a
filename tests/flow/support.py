"""Flows of small programs in the short form that tests compare."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from data_etiquette.model.catalog import Catalog
from tests.support import link_texts


def fields_of(files: Mapping[str, str], catalog: Catalog) -> list[str]:
    """`Customer.mail: email`, sorted."""
    graph = link_texts(files, catalog)
    return sorted(
        f"{entity.name}.{field.name}: {field.element}"
        for entity in graph.entities
        for field in entity.personal_fields
    )


def flows_of(files: Mapping[str, str], catalog: Catalog) -> list[str]:
    """`app.py:4: email -> log`, sorted, each once."""
    graph = link_texts({path: dedent(text) for path, text in files.items()}, catalog)
    return sorted(
        {
            f"{flow.sink.location.path}:{flow.sink.location.line}: "
            f"{flow.element} -> {flow.sink.kind.value}"
            for flow in graph.flows
        }
    )


def flows_in(text: str, catalog: Catalog) -> list[str]:
    """`4: email -> log` of one file."""
    found = flows_of({"app.py": text}, catalog)
    return [line.removeprefix("app.py:") for line in found]
