"""The charts as a supervisor watches them: by keys, in a real browser, while the numbers change."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.channels.desk.seed_dialogs import PACKAGED, TRIED
from tests.channels.desk.signed_in import judged, signed_in
from tests.channels.desk.test_desk_in_browser import Desk, chromium, desk

__all__ = ["chromium", "desk"]

pytestmark = pytest.mark.peers


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "boss", height=900) as page:
        page.keyboard.press("g")
        yield page


def drawn(page: Page) -> bool:
    return bool(page.evaluate("(i => i.complete && i.naturalWidth > 200)(document.querySelector('#chart'))"))


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("HALL_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_the_busiest_script_is_shown_with_its_chart_and_its_numbers(page: Page) -> None:
    expect(page.locator("[data-script=order]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".watching .counts tbody tr").first).to_contain_text("confirming")
    expect(page.locator(".watching .counts tbody tr").first.locator(".standing")).to_have_text("3")
    expect(page.locator(".counts").first).to_contain_text("85.7 %")
    judged(page)
    page.wait_for_function("document.querySelector('#chart').complete")
    assert drawn(page)
    keep(page, "dialogs-zh")


def test_scripts_and_versions_are_changed_by_keys_and_in_english(page: Page) -> None:
    expect(page.locator("[data-script=order]")).to_be_visible()
    page.keyboard.press("v")
    expect(page.locator(".version", has_text=TRIED.version)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".watching .counts tbody tr").first.locator(".standing")).to_have_text("1")
    page.keyboard.press("v")
    expect(page.locator(".version", has_text=PACKAGED.version)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-script=order]")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".script[aria-pressed=true]")).to_be_focused()
    page.click("button[lang=en]")
    expect(page.locator("#card-title")).to_have_text("What happens in the dialogs now")
    expect(page.locator(".counts").first).to_contain_text("on trial · 1 numbers · 10 % of subscribers")
    keep(page, "dialogs-en")
    page.keyboard.press("g")
    expect(page.locator(".ready")).to_be_visible()


def test_numbers_change_under_the_eyes_of_who_watches(page: Page, desk: Desk) -> None:
    cell = page.locator(".watching .counts tbody tr").first.locator(".standing")
    expect(cell).to_have_text("3")
    desk.query(
        "UPDATE dialog_counts SET times = 9 WHERE event = 'standing' AND state = 'confirming'"
        f" AND version = '{PACKAGED.version}'"
    )
    expect(cell).to_have_text("9")
    page.wait_for_function("document.querySelector('#chart').src.includes('revision=1')")


def test_a_version_is_promoted_by_keys_after_a_second_look(page: Page, desk: Desk) -> None:
    expect(page.locator("#publish")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator("#publishing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#publishing")).to_have_count(0)
    assert desk.query("SELECT count(*) FROM publications") == [(1,)]
    page.keyboard.press("f")
    page.keyboard.press("Space")
    keep(page, "publishing-zh")
    page.fill("#publishing input[name=note]", "放弃的少了")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("已转为正式")
    assert desk.query("SELECT act, version, note, by FROM publications ORDER BY id DESC LIMIT 1") == [
        ("promote", TRIED.version, "放弃的少了", "boss")
    ]


def test_the_ways_stand_in_a_table_as_well_and_in_english(page: Page) -> None:
    page.click("button[lang=en]")
    expect(page.locator("#ways tbody tr").first).to_have_text("confirmingyes12")
    page.keyboard.press("f")
    expect(page.locator("#publishing")).to_contain_text("Withdraw")
    judged(page)
    keep(page, "publishing-en")
