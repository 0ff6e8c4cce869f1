"""An agent rings a customer with a key, in the page itself, and sees what becomes of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.peers.phone import Refuse
from tests.peers.ringing_back import SECRET, House, house
from tests.setup.asterisk import HERE, version

__all__ = ["house"]

pytestmark = [
    pytest.mark.peers,
    pytest.mark.slow,
    pytest.mark.skipif(not version(HERE), reason="Asterisk is not here: python tests/setup/asterisk.py"),
]


def test_the_line_answers_and_the_card_is_put_away(
    house: House, browser: Browser, keep: Callable[[Page, str], None]
) -> None:
    house.lines["8613800138107"] = Refuse(486, after=2.5)
    house.orders("8613800138107")
    page = browser.new_page(locale="zh-CN", viewport={"width": 1280, "height": 860})
    page.goto(f"http://127.0.0.1:{house.setup.web}/desk/")
    page.fill("input[name=name]", "li")
    page.fill("input[name=password]", SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("#queue .tag").first).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator("#dial")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("#call.ringing")).to_be_visible()
    expect(page.locator("#call")).to_have_text("客户话机振铃中…挂断H")
    keep(page, "desk-ringing")
    expect(page.locator("#banner")).to_contain_text(re.compile("占线"))
    expect(page.locator("#dial")).to_have_count(0)
    keep(page, "desk-busy")
    page.close()
