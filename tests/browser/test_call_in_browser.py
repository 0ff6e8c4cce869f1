"""The phone page rings 10086: the same calls as over Asterisk, heard and read in a browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.peers, pytest.mark.slow]


def ring(page: Page, number: str) -> None:
    page.fill("#msisdn", number)
    page.click("#to-call")
    page.click("#ring")
    expect(page.locator("#subtitle .heard").first).to_be_visible()


def test_a_caller_hears_his_balance_and_says_that_this_was_all(
    visit: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    page = visit("/phone/")
    ring(page, "13800138071")
    expect(page.locator("#subtitle")).to_contain_text("余额")
    keep(page, "call-greeted")
    page.keyboard.press("1")
    expect(page.locator("#subtitle")).to_contain_text("您的余额为")
    expect(page.locator("#subtitle")).to_contain_text(re.compile("元"))
    expect(page.locator("#subtitle")).to_contain_text("还需要其他服务")
    page.keyboard.press("5")
    expect(page.locator("#line")).to_have_attribute("data-state", "idle")


def test_an_order_by_keypad_code_typed_ahead(visit: Callable[..., Page], keep: Callable[[Page, str], None]) -> None:
    page = visit("/phone/", language="en-GB")
    ring(page, "13800138072")
    for key in "31001#1":
        page.click(f"#keys button:text-is('{key}')")
    expect(page.locator("#subtitle")).to_contain_text("订单号")
    keep(page, "call-ordered")
    page.click("#hang-up")
    expect(page.locator("#ring")).to_be_visible()
