"""A real server of what is shipped, and a real Chromium looking at it; skips where that is not installed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources as package_files
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_SECONDS = 30  # for things that take a second on an idle machine

DESKTOP = (1280, 900)
PHONE = (390, 844)
NARROW = (360, 740)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(slots=True)
class Browser:
    """One Chromium at one site; `faults` gathers what its console told of pages, violated policies among it."""

    driver: Chrome
    site: str
    downloads: Path
    keys: type[Keys] = Keys
    wanted_faults: list[str] = field(default_factory=list)
    """Patterns of console lines a test expects."""

    def open(self, path: str) -> None:
        self.driver.get(self.site + path)

    def one(self, css: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait(self, fact: Callable[[], Any], what: str) -> Any:
        """The first true value of `fact`."""
        return WebDriverWait(self.driver, PATIENCE_SECONDS, 0.05).until(lambda _: fact(), f"in vain: {what}")

    def press(self, *keys: str, held: str = "") -> None:
        """Keys on the keyboard, whatever has the focus; `held` is down meanwhile."""
        actions = ActionChains(self.driver)
        if held:
            actions.key_down(held)
        actions.send_keys(*keys)
        if held:
            actions.key_up(held)
        actions.perform()

    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element

    @contextmanager
    def screen(self, size: tuple[int, int], *, dark: bool = False, medium: str = "") -> Iterator[None]:
        """A screen of that size, light or dark, or printed paper."""
        width, height = size
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size != DESKTOP}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": scheme})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})

    @contextmanager
    def without_scripts(self) -> Iterator[None]:
        """Pages opened meanwhile run no scripts, as with JavaScript switched off."""
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

    def violations(self) -> list[str]:
        """What axe finds wrong with the page: the rule and the elements."""
        if not AXE.is_file():
            pytest.skip("axe-core is not installed: npm ci in frontend/")
        self.run(AXE.read_text("utf-8") + ";window.axe = axe;")
        found = self.driver.execute_async_script(
            "const [rules, done] = arguments;"
            "axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
            ".then((said) => done(said.violations), (error) => done([{id: String(error), nodes: []}]));",
            RULES,
        )
        return [
            f"{one['id']}: {one.get('help', '')}: "
            + " | ".join(node["html"][:160] for node in one["nodes"][:4])
            for one in found
        ]

    def console(self) -> list[str]:
        """The console's lines since the last call, without those the test expects."""
        lines = [str(entry["message"]) for entry in self.driver.get_log("browser")]
        return [line for line in lines if not any(re.search(wanted, line) for wanted in self.wanted_faults)]


def _chromium() -> tuple[str, str]:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        pytest.skip("chromium and chromedriver are not installed (Debian: chromium, chromium-driver)")
    return browser, driver


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the shipped content, without a slash at its end."""
    _chromium()
    data = tmp_path_factory.mktemp("site")
    log = data / "log"
    command = [
        sys.executable,
        "-m",
        "slm_graph.cli",
        "serve",
        "--data",
        str(data),
        "--port",
        "0",
        "--workers",
        "2",
    ]
    with log.open("w") as stream:
        server = subprocess.Popen(command, stdout=stream, stderr=stream, start_new_session=True)
    try:
        yield _address(server, log)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(PATIENCE_SECONDS * 10):
        if found := re.search(r"http://[\w.:\[\]]+", log.read_text("utf-8")):
            return found[0]
        try:
            server.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"the server does not serve: {log.read_text('utf-8')}")


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chrome, Path]]:
    """One Chromium for all tests, and the folder of its downloads."""
    browser, driver = _chromium()
    downloads = tmp_path_factory.mktemp("downloads")
    options = ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--disable-gpu", "--lang=de"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's own sandbox refuses the superuser
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads), "intl.accept_languages": "de"}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = Chrome(options=options, service=Service(driver))
    started.set_window_size(*DESKTOP)
    started.set_script_timeout(PATIENCE_SECONDS)
    yield started, downloads
    started.quit()


@pytest.fixture
def browser(chromium: tuple[Chrome, Path], site: str) -> Iterator[Browser]:
    """The browser at the site; the test fails where a page broke its policy or a script failed."""
    driver, downloads = chromium
    looking = Browser(driver, site, downloads)
    driver.get("about:blank")
    looking.console()
    yield looking
    assert looking.console() == []


@pytest.fixture(scope="session")
def editor_built() -> None:
    """Skips where the package has no editor in it."""
    if not (package_files.files("slm_graph.web") / "static" / "editor.js").is_file():
        pytest.skip("the editor is not built: npm ci && npm run build in frontend/")
