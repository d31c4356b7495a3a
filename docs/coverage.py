"""Write `docs/coverage.md`: what is known of which library, as far as its cases pass."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.flow.link import link
from data_etiquette.frontends.read import read_file
from data_etiquette.model.catalog import (
    Catalog,
    FrameworkModel,
    KnownRecipient,
    RuleCase,
)

PAGE = Path(__file__).parent / "coverage.md"
_HEAD = """# What is covered

Written by `python docs/coverage.py` from the cases in `rules/`: a library, a sanitiser or a
recipient is listed with the number of its cases that pass, and only if one does. What a row names
beyond the imports of its cases is known from documentation alone. To add a library write one YAML
file with its cases in `rules/frameworks/`.
"""


def page(catalog: Catalog) -> str:
    """The whole page."""
    parts = (
        _HEAD,
        "## Frameworks and libraries\n",
        *_table(
            ("library", "what is known of it", "imports in passing cases", "cases"),
            _frameworks(catalog),
        ),
        "\n## What ends or weakens a flow\n",
        *_table(("kind", "the value is then", "the flow", "cases"), _sanitisers(catalog)),
        "\n## Recipients proven by cases\n",
        *_table(("service", "recipients", "cases"), _recipients(catalog)),
        "\n## All recipients known by their library or host\n",
        *_table(("service", "recipients"), _known(catalog.recipients)),
    )
    return "\n".join(part.rstrip("\n") if part.startswith("|") else part for part in parts) + "\n"


def passing(case: RuleCase, catalog: Catalog) -> bool:
    """Whether a case gives exactly the flows, or the fields, that it names."""
    graph = link([read_file(path, text.encode()) for path, text in case.files], catalog, ())
    wanted = set(case.expect)
    if wanted and not any("->" in text for text in wanted):
        return wanted == {
            f"{item.location.line}: {item.element}"
            for entity in graph.entities
            for item in entity.personal_fields
        }
    return wanted == {
        f"{flow.sink.location.line}: {flow.element} -> {flow.sink.kind.value}"
        for flow in graph.flows
    }


def _passing(cases: Iterable[RuleCase], catalog: Catalog) -> list[RuleCase]:
    return [case for case in cases if passing(case, catalog)]


def _imports(cases: Iterable[RuleCase], modules: tuple[str, ...]) -> str:
    """Top-level modules of a library that its cases import."""
    tops = {module.split(".", 1)[0] for module in modules}
    texts = [text for case in cases for path, text in case.files if path.endswith(".py")]
    return ", ".join(f"`{top}`" for top in sorted(tops & set(_imported(texts))))


def _imported(texts: Iterable[str]) -> Iterator[str]:
    for node in (node for text in texts for node in ast.walk(ast.parse(text))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".", 1)[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".", 1)[0]


def _frameworks(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for model in sorted(catalog.frameworks, key=lambda item: item.label.lower()):
        cases = _passing(model.cases, catalog)
        if cases:
            known = "; ".join(_known_of(model))
            yield model.label, known, _imports(cases, model.modules), str(len(cases))


def _known_of(model: FrameworkModel) -> Iterator[str]:
    if model.entities or model.field_types:
        yield "entities and fields"
    sinks = {sink.kind.value for sink in model.sinks}
    sinks |= {endpoint.kind.value for endpoint in model.endpoints if endpoint.returns}
    sinks |= {dispatch.sink for dispatch in model.dispatches if dispatch.sink}
    if sinks:
        yield f"sinks ({', '.join(sorted(sinks))})"
    named = (
        ("endpoints", (*model.endpoints, *model.routes, *model.views)),
        ("guards", model.guards),
        ("sources", model.sources),
        ("calls that run something else", model.dispatches),
        ("types of members and hooks", (*model.members, *model.handlers)),
        ("templates", (*model.renders, *model.pages)),
        ("texts of exceptions", model.exceptions),
        ("results", model.returns),
        ("what hands values on", (*model.passes, *model.passing_methods)),
    )
    yield from (name for name, entries in named if entries)


def _sanitisers(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    for model in sorted(catalog.sanitisers, key=lambda item: item.id):
        cases = _passing(model.cases, catalog)
        if cases:
            course = "ends" if model.ends else "goes on"
            yield model.id.replace("-", " "), model.effect, course, str(len(cases))


def _recipients(catalog: Catalog) -> Iterator[tuple[str, ...]]:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for recipient in catalog.recipients:
        cases = _passing(recipient.cases, catalog)
        if cases:
            found[recipient.kind].append((recipient.name, len(cases)))
    for kind, entries in sorted(found.items()):
        names = ", ".join(name for name, _ in sorted(entries))
        yield kind, names, str(sum(cases for _, cases in entries))


def _known(recipients: Iterable[KnownRecipient]) -> Iterator[tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for recipient in recipients:
        found[recipient.kind].append(recipient.name)
    yield from ((kind, ", ".join(sorted(names))) for kind, names in sorted(found.items()))


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load_catalog(data_folder("rules"), with_cases=True)), encoding="utf-8")


if __name__ == "__main__":
    main()
