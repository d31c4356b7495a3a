"""The draft of a declaration from the code, and what is new for one that exists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from data_etiquette.app.cache import write_atomically
from data_etiquette.app.discover import shown
from data_etiquette.app.map import Progress
from data_etiquette.app.scan import Linked, ScanRequest, read_graph
from data_etiquette.declaration.difference.view import View
from data_etiquette.declaration.draft.gather import draft_of
from data_etiquette.declaration.draft.merge import merged
from data_etiquette.declaration.draft.parts import Draft
from data_etiquette.declaration.draft.text import draft_text
from data_etiquette.declaration.imports.apply import (
    add_elements,
    imported_draft,
    without_nobodys,
)
from data_etiquette.declaration.imports.read import read_import
from data_etiquette.declaration.imports.said import Said
from data_etiquette.declaration.load import NAMES, find_declaration, parse_declaration
from data_etiquette.declaration.splice import NotSpliceable
from data_etiquette.declaration.update import Updated, update_text
from data_etiquette.model.declaration import Declaration, Organisation
from data_etiquette.model.error import ConfigError, ReadError, UsageError


@dataclass(frozen=True, slots=True)
class InitRequest:
    """What the user asks for."""

    scan: ScanRequest
    update: bool = False
    """Whether an existing file gets what is new; else that is only told."""
    imports: tuple[Path, ...] = ()
    """Files and folders of other tools that say what data is for."""
    output: str = ""
    """Where a new file goes; `-` prints it."""


@dataclass(frozen=True, slots=True)
class InitOutcome:
    """What is printed, and what the terminal is told beside it."""

    text: str = ""
    notes: tuple[str, ...] = ()
    is_new: bool = False
    """Whether an existing declaration lacks something that was not written."""


def init(request: InitRequest, *, progress: Progress | None = None) -> InitOutcome:
    """Draft a declaration, or tell (with `update`: add) what an existing one lacks.

    Raises:
        EtiquetteError: the scan could not be done, or a file cannot be read or written.
    """
    linked = read_graph(request.scan, progress=progress)
    said = Said()
    for place in request.imports:
        said.add(read_import(place, linked.catalog))
    declaration = linked.declaration or Declaration("", Organisation(""))
    imported = imported_draft(said, View(linked.graph, declaration, linked.catalog))
    if linked.declaration is None:
        draft = draft_of(without_nobodys(linked.graph, imported), linked.catalog)
        add_elements(draft, said, View(linked.graph, declaration, linked.catalog))
        return _new(request, linked, merged(imported, draft))
    return _existing(request, linked, linked.declaration, imported)


def _new(request: InitRequest, linked: Linked, draft: Draft) -> InitOutcome:
    text = draft_text(draft)
    if request.output == "-":
        return InitOutcome(text)
    root = linked.found.root if linked.found.root.is_dir() else linked.found.root.parent
    place = Path(request.output) if request.output else root / NAMES[0]
    if place.exists():
        raise UsageError(f"{shown(place)} exists", hint="name another file with --output")
    _write(place, text)
    note = (
        f"{_told(place)} is drafted: {_count(len(draft.activities), 'activity', 'activities')}, "
        f"{_count(len(draft.recipients), 'recipient', 'recipients')}, "
        f"{_left(text, linked)} TODO left. "
        "`etiquette check` says what is to be filled in."
    )
    return InitOutcome(notes=(note,))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _left(text: str, linked: Linked) -> int:
    """How much a person still has to say."""
    return len(parse_declaration(text.encode(), NAMES[0], linked.catalog).todos)


def _existing(
    request: InitRequest, linked: Linked, declaration: Declaration, imported: Draft
) -> InitOutcome:
    place = request.scan.declaration or find_declaration(linked.found.root)
    if place is None:  # pragma: no cover (it was just read)
        raise UsageError("there is no etiquette.yaml")
    updated = _updated(place, linked, declaration, imported)
    if not updated.additions:
        return InitOutcome(notes=(f"{_told(place)} lacks nothing that the code shows.",))
    lines = [f"{item.what}: {', '.join(item.names) or 'new'}" for item in updated.additions]
    if not request.update:
        hint = f"{_told(place)} exists; `etiquette init --update` adds what is new:"
        return InitOutcome("\n".join(lines) + "\n", (hint,), is_new=True)
    _check_result(place, updated, linked)
    _write(place, updated.text)
    return InitOutcome("\n".join(lines) + "\n", (f"Added to {_told(place)}:",))


def _updated(place: Path, linked: Linked, declaration: Declaration, imported: Draft) -> Updated:
    try:
        source = place.read_bytes().decode("utf-8-sig")
        return update_text(source, View(linked.graph, declaration, linked.catalog), imported)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=_told(place)) from error
    except NotSpliceable as error:
        raise ConfigError(
            f"cannot be added to: {error}",
            where=_told(place),
            hint="`etiquette check` prints what to paste",
        ) from error


def _check_result(place: Path, updated: Updated, linked: Linked) -> None:
    """What was written must still be there, and the whole must load: else nothing is written."""
    before = yaml.safe_load(place.read_bytes())
    if not _holds(yaml.safe_load(updated.text), before):
        raise ConfigError(
            "could not be added to without changing what is written",
            where=_told(place),
            hint="`etiquette check` prints what to paste",
        )
    parse_declaration(updated.text.encode(), _told(place), linked.catalog)


def _write(place: Path, text: str) -> None:
    try:
        write_atomically(place, text.encode())
    except OSError as error:
        raise ReadError(f"cannot be written: {error.strerror}", where=_told(place)) from error


def _holds(new: object, old: object) -> bool:
    """Whether everything of the old value is in the new one, in its order."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(
            key in new and _holds(new[key], old[key]) for key in old
        )
    if isinstance(old, list):
        if not isinstance(new, list):
            return False
        return all(_holds(*pair) for pair in zip(new, old, strict=False)) and len(new) >= len(old)
    return old is None or new == old or (isinstance(new, list) and new[:1] == [old])


def _told(place: Path) -> str:
    """The file as the user would name it."""
    here = Path.cwd()
    resolved = place.resolve()
    return resolved.relative_to(here).as_posix() if here in resolved.parents else place.name
