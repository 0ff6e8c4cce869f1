"""The desk used as an agent uses it: by keys, in a real browser, with people getting in each other's way."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.channels.desk.signed_in import ask_all, signed_in
from tests.peers.needed import program
from tests.peers.patience import WITHIN
from tests.peers.ports import free_port

pytestmark = pytest.mark.peers

ROOT = Path(__file__).parents[3]
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@dataclass(frozen=True, slots=True)
class Desk:
    address: str
    database: Path

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database, timeout=WITHIN)) as connection, connection:
            return connection.execute(statement).fetchall()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.address, timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=QUIET)
        yield browser
        browser.close()


@contextmanager
def served(database: Path) -> Iterator[Desk]:
    """The desk over that database, while it is needed."""
    port = free_port()
    found = Desk(f"http://127.0.0.1:{port}/desk/", database)
    process = _another(database, port)
    try:
        until = time.monotonic() + WITHIN
        while not found.answers():
            assert time.monotonic() < until
            os.kill(process, 0)  # whether it is there
            time.sleep(0.05)
        yield found
    finally:
        os.kill(process, signal.SIGKILL)


def _another(database: Path, port: int) -> int:
    served = _desks()
    assert served.stdin and served.stdout
    served.stdin.write(json.dumps([str(database), port]) + "\n")
    served.stdin.flush()
    return int(served.stdout.readline())


@cache
def _desks() -> "subprocess.Popen[str]":
    """It ends with its input, which is with this process."""
    command = [sys.executable, "-m", "tests.channels.desk.desk_server"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with served(tmp_path / "hall.db") as desk:
        yield desk


@pytest.fixture
def page(chromium: Browser, desk: Desk) -> Iterator[Page]:
    with signed_in(chromium, desk.address, "li") as page:
        yield page


def claim(page: Page, number: str) -> None:
    page.keyboard.press("n")
    expect(page.locator("#card-title")).to_contain_text(number)


def test_an_order_is_confirmed_without_touching_the_mouse(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    expect(page.locator(".reasons")).to_contain_text("¥4,140.00")
    expect(page.locator(".talk .lost-words")).to_have_text("<b>你好</b>")
    expect(page.locator("#subscriber")).to_have_text("138****8000")
    page.keyboard.press("d")
    expect(page.locator("#dialled")).to_contain_text("138 0013 8000")
    ask_all(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("1000000016")
    assert desk.query("SELECT state FROM orders WHERE number = '1000000016'") == [("inProgress",)]
    expect(page.locator("#queue li")).to_have_count(1)


def test_digits_in_a_note_choose_nothing_and_the_change_is_recorded(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    ask_all(page)
    page.keyboard.press("2")
    page.fill("input[name=quantity]", "1")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    page.keyboard.type("only 1, not 3")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#banner")).to_contain_text("1000000016")
    assert desk.query("SELECT outcome, note FROM call_attempts") == [("changed", "only 1, not 3")]
    assert desk.query("SELECT total FROM orders WHERE number = '1000000016'") == [(138_000,)]


def test_who_lost_his_task_is_told_and_keeps_his_note(page: Page, desk: Desk) -> None:
    claim(page, "1000000016")
    page.keyboard.press("t")
    page.keyboard.type("she wants two")
    page.keyboard.press("Escape")
    desk.query("UPDATE call_tasks SET agent = 'boss' WHERE agent = 'li'")
    ask_all(page)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".gone")).to_be_visible()
    expect(page.locator("textarea[name=note]")).to_have_value("she wants two")
    assert desk.query("SELECT count(*) FROM call_attempts") == [(0,)]
    claim(page, "1000000024")
    expect(page.locator(".gone")).to_have_count(0)


def test_a_reload_gives_back_the_task_in_hand(page: Page) -> None:
    claim(page, "1000000016")
    page.reload()
    expect(page.locator("#card-title")).to_contain_text("1000000016")


def test_the_other_language_keeps_task_and_note(page: Page) -> None:
    claim(page, "1000000016")
    page.keyboard.press("t")
    page.keyboard.type("half written")
    page.click("button[lang=en]")
    expect(page.locator("#card-title")).to_contain_text("Order 1000000016")
    expect(page.locator("textarea[name=note]")).to_have_value("half written")


def test_keys_can_be_switched_off(page: Page) -> None:
    page.click("#keys")
    page.keyboard.press("n")
    expect(page.locator("div.ready")).to_be_visible()
    page.click("#keys")
    claim(page, "1000000016")
