"""Every kind of page, in a real browser: its policy holds, axe finds nothing, it fits the screen, the keyboard reaches it."""

from __future__ import annotations

from typing import Any

import pytest

NARROW = (360, 740)
PHONE = (390, 844)
PAPER = (718, 1000)
"""A4 less its margins, in CSS pixels: 190 mm at 96 to the inch."""

QUERY = (
    "SELECT%20%3Fskill%20%3Fname%20%7B%20%3Fskill%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fslm-graph%2Fontology%23Skill%3E%20%3B"
    "%20%3Chttp%3A%2F%2Fwww.w3.org%2F2004%2F02%2Fskos%2Fcore%23prefLabel%3E%20%3Fname%20%7D"
)

PAGES = {
    "home": "/",
    "scheme": "/doc/sfia",
    "scheme of levels": "/doc/sfia/level",
    "skill": "/doc/sfia/SLMO",
    "skill level": "/doc/sfia/SLMO_5",
    "level": "/doc/sfia/level/5",
    "two levels side by side": "/compare?a=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia%2FSLMO_4&b=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia%2FSLMO_5",
    "collection": "/doc/sfia/SLMO/levels",
    "statement": "/doc/statement/short-de",
    "agent": "/doc/agent/slm-graph",
    "vocabulary": "/ontology",
    "releases": "/releases",
    "release": "/releases > main a[href$='/doc']",
    "named graph": "/doc/graph/sfia",
    "rules": "/shapes",
    "about": "/about",
    "changes of a release": "/releases > main a[href$='/changes']",
    "quality": "/quality",
    "catalogue": "/catalog",
    "all views of a resource": "/doc/sfia/SLMO?_profile=alt",
    "search": "/search?q=service",
    "search without a hit": "/search?q=zzzqq",
    "A to Z": "/index?scheme=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia",
    "branch of the tree": "/tree?parent=https%3A%2F%2Fw3id.org%2Fslm-graph%2Fid%2Fsfia%2FSLMO",
    "mappings": "/mappings",
    "mapping set": "/mappings/e-cf",
    "mappings of two frameworks": "/mappings/sfia/ecf",
    "queries": "/queries/",
    "query": "/queries/skill-levels",
    "query with its answer": "/queries/skill-levels?code=SLMO",
    "SPARQL": "/sparql",
    "SPARQL with its answer": f"/sparql?query={QUERY}",
    "graph as an answer": "/queries/sfia-rdf-view",
    "fault in a query": "/sparql?query=SELECT",
    "error": "/doc/sfia/nothing",
    "no such release": "/release/nothing/doc",
    "no such format": "/doc/sfia/SLMO?_mediatype=text/calendar",
    "faulty request": "/search?q=service&page=none",
}
"""The kind of page → its address, or an address and behind ">" the link from there."""

every_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)


def opened(browser: Any, path: str, language: str | None = None) -> None:
    browser.wanted_faults += [
        r"/doc/sfia/nothing\S* .* 404 ",
        r"/release/nothing/doc\S* .* 404 ",
        r"text/calendar\S* .* 406 ",
        r"page=none\S* .* 400 ",
        r"/sparql\?query=SELECT\S* .* 400 ",
    ]
    address, _, link = path.partition(" > ")
    if link:
        browser.open(address)
        address = browser.one(link).get_attribute("href").removeprefix(browser.site)
    browser.open(address if language is None else f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert browser.one("h1").text


@every_page
def test_axe_finds_nothing_wrong_with_the_german_page(path: str, browser: Any) -> None:
    opened(browser, path)
    assert browser.one("html").get_attribute("lang") == "de"
    assert browser.violations() == []


@every_page
def test_the_english_page_on_a_dark_narrow_phone_fits_and_axe_finds_nothing_wrong(
    path: str, browser: Any
) -> None:
    with browser.screen(NARROW, dark=True):
        opened(browser, path, "en")
        assert browser.one("html").get_attribute("lang") == "en"
        assert browser.run("return document.documentElement.scrollWidth") <= NARROW[0]
        assert browser.violations() == []


CUT_OFF = """
const wide = [...document.querySelectorAll("main *")].filter((one) => {
  if (!one.checkVisibility() || one.closest(".result, pre, textarea, .editor, .unseen")) return false;
  return one.getBoundingClientRect().right > innerWidth + 1 || (one.matches(".scroll") && one.scrollWidth > one.clientWidth + 1);
});
return wide.slice(0, 4).map((one) => one.outerHTML.slice(0, 120));
"""
"""What of a page is right of the screen or in a box to be scrolled sideways. Answers and code may be: nobody knows their columns."""


@every_page
def test_nothing_is_cut_off_on_a_phone(path: str, browser: Any) -> None:
    with browser.screen(PHONE):
        opened(browser, path)
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        assert browser.run(CUT_OFF) == []


@every_page
def test_nothing_is_cut_off_on_paper(path: str, browser: Any) -> None:
    with browser.screen(PAPER, medium="print"):
        opened(browser, path)
        assert browser.run(CUT_OFF) == []


@every_page
def test_no_heading_comes_twice_and_every_table_has_headings(path: str, browser: Any) -> None:
    opened(browser, path)
    headings = browser.run(
        "return [...document.querySelectorAll('h1, h2')].map((one) => one.textContent.trim())"
    )
    assert len(set(headings)) == len(headings)
    assert "" not in headings
    without = "return [...document.querySelectorAll('table')].filter((one) => !one.querySelector('th[scope=col]')).length"
    assert browser.run(without) == 0
    assert browser.run("return document.title.replace(/ · slm-graph$/, '')")


def test_a_table_on_a_phone_says_what_its_figures_are(browser: Any) -> None:
    with browser.screen(PHONE):
        opened(browser, "/doc/sfia/SLMO")
        cell = ".mapped td.figure"
        shown = browser.run(f"return getComputedStyle(document.querySelector('{cell}'), '::before').content")
        assert shown not in ("none", "normal")
        assert browser.one(cell).get_attribute("data-label") == "Konfidenz"
        assert not browser.one(".mapped thead").is_displayed()
    assert browser.one(".mapped thead").is_displayed()


@pytest.mark.parametrize("name", ["home", "scheme", "skill", "level", "search", "SPARQL", "query", "error"])
def test_the_keyboard_reaches_everything_in_the_order_of_the_page(name: str, browser: Any) -> None:
    opened(browser, PAGES[name])
    browser.run(
        "window.visited = [];"
        "document.addEventListener('focusin', (event) => {"
        "  const box = event.target.getBoundingClientRect();"
        "  visited.push({element: event.target, seen: box.bottom > 0 && box.top < innerHeight && box.width > 0});"
        "});"
    )
    expected = browser.run(
        "window.wanted = [...document.querySelectorAll("
        "'a[href], button, input:not([type=hidden]), select, textarea, summary, .editor, [tabindex=\"0\"]')]"
        ".filter((one) => one.checkVisibility() && (one.tabIndex >= 0 || one.shadowRoot));"
        "return wanted.length;"
    )
    browser.press(browser.keys.TAB)
    assert browser.focused().get_attribute("class") == "skip"
    for _ in range(expected - 1):
        browser.press(browser.keys.TAB)
    assert browser.run("return visited.length") == expected
    assert browser.run("return wanted.every((one, place) => visited[place].element === one)")
    assert browser.run("return visited.every((one) => one.seen)"), "focus went where nobody sees it"


def test_a_tree_is_one_tab_stop_and_its_arrows_walk(browser: Any) -> None:
    opened(browser, "/doc/sfia")
    stops = "return [...document.querySelectorAll('[role=tree] *')].filter((one) => one.tabIndex >= 0).length"
    assert browser.run(stops) == 1
    browser.run("document.querySelector('[role=tree] [tabindex=\"0\"]').focus()")

    def here() -> tuple[str, str | None]:
        item = browser.focused()
        return item.text, item.get_attribute("aria-expanded")

    assert here() == ("SLMO Servicelevel-Management", "true")
    browser.press(browser.keys.ARROW_DOWN, browser.keys.ARROW_DOWN)
    assert here() == ("SLMO_2 Servicelevel-Management: Ebene 2", None)
    browser.press(browser.keys.END)
    assert here() == ("SLMO_7 Servicelevel-Management: Ebene 7", None)
    assert browser.run(stops) == 1
    browser.press(browser.keys.ARROW_LEFT)
    assert here() == ("SLMO Servicelevel-Management", "true")
    browser.press(browser.keys.ARROW_LEFT)
    assert here() == ("SLMO Servicelevel-Management", "false")
    browser.press(browser.keys.ARROW_RIGHT, browser.keys.ARROW_RIGHT, browser.keys.ENTER)
    browser.wait(lambda: browser.driver.current_url.endswith("/doc/sfia/SLMO_1"), "the page of the concept")


def test_the_search_field_suggests_and_the_arrows_choose(browser: Any) -> None:
    opened(browser, "/")
    browser.one("main input[type=search]").click()
    browser.press("servicelev")
    browser.wait(lambda: browser.all("main [role=option]"), "suggestions")
    assert browser.violations() == []
    browser.press(browser.keys.ARROW_DOWN)
    field = browser.one("main input[type=search]")
    chosen = browser.one("main [role=option][aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    target = chosen.get_attribute("data-href")
    browser.press(browser.keys.ENTER)
    browser.wait(lambda: browser.driver.current_url.startswith(browser.site + target), "the page chosen")


def test_the_first_key_skips_to_the_content(browser: Any) -> None:
    opened(browser, "/doc/sfia/SLMO")
    browser.press(browser.keys.TAB)
    browser.press(browser.keys.ENTER)
    assert browser.focused().get_attribute("id") == "content"


def test_nothing_on_any_page_comes_from_another_host(browser: Any, site: str) -> None:
    for path in PAGES.values():
        opened(browser, path)
        loaded = browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert [one for one in loaded if not one.startswith((site + "/", "data:"))] == [], path


def test_a_page_that_broke_the_policy_would_be_noticed(browser: Any) -> None:
    opened(browser, "/")
    browser.run(
        "const add = (name, said) => document.head.append(Object.assign(document.createElement(name), said));"
        "add('style', {textContent: 'p { color: red }'});"
        "add('script', {textContent: 'window.ran = true'});"
        "add('script', {src: 'http://127.0.0.2:9/other.js'});"
    )
    told = browser.wait(browser.console, "lines of the console")
    assert len([line for line in told if "Content Security Policy" in line]) == 3
    assert browser.run("return window.ran") is None


def test_a_word_of_twenty_letters_is_not_cut_in_a_heading_on_the_smallest_phone(browser: Any) -> None:
    with browser.screen((320, 640)):
        browser.open("/doc/sfia/SLMO")
        lines = "const h1 = document.querySelector('h1'); h1.textContent = arguments[0]; return h1.getClientRects()[0].height"
        assert browser.run(lines, "Softwareentwicklerin") == browser.run(lines, "Software")
