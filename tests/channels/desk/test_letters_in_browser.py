"""Dead letters as a supervisor uses them: by keys, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "boss") as page:
        yield page


def test_a_dead_letter_is_found_and_sent_again_by_keys(page: Page, desk: Desk) -> None:
    page.keyboard.press("l")
    expect(page.locator(".letter")).to_have_count(2)
    expect(page.locator(".letter").first).to_contain_text("没有可走的线路")
    judged(page)
    expect(page.locator(".letter .said").last).to_have_text("<i>您的余额</i>")
    expect(page.locator(".letter .number").first).to_have_text("139****9000")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".letter").last).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("#banner")).to_have_text("已重新排队发送。")
    expect(page.locator(".letter")).to_have_count(1)
    expect(page.locator(".letter").first).to_be_focused()
    assert desk.query("SELECT outbound, by, gave_up FROM resends") == [(11, "boss", "refused")]
    assert desk.query("SELECT state FROM outbound WHERE id = 11") == [("queued",)]


def test_who_comes_second_is_told_and_the_list_is_as_it_is(page: Page, desk: Desk) -> None:
    page.keyboard.press("l")
    expect(page.locator(".letter")).to_have_count(2)
    desk.query("UPDATE outbound SET gave_up = NULL, state = 'queued' WHERE id = 12")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("r")
    expect(page.locator("#banner")).to_contain_text("别人刚刚重发了")
    expect(page.locator(".letter")).to_have_count(1)


def test_the_other_language_and_back_to_the_queue(page: Page) -> None:
    page.keyboard.press("l")
    page.click("button[lang=en]")
    expect(page.locator("#card-title")).to_have_text("Messages that could not be sent")
    expect(page.locator(".letter").first).to_contain_text("no link carries it")
    page.keyboard.press("l")
    expect(page.locator(".letter")).to_have_count(0)
    expect(page.locator(".ready")).to_be_visible()


def test_letters_and_a_card_in_hand_do_not_get_in_each_others_way(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator("#card-title")).to_contain_text("1000000016")
    page.keyboard.press("l")
    expect(page.locator(".letter")).to_have_count(2)
    page.keyboard.press("b")
    expect(page.locator(".letter")).to_have_count(0)
    page.keyboard.press("b")
    expect(page.locator("#card-title")).to_contain_text("1000000016")
