"""The scan: files to a report. Here, and only here, the layers meet the disk."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from data_etiquette import __version__
from data_etiquette.app.again import Changed, before_of, renewed, told_again
from data_etiquette.app.baseline import find_baseline, load_baseline
from data_etiquette.app.cache import FactsCache, FlowCache, GraphCache, cache_folder
from data_etiquette.app.clock import today
from data_etiquette.app.collector import no_collection
from data_etiquette.app.dialects import NO_RULES, DialectRules
from data_etiquette.app.discover import Found, Selection, discover, shown
from data_etiquette.app.executors.cluster import cluster
from data_etiquette.app.fork import Forks
from data_etiquette.app.map import Progress, digests_of, read_files
from data_etiquette.app.policy import policy_here
from data_etiquette.app.provenance import provenance_of
from data_etiquette.app.snippets import read_snippets
from data_etiquette.catalog.data import data_folder
from data_etiquette.catalog.load import load_catalog
from data_etiquette.checks.allow import NO_POLICY, Policy
from data_etiquette.checks.run import Outcome, run_checks
from data_etiquette.declaration.load import find_declaration, load_declaration
from data_etiquette.declaration.match import Coverage
from data_etiquette.flow.link import link_again
from data_etiquette.model.catalog import Catalog, KnownRecipient
from data_etiquette.model.declaration import Declaration
from data_etiquette.model.graph import Graph
from data_etiquette.model.report import BaselineEntry, DeclaredUse, FieldUse, Report

OWN_RULES = "etiquette-rules"
"""Folder with an organisation's own rules, where the configuration names no other."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What the user asks for."""

    paths: tuple[Path, ...]
    declaration: Path | None = None
    """Named file; None looks for etiquette.yaml at the scanned root and above it."""
    exclude: tuple[str, ...] = ()
    include_tests: bool = False
    jobs: int = 0
    """Processes; 0 means one for each processor."""
    use_cache: bool = True
    rules: tuple[Path, ...] = ()
    """The user's own rule folders."""
    baseline: Path | None = None
    """Named file; None looks at the scanned root."""
    use_baseline: bool = True
    dialects: DialectRules = NO_RULES
    """What the configuration says of SQL dialects."""
    exclude_base: Path | None = None
    """A folder that excludes may also be relative to: the configuration file's."""
    policy: Policy = NO_POLICY
    """What the configuration says of severities and of findings that are accepted."""
    config: Path | None = None
    """The configuration file, when there is one."""
    only: tuple[tuple[str, Path], ...] | None = None
    """(path as reports write it, the file that holds its text): read instead of what is found."""
    executor: str = ""
    """A cluster that reads the files, `dask://HOST:PORT`; empty reads them here."""


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """A report and what the terminal should be told beside it."""

    report: Report
    notes: tuple[str, ...] = field(default=())
    files: tuple[tuple[str, Path], ...] = ()
    """(path as reports write it, place on disk) of what was read."""
    catalog: Catalog = field(default_factory=Catalog)
    """The rules that the scan went by."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What was read, before anything is checked."""

    found: Found
    catalog: Catalog
    graph: Graph
    declaration: Declaration | None = None


def scan(
    request: ScanRequest, *, executor: Executor | None = None, progress: Progress | None = None
) -> ScanOutcome:
    """Scan, link, check.

    Raises:
        UsageError: a named path does not exist.
        ConfigError: the declaration is wrong; all its errors at once.
        RuleError: a rule file is wrong.
    """
    linked = read_graph(request, executor=executor, progress=progress)
    found, catalog, declaration = linked.found, linked.catalog, linked.declaration
    outcome = run_checks(
        linked.graph,
        catalog,
        declaration,
        today=today(),
        baseline=_baseline(request, found),
        policy=policy_here(
            request.policy, found.root, request.paths if request.only is None else (), catalog
        ),
    )
    report = build_report(request.paths, linked.graph, outcome, catalog, declaration)
    snippets = read_snippets(dict(found.files), report.findings, report.flows)
    report = replace(
        report,
        snippets=snippets,
        provenance=provenance_of(
            found.root,
            declaration=request.declaration or find_declaration(found.root),
            configuration=request.config,
            baseline=_baseline_place(request, found),
            files=found.files if request.only is None else (),
        ),
    )
    return ScanOutcome(report, tuple(found.notes), tuple(found.files), catalog)


def read_graph(
    request: ScanRequest, *, executor: Executor | None = None, progress: Progress | None = None
) -> Linked:
    """Read and link, and check nothing; raises what `scan` does."""
    found = _found(request)
    folder = cache_folder() if request.use_cache else None
    catalog = load_catalog(data_folder("rules"), folder, own_rules(request, found))
    declaration = _declaration(request, found, catalog)
    overrides = declaration.classify if declaration is not None else ()
    graphs = GraphCache(folder)
    ruled = f"{catalog.digest}\0{request.dialects}"
    digests = digests_of(found.files)
    key = graphs.key(digests, ruled, overrides, found.skipped)
    program = graphs.key(((path, "") for path, _ in digests), ruled, overrides, found.skipped)
    cache = FactsCache(folder)
    flows = FlowCache(folder)
    now = Changed(found.files, dict(digests), cache, request.dialects)
    graph = graphs.get(key)
    kept = flows.get(program) if graph is None else None
    told = told_again(kept.digests, now) if kept is not None else None
    if kept is not None and told is not None:
        last = graphs.get(graphs.key(kept.digests.items(), ruled, overrides, found.skipped))
        if last is not None:
            graph = renewed(last, told)
            graphs.put(key, graph)
    if graph is None:
        with cluster(request.executor) as workers:
            facts = read_files(
                found.files,
                cache,
                jobs=request.jobs or os.cpu_count() or 1,
                executor=executor or workers,
                progress=progress,
                rules=request.dialects,
            )
        with no_collection():
            forks = Forks((request.jobs or os.cpu_count() or 1) - 1)
            before = before_of(kept, now, facts)
            linked = link_again(facts, catalog, overrides, found.skipped, forks, before)
            graph = linked.graph
        if tuple((item.path, item.digest) for item in facts) == digests:  # none changed meanwhile
            graphs.put(key, graph)
            flows.put(program, linked.kept)
    return Linked(found, catalog, graph, declaration)


def _found(request: ScanRequest) -> Found:
    if request.only is None:
        return discover(selection(request))
    return Found(request.paths[0].resolve(), list(request.only))


def selection(request: ScanRequest) -> Selection:
    """What is to be read."""
    bases = (request.exclude_base,) if request.exclude_base is not None else ()
    return Selection(request.paths, request.exclude, request.include_tests, bases)


def own_rules(request: ScanRequest, found: Found) -> tuple[Path, ...]:
    """The folders named, else the one beside the declaration or at the scanned root."""
    if request.rules:
        return request.rules
    place = request.declaration or find_declaration(found.root)
    beside = (place.parent if place is not None else found.root) / OWN_RULES
    return (beside,) if beside.is_dir() else ()


def _baseline(request: ScanRequest, found: Found) -> tuple[BaselineEntry, ...]:
    place = _baseline_place(request, found)
    entries = load_baseline(place) if place is not None else ()
    if request.only is None:
        return entries
    read = {path for path, _ in request.only}
    return tuple(entry for entry in entries if entry.path in read)


def _baseline_place(request: ScanRequest, found: Found) -> Path | None:
    return request.baseline or find_baseline(found.root) if request.use_baseline else None


def _declaration(request: ScanRequest, found: Found, catalog: Catalog) -> Declaration | None:
    place = request.declaration or find_declaration(found.root)
    return load_declaration(place, catalog, found.root) if place is not None else None


def build_report(
    paths: tuple[Path, ...],
    graph: Graph,
    outcome: Outcome,
    catalog: Catalog,
    declaration: Declaration | None,
) -> Report:
    """Put together what renderers need."""
    used = {transfer.recipient for transfer in graph.transfers}
    return Report(
        version=__version__,
        rules_digest=catalog.digest,
        paths=tuple(shown(path) for path in paths),
        entities=graph.entities,
        flows=graph.flows,
        transfers=graph.transfers,
        lineage=graph.lineage,
        findings=outcome.findings,
        skipped=graph.skipped,
        files=graph.files,
        rules=tuple(replace(rule, cases=(), edits=()) for rule in catalog.rules),
        statuses=outcome.statuses,
        elements=tuple(replace(item, cases=()) for item in catalog.elements),
        recipients=tuple(item for item in catalog.recipients if item.id in used),
        laws=catalog.laws,
        field_uses=_field_uses(graph, declaration),
        declared_uses=_declared_uses(graph, catalog.recipients, declaration),
        declaration=declaration,
        practices=outcome.practices,
        not_checked=_not_checked(outcome, declaration),
        erasures=graph.erasures,
        regions=catalog.regions,
        purposes=catalog.purposes,
        subjects=catalog.subjects,
        vocabularies=catalog.imports,
    )


def _field_uses(graph: Graph, declaration: Declaration | None) -> tuple[FieldUse, ...]:
    coverage = Coverage(declaration)
    uses = []
    for entity in graph.entities:
        for item in entity.personal_fields:
            activities = coverage.activities_of(entity, item)
            if not activities:
                continue
            periods = [a.retention.period for a in activities if a.retention is not None]
            uses.append(
                FieldUse(
                    entity=entity.id,
                    field=item.name,
                    purposes=tuple(sorted({p for a in activities for p in a.purposes})),
                    retention="; ".join(sorted(set(filter(None, periods)))),
                    activities=tuple(a.id for a in activities),
                )
            )
    return tuple(uses)


def _declared_uses(
    graph: Graph, known: tuple[KnownRecipient, ...], declaration: Declaration | None
) -> tuple[DeclaredUse, ...]:
    coverage = Coverage(declaration)
    catalog = {recipient.id: recipient for recipient in known}
    uses = []
    for transfer in graph.transfers:
        found = coverage.recipient_named(transfer, catalog.get(transfer.recipient))
        purposes = tuple(sorted(found.purposes)) if found is not None else ()
        uses.append(DeclaredUse(transfer.recipient, found is not None, purposes))
    return tuple(uses)


def _not_checked(outcome: Outcome, declaration: Declaration | None) -> tuple[str, ...]:
    if declaration is not None:
        return ()
    codes = ", ".join(status.code for status in outcome.statuses if not status.checked)
    sentences = ["There is no etiquette.yaml: purposes, retention and agreements were not checked."]
    if codes:
        sentences.append(f"Rules that need a declaration were not run: {codes}.")
    return tuple(sentences)
