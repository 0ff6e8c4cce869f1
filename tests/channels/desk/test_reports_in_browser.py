"""Reports as a supervisor reads them: opened by a key, with pictures and tables, by other days and another channel."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk
from tests.channels.desk.test_dialogs_in_browser import keep

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers
DRAWN = "() => [...document.querySelectorAll('.sheet img')].every(i => i.complete && i.naturalWidth > 200)"


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "boss", height=900) as page:
        page.keyboard.press("y")
        expect(page.locator("[data-sheet=way]")).to_be_visible()
        yield page


def test_every_report_has_its_picture_its_table_and_its_file(page: Page) -> None:
    page.evaluate("document.querySelectorAll('.sheet img').forEach(i => { i.loading = 'eager'; })")
    page.wait_for_function(DRAWN)
    assert page.locator(".sheet img").count() >= 8
    hours = page.locator("[data-sheet=hours]")
    hours.locator("summary").click()
    expect(hours.locator("tbody tr")).to_have_count(7)
    judged(page)
    with page.expect_download() as download:
        page.locator("[data-sheet=channels] a").click()
    assert download.value.suggested_filename.startswith("channels-")
    assert download.value.path().read_bytes().startswith("\ufeff渠道".encode())
    keep(page, "reports-zh")


def test_other_days_another_channel_and_the_other_language(page: Page) -> None:
    page.click("#last-7")
    expect(page.locator("[data-sheet=days] tbody tr")).to_have_count(7)
    page.select_option("#channel", "ussd")
    page.click("#show")
    expect(page.locator("#channel")).to_have_value("ussd")
    expect(page.locator("[data-sheet=days] tbody tr")).to_have_count(7)
    page.click("button[lang=en]")
    expect(page.locator("#sheet-way")).to_have_text("From the first message to the delivery")
    keep(page, "reports-en")
    page.locator("#card-title").focus()
    page.keyboard.press("y")
    expect(page.locator(".ready")).to_be_visible()


def test_agents_have_no_reports(chromium: Browser, desk: Desk) -> None:
    with signed_in(chromium, desk.address, "li") as page:
        expect(page.locator("[data-page=y]")).to_have_count(0)
        page.keyboard.press("y")
        expect(page.locator(".reports")).to_have_count(0)
