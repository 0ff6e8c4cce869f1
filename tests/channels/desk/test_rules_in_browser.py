"""A supervisor changes why orders are rung back: wrong at first, then tried, published, and taken back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk
from tests.channels.desk.test_dialogs_in_browser import keep

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers
CHOSEN = "() => (t => t.value.slice(t.selectionStart, t.selectionEnd))(document.getElementById('text'))"


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "boss", height=900) as page:
        page.keyboard.press(".")
        expect(page.locator("#text")).to_be_visible()
        yield page


def publish(page: Page, why: str) -> None:
    expect(page.locator("#publishing")).to_be_visible()
    judged(page)
    page.fill("#publishing input[name=why]", why)
    page.keyboard.press("Enter")
    expect(page.locator("#publishing")).to_have_count(0)


def test_what_is_wrong_is_shown_at_its_line_and_what_is_right_is_tried_published_and_taken_back(page: Page) -> None:
    expect(page.locator("#publish-rules")).to_be_disabled()
    page.fill("#text", "- rule: quantity\n  pieces: 2\n\n- rule: nigth\n")
    page.focus("#text")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#wrong li")).to_contain_text("unknown rule nigth")
    judged(page)
    expect(page.locator("#text")).to_be_focused()
    assert page.evaluate(CHOSEN) == "- rule: nigth"
    keep(page, "rules-wrong-zh")
    page.fill("#text", "- rule: quantity\n  pieces: 2\n")
    page.click("#try")
    expect(page.locator(".diff .minus").first).to_be_visible()
    expect(page.locator("[data-sheet=trial] tbody tr").first).to_contain_text("回访")
    judged(page)
    keep(page, "rules-tried-zh")
    page.click("#publish-rules")
    publish(page, "too many calls")
    expect(page.locator("#history li")).to_contain_text("too many calls")
    expect(page.locator("#text")).to_have_value("- rule: quantity\n  pieces: 2\n")
    page.click("button[lang=en]")
    page.fill("#text", "- rule: quantity\n  pieces: 3\n")
    page.click("#try")
    page.click("#publish-rules")
    publish(page, "still too many")
    expect(page.locator("#history li")).to_have_count(2)
    page.click("#history li:nth-child(2) [data-back]")
    publish(page, "back")
    expect(page.locator("#text")).to_have_value("- rule: quantity\n  pieces: 2\n")
    keep(page, "rules-en")


def test_each_book_is_a_click_away_and_unpublished_words_are_not_lost_unasked(page: Page) -> None:
    page.fill("#text", "- rule: quantity\n  pieces: 9\n")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#book-pauses")
    expect(page.locator("#book-flags")).to_have_attribute("aria-pressed", "true")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#book-pauses")
    expect(page.locator("[data-sheet=pauses] tbody tr").first).to_be_visible()
    for book in ("guide", "retries", "calling_hours", "review_form"):
        page.click(f"#book-{book}")
        expect(page.locator(f"[data-sheet={book}] tbody tr").first).to_be_visible()
