"""The end of an order: texted, confirmed at the desk, sent, delivered, and how it was; each step as people see it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_demonstration import call_from, heard, order, sign_in, text
from tests.channels.desk.signed_in import ask_all

pytestmark = [pytest.mark.peers, pytest.mark.slow]

Visit = Callable[..., Page]
Keep = Callable[[Page, str], None]

PACE = "0.5"
CUSTOMER = "13800138060"


def test_an_order_is_sent_delivered_and_asked_after(visit: Visit, keep: Keep) -> None:
    phone = visit("/phone/")
    call_from(phone, CUSTOMER)
    number = order(phone)
    desk = visit("/desk/")
    sign_in(desk, "demo")
    desk.keyboard.press("n")
    expect(desk.locator("#card-title")).to_contain_text(number)
    ask_all(desk)
    desk.keyboard.press("1")
    desk.keyboard.press("Enter")
    expect(desk.locator("#banner")).to_contain_text("已登记")

    said = phone.locator(".bubble[data-direction=in] .text")
    expect(said.filter(has_text=re.compile(f"{number}.*已由演示快递发出，单号YS\\d+"))).to_be_visible()
    keep(phone, "end-dispatched")
    expect(said.filter(has_text=re.compile(f"{number}.*已签收"))).to_be_visible()
    expect(said.filter(has_text=re.compile(f"{number}.*请为本次服务打分"))).to_be_visible()
    keep(phone, "end-asked")
    text(phone, "2")
    heard(phone, "哪里需要改进")
    text(phone, "送得慢了一点")
    heard(phone, "认真改进")
    text(phone, "DD")
    heard(phone, re.compile(f"{number}.*已完成"))
    keep(phone, "end-answered")

    lead = visit("/desk/")
    sign_in(lead, "lead")
    lead.keyboard.press("p")
    expect(lead.locator("#surveys")).to_contain_text("演示快递")
    expect(lead.locator("#surveys")).to_contain_text("送得慢了一点")
    expect(lead.locator("#parcels")).to_contain_text("没有迟到或出错的包裹")
    latest = lead.locator("#parcels-latest li", has_text=number)
    expect(latest).to_contain_text(re.compile("接单.*→ 揽收.*→ 运送.*→ 签收"))
    keep(lead, "end-desk-deliveries")


def test_an_account_manager_has_his_own_list(visit: Visit, keep: Keep) -> None:
    desk = visit("/desk/", language="en-GB")
    sign_in(desk, "demo")
    desk.keyboard.press("p")
    expect(desk.locator("#parcels")).to_contain_text("Nothing waits for you to bring it.")
    expect(desk.locator("#surveys")).to_have_count(0)
    keep(desk, "end-desk-agent")
