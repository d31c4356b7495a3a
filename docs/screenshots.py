"""Makes the pictures of docs/images from the fixtures: `python docs/screenshots.py [NAME…]`.

Needs the development tools and chromium. Without a name all are made.
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
    ("fleet", "fleet.html", "#systems", DESKTOP, {}),
)
FLEET = """\
fleet: Example Group
systems:
  - {path: shop, team: Commerce, link: index.html}
  - {path: clinic, team: Health}
  - {path: kiosk, team: Retail}
  - {path: choir, team: Culture}
  - {path: crm, team: Sales}
"""


def main() -> None:
    """All pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for system in ("shop", "clinic", "kiosk", "choir"):
            copied = Path(folder) / system
            shutil.copytree(ROOT / "fixtures" / system, copied)
            for place in copied.rglob("*.*"):
                if place.suffix in (".py", ".sql", ".yaml", ".html", ".toml"):
                    text = place.read_text(encoding="utf-8", errors="replace")
                    place.write_text(_MARK.sub("", text), encoding="utf-8")
        (Path(folder) / "group.yaml").write_text(FLEET, encoding="utf-8")
        overview = [sys.executable, "-m", "data_etiquette", "fleet", "group.yaml"]
        overview += ["-o", "html:fleet.html"]
        subprocess.run(overview, cwd=folder, check=True)  # noqa: S603 (our own command)
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
                if not sys.argv[1:] or name in sys.argv[1:]:
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
