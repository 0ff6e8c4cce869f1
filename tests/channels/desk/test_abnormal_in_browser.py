"""Orders to look after, as a supervisor does: by keys, in a real browser, in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    desk.query("UPDATE orders SET problem = 'not_delivered' WHERE number = '1000000024'")
    with signed_in(chromium, desk.address, "boss") as page:
        yield page


def test_an_order_is_found_and_dealt_with(page: Page, desk: Desk) -> None:
    page.keyboard.press("o")
    expect(page.locator("#card-title")).to_have_text("需要处理的订单")
    expect(page.locator(".abnormal")).to_have_count(1)
    expect(page.locator(".abnormal")).to_contain_text("客户没收到")
    judged(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".abnormal")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_have_text("订单 1000000024 已处理。")
    expect(page.locator(".abnormal")).to_have_count(0)
    assert desk.query("SELECT problem FROM orders WHERE number = '1000000024'") == [(None,)]
    acts = desk.query("SELECT act, actor FROM order_events WHERE number = '1000000024' ORDER BY event DESC LIMIT 1")
    assert acts == [("settle", "agent:boss")]


def test_the_other_language_and_back(page: Page) -> None:
    page.keyboard.press("o")
    page.click("button[lang=en]")
    expect(page.locator("#card-title")).to_have_text("Orders to look after")
    expect(page.locator(".abnormal")).to_contain_text("customer got nothing")
    page.keyboard.press("o")
    expect(page.locator(".abnormal")).to_have_count(0)
    expect(page.locator(".ready")).to_be_visible()
