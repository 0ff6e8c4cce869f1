"""The desk as things happen, in a real browser: nothing is reloaded, and nothing that one reads moves."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, claim, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "li") as page:
        yield page


def test_what_i_do_is_shown_and_a_pause_is_two_keys(page: Page, desk: Desk) -> None:
    expect(page.locator("#presence-name")).to_have_text("就绪")
    page.keyboard.press("z")
    expect(page.locator("#pausing")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("#presence-name")).to_have_text("暂停 · 用餐")
    assert desk.query("SELECT state, reason FROM agent_states WHERE until IS NULL") == [("paused", "meal")]
    page.keyboard.press("z")
    expect(page.locator("#presence-name")).to_have_text("就绪")
    claim(page, "1000000016")
    expect(page.locator("#presence-name")).to_have_text("看单")
    page.keyboard.press("d")
    expect(page.locator("#presence-name")).to_have_text("通话")
    page.keyboard.press("z")
    page.keyboard.press("1")
    expect(page.locator("#presence-name")).to_have_text("通话 → 小休")
    expect(page.locator("input[name=outcome]:checked")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#presence-name")).to_have_text("通话")
    page.click("button[lang=en]")
    expect(page.locator("#presence-name")).to_have_text("talking")
    page.keyboard.press("3")  # rejected: nothing has to be asked
    page.keyboard.press("Enter")
    expect(page.locator("#presence-name")).to_have_text("wrap-up")
    expect(page.locator("#wrapping-left")).to_contain_text("left")
    expect(page.locator("#wrapping .buttons")).to_have_text("Ready nowRMore timeE")
    page.keyboard.press("e")
    expect(page.locator("#wrapping-left")).to_contain_text("3:")
    page.keyboard.press("r")
    expect(page.locator("#presence-name")).to_have_text("ready")
    expect(page.locator("#wrapping")).to_be_hidden()


def test_what_happens_meanwhile_comes_onto_the_card_and_the_note_stays(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    page.keyboard.press("t")
    page.keyboard.type("half wri")
    desk.query(
        "INSERT INTO inbound (subscriber, id, thread, kind, content, intent, received_at, connection, number) "
        "SELECT subscriber, 99, thread, kind, '请送到公司', 'none', received_at + 100, 0, 0 FROM inbound LIMIT 1"
    )
    expect(page.locator(".talk")).to_contain_text("请送到公司")
    page.keyboard.type("tten")
    expect(page.locator("textarea[name=note]")).to_have_value("half written")
    expect(page.locator("textarea[name=note]")).to_be_focused()
    expect(page.locator("#spoken")).to_contain_text("新动静")


def test_who_loses_his_task_hears_of_it_at_once(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    desk.query("UPDATE call_tasks SET agent = 'boss' WHERE agent = 'li'")
    expect(page.locator(".gone")).to_be_visible()


def test_a_second_browser_takes_over_and_the_first_says_so(page: Page, desk: Desk, chromium: Browser) -> None:
    claim(page, "1000000016")
    with signed_in(chromium, desk.address, "li") as second:
        expect(page.locator("#banner")).to_contain_text("另一台电脑登录")
        expect(second.locator("#card-title")).to_contain_text("1000000016")


def test_new_orders_are_counted_by_themselves(page: Page, desk: Desk) -> None:
    expect(page.locator("#counts")).to_contain_text("2 单到期")
    desk.query("UPDATE call_tasks SET due_at = due_at + 90000 WHERE id = 2")
    expect(page.locator("#counts")).to_contain_text("1 单到期")
