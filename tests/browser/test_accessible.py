"""Nobody is kept from using a page: axe-core finds nothing on any of them, in both languages, by day and by night,
and all of it can be read on a small screen at 125 %.

Which pages there are is asked of the pages themselves: the front page names those of the house, the head of the
desk its screens (`desk_walk.py`).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import desk_walk
from tests.browser.axe import violations
from tests.browser.demonstrated import Demonstration

pytestmark = [pytest.mark.peers, pytest.mark.slow]

Visit = Callable[..., Page]

SCREEN = ViewportSize(width=1280, height=720)
AT_125_PERCENT = ViewportSize(width=1024, height=576)  # the same screen, as a page sees it then
LANGUAGES = ("zh-CN", "en-GB")
CUSTOMERS = [f"138001381{place:02}" for place in range(4)]


@pytest.fixture(scope="module")
def waiting(demonstration: Demonstration) -> list[str]:
    """Some are waiting for a call."""
    return [desk_walk.order(demonstration.address, each, quantity=3) for each in CUSTOMERS]


def judged(page: Page, where: str) -> Iterator[str]:
    """By night only the colours are another's."""
    yield from (f"{where}: {each}" for each in violations(page))
    page.emulate_media(color_scheme="dark")
    yield from (f"{where} by night: {each}" for each in violations(page, "color-contrast", "link-in-text-block"))
    page.emulate_media(color_scheme="light")
    for size in (AT_125_PERCENT, SCREEN):
        page.set_viewport_size(size)
        yield from (f"{where} is too wide at {size['width']}: {each}" for each in desk_walk.too_wide(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_that_need_no_sign_in(visit: Visit, language: str) -> None:
    front = visit("/", language)
    found = list(judged(front, "front"))
    paths = [link.get_attribute("href") or "" for link in front.locator("a[href$='/']").all()]
    assert {"/phone/", "/desk/"} <= set(paths)
    for path in paths:
        page = visit(path, language)
        page.locator("main").first.wait_for()
        found += judged(page, path)
    assert not found, "\n".join(found)


def test_the_phone_in_each_of_its_ways(visit: Visit) -> None:
    phone = visit("/phone/")
    found: list[str] = []
    for way in phone.locator("[id^=to-]").all():
        way.click()
        found += judged(phone, f"phone {way.get_attribute('id')}")
    assert not found, "\n".join(found)


def test_a_card_that_is_lost(visit: Visit, waiting: list[str], demonstration: Demonstration) -> None:
    desk = visit("/desk/")
    desk_walk.sign_in(desk, "demo2")
    desk.keyboard.press("n")
    expect(desk.locator("#dial")).to_be_visible()
    with closing(sqlite3.connect(demonstration.said.with_name("hall.db"), timeout=60)) as database, database:
        database.execute("UPDATE call_tasks SET lease_until = 1, agent = NULL WHERE agent = 'demo2'")
    desk.keyboard.press("e")
    expect(desk.locator(".gone")).to_be_visible()
    found = list(judged(desk, "lost"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["demo", "lead"])
def test_every_screen_of_the_desk(visit: Visit, waiting: list[str], who: str, language: str) -> None:
    desk = visit("/desk/", language)
    desk_walk.sign_in(desk, who)
    found: list[str] = []
    for screen in desk_walk.pages(desk):
        found += judged(desk, screen)
    for screen in desk_walk.card(desk):
        found += judged(desk, screen)
    assert not found, "\n".join(found)
