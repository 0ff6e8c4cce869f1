"""The phone's USSD screen, used by a person: a code, an order, straight in, a session that is left, both languages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.peers, pytest.mark.slow]

Visit = Callable[..., Page]
Keep = Callable[[Page, str], None]

NUMBER = re.compile(r"(?:订单号|order number)\D{0,3}(\d{10,})", re.IGNORECASE)


def turned_to_ussd(phone: Page, msisdn: str) -> None:
    phone.fill("#msisdn", msisdn)
    phone.press("#msisdn", "Enter")
    phone.click("#to-ussd")


def dial(phone: Page, code: str) -> None:
    phone.fill("#code", code)
    phone.press("#code", "Enter")


def answer(phone: Page, text: str) -> None:
    phone.fill("#answer", text)
    phone.press("#answer", "Enter")


def seen(phone: Page, words: str | re.Pattern[str]) -> str:
    expect(phone.locator("#said")).to_contain_text(words)
    return phone.inner_text("#said")


def test_an_order_on_a_screen(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/")
    turned_to_ussd(phone, "13800138001")
    phone.click("#call")
    menu = seen(phone, "1 余额")
    assert menu.splitlines()[1:] == ["1 余额", "2 选号", "3 订购", "4 我的订单", "0 退出"]
    keep(phone, "ussd-menu")
    phone.click("#pad button:has-text('3')")
    phone.click("#reply")
    seen(phone, "酷派F800")
    answer(phone, "1")
    seen(phone, "1380.00")
    answer(phone, "1")
    seen(phone, NUMBER)
    expect(phone.locator("#answer")).to_be_hidden()
    assert int(phone.inner_text("#size").split("·")[1].split("/")[0]) <= 80
    screen, glass = phone.locator("#screen").bounding_box(), phone.locator("#glass").bounding_box()
    assert screen and glass and screen["y"] + screen["height"] <= glass["y"] + glass["height"], "it is seen whole"
    keep(phone, "ussd-ordered")


def test_pages_are_turned_and_codes_lead_straight_in(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/", width=390, height=844)
    turned_to_ussd(phone, "13800138002")
    dial(phone, "*100*3#")
    first = seen(phone, "98 下页")
    answer(phone, "98")
    second = seen(phone, "99 上页")
    answer(phone, "99")
    expect(phone.locator("#said")).to_have_text(first)
    assert first != second
    keep(phone, "ussd-page")
    phone.click("#cancel")
    dial(phone, "*100*1#")
    seen(phone, "18.88")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_whoever_was_cut_off_may_go_on(visit: Visit) -> None:
    phone = visit("/phone/")
    turned_to_ussd(phone, "13800138003")
    dial(phone, "*100*3*1001#")
    seen(phone, "1380.00")
    phone.click("#cancel")
    dial(phone, "*100#")
    seen(phone, "酷派F800")
    answer(phone, "1")
    seen(phone, "1380.00")


def test_in_english(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/", language="en-US")
    turned_to_ussd(phone, "13800138004")
    expect(phone.locator("#idle")).to_contain_text("182 GSM characters")
    dial(phone, "*100#")
    expect(phone.locator("#waits")).to_contain_text("s left")
    keep(phone, "ussd-english")
    phone.fill("#answer", "x" * 183)
    phone.press("#answer", "Enter")
    expect(phone.locator("#answer")).to_have_value("x" * 183)
