"""A supervisor draws calls, looks at one, and scores it by the form; the agent reads his score."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk
from tests.channels.desk.test_dialogs_in_browser import keep
from tests.orders.ledger.desk_seed import WANG

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers
CALL = (
    "INSERT INTO call_attempts (subscriber, task, attempt, at, agent, outcome, note, changes)"
    f" SELECT '{WANG}', 1, {{}}, created_at - 3600, 'li', '{{}}', '客户在开会', '{{{{}}}}' FROM call_tasks WHERE id = 1"
)


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    desk.query("UPDATE call_tasks SET created_at = due_at WHERE id = 1")
    desk.query(CALL.format(1, "busy"))
    desk.query(CALL.format(2, "call_later"))
    with signed_in(chromium, desk.address, "boss", height=900) as page:
        page.keyboard.press(",")
        expect(page.locator("[data-call]")).to_have_count(2)
        yield page


def test_a_call_is_scored_by_the_form_and_the_agent_sees_it(page: Page, chromium: Browser, desk: Desk) -> None:
    page.click("[data-call='1-2']")
    expect(page.locator("#chosen")).to_be_focused()
    expect(page.locator(".chosen .card")).to_contain_text("1000000016")
    judged(page)
    keep(page, "reviewing-zh")
    for question in page.locator(".question").all():
        question.locator("input[value=yes]").check()
    page.check("input[name=polite][value=no]")
    page.fill("textarea[name=comment]", "让客户把话说完")
    page.click("#score")
    expect(page.locator("#said tbody tr")).to_contain_text("85")
    expect(page.locator("#said tbody tr")).to_contain_text("让客户把话说完")
    judged(page)
    page.click("#list")
    expect(page.locator("[data-call='1-2']")).to_be_disabled()
    page.click("button[lang=en]")
    expect(page.locator("#said")).to_contain_text("not yet")
    keep(page, "reviews-en")
    with signed_in(chromium, desk.address, "li") as mine:
        mine.keyboard.press(",")
        expect(mine.locator("#said tbody tr")).to_contain_text("让客户把话说完")
        expect(mine.locator("#calls")).to_have_count(0)
        keep(mine, "my-reviews-zh")
