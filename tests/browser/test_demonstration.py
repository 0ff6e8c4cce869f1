"""The demonstration used by a person: a text, an order, the desk, a confirmation, the notice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.channels.desk.signed_in import ask_all

pytestmark = [pytest.mark.peers, pytest.mark.slow]

Visit = Callable[..., Page]
Keep = Callable[[Page, str], None]

PASSWORD = "demo-desk-10086"
NUMBER = re.compile(r"(?:订单号|order number)\D{0,3}(\d{10,})", re.IGNORECASE)


def text(phone: Page, words: str) -> None:
    phone.fill("#text", words)
    phone.press("#text", "Enter")


def heard(phone: Page, words: str | re.Pattern[str]) -> Locator:
    """The newest message that came, once it says this."""
    newest = phone.locator(".bubble[data-direction=in]").last
    expect(newest.locator(".text")).to_contain_text(words)
    return newest


def call_from(phone: Page, msisdn: str) -> None:
    phone.fill("#msisdn", msisdn)
    phone.press("#msisdn", "Enter")


def order(phone: Page) -> str:
    """Orders in two texts. The order's number."""
    text(phone, "DG F800")
    heard(phone, re.compile("回复Y|reply Y", re.IGNORECASE))
    text(phone, "Y")
    said = heard(phone, NUMBER).locator(".text").inner_text()
    found = NUMBER.search(said)
    assert found, said
    return found.group(1)


def sign_in(desk: Page, name: str) -> None:
    desk.fill("input[name=name]", name)
    desk.fill("input[name=password]", PASSWORD)
    desk.press("input[name=password]", "Enter")
    expect(desk.locator("#next")).to_be_visible()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_text_message_becomes_a_confirmed_order(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/")
    text(phone, "DG F800")
    price = heard(phone, "回复Y")
    expect(price.locator(".text")).to_contain_text(re.compile(r"\d+\.\d\d元"))
    expect(price.locator(".ticks")).to_have_attribute("data-state", "delivered")
    keep(phone, "phone-price")
    text(phone, "Y")
    said = heard(phone, NUMBER).locator(".text").inner_text()
    found = NUMBER.search(said)
    assert found
    number = found.group(1)
    keep(phone, "phone-ordered")

    desk = visit("/desk/")
    sign_in(desk, "demo")
    expect(desk.locator("#queue")).to_contain_text(number)
    keep(desk, "desk-queue")
    desk.keyboard.press("n")
    expect(desk.locator("#card-title")).to_contain_text(number)
    expect(desk.locator(".conversation")).to_contain_text("DG F800")
    expect(desk.locator(".reasons")).to_contain_text("首次订购")
    expect(desk.locator("#subscriber")).not_to_contain_text("13800138000")
    keep(desk, "desk-card")
    desk.keyboard.press("d")
    expect(desk.locator("#dialled")).to_contain_text("138 0013 8000")
    ask_all(desk)
    desk.keyboard.press("1")
    desk.fill("textarea[name=note]", "本人确认")
    desk.press("textarea[name=note]", "Control+Enter")
    expect(desk.locator("#banner")).to_contain_text("已登记")
    keep(desk, "desk-recorded")

    notice = heard(phone, number)
    expect(notice.locator(".text")).to_contain_text("确认")
    keep(phone, "phone-notice")


def test_an_agent_rejects_an_order_in_english(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/", language="en-GB")
    call_from(phone, "13800138077")
    text(phone, "EN")
    phone.locator(".bubble[data-direction=in]").wait_for()
    number = order(phone)
    desk = visit("/desk/", language="en-GB")
    sign_in(desk, "demo2")
    desk.keyboard.press("n")
    expect(desk.locator("#card-title")).to_contain_text(number)
    keep(desk, "desk-card-english")
    desk.keyboard.press("3")
    desk.keyboard.press("Enter")
    expect(desk.locator("#banner")).to_contain_text("Recorded")
    heard(phone, f"Your order {number}")
    keep(phone, "phone-english")


def test_two_agents_never_hold_one_order(visit: Visit) -> None:
    phone = visit("/phone/")
    call_from(phone, "13800138078")
    number = order(phone)
    first, second = visit("/desk/"), visit("/desk/")
    sign_in(first, "demo")
    sign_in(second, "demo2")
    first.keyboard.press("n")
    expect(first.locator("#card-title")).to_contain_text(number)
    second.keyboard.press("n")
    expect(second.locator("#banner")).to_contain_text("没有到期的回访")
    first.keyboard.press("u")
    expect(first.locator("#banner")).to_contain_text("已放回")
    second.keyboard.press("n")
    expect(second.locator("#card-title")).to_contain_text(number)
    ask_all(second)
    second.keyboard.press("1")
    second.keyboard.press("Enter")
    expect(second.locator("#banner")).to_contain_text("已登记")


def test_a_wrong_password_is_told(visit: Visit, keep: Keep) -> None:
    desk = visit("/desk/")
    desk.fill("input[name=name]", "demo")
    desk.fill("input[name=password]", "guess")
    desk.press("input[name=password]", "Enter")
    expect(desk.locator("#banner")).to_contain_text("不对")
    keep(desk, "desk-wrong-password")


def test_the_phone_fits_a_phone(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/", width=390, height=780)
    call_from(phone, "13800138079")
    text(phone, "SP")
    heard(phone, "酷派F800")
    assert fits(phone)
    keep(phone, "phone-narrow")


def test_the_front_page_leads_to_both(visit: Visit, keep: Keep) -> None:
    front = visit("/")
    for path in ("/phone/", "/desk/"):
        expect(front.locator(f"a[href$='{path}']")).to_be_visible()
    keep(front, "front")
