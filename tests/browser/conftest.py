"""`hall demo` as a person starts it, and a real browser to use it with."""

import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.peers.hall import COMMAND
from tests.peers.needed import program
from tests.peers.postgres import free_port

READY_WITHIN = 30.0
SLOW = "3600"  # seconds between two steps of a delivery, where nobody waits for one: a module says PACE otherwise
# A browser that asks nobody but the demonstration: no updates, no lists, no sandbox (which root cannot have).
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

NOT_SIGNED_IN = "401"  # the desk asks who is there, and Chromium reports the answer


@dataclass(frozen=True, slots=True)
class Demonstration:
    address: str
    said: Path

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@pytest.fixture(scope="module")
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    pace = getattr(request.module, "PACE", SLOW)
    folder = tmp_path_factory.mktemp("demonstration")
    web, smpp = free_port(), free_port()
    found = Demonstration(f"http://127.0.0.1:{web}", folder / "said")
    ports = ["--web-port", str(web), "--smpp-port", str(smpp)]
    with found.said.open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, "demo", "--data", str(folder), "--pace", pace, *ports], stdout=said, stderr=said
        )
    try:
        until = time.monotonic() + READY_WITHIN
        while not found.ready():
            assert process.poll() is None, found.said.read_text()
            assert time.monotonic() < until, found.said.read_text()
            time.sleep(0.1)
        yield found
        process.terminate()
        assert process.wait(timeout=READY_WITHIN) == 0
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=QUIET)
        yield chromium
        chromium.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, demonstration: Demonstration) -> Iterator[Open]:
    """Opens a page in a browser of its own. Whatever the page complains of fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and NOT_SIGNED_IN not in message.text:
            complaints.append(message.text)

    def visit(path: str, language: str = "zh-CN", width: int = 1280, height: int = 860) -> Page:
        context = browser.new_context(locale=language, viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{demonstration.address}{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def keep() -> Callable[[Page, str], None]:
    """Keeps what a page shows, in the folder that HALL_SCREENSHOTS names, to be looked at."""

    def keep(page: Page, name: str) -> None:
        folder = os.environ.get("HALL_SCREENSHOTS")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png")

    return keep
