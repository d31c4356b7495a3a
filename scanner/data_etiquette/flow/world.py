"""Everything that following data looks things up in, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from data_etiquette.flow.entities.classify import Classifier
from data_etiquette.flow.entities.entityindex import EntityIndex
from data_etiquette.flow.entities.mapped import note_mapped
from data_etiquette.flow.lexicon.knowledge import Knowledge
from data_etiquette.flow.program.generics import Generics
from data_etiquette.flow.program.hierarchy import build_hierarchy
from data_etiquette.flow.program.program import Program
from data_etiquette.flow.program.templates import build_templates
from data_etiquette.flow.resolve import Resolver
from data_etiquette.flow.resolve.rows import Rows
from data_etiquette.flow.resolve.shown import Rendering
from data_etiquette.flow.types import Types
from data_etiquette.flow.types.callsites import CallSites, build_call_sites


@dataclass(frozen=True, slots=True)
class World:
    """Types, callers and resolved values of one program."""

    types: Types
    resolver: Resolver
    sites: CallSites
    rendering: Rendering

    def apart(self) -> World:
        """The same program, with nothing remembered of what was resolved in it before.

        What is found in it is a function of the program alone, whatever else was asked for.
        """
        types = self.types.apart()
        rendering = Rendering(types, self.rendering.templates, self.sites.given)
        return World(types, self.resolver.apart(types, rendering), self.sites, rendering)


def build_world(
    program: Program, index: EntityIndex, knowledge: Knowledge, classifier: Classifier
) -> World:
    """Index a program for following data through it."""
    hierarchy = build_hierarchy(program)
    note_mapped(index, hierarchy)
    types = Types(program, hierarchy, index, knowledge, classifier.words, Generics(hierarchy))
    sites = build_call_sites(types)
    rendering = Rendering(types, build_templates(program, knowledge), sites.given)
    resolver = Resolver(types, classifier, rendering, Rows(types))
    return World(types, resolver, sites, rendering)
