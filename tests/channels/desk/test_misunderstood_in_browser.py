"""What nobody understood as a supervisor uses it: by keys, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers

HEARD = (
    "INSERT INTO inbound (subscriber, id, thread, kind, content, intent, received_at, connection, number) "
    "SELECT subscriber, id + {0}, thread, kind, '{1}', 'none', received_at + {0}, connection, number FROM inbound "
    "WHERE id = 1"
)


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    for number, text in ((10, "流量还有多少"), (20, "流量还有多少？"), (30, "我的卡13800138000呢")):
        desk.query(HEARD.format(number, text))
    with signed_in(chromium, desk.address, "boss") as page:
        yield page


def test_a_text_is_taught_by_keys_and_is_gone(page: Page, desk: Desk) -> None:
    page.keyboard.press("m")
    expect(page.locator(".heard")).to_have_count(3)
    expect(page.locator(".heard").first).to_contain_text("2 次")
    expect(page.locator(".heard strong.said").last).to_have_text("<b>你好</b>")
    expect(page.locator("#misunderstood")).not_to_contain_text("13800138000")
    judged(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    judged(page)
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("查余额")
    expect(page.locator(".heard")).to_have_count(2)
    expect(page.locator(".heard").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(".heard")).to_have_count(1)
    taught = desk.query("SELECT meaning, by FROM book_phrases ORDER BY id")
    assert taught == [("balance", "boss"), ("none", "boss")]


def test_a_number_of_somebodys_own_is_not_taught(page: Page, desk: Desk) -> None:
    page.keyboard.press("m")
    page.locator(".heard input[name=text]").first.fill("13800138000")
    page.locator(".heard select").first.select_option("help")
    page.locator(".heard button.strong").first.click()
    expect(page.locator("#banner")).to_contain_text("不能这样教")
    assert desk.query("SELECT count(*) FROM book_phrases") == [(0,)]


def test_the_other_language_and_back_to_the_queue(page: Page) -> None:
    page.keyboard.press("m")
    page.click("button[lang=en]")
    expect(page.locator("#card-title")).to_have_text("What nobody understood")
    expect(page.locator(".heard").first).to_contain_text("2 times")
    page.keyboard.press("m")
    expect(page.locator(".heard")).to_have_count(0)
    expect(page.locator(".ready")).to_be_visible()
