"""Templates (Django, Jinja2, Mako, mail texts) to facts: what they show, ask for and load."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from data_etiquette.frontends.redact import redact
from data_etiquette.frontends.template.expression import MAX_PATH, MacroCall, Path, Ref
from data_etiquette.frontends.template.names import keeps_text, template_names
from data_etiquette.frontends.template.page import Control, Page, Region, read_page, within
from data_etiquette.frontends.template.pieces import Piece, cut
from data_etiquette.frontends.template.surface import Surface
from data_etiquette.frontends.template.walk import MAX_SHOWN, Shown, Walked, walk
from data_etiquette.model.facts import (
    CommentFact,
    Facts,
    FormFact,
    IncludeFact,
    InputFact,
    LinkFact,
    MacroFact,
    ResourceFact,
    ScriptCallFact,
    ShownFact,
    TemplateFact,
)
from data_etiquette.model.location import Skipped

MARKER = "etiquette:"
_MAX_INLINED = 4
"""Macros that call macros: how deep they are followed."""
_MAX_CALLS = 1000
"""Macro calls of one file that are followed."""
MAX_NOTICE = 40_000
"""Characters kept of a notice's text."""
_PLAIN = frozenset({".txt", ".md", ".eml"})
_NAME = re.compile(r"[A-Za-z_]\w*")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")

_States = tuple[tuple[Path, ...], tuple[Path, ...]]


def read_template(path: str, text: str) -> Facts:
    """Read one template. Total: any text gives facts."""
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    is_plain = bool(_PLAIN & set(suffixes[-2:])) and "<html" not in text[:2000].lower()
    pieces = cut(text, mako=suffixes[-1:] == [".mako"], blanks=is_plain)
    walked = walk(pieces)
    surface = Surface(text, pieces, walked.urls)
    page = Page() if is_plain else read_page(surface)
    builder = _Builder(text, walked, page, surface)
    return Facts(
        path=path,
        language="template",
        lines=text.count("\n") + 1,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        reads=_reads(pieces, walked),
        comments=builder.comments(pieces),
        skipped=_skipped(path, walked, page),
        templates=(builder.template(path),),
    )


def _reads(pieces: Iterable[Piece], walked: Walked) -> tuple[str, ...]:
    """All names in tags: more than the paths, for whoever asks whether a name is read anywhere."""
    names = {name for name in walked.paths if _NAME.fullmatch(name)}
    for piece in pieces:
        if piece.kind != "gap":
            names.update(_NAME.findall(_STRING.sub(" ", piece.inner)))
    return tuple(sorted(names))


def _skipped(path: str, walked: Walked, page: Page) -> tuple[Skipped, ...]:
    if walked.is_cut or page.is_cut:
        return (Skipped(path, 0, "a very long template: values or controls beyond a limit"),)
    return ()


class _Builder:
    """Joins what the tags say with where they stand in the page."""

    def __init__(self, text: str, walked: Walked, page: Page, surface: Surface) -> None:
        self._text = text
        self._walked = walked
        self._page = page
        self._surface = surface
        self._calls_left = _MAX_CALLS
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._regions = sorted(page.regions, key=lambda region: region.start)
        self._starts = [region.start for region in self._regions]
        self._spans = [span for script in page.scripts for span in within(script)]
        self._spans.sort(key=lambda span: (span[0], -span[1]))

    def template(self, path: str) -> TemplateFact:
        """The whole template."""
        shown, macros = self._shown()
        inputs = [(control, self._input(control)) for control in self._page.controls]
        return TemplateFact(
            names=template_names(path),
            shown=shown,
            includes=tuple(self._includes()),
            macros=macros,
            forms=tuple(self._forms(inputs)),
            inputs=tuple(fact for control, fact in inputs if control.form < 0),
            links=tuple(
                LinkFact(self._line(link.offset), link.href, link.text)
                for link in self._page.links
                if link.form < 0
            ),
            resources=tuple(self._resources()),
            calls=tuple(self._calls()),
            text=self._notice(path),
        )

    def _notice(self, path: str) -> str:
        if not keeps_text(path):
            return ""
        return self._surface.prose(MAX_NOTICE)

    def comments(self, pieces: Iterable[Piece]) -> tuple[CommentFact, ...]:
        """Comments addressed to the tool, of the template's and of HTML."""
        found = [(piece.start, piece.inner) for piece in pieces if piece.kind == "gap"]
        found += [(start, self._text[start:end]) for start, end in self._page.comments]
        return tuple(
            CommentFact(self._line(start), redact(" ".join(text.split())))
            for start, text in sorted(found)
            if text.strip().startswith(MARKER)
        )

    def _line(self, offset: int) -> int:
        return bisect_right(self._newlines, offset - 1) + 1

    def _column(self, offset: int) -> int:
        return offset - self._text.rfind("\n", 0, offset)

    # --- values -----------------------------------------------------------------------------

    def _shown(self) -> tuple[tuple[ShownFact, ...], tuple[MacroFact, ...]]:
        own: list[ShownFact] = []
        inside: dict[str, list[ShownFact]] = {name: [] for name in self._walked.macros}
        for item in self._walked.shown:
            fact = self._fact(item)
            (inside.setdefault(item.macro, []) if item.macro else own).append(fact)
        macros = tuple(
            MacroFact(name, params, tuple(inside[name]))
            for name, params in self._walked.macros.items()
        )
        by_name = {macro.name: macro for macro in macros}
        own += self._inlined("", by_name, {}, 0)
        unique = dict.fromkeys(own[: 2 * MAX_SHOWN])
        return tuple(sorted(unique, key=_order)), macros

    def _fact(self, item: Shown) -> ShownFact:
        offset = item.piece.start
        region = self._region(offset)
        place, inside, address = "text", "", ""
        if region is not None:
            place, inside = region.place, region.within
            if place == "script":
                inside = self._callee(offset)
            if place == "url":
                address = self._surface.address(region.start, offset)
                if address.startswith(("mailto:", "tel:")):
                    # A link to write or call by is no address that servers see.
                    place = "attribute"
        return ShownFact(
            path=item.ref.path,
            line=self._line(offset),
            column=self._column(offset),
            filters=item.ref.filters,
            place=place,
            within=inside,
            address=address,
            guards=item.guards,
            unless=item.unless,
        )

    def _region(self, offset: int) -> Region | None:
        place = bisect_right(self._starts, offset) - 1
        if place < 0 or self._regions[place].end <= offset:
            return None
        return self._regions[place]

    def _callee(self, offset: int) -> str:
        """The innermost call around an offset, whose spans are sorted by where they start."""
        place = bisect_right(self._spans, offset, key=lambda span: span[0])
        for start, end, callee in reversed(self._spans[max(0, place - 200) : place]):
            if start <= offset < end:
                return callee
        return ""

    def _inlined(
        self, around: str, macros: dict[str, MacroFact], outer: dict[str, list[Ref]], depth: int
    ) -> list[ShownFact]:
        """What calls of this file's own macros show, arguments put in the parameters' place."""
        found: list[ShownFact] = []
        if depth >= _MAX_INLINED:
            return found
        for call, _, guards, unless, place in self._walked.calls:
            macro = macros.get(call.callee[-1])
            if macro is None or place != around or self._calls_left <= 0:
                continue
            self._calls_left -= 1
            arguments = _arguments(call, macro, outer)
            for fact in macro.shown:
                found += _with_arguments(fact, macro, arguments, (guards, unless))
            found += self._inlined(macro.name, macros, arguments, depth + 1)
        return found

    # --- the rest ---------------------------------------------------------------------------

    def _includes(self) -> Iterable[IncludeFact]:
        for item in self._walked.included:
            yield IncludeFact(
                kind=item.kind,
                template=redact(item.template),
                line=self._line(item.piece.start),
                bindings=item.bindings,
                macro=item.macro,
                only=item.only,
            )

    def _forms(self, inputs: list[tuple[Control, InputFact]]) -> Iterable[FormFact]:
        for index, form in enumerate(self._page.forms):
            shown = {
                item.ref.path: None
                for item in self._walked.shown
                if form.start <= item.piece.start < form.end
            }
            yield FormFact(
                line=self._line(form.start),
                end_line=self._line(form.end),
                method=form.method,
                action=form.action,
                inputs=tuple(fact for control, fact in inputs if control.form == index),
                shown=tuple(shown),
                links=tuple(
                    LinkFact(self._line(link.offset), link.href, link.text)
                    for link in self._page.links
                    if link.form == index
                ),
                text=self._surface.words(form.text_start, form.end, 160),
            )

    def _input(self, control: Control) -> InputFact:
        by: tuple[Path, ...] = ()
        if control.checked_at >= 0:
            around, inside = (
                self._walked.conditions(offset) for offset in (control.offset, control.checked_at)
            )
            by = tuple(p for p in inside[0] + inside[1] if p not in around[0] + around[1])
            if inside != around and not by:
                by = (("",),)
        return InputFact(
            name=control.name,
            type=control.type,
            line=self._line(control.offset),
            id=control.id,
            checked=control.checked_at >= 0 and not by,
            required=control.required,
            label=control.label,
            autocomplete=control.autocomplete,
            checked_by=by,
        )

    def _resources(self) -> Iterable[ResourceFact]:
        for item in self._page.resources:
            guards, unless = self._walked.conditions(item.offset)
            line = self._line(item.offset)
            yield ResourceFact(
                item.kind, item.url, line, item.pixel, guards, unless, item.is_sealed
            )

    def _calls(self) -> Iterable[ScriptCallFact]:
        calls = sorted(
            (call for script in self._page.scripts for call in script.calls),
            key=lambda call: (call.offset, call.callee),
        )
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for call in calls:
            if (call.callee, call.args) in seen:
                continue
            seen.add((call.callee, call.args))
            guards, unless = self._walked.conditions(call.offset)
            line = self._line(call.offset)
            yield ScriptCallFact(call.callee, line, call.args, guards, unless)


def _order(fact: ShownFact) -> tuple[int, int, Path, tuple[str, ...]]:
    return fact.line, fact.column, fact.path, fact.filters


def _arguments(
    call: MacroCall, macro: MacroFact, outer: dict[str, list[Ref]]
) -> dict[str, list[Ref]]:
    """What each parameter of the macro holds in this call."""
    found: dict[str, list[Ref]] = {}
    by_place = {str(place): param for place, param in enumerate(macro.params)}
    for name, refs in call.args:
        for ref in refs:
            found.setdefault(by_place.get(name, name), []).extend(_put_in(ref, outer))
    return found


def _put_in(ref: Ref, arguments: dict[str, list[Ref]]) -> list[Ref]:
    if ref.path[0] not in arguments:
        return [ref]
    return [
        Ref((*base.path, *ref.path[1:])[:MAX_PATH], base.filters + ref.filters)
        for base in arguments[ref.path[0]]
    ]


def _with_arguments(
    fact: ShownFact, macro: MacroFact, arguments: dict[str, list[Ref]], state: _States
) -> Iterable[ShownFact]:
    guards, unless = state[0] + fact.guards, state[1] + fact.unless
    if fact.path[0] not in macro.params:
        yield replace(fact, guards=guards, unless=unless)
        return
    for base in arguments.get(fact.path[0], ()):
        yield replace(
            fact,
            path=(*base.path, *fact.path[1:])[:MAX_PATH],
            filters=base.filters + fact.filters,
            guards=guards,
            unless=unless,
        )
