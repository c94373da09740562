"""A tree with a branch of hundreds: fetched when it is opened, on from slice to slice, one tab stop all the while."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from slm_graph.build import assemble
from slm_graph.namespaces import DEFAULT_BASE
from slm_graph.release import write_release
from slm_graph.settings import SiteSettings
from slm_graph.validation import validate
from slm_graph.web import create_app

BELOW = 230
"""Children of the widest branch: three slices."""

STOPS = "return [...document.querySelectorAll('[role=tree] *')].filter((one) => one.tabIndex >= 0).length"
PLACE = "return document.activeElement.getAttribute('aria-posinset')"
ITEMS = "return document.querySelectorAll('[role=treeitem]').length"


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with the measurements' vocabulary, a small one."""
    spec = importlib.util.spec_from_file_location(
        "generate", Path(__file__).resolve().parents[2] / "bench" / "generate.py"
    )
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    folder = tmp_path_factory.mktemp("wide")
    source = folder / "wide.nt"
    source.write_text("".join(made.concepts(300, widest=BELOW)), "utf-8")
    dataset = assemble([source], base=DEFAULT_BASE)
    report = validate(dataset.union(), base=DEFAULT_BASE)
    write_release(dataset, report, data=folder / "data", base=DEFAULT_BASE)
    app = create_app(SiteSettings(data=folder / "data"), queries=None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_branch_is_fetched_when_it_is_opened(wide: str, browser: Any) -> None:
    keys = browser.keys
    browser.driver.get(wide + "/doc/wide")
    browser.run("document.querySelector('[role=tree] [tabindex=\"0\"]').focus()")
    assert browser.run(ITEMS) == 10
    browser.press(keys.ARROW_RIGHT)
    browser.wait(lambda: browser.run(ITEMS) == 111, "a slice of a hundred, and what leads on")
    assert browser.focused().get_attribute("aria-expanded") == "true"
    browser.press(keys.ARROW_RIGHT)
    first = browser.focused()
    assert first.get_attribute("aria-posinset") == "1"
    assert first.get_attribute("aria-setsize") == str(BELOW)
    for slices, place in ((2, "101"), (3, "201")):
        browser.run("document.querySelector('.more').focus()")
        browser.press(keys.ENTER)
        browser.wait(lambda place=place: browser.run(PLACE) == place, "the next slice")
        assert browser.run(ITEMS) == 10 + min(slices * 100, BELOW) + (slices < 3)
    assert browser.run(STOPS) == 1
    assert browser.violations() == []
    browser.press(keys.ARROW_LEFT)
    assert browser.focused().text.startswith("c0")
    browser.press(keys.ARROW_LEFT, keys.END)
    assert browser.focused().text.startswith("c9")


def test_without_scripts_the_branch_is_a_page(wide: str, browser: Any) -> None:
    with browser.without_scripts():
        browser.driver.get(wide + "/doc/wide")
        link = browser.one(".tree .branch")
        assert str(BELOW) in link.text
        browser.driver.get(link.get_attribute("href"))
        assert len(browser.all(".tree > li")) == 100
        browser.driver.get(browser.one("a[rel=next]").get_attribute("href"))
        assert len(browser.all(".tree > li")) == 100
