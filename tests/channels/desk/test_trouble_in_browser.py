"""Something is wrong with the order in hand: said from the card, by keys, in a real browser, in both languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import ask_all, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, claim, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers

TOLD = (
    "SELECT problem, act, actor FROM orders JOIN order_events USING (number) WHERE number = '1000000016' AND event > 0"
)


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "li") as page:
        claim(page, "1000000016")
        yield page


def test_a_problem_is_told_without_leaving_the_card(page: Page, desk: Desk) -> None:
    page.keyboard.press("w")
    expect(page.locator("#trouble input[value=not_delivered]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_have_text("订单 1000000016 的问题已转班长处理。")
    expect(page.locator("#trouble")).to_have_count(0)
    assert desk.query(TOLD) == [("payment_missing", "trouble", "agent:li")]
    ask_all(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_have_count(0)
    assert desk.query("SELECT state, problem FROM orders WHERE number = '1000000016'") == [
        ("inProgress", "payment_missing")
    ]


def test_what_is_known_already_leaves_the_task_where_it_is(page: Page, desk: Desk) -> None:
    desk.query("UPDATE orders SET problem = 'not_delivered' WHERE number = '1000000016'")
    page.click("button[lang=en]")
    page.get_by_role("button", name="Report a problem").click()
    page.fill("textarea[name=trouble_note]", "he waits since Monday")
    page.get_by_role("button", name="Report", exact=False).last.click()
    expect(page.locator("#banner")).to_have_text("That about order 1000000016 is known already.")
    expect(page.locator(".gone")).to_have_count(0)
    assert desk.query(TOLD) == []


def test_escape_tells_nothing(page: Page, desk: Desk) -> None:
    page.keyboard.press("w")
    page.keyboard.press("Escape")
    expect(page.locator("#trouble")).to_have_count(0)
    assert desk.query(TOLD) == []
