"""The SPARQL page in a real browser: with the editor, and without any script."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

with_editor = pytest.mark.usefixtures("editor_built")

CONTENT = "return document.querySelector('.editor').shadowRoot.querySelector('.cm-content')"
FEW = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?skill ?name { ?skill skos:notation "SLMO" ; skos:prefLabel ?name . FILTER(LANG(?name) = "de") }"""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


def type_query(browser: Any, text: str) -> None:
    """Replaces what the editor holds, as by pasting."""
    content = browser.run(CONTENT)
    content.click()
    browser.press("a", held=browser.keys.CONTROL)
    browser.press(browser.keys.DELETE)
    browser.run(
        "const [content, text] = arguments, clipboardData = new DataTransfer();"
        "clipboardData.setData('text/plain', text);"
        "content.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));",
        content,
        text,
    )
    browser.wait(lambda: browser.one("#query").get_property("value") == text, "the query in the form")


def submit(browser: Any) -> None:
    browser.one("form.ask button[type=submit]").click()


@with_editor
def test_the_editor_shows_keywords_variables_and_strings_apart(browser: Any) -> None:
    browser.open("/sparql")
    colours = browser.wait(
        lambda: browser.run(
            "const host = document.querySelector('.editor'); if (!host) return null;"
            "const spans = [...host.shadowRoot.querySelectorAll('.cm-line span')];"
            "const of = (text) => spans.find((span) => span.textContent === text);"
            "const words = ['SELECT', '?notation', '\"de\"'].map(of);"
            "return words.every(Boolean) ? words.map((word) => getComputedStyle(word).color) : null;"
        ),
        "coloured words",
    )
    assert len(set(colours)) == 3
    assert not browser.one("#query").is_displayed()


@with_editor
def test_a_query_runs_in_place_and_its_answer_links_to_our_pages(browser: Any, site: str) -> None:
    browser.open("/sparql")
    browser.run("window.stillHere = true")
    type_query(browser, FEW)
    submit(browser)
    links = browser.wait(lambda: browser.all("#answer td a"), "a table with links")
    assert f"{site}/doc/sfia/SLMO" in [link.get_attribute("href") for link in links]
    assert browser.run("return window.stillHere"), "the page was loaded anew"
    assert browser.one("form.ask [role=status]").text == "2 Zeilen"
    address = urlsplit(browser.driver.current_url)
    assert parse_qs(address.query)["query"] == [FEW], "the address does not lead back to this answer"
    browser.driver.get(browser.driver.current_url)
    again = browser.wait(lambda: browser.all("#answer td a"), "the same table")
    assert f"{site}/doc/sfia/SLMO" in [link.get_attribute("href") for link in again]


@with_editor
def test_control_and_enter_run_the_query(browser: Any) -> None:
    browser.open("/sparql")
    type_query(browser, "ASK { ?s ?p ?o }")
    browser.press(browser.keys.ENTER, held=browser.keys.CONTROL)
    assert browser.wait(lambda: browser.all("#answer .answer"), "an answer")[0].text == "ja"


@with_editor
def test_a_fault_is_told_and_underlined_where_it_is(browser: Any) -> None:
    browser.wanted_faults.append(r"/sparql\?.* 400 ")
    browser.open("/sparql")
    type_query(browser, "SELECT *\n{ ?s ?p ?o .\n  FILTER(?o = ) }")
    submit(browser)
    banner = browser.wait(lambda: browser.all("#answer .banner[role=alert]"), "the fault")[0]
    assert "Zeile 3" in banner.text
    marked = browser.wait(
        lambda: browser.run(
            "const mark = document.querySelector('.editor').shadowRoot.querySelector('.cm-lintRange-error');"
            "return mark && mark.closest('.cm-line').textContent;"
        ),
        "the underlined place",
    )
    assert marked == "  FILTER(?o = ) }"


@with_editor
def test_a_query_that_takes_long_can_be_stopped(browser: Any) -> None:
    browser.open("/sparql")
    type_query(browser, ENDLESS)
    submit(browser)
    button = browser.one("form.ask button[type=submit]")
    browser.wait(lambda: button.text == "Anhalten", "a button that stops")
    button.click()
    browser.wait(lambda: browser.one("form.ask [role=status]").text == "Angehalten.", "the end")
    assert button.text == "Ausführen"
    type_query(browser, "ASK {}")
    submit(browser)
    browser.wait(lambda: browser.all("#answer .answer"), "the answer to the next query")


@with_editor
def test_a_chosen_name_declares_its_prefix(browser: Any) -> None:
    browser.open("/sparql")
    type_query(browser, "# levels\nSELECT * { ?s ")
    browser.press("slm:skillLev")
    options = browser.wait(
        lambda: browser.run(
            "return [...document.querySelector('.editor').shadowRoot"
            ".querySelectorAll('.cm-tooltip-autocomplete li')].map((one) => one.textContent)"
        ),
        "suggestions",
    )
    assert any(one.startswith("slm:skillLevel") for one in options)
    time.sleep(0.3)  # for its first 75 ms a list takes no key, so that nobody chooses by accident
    browser.press(browser.keys.ENTER)
    text = browser.wait(lambda: _text_with(browser, "PREFIX"), "a declaration")
    assert text.startswith(
        "# levels\nPREFIX slm: <https://w3id.org/slm-graph/ontology#>\nSELECT * { ?s slm:skillLevel"
    )


def _text_with(browser: Any, part: str) -> str | None:
    text: str = browser.one("#query").get_property("value")
    return text if part in text else None


@with_editor
def test_prefixes_are_suggested_behind_their_word(browser: Any) -> None:
    browser.open("/sparql")
    type_query(browser, "")
    browser.press("PREFIX dct")
    browser.wait(
        lambda: (
            "http://purl.org/dc/terms/"
            in (
                browser.run(
                    "return document.querySelector('.editor').shadowRoot"
                    ".querySelector('.cm-tooltip-autocomplete')?.textContent ?? ''"
                )
            )
        ),
        "the namespace",
    )


@with_editor
def test_tab_leaves_the_editor(browser: Any) -> None:
    browser.open("/sparql")
    browser.run(CONTENT).click()
    browser.press(browser.keys.TAB)
    assert browser.focused().get_attribute("id") == "format"
    browser.press(browser.keys.TAB)
    assert browser.focused().get_attribute("type") == "submit"


@with_editor
def test_nothing_comes_from_another_host(browser: Any, site: str) -> None:
    browser.open("/sparql")
    type_query(browser, FEW)
    submit(browser)
    browser.wait(lambda: browser.all("#answer td a"), "the answer")
    loaded = browser.run("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert any("/static/editor." in one for one in loaded)
    assert [one for one in loaded if not one.startswith(site + "/") and not one.startswith("data:")] == []


def downloaded(browser: Any, suffix: str) -> Path:
    before = set(browser.downloads.iterdir())
    [link] = [
        one for one in browser.all("#answer .chips a") if f"format={suffix}" in one.get_attribute("href")
    ]
    link.click()

    def arrived() -> Path | None:
        new = [file for file in set(browser.downloads.iterdir()) - before if file.suffix != ".crdownload"]
        return new[0] if new and not new[0].name.startswith(".") else None

    return browser.wait(arrived, "the file")


def test_without_scripts_an_example_runs_and_its_answer_is_taken_as_a_file(browser: Any, site: str) -> None:
    with browser.without_scripts():
        browser.open("/sparql")
        [example] = [
            one for one in browser.all("a") if "example=skill-levels" in (one.get_attribute("href") or "")
        ]
        browser.driver.get(example.get_attribute("href"))
        assert not browser.all(".editor")
        assert browser.one("#query").is_displayed()
        assert 'VALUES (?code ?language) { ("SLMO" "de") }' in browser.one("#query").get_property("value")
        submit(browser)
        links = browser.wait(lambda: browser.all("#answer td a"), "a table with links")
        assert f"{site}/doc/sfia/SLMO_5" in [link.get_attribute("href") for link in links]
        file = downloaded(browser, "srj")
    rows = json.loads(file.read_text("utf-8"))["results"]["bindings"]
    assert len(rows) == len(browser.all("#answer tbody tr"))


def test_without_scripts_the_form_gives_a_fault_with_its_place(browser: Any) -> None:
    browser.wanted_faults.append(r"/sparql\?.* 400 ")
    with browser.without_scripts():
        browser.open("/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%7D")
        assert "Zeile 1" in browser.one("#answer [role=alert]").text
        assert browser.one("#query").get_property("value") == "SELECT * { ?s ?p }"
