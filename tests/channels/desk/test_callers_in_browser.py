"""A caller is put through: shown as his call arrives, in a real browser, in both languages, without the mouse."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Connection

from orders.ledger import waiting_calls
from orders.ledger.engine import open_engine
from orders.waiting import Ending
from tests.channels.desk.callers_seed import CALLER, has_telephone, rings
from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, claim, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "li", height=720) as page:
        does(desk, lambda connection, now: has_telephone(connection, "li"))
        yield page


def does(desk: Desk, job: Callable[[Connection, float], None]) -> None:
    engine = open_engine(f"sqlite:///{desk.database}")
    with engine.begin() as connection:
        job(connection, time.time())
    engine.dispose()


def test_he_is_shown_as_his_call_arrives_and_his_card_opens_when_we_talk(page: Page, desk: Desk) -> None:
    does(desk, rings)
    expect(page.locator("#caller-title")).to_have_text("来电转入")
    expect(page.locator("#caller .who")).to_contain_text("138****8000")
    expect(page.locator("#caller .talk")).to_contain_text("没有听懂您的意思")
    judged(page)
    expect(page.locator("#alarm")).to_contain_text("您的话机正在振铃")
    does(desk, lambda connection, now: waiting_calls.talking(connection, CALLER, now))
    expect(page.locator("#call")).to_contain_text("通话中")
    expect(page.locator("#caller")).to_have_count(0)
    does(desk, lambda connection, now: waiting_calls.over(connection, CALLER, Ending.LEFT, now))
    expect(page.locator("#call")).to_contain_text("通话结束")


def test_he_is_left_to_others_by_a_key(page: Page, desk: Desk) -> None:
    page.click("button[lang=en]")
    does(desk, rings)
    expect(page.locator("#caller-title")).to_have_text("A caller for you")
    page.keyboard.press("i")
    expect(page.locator("#caller")).to_have_count(0)
    assert desk.query("SELECT wish FROM waiting_calls") == [("decline",)]


def test_q_opens_his_card_before_we_talk(page: Page, desk: Desk) -> None:
    does(desk, rings)
    expect(page.locator("#caller")).to_be_visible()
    page.keyboard.press("q")
    expect(page.locator("#card")).to_be_visible()
    expect(page.locator("#card .talk")).to_contain_text("没有听懂您的意思")


def test_who_has_a_card_in_hand_is_left_in_peace_and_sees_that_somebody_waits(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    does(desk, rings)
    expect(page.locator("#waiting")).to_have_text("等候 1 位")
    expect(page.locator("#caller")).to_have_count(0)
