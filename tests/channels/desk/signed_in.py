"""A page at the desk with somebody signed in, as the tests in a real browser begin; it must complain of nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.axe import violations
from tests.channels.desk.desk_browser import PASSWORD
from tests.peers.patience import WITHIN

LONG = 1_000 * WITHIN  # milliseconds
expect.set_options(timeout=LONG)

REFUSAL = "Failed to load resource"  # how Chromium reports an answer that is not 200; the page deals with it


@contextmanager
def signed_in(chromium: Browser, address: str, name: str, height: int = 860) -> Iterator[Page]:
    complaints: list[str] = []
    viewport = ViewportSize(width=1440, height=height)
    context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport)
    context.set_default_timeout(LONG)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#queue .tag").first).to_be_visible()
    yield page
    context.close()
    assert [each for each in complaints if not each.startswith(REFUSAL)] == []


def judged(page: Page) -> None:
    """axe-core finds nothing on the page as it stands, by day and by night."""
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"by night: {each}" for each in violations(page, "color-contrast", "link-in-text-block")]
    page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


def ask_all(page: Page) -> None:
    """Ticks whatever has to be asked."""
    for _ in range(page.locator("input[name=check]").count()):
        page.keyboard.press("c")
