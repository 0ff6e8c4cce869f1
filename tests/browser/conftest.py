"""`hall demo` as a person starts it, and a real browser to use it with."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.demonstrated import Demonstration, chromium, demonstrated
from tests.peers.patience import WITHIN

SLOW = "3600"  # seconds between two steps of a delivery, where nobody waits for one: a module says PACE otherwise

LONG = 1_000 * WITHIN  # milliseconds
expect.set_options(timeout=LONG)

# How Chromium reports an answer that refuses something: the page deals with it.
REFUSED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture(scope="module")
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    pace = getattr(request.module, "PACE", SLOW)
    with demonstrated(tmp_path_factory.mktemp("demonstration"), pace) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = chromium(playwright)
        yield opened
        opened.close()


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, demonstration: Demonstration) -> Iterator[Open]:
    """Opens a page in a browser of its own. Whatever the page complains of fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            complaints.append(message.text)

    def visit(path: str, language: str = "zh-CN", width: int = 1280, height: int = 860) -> Page:
        context = browser.new_context(locale=language, viewport={"width": width, "height": height})
        context.set_default_timeout(LONG)
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
