"""The supervisor's board in a real browser, by keys: what two people do is seen as they do it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, claim, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers


@pytest.fixture
def li(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "li") as page:
        yield page


@pytest.fixture
def boss(chromium: Browser, desk: Desk, li: Page) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "boss") as page:
        page.keyboard.press("b")
        expect(page.locator("#agents")).to_be_visible()
        yield page


def test_what_an_agent_does_is_seen_and_taken_out_of_his_hands(li: Page, boss: Page, desk: Desk) -> None:
    row = boss.locator("#agents tr[data-agent=li]")
    expect(row).to_contain_text("就绪")
    claim(li, "1000000016")
    expect(row).to_contain_text("看单")
    expect(row).to_contain_text("1000000016")
    boss.keyboard.press("ArrowDown")
    boss.keyboard.press("ArrowDown")
    expect(row).to_be_focused()
    judged(boss)
    boss.keyboard.press("u")
    boss.fill("input[name=why]", "换人")
    boss.keyboard.press("Enter")
    expect(boss.locator("#banner")).to_contain_text("放回队列")
    expect(li.locator(".gone")).to_be_visible()
    assert desk.query("SELECT who, why FROM access_log WHERE act = 'unlocked'") == [("boss", "换人")]


def test_an_agent_is_signed_out_and_any_order_looked_up(li: Page, boss: Page) -> None:
    boss.focus("#agents tr[data-agent=li]")
    boss.keyboard.press("x")
    boss.keyboard.press("Enter")
    expect(li.locator("#banner")).to_contain_text("班长已让您退出")
    boss.keyboard.press("/")
    boss.fill("#look-number", "1000000024")
    boss.keyboard.press("Enter")
    expect(boss.locator(".looked")).to_contain_text("1000000024")
    judged(boss)
    expect(boss.locator(".looked .decision")).to_have_count(0)
