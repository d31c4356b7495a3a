"""Every page in a real browser: accessible, offline, silent, whole on a phone and on paper."""

from __future__ import annotations

import importlib.resources
import itertools
from pathlib import Path

import pytest

from tests.browser.conftest import PAGES

pytest.importorskip("playwright.sync_api")

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PARTS = [page for page in PAGES if "embed" not in page]
"""Whole pages; what is embedded has its landmarks, title and style from the page around it."""
OPEN_ALL = "document.querySelectorAll('details').forEach((item) => { item.open = true; })"


def violations(page, part: str = "html") -> list[str]:
    """What axe-core finds, one line for each rule and element.

    Cards that are not yet drawn have no size of their own: all are drawn first.
    """
    page.evaluate(
        "document.styleSheets[0]?.insertRule("
        "'.finding { content-visibility: visible !important; }',"
        " document.styleSheets[0].cssRules.length)"
    )
    axe = importlib.resources.files("axe_playwright_python") / "axe.min.js"
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([part, levels]) => axe.run(part, {runOnly: {type: 'tag', values: levels},"
        " resultTypes: ['violations']})",
        [part, LEVELS],
    )
    return [
        f"{item['id']}: {node['target']} {node['failureSummary']}"
        for item in found["violations"]
        for node in item["nodes"][:3]
    ]


def overflow(page) -> list[str]:
    """Elements that make the page wider than the window, outermost first."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.body.querySelectorAll('*')].filter((item) => {
          if (item.closest('svg, .scroll, .map-scroll, .skip')) return false;
          return item.getBoundingClientRect().right > innerWidth + 0.5;
        }).map((item) => item.outerHTML.slice(0, 120)).concat(['page']).slice(0, 5)"""
    )


def unshown(page) -> list[str]:
    """Contents of disclosures that are not to be seen."""
    return page.evaluate(
        """() => [...document.querySelectorAll('details > :not(summary)')]
        .filter((item) => getComputedStyle(item).display !== 'none'
          && (!item.checkVisibility() || item.getBoundingClientRect().height < 8))
        .map((item) => item.outerHTML.slice(0, 120)).slice(0, 5)"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PARTS)
def test_axe_finds_nothing(opened, name: str, scheme: str) -> None:
    page = opened(name, color_scheme=scheme)
    page.evaluate(OPEN_ALL)
    assert violations(page) == []


@pytest.mark.parametrize("name", PARTS)
def test_axe_finds_nothing_on_a_phone(opened, name: str) -> None:
    assert violations(opened(name, viewport={"width": 320, "height": 640})) == []


def test_axe_can_fail(opened, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<html lang="en"><title>x</title><main><h1>x</h1>'
        '<p style="color:#aaa;background:#fff">faint</p><input></main></html>'
    )
    found = "\n".join(violations(opened(bad)))
    assert "color-contrast" in found
    assert "label" in found


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_for_and_nothing_goes_wrong(
    opened, pages: Path, name: str, script: bool
) -> None:
    page = opened(name, java_script_enabled=script)
    page.wait_for_timeout(50)
    assert page.asked == [(pages / name).as_uri()]
    assert page.said == []


def test_a_page_that_asks_or_runs_would_be_noticed(opened, pages: Path, tmp_path: Path) -> None:
    text = (pages / "shop/compliance.html").read_text(encoding="utf-8")
    bad = tmp_path / "bad.html"
    more = '<img src="https://x.example/a.png"><script>alert(1)</script>'
    bad.write_text(text.replace("</main>", f"{more}</main>"), encoding="utf-8")
    page = opened(bad)
    page.wait_for_timeout(50)
    assert len([line for line in page.said if "Content Security Policy" in line]) == 2


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_at_320(opened, name: str) -> None:
    page = opened(name, viewport={"width": 320, "height": 640})
    page.evaluate(OPEN_ALL)
    assert overflow(page) == []


def test_a_page_that_is_too_wide_would_be_noticed(opened, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<meta name="viewport" content="width=device-width"><p>' + "x" * 400)
    assert overflow(opened(bad, viewport={"width": 320, "height": 640})) != []


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", PAGES)
def test_paper_shows_everything(opened, name: str, script: bool) -> None:
    page = opened(name, java_script_enabled=script)
    page.emulate_media(media="print")
    assert unshown(page) == []
    shown = page.evaluate(
        "[...document.querySelectorAll('nav, .skip, .tools')]"
        ".filter((item) => getComputedStyle(item).display !== 'none').length"
    )
    assert shown == 0


def test_what_is_closed_would_be_noticed(opened) -> None:
    page = opened("shop/compliance.html")
    assert unshown(page) != []


@pytest.mark.parametrize("name", PARTS)
def test_forced_colours_keep_edges_and_words(opened, name: str) -> None:
    page = opened(name, forced_colors="active")
    page.evaluate(OPEN_ALL)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    lost = page.evaluate(
        """() => [...document.querySelectorAll('.badge, .count, .finding, .card, .page, .draft')]
        .filter((item) => getComputedStyle(item).borderTopStyle === 'none'
          || getComputedStyle(item).borderTopColor === getComputedStyle(document.body)
            .backgroundColor)
        .map((item) => item.outerHTML.slice(0, 120)).slice(0, 5)"""
    )
    assert lost == []
    unmarked = page.evaluate(
        """() => [...document.querySelectorAll('.snippet .hit')]
        .filter((item) => getComputedStyle(item).outlineStyle === 'none'
          || !item.textContent.includes('▶')).length"""
    )
    assert unmarked == 0


@pytest.mark.parametrize("name", PARTS)
def test_the_keyboard_reaches_everything_in_order(opened, name: str) -> None:
    page = opened(name)
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    assert first == "skip"
    box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    assert box["left"] >= 0
    wanted = page.evaluate(
        """() => [...document.querySelectorAll(
          'a[href], summary, button, input, select, [tabindex]')]
        .filter((item) => item.checkVisibility({contentVisibilityAuto: false})).length"""
    )
    seen = 1
    lost = []
    for _ in range(min(wanted, 160) - 1):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
              const item = document.activeElement;
              const box = item.getBoundingClientRect();
              const marked = item.closest('.box') ? item.querySelector('rect') : item;
              const style = getComputedStyle(marked);
              return {
                name: item.outerHTML.slice(0, 100),
                marked: item.closest('.box') ? parseFloat(style.strokeWidth) > 2
                  : style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
                inside: box.bottom > 0 && box.top < innerHeight,
                left: item === document.body,
              };
            }"""
        )
        if told["left"]:
            break
        seen += 1
        if not told["marked"] or not told["inside"]:
            lost.append(told["name"])
    assert lost == []
    assert seen == min(wanted, 160)


def test_the_skip_link_leads_past_the_head(opened) -> None:
    page = opened("shop/compliance.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.closest('main') !== null")
    assert inside


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_a_finding_opens_and_closes_by_key(opened, key: str) -> None:
    page = opened("shop/compliance.html")
    summary = page.locator(".finding details:not([open]) > summary").first
    summary.focus()
    handle = summary.element_handle()
    for wanted in (True, False):
        page.keyboard.press(key)
        assert handle.evaluate("item => item.parentElement.open") is wanted


def closed_finding(page) -> str:
    return page.locator(".finding:has(details:not([open]))").last.get_attribute("id")


def is_shown(page, name: str) -> bool:
    return page.evaluate(
        """name => {
          const box = document.getElementById(name).getBoundingClientRect();
          return box.height > 0 && box.top >= -1 && box.top < innerHeight;
        }""",
        name,
    )


def test_a_link_to_a_finding_opens_it(opened) -> None:
    name = closed_finding(opened("shop/compliance.html"))
    page = opened("shop/compliance.html", f"#{name}")
    page.wait_for_timeout(100)
    assert page.evaluate("name => document.getElementById(name).firstElementChild.open", name)
    assert is_shown(page, name)


def test_a_link_to_what_a_filter_hides_shows_it(opened) -> None:
    page = opened("shop/compliance.html")
    name = closed_finding(page)
    page.get_by_label("Filter findings").last.fill("there is no such finding")
    page.locator(f"#{name}").wait_for(state="hidden")
    page.evaluate("name => { location.hash = name; }", name)
    page.locator(f"#{name}").wait_for(state="visible")
    assert page.evaluate("name => document.getElementById(name).firstElementChild.open", name)
    assert is_shown(page, name)


def test_without_script_a_link_still_leads_there(opened) -> None:
    name = closed_finding(opened("shop/compliance.html"))
    page = opened("shop/compliance.html", f"#{name}", java_script_enabled=False)
    assert is_shown(page, name)


def test_without_script_nothing_is_missing(opened) -> None:
    with_script, without = (
        opened("shop/compliance.html", java_script_enabled=enabled) for enabled in (True, False)
    )
    whole, plain = (
        {
            part: page.evaluate(
                "part => [...document.querySelectorAll(part)].map((item) => item.textContent)", part
            )
            for part in ("article", "td", "dd", "p:not(.matches)")
        }
        for page in (with_script, without)
    )
    assert plain == whole
    assert without.locator(".tools, button").count() == 0
    assert with_script.locator(".tools").count() == 2


def until(page, condition: str) -> None:
    """Wait for something on a page; its own policy forbids what Playwright would do for that."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(25)
    raise AssertionError(condition)


def shown_findings(page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('.finding')]"
        ".filter((item) => !item.hidden && item.closest('.spot').checkVisibility())"
        ".map((item) => item.id)"
    )


def test_findings_are_filtered_by_words(opened) -> None:
    page = opened("shop/compliance.html")
    before = shown_findings(page)
    wanted = page.evaluate(
        "[...document.querySelectorAll('.finding')]"
        ".filter((item) => item.textContent.toLowerCase().includes('stripe'))"
        ".map((item) => item.id)"
    )
    assert 0 < len(wanted) < len(before)
    page.get_by_label("Filter findings").last.fill("STRIPE")
    until(page, "document.querySelectorAll('.finding[hidden]').length > 0")
    assert shown_findings(page) == wanted
    status = page.locator("[role=search]", has=page.get_by_label("Severity")).locator(
        "[role=status]"
    )
    assert status.text_content() == f"{len(wanted)} of {len(before)} findings"
    empty = page.evaluate(
        "[...document.querySelectorAll('section.group')].filter((item) => item.checkVisibility()"
        " && !item.querySelector('.finding:not([hidden])')).length"
    )
    assert empty == 0


def test_a_link_to_one_of_several_findings_of_a_line_opens_the_line(opened) -> None:
    page = opened("shop/compliance.html")
    name = page.locator(".spot details:not([open]) .origin").last.get_attribute("id")
    assert not is_shown(page, name)
    page.evaluate("name => { location.hash = name; }", name)
    until(page, f"document.getElementById('{name}').checkVisibility()")
    inside = "name => document.getElementById(name).getBoundingClientRect().top < innerHeight"
    assert page.evaluate(inside, name)


def test_a_finding_among_several_is_found_by_the_words_of_their_line(opened) -> None:
    page = opened("shop/compliance.html")
    spot = page.locator("section.spot").first
    wanted = [item.get_attribute("id") for item in spot.locator(".origin").all()]
    page.get_by_label("Filter findings").last.fill(spot.locator(".place").text_content())
    until(page, "document.querySelectorAll('.finding[hidden]').length > 0")
    assert set(wanted) <= set(shown_findings(page))


def test_findings_are_filtered_by_severity_and_principle(opened) -> None:
    page = opened("shop/compliance.html")
    page.get_by_label("Severity").last.select_option("high")
    page.get_by_label("Principle").last.select_option("sharing")
    kinds = page.evaluate(
        "[...new Set([...document.querySelectorAll('.finding')]"
        ".filter((item) => item.checkVisibility())"
        ".map((item) => `${item.dataset.severity} ${item.dataset.principle}`))]"
    )
    assert kinds == ["high sharing"]


def test_findings_are_put_in_the_order_of_places_and_back(opened) -> None:
    page = opened("shop/compliance.html")
    before = shown_findings(page)
    order = page.locator(".tools").get_by_label("Order")
    order.select_option("place")
    places = page.locator(".spot .place").all_text_contents()
    numbered = [(path, int(line)) for path, _, line in (p.rpartition(":") for p in places)]
    by_path: dict[str, list[int]] = {}
    for path, line in numbered:
        by_path.setdefault(path, []).append(line)
    assert all(lines == sorted(lines) for lines in by_path.values())
    assert [path for path, _ in itertools.groupby(path for path, _ in numbered)] == list(by_path)
    assert sorted(shown_findings(page)) == sorted(before)
    assert violations(page, ".tools") == []
    order.select_option("rule")
    assert shown_findings(page) == before


def column(page, table: str, number: int) -> list[str]:
    return page.evaluate(
        "([table, number]) => [...document.querySelector(table).tBodies[0].rows]"
        ".map((row) => row.cells[number].textContent.trim())",
        [table, number],
    )


def test_a_table_is_sorted_by_its_heading(opened) -> None:
    page = opened("shop/compliance.html")
    button = page.locator("table.fields thead button", has_text="Field")
    button.focus()
    page.keyboard.press("Enter")
    head = page.locator("table.fields thead th").nth(1)
    assert head.get_attribute("aria-sort") == "ascending"
    rising = column(page, "table.fields", 1)
    firsts = [text[0].lower() for text in rising]
    assert firsts == sorted(firsts)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert column(page, "table.fields", 1) == rising[::-1]
    page.locator("table.overview thead button", has_text="Findings").click()
    numbers = [int(text) for text in column(page, "table.overview", 4)]
    assert numbers == sorted(numbers)
    page.locator("table.overview thead button", has_text="Severity").click()
    levels = list(dict.fromkeys(column(page, "table.overview", 0)))
    assert levels == ["critical", "high", "medium", "low"]


def test_the_inventory_is_filtered(opened) -> None:
    page = opened("shop/compliance.html")
    page.get_by_label("Filter fields").last.fill("allergy")
    until(page, "document.querySelectorAll('table.fields tr[hidden]').length > 0")
    shown = page.locator("table.fields tbody tr:not([hidden])").all_text_contents()
    assert shown
    assert all("allerg" in text.lower() for text in shown)


def test_the_map_lights_up_under_pointer_and_focus(opened) -> None:
    page = opened("shop/compliance.html")
    box = page.locator(".map .box").first
    line = box.locator("use").first
    assert line.evaluate("item => getComputedStyle(item).visibility") == "hidden"
    box.focus()
    assert line.evaluate("item => getComputedStyle(item).visibility") == "visible"
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    box.locator("rect").first.hover(position={"x": 30, "y": 8})
    assert line.evaluate("item => getComputedStyle(item).visibility") == "visible"


def test_everything_opens_and_closes_at_once(opened) -> None:
    page = opened("shop/compliance.html")
    page.get_by_role("button", name="Open all shown").click()
    assert page.locator(".finding details:not([open])").count() == 0
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".finding details[open]").count() == 0
