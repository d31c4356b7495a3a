"""How fast a report with thousands of findings opens: measured in the browser.

    python benchmarks/page.py [COUNT …]

Needs the development tools and chromium. Prints for each count the size of the page, the time to
render it, and what the browser says: when the document was loaded, when its first pixels stood,
and how long a filter takes. Each is the median of three.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402
from tests.browser.large import large_report  # noqa: E402
from tests.command import report_of  # noqa: E402

from data_etiquette.catalog.data import data_folder  # noqa: E402
from data_etiquette.reporting.html import render_pages  # noqa: E402

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
FILTER = """() => {
  const field = document.querySelector('.tools:has(select) input');
  const started = performance.now();
  field.value = 'stripe';
  field.dispatchEvent(new Event('input'));
  return new Promise((done) => {
    const look = () => document.querySelector('.finding[hidden]')
      ? done(performance.now() - started) : setTimeout(look, 5);
    look();
  });
}"""


def measure(browser: Browser, place: Path) -> tuple[float, float, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(place.as_uri())
    page.wait_for_timeout(200)
    found = (page.evaluate(LOADED), page.evaluate(PAINT), page.evaluate(FILTER))
    page.close()
    return found


def main() -> None:
    counts = [int(text) for text in sys.argv[1:]] or [500, 5000, 20000]
    shop = report_of(ROOT / "fixtures/shop")
    print("| findings | page | rendered | loaded | first pixels | filtered |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for count in counts:
            started = time.process_time()
            [text] = render_pages(large_report(shop, count), data_folder("reports")).values()
            rendered = time.process_time() - started
            place = Path(folder) / "compliance.html"
            place.write_text(text, encoding="utf-8")
            times = [measure(browser, place) for _ in range(3)]
            loaded, paint, filtered = (
                statistics.median(each) / 1000 for each in zip(*times, strict=True)
            )
            size = place.stat().st_size / 1e6
            print(
                f"| {count:,} | {size:.1f} MB | {rendered:.1f} s | {loaded:.2f} s | {paint:.2f} s | {filtered:.2f} s |"
            )
        browser.close()


if __name__ == "__main__":
    main()
