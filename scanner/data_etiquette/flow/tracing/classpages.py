"""Pages that class-based views render by themselves: what their template shows of their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from data_etiquette.flow.program.reference import ClassRef, FunctionRef
from data_etiquette.flow.resolve.taint import Mode
from data_etiquette.flow.tracing.reached import Reached
from data_etiquette.flow.world import World
from data_etiquette.model.catalog import PageModel
from data_etiquette.model.facts import AccessPath, Value, ValuePart
from data_etiquette.model.kind import SinkKind
from data_etiquette.model.location import Location
from data_etiquette.model.value import ANY, under


def class_pages(world: World) -> Iterator[tuple[FunctionRef, Reached]]:
    """A sink, in the scope of its module, for each class whose template is known."""
    types = world.types
    for ref in types.hierarchy.classes.values():
        bases = set(types.hierarchy.library_bases(ref))
        model = next((item for item in types.knowledge.pages if bases & set(item.bases)), None)
        module = types.hierarchy.functions.get((ref.facts.path, "<module>"))
        if model is not None and module is not None:
            yield from _page(world, ref, module, model)


def _page(
    world: World, ref: ClassRef, module: FunctionRef, model: PageModel
) -> Iterator[tuple[FunctionRef, Reached]]:
    shown_class = world.types.option_class(ref, "model")
    rows = shown_class.cls or world.types.option_class(ref, "queryset").cls
    if rows is None:
        return
    template, place = _template(world, ref, rows, model)
    shown = world.rendering.named([template]) if template else None
    if shown is None:
        return
    path = AccessPath(f"name:{rows.id}", (".objects", ANY))
    context: Value = tuple(
        part
        for name in _names(world, ref, rows, model)
        for part in under((ValuePart(path),), f"[{name}]")
    )
    page = world.rendering.lines(module, shown, context)
    if page:
        yield module, Reached(SinkKind.TEMPLATE, model.name, place, (), Mode.TEXT, page=page)


def _template(
    world: World, ref: ClassRef, rows: ClassRef, model: PageModel
) -> tuple[str, Location]:
    """The template's name and the line that says so."""
    declared = world.types.hierarchy.attribute(ref, model.template)
    if declared is not None and declared[0] is ref:
        item = declared[1]
        place = Location(ref.facts.path, item.line, item.column, item.end_line)
        return item.option("=").strip("'\""), place
    place = Location(ref.facts.path, ref.cls.line)
    if declared is not None:
        return declared[1].option("=").strip("'\""), place
    app = _app(rows.facts.path)
    return model.default.format(app=app, model=rows.cls.name.lower()), place


def _app(path: str) -> str:
    """The Django application that a file of models belongs to."""
    folders = PurePosixPath(path).parts[:-1]
    above = [name for name in folders if name != "models"]
    return above[-1] if above else ""


def _names(world: World, ref: ClassRef, rows: ClassRef, model: PageModel) -> list[str]:
    """Names that the template knows the rows by."""
    declared = world.types.hierarchy.attribute(ref, model.option) if model.option else None
    told = declared[1].option("=").strip("'\"") if declared is not None else ""
    names = [name.format(model=rows.cls.name.lower()) for name in model.rows]
    return [name for name in (*names, told) if re.fullmatch(r"\w+", name)]
