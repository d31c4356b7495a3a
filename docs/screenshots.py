"""Makes the pictures of docs/images from fixtures/shop: `python docs/screenshots.py`.

Needs the development tools and chromium.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
DESKTOP = {"width": 1280, "height": 1000}
PHONE = {"width": 375, "height": 812}
PAPER = {"width": 794, "height": 1123}

_MARK = re.compile(
    r"[ \t]*(?:#|--|<!--|\{#)[ \t]*(?:expect|pii|later|kept|trap)\b.*?(?:-->|#\}|$)", re.MULTILINE
)
"""What the fixture says to the tests."""

PICTURES = (
    ("index", "index.html", "", DESKTOP, {}),
    ("compliance", "compliance.html", "", DESKTOP, {}),
    ("compliance-finding", "compliance.html", "#rule-critical-ETQ301", DESKTOP, {}),
    (
        "compliance-dark",
        "compliance.html",
        "#rule-critical-ETQ301",
        DESKTOP,
        {"color_scheme": "dark"},
    ),
    ("compliance-retention", "compliance.html", "#retention", DESKTOP, {}),
    ("compliance-phone", "compliance.html", "#severity-critical", PHONE, {}),
    ("compliance-paper", "compliance.html", "", PAPER, {}),
    ("notice", "transparency.html", "", DESKTOP, {}),
    ("notice-phone", "transparency.html", "#activity-orders", PHONE, {}),
    ("record", "record.html", "", DESKTOP, {}),
    ("map", "compliance.html", "#map", {"width": 1280, "height": 760}, {}),
)


def main() -> None:
    """All pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop"
        shutil.copytree(ROOT / "fixtures/shop", shop)
        for place in shop.rglob("*.*"):
            if place.suffix in (".py", ".sql", ".yaml", ".html", ".toml"):
                place.write_text(_MARK.sub("", place.read_text(encoding="utf-8")), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "data_etiquette",
            "scan",
            "shop",
            "-o",
            f"html:{folder}",
            "--fail-on",
            "never",
        ]
        subprocess.run(command, cwd=folder, check=True)  # noqa: S603 (our own command)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            for name, page, anchor, window, options in PICTURES:
                take(browser, name, Path(folder) / page, anchor, window, options)
            browser.close()


def take(  # noqa: PLR0913 (what, of which page, seen how)
    browser: Browser,
    name: str,
    place: Path,
    anchor: str,
    window: dict[str, int],
    options: dict[str, str],
) -> None:
    """One picture; `-paper` is how it is printed."""
    page = browser.new_page(viewport=window, **options)
    page.goto(place.as_uri() + anchor)
    if name.endswith("-paper"):
        page.emulate_media(media="print")
    page.wait_for_timeout(300)
    if anchor:
        page.evaluate("anchor => document.querySelector(anchor).scrollIntoView()", anchor)
        page.wait_for_timeout(300)
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
