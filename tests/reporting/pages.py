"""What every page of a report folder must hold, and hostile texts to try it with."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from data_etiquette.reporting.sentence import visible

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of a style": "</style><script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "quotes": "' onmouseover='alert(1)",
    "template": "{{7*7}}{% raw %}{# #}{data}{0.__class__}",
    "entity": "&lt;b&gt;&amp;&#60;script&#62;",
    "comment": "--><script>alert(1)</script><!--",
    "formula": "=HYPERLINK(1)",
    "right to left": "user\u202egpj.exe\u2066",
    "control": "a\x00b\x1b[31mc\x85",
    "very long": "a" * 10_000,
    "other scripts": "größe 名前 имя שם",
}
VOID = {"meta", "link", "br", "hr", "img", "input", "col", "wbr", "area", "base", "source"}


class Shape(HTMLParser):
    """Elements with their attributes; what is not closed in order is a mistake."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.mistakes: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        self.mistakes += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = f"svg:{tag}" if "svg" in self.open else tag
        self.elements.append((name, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()} closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def skeleton(self) -> list[tuple[str, tuple[str, ...]]]:
        # How many lines a label of the data map takes depends on its length.
        return [(tag, tuple(names)) for tag, names in self.elements if tag != "svg:text"]


def assert_sound(page: str, siblings: Iterable[str] = ()) -> Shape:
    """A whole page: closed, pinned, offline, with landmarks, headings and names."""
    shape = Shape(page)
    assert shape.mistakes == []
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    [policy] = [a["content"] for a in shape.all("meta") if "http-equiv" in a]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert not re.search(r"@import|url\(|javascript:", style, re.IGNORECASE)
    for landmark in ("main", "header", "footer", "h1", "title"):
        assert len(shape.all(landmark)) == 1, landmark
    assert (shape.all("html")[0].get("lang") or "").isalpha()
    assert_inert(shape, siblings)
    return shape


def assert_inert(shape: Shape, siblings: Iterable[str] = ()) -> None:
    """Nothing runs, nothing loads, links lead somewhere, headings nest."""
    assert shape.all("script", "iframe", "object", "link", "form", "img", "base", "svg:a") == []
    names = [a["id"] for _, a in shape.elements if "id" in a]
    assert len(set(names)) == len(names)
    for _, attributes in shape.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert not {"src", "srcset", "action", "poster"} & set(attributes)
        link = attributes.get("href")
        assert link is None or link in siblings or link[1:] in names
        label = attributes.get("aria-labelledby")
        assert label is None or label in names
    levels = [int(tag[1]) for tag, _ in shape.elements if re.fullmatch(r"h[1-6]", tag)]
    gaps = [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1]
    assert gaps == []
    assert {a.get("scope") for a in shape.all("th")} <= {"col", "row"}
    assert len(shape.all("table")) == len(shape.all("caption"))


def assert_clean(page: str) -> None:
    """No control character or mark of direction is left as such."""
    assert [c for c in page if c not in "\n\t" and c != visible(c)] == []


def contrast(first: str, second: str) -> float:
    """WCAG contrast of two `#rrggbb` colours."""
    high, low = sorted((_light(first), _light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def palettes(style: str) -> dict[str, dict[str, str]]:
    """Colours by name of the light and the dark theme, later rules over earlier ones."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    screen = re.sub(r"@media print \{.*?\n\}", "", style, flags=re.DOTALL)
    dim = r"@media \(prefers-color-scheme: dark\) \{.*?\}\s*\}"
    for part in re.findall(dim, screen, re.DOTALL):
        dark |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
    for part in re.findall(r":root \{.*?\}", re.sub(dim, "", screen, flags=re.DOTALL), re.DOTALL):
        light |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
    return {"light": light, "dark": {**light, **dark}}
