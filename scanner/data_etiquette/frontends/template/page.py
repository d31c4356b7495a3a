"""HTML of a template: forms, controls, links, what the browser loads, and where values stand.

A hand-written scanner in one pass: the standard parser stops at broken tags and takes quadratic
time on some. Total: whatever is no tag is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from data_etiquette.frontends.template.script import Script, read_script
from data_etiquette.frontends.template.surface import HOLE, Surface

MAX_ITEMS = 500
"""Controls, links or resources of one page; more are cut and told."""
_MAX_VALUE = 20_000
_MAX_ATTRIBUTES = 60

_TAG = re.compile(r"/?([A-Za-z][\w:-]{0,60})")
_ATTRIBUTE = re.compile(r"[\s/]*([^\s\"'<>/=]{1,200})(\s*=\s*)?")
_UNQUOTED = re.compile(r"[^\s\"'<>]*")
_RAW_END = {
    "script": re.compile(r"</script", re.IGNORECASE),
    "style": re.compile(r"</style", re.IGNORECASE),
}
_URL_ATTRIBUTES = frozenset(
    {"href", "src", "action", "formaction", "poster", "srcset", "data-src", "data-url", "ping"}
    | {"xlink:href", "hx-get", "hx-post", "hx-put", "hx-delete", "background"}
)
_LOADED = {
    "script": ("script", "src"),
    "img": ("image", "src"),
    "mj-image": ("image", "src"),
    "iframe": ("frame", "src"),
    "embed": ("frame", "src"),
    "link": ("style", "href"),
    "video": ("media", "src"),
    "audio": ("media", "src"),
    "source": ("media", "src"),
}
_CONTROLS = frozenset({"input", "select", "textarea"})
_NOT_CONTROLS = frozenset({"submit", "button", "reset", "image"})
_JAVASCRIPT = frozenset({"", "text/javascript", "application/javascript", "module"})
_STYLE_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?((?:https?:)?//[^"')\s;]+)""")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TINY = re.compile(r"[012](?:px)?$")


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the page that is no plain text."""

    start: int
    end: int
    place: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute; offsets of its value."""

    name: str
    at: int
    start: int
    end: int


@dataclass(slots=True)
class Control:
    """A control while its label is still looked for."""

    name: str
    type: str
    offset: int
    id: str = ""
    required: bool = False
    label: str = ""
    autocomplete: str = ""
    checked_at: int = -1
    """Offset of its `checked` attribute; -1 without."""
    form: int = -1
    """Index of its form; -1 outside."""


@dataclass(slots=True)
class Form:
    """A form; `end` is the offset behind it."""

    start: int
    end: int
    method: str
    action: str
    text_start: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `form` is the index of the form around it."""

    offset: int
    href: str
    text: str
    form: int


@dataclass(frozen=True, slots=True)
class Resource:
    """Something loaded."""

    kind: str
    url: str
    offset: int
    pixel: bool = False
    is_sealed: bool = False
    """Whether the browser takes it only as it was when the page was written."""


@dataclass(slots=True)
class Page:
    """All that the HTML says."""

    regions: list[Region] = field(default_factory=list)
    """Sorted; they do not overlap."""
    scripts: list[Script] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    is_cut: bool = False


def read_page(surface: Surface) -> Page:
    """Read the HTML of a template."""
    scanner = _Scanner(surface)
    scanner.run()
    return scanner.page


class _Scanner:
    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._text = surface.text
        self._closers: dict[str, int] = {}
        self.page = Page()
        self._form = -1
        self._link: tuple[int, int, str] | None = None
        """(offset, start of its text, address) of the open link."""
        self._label: tuple[int, str, int] | None = None
        """(start of its text, id it is for, number of controls before it)."""
        self._labels: dict[str, str] = {}
        self._loose: Control | None = None
        """A checkbox whose label may be the text behind it."""

    def run(self) -> None:
        """Go through the text once."""
        place = 0
        while (start := self._text.find("<", place)) >= 0:
            place = self._at(start)
        self._end_link(len(self._text))
        self._end_label(len(self._text))
        self._end_form(len(self._text))
        for control in self.page.controls:
            control.label = control.label or self._labels.get(control.id, "")

    def _find(self, closer: str, start: int) -> int:
        place = self._closers.get(closer, 0)
        if 0 <= place < start:
            place = self._closers[closer] = self._text.find(closer, start)
        return place

    def _at(self, start: int) -> int:
        """Read what begins at a `<`; give the offset to go on from."""
        if self._text.startswith("<!--", start):
            return self._comment(start)
        match = _TAG.match(self._text, start + 1)
        if match is None:
            return start + 1
        name = match.group(1).lower()
        if match.group().startswith("/"):
            self._end(name, start)
            return match.end()
        attributes, end = self._attributes(match.end())
        self._begin(name, attributes, start, end)
        raw = _RAW_END.get(name)
        return self._raw(name, raw, attributes, end) if raw is not None else end

    def _comment(self, start: int) -> int:
        if self._text.startswith("<!--[if", start):
            # Outlook reads what stands in a conditional comment.
            return start + 4
        end = self._find("-->", start + 4)
        if end < 0:
            return start + 4
        self.page.regions.append(Region(start, end + 3, "comment"))
        self.page.comments.append((start + 4, end))
        return end + 3

    def _attributes(self, place: int) -> tuple[dict[str, Attribute], int]:
        """The attributes of a tag, first one wins, and the offset behind the tag."""
        found: dict[str, Attribute] = {}
        text = self._text
        while (match := _ATTRIBUTE.match(text, place)) is not None:
            name, place = match.group(1).lower(), match.end()
            start = end = place
            if match.group(2):
                start, end, place = self._value(place)
            if len(found) < _MAX_ATTRIBUTES:
                found.setdefault(name, Attribute(name, match.start(1), start, end))
            if end > start and HOLE in text[start:end]:
                is_url = name in _URL_ATTRIBUTES
                self.page.regions.append(Region(start, end, "url" if is_url else "attribute", name))
            elif name[0] == HOLE:
                self.page.regions.append(Region(match.start(1), match.end(1), "attribute"))
        while place < len(text) and text[place] in " \t\n\f/":
            place += 1
        if place < len(text) and text[place] in "\"'":
            # A stray quote: the tag goes on behind it.
            more, place = self._attributes_after_quote(place + 1)
            for attribute in more.values():
                found.setdefault(attribute.name, attribute)
        return found, place + 1 if place < len(text) and text[place] == ">" else place

    def _attributes_after_quote(self, place: int) -> tuple[dict[str, Attribute], int]:
        end = self._find(">", place)
        return {}, end if end >= 0 else len(self._text)

    def _value(self, place: int) -> tuple[int, int, int]:
        quote = self._text[place : place + 1]
        if quote and quote in "\"'":
            end = self._find(quote, place + 1)
            if 0 <= end <= place + _MAX_VALUE:
                return place + 1, end, end + 1
            return place + 1, place + 1, place + 1
        match = _UNQUOTED.match(self._text, place)
        end = match.end() if match is not None else place
        return place, end, end

    def _raw(
        self, name: str, ending: re.Pattern[str], attributes: dict[str, Attribute], start: int
    ) -> int:
        """A script or a style sheet up to its end tag."""
        found = ending.search(self._text, start)
        end = found.start() if found is not None else len(self._text)
        self.page.regions.append(Region(start, end, name))
        if name == "style":
            for match in _STYLE_IMPORT.finditer(self._text, start, end):
                self._load(Resource("style", self._clean(match.start(1), match.end(1)), start))
        elif self._plain(attributes, "type").lower() in _JAVASCRIPT:
            self._script(start, end)
        return end

    def _script(self, start: int, end: int) -> None:
        script = read_script(self._text, start, end, HOLE)
        self.page.scripts.append(script)
        for offset, address in script.addresses:
            self._load(Resource("script-url", address, offset))

    # --- elements ---------------------------------------------------------------------------

    def _begin(self, name: str, attributes: dict[str, Attribute], start: int, end: int) -> None:
        if self._loose is not None:
            self._name_loose(start)
        if name == "form":
            self._end_form(start)
            self._begin_form(attributes, start, end)
        elif name in ("a", "mj-button"):
            self._end_link(start)
            self._link = (start, end, self._address(attributes, "href"))
        elif name == "label":
            self._end_label(start)
            self._label = (end, self._plain(attributes, "for"), len(self.page.controls))
        elif name in _CONTROLS:
            self._control(name, attributes, start, end)
        if name in _LOADED:
            self._resource(name, attributes, start)
        for attribute in attributes.values():
            if attribute.name.startswith("on") and attribute.end - attribute.start > 4:
                script = read_script(self._text, attribute.start, attribute.end, HOLE)
                self.page.scripts.append(script)

    def _end(self, name: str, start: int) -> None:
        if self._loose is not None:
            self._name_loose(start)
        if name == "form":
            self._end_form(start)
        elif name in ("a", "mj-button"):
            self._end_link(start)
        elif name == "label":
            self._end_label(start)

    def _begin_form(self, attributes: dict[str, Attribute], start: int, end: int) -> None:
        if self._is_full(len(self.page.forms)):
            return
        method = self._plain(attributes, "method").lower() or "get"
        if "hx-post" in attributes or "hx-put" in attributes:
            method = "post"
        action = self._address(attributes, "action") or self._address(attributes, "hx-post")
        self._form = len(self.page.forms)
        self.page.forms.append(Form(start, len(self._text), method, action, end))

    def _end_form(self, start: int) -> None:
        if self._form >= 0:
            self.page.forms[self._form].end = start
        self._form = -1

    def _end_link(self, start: int) -> None:
        if self._link is None or self._is_full(len(self.page.links)):
            self._link = None
            return
        offset, text_start, href = self._link
        self._link = None
        text = self._surface.words(text_start, start)
        if href or text:
            self.page.links.append(Link(offset, href, text, self._form))

    def _end_label(self, start: int) -> None:
        if self._label is None:
            return
        text_start, target, before = self._label
        self._label = None
        text = self._surface.words(text_start, start)
        if target:
            self._labels.setdefault(target, text)
        for control in self.page.controls[before:]:
            control.label = text or control.label

    def _control(self, name: str, attributes: dict[str, Attribute], start: int, end: int) -> None:
        kind = name if name != "input" else self._plain(attributes, "type").lower() or "text"
        if kind in _NOT_CONTROLS or self._is_full(len(self.page.controls)):
            return
        checked = attributes.get("checked")
        control = Control(
            name=self._address(attributes, "name"),
            type=kind,
            offset=start,
            id=self._address(attributes, "id"),
            required="required" in attributes,
            autocomplete=self._plain(attributes, "autocomplete").lower(),
            checked_at=checked.at if checked is not None else -1,
            form=self._form,
        )
        for said in ("aria-label", "placeholder", "title"):
            if said in attributes and not control.label:
                value = attributes[said]
                control.label = self._surface.words(value.start, value.end)
        self.page.controls.append(control)
        if kind in ("checkbox", "radio") and self._label is None and not control.label:
            self._loose = control
            self._loose_start = end

    def _name_loose(self, end: int) -> None:
        if self._loose is not None and self._loose.id not in self._labels:
            self._loose.label = self._surface.words(self._loose_start, end)
        self._loose = None

    _loose_start = 0

    def _resource(self, name: str, attributes: dict[str, Attribute], start: int) -> None:
        kind, source = _LOADED[name]
        url = self._address(attributes, source)
        if not url.startswith(("http://", "https://", "//")):
            return
        if name == "link" and "stylesheet" not in self._plain(attributes, "rel").lower():
            return
        sizes = [self._plain(attributes, side) for side in ("width", "height")]
        style = self._plain(attributes, "style")
        tiny = all(_TINY.match(size) for size in sizes) or bool(_HIDDEN.search(style))
        sealed = "integrity" in attributes
        self._load(Resource(kind, url, start, kind == "image" and tiny, sealed))

    def _load(self, resource: Resource) -> None:
        if not self._is_full(len(self.page.resources)):
            self.page.resources.append(resource)

    def _is_full(self, count: int) -> bool:
        if count >= MAX_ITEMS:
            self.page.is_cut = True
            return True
        return False

    # --- values -----------------------------------------------------------------------------

    def _plain(self, attributes: dict[str, Attribute], name: str) -> str:
        """An attribute's literal characters."""
        value = attributes.get(name)
        if value is None:
            return ""
        return self._text[value.start : min(value.end, value.start + 300)].replace(HOLE, "").strip()

    def _address(self, attributes: dict[str, Attribute], name: str) -> str:
        value = attributes.get(name)
        return self._surface.address(value.start, value.end) if value is not None else ""

    def _clean(self, start: int, end: int) -> str:
        return self._surface.address(start, end)


def within(script: Script) -> Iterator[tuple[int, int, str]]:
    """The arguments of calls, outermost first."""
    yield from sorted(script.spans, key=lambda span: (span[0], -span[1]))
