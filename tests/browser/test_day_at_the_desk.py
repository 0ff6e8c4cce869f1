"""A day at the desk: two agents and a supervisor, thirty orders, every outcome, and nobody touches a mouse.

One agent's browser crashes, another's hold on an order runs out while he thinks, the supervisor gives an order from one
to the other, a customer is rung back at the hour that he named. At the end each order has become what was said of it,
once.

Time does not pass here: what would take minutes or hours is put into the database, as it would stand there afterwards.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import desk_walk
from tests.browser.demonstrated import Demonstration

pytestmark = [pytest.mark.peers, pytest.mark.slow]

ORDERS = 30
KEY_OF = {
    "confirmed": "1",
    "changed": "2",
    "rejected": "3",
    "not_ordered": "4",
    "wrong_number": "5",
    "no_such_number": "6",
    "no_answer": "7",
    "busy": "8",
    "powered_off": "9",
    "call_later": "0",
}
WAITS = {"held"}
BECOMES = {
    "rejected": {"cancelled"},
    "not_ordered": {"rejected"},
    "wrong_number": {"rejected"},
    "no_such_number": {"cancelled"},
    "no_answer": WAITS,
    "busy": WAITS,
    "powered_off": WAITS,
    "call_later": WAITS,
}
AGREED = {"inProgress", "completed"}
NEW_ADDRESS = "杭州市西湖区文三路 90 号"


class Person:
    """Somebody at the desk, with a keyboard. keys: how often he pressed one since he took a card."""

    def __init__(self, browser: Browser, house: Demonstration, name: str, language: str = "zh-CN") -> None:
        self.name = name
        self.keys = 0
        self.complaints: list[str] = []
        viewport: Any = {"width": 1280, "height": 720}
        self.context: BrowserContext = browser.new_context(locale=language, viewport=viewport)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{house.address}/desk/")
        self.page.locator("input[name=name]:focus").wait_for()
        self.type(name)
        self.press("Tab")
        self.type(desk_walk.PASSWORD)
        self.press("Enter")
        expect(self.page.locator("#next")).to_be_visible()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    @property
    def number(self) -> str:
        """Of the order in hand."""
        return self.page.locator("#card-title .number").inner_text()

    def takes(self) -> str:
        self.keys = 0
        before = self.page.locator("#card-title .number")
        old = before.inner_text() if before.count() else ""
        self.press("n")
        expect(self.page.locator("#card #dial, #card #dialled").first).to_be_visible()
        if old:
            expect(self.page.locator("#card-title .number")).not_to_have_text(old)
        return self.number

    def dials(self) -> None:
        self.press("d")
        expect(self.page.locator("#dialled")).to_be_visible()

    def says(self, outcome: str) -> None:
        if outcome in ("confirmed", "changed"):
            self.press(*["c"] * self.page.locator("input[name=check]").count())
        self.press(KEY_OF[outcome])
        expect(self.page.locator(f"input[value={outcome}]")).to_be_checked()
        if outcome == "changed":
            self.goes_to("address")
            self.type(NEW_ADDRESS)
            self.press("Control+Enter")
        else:
            self.press("Enter")

    def goes_to(self, field: str) -> None:
        for _ in range(20):
            self.press("Tab")
            if self.page.evaluate("document.activeElement.name") == field:
                return
        raise AssertionError(f"Tab does not lead to {field}")

    def records(self, outcome: str) -> None:
        self.says(outcome)
        expect(self.page.locator("#banner")).to_contain_text("已登记")
        expect(self.page.locator("#card")).to_have_count(0)

    def chooses(self, name: str) -> None:
        """On the board."""
        for _ in range(5):
            self.press("ArrowDown")
            if self.page.locator(f"#agents tr[data-agent={name}]:focus").count():
                return
        raise AssertionError(f"the arrows do not lead to {name}")

    def crashes(self) -> None:
        self.context.close()

    def leaves(self) -> None:
        self.context.close()
        assert self.complaints == []


class Day:
    def __init__(self, house: Demonstration, browser: Browser) -> None:
        self.house, self._browser = house, browser
        self.database = house.said.with_name("hall.db")
        self.said: dict[str, str] = {}

    def comes(self, name: str) -> Person:
        return Person(self._browser, self.house, name)

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.database, timeout=60)
        with connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    def order(self, count: int) -> list[str]:
        offers = ("F800", "TD80T", "G3ZJ")
        return [
            desk_walk.order(self.house.address, f"1380013{4000 + place}", offers[place % 3], 1 + place % 3)
            for place in range(count)
        ]

    def minutes_pass(self, number: str) -> None:
        """Without a sign of life from whoever holds it."""
        self.query("UPDATE call_tasks SET lease_until = ? WHERE order_number = ?", time.time() - 1, number)

    def its_hour_comes(self, number: str) -> None:
        self.query("UPDATE call_tasks SET due_at = ? WHERE order_number = ?", time.time() - 1, number)

    def works(self, person: Person, outcome: str) -> str:
        number = person.takes()
        person.dials()
        person.records(outcome)
        self.said[number] = outcome
        return number


@pytest.fixture(scope="module")
def day(demonstration: Demonstration, browser: Browser) -> Iterator[Day]:
    yield Day(demonstration, browser)


def test_a_day(day: Day, keep: Callable[[Page, str], None]) -> None:
    placed = day.order(ORDERS)
    ann, bob, lead = day.comes("demo"), day.comes("demo2"), day.comes("lead")
    lead.press("b")
    expect(lead.page.locator("#main .board")).to_contain_text(str(ORDERS))
    keep(lead.page, "day-morning")

    # Both at once: never the same order.
    assert ann.takes() != bob.takes()
    for person, outcome in ((ann, "confirmed"), (bob, "rejected")):
        number = person.number
        person.dials()
        person.records(outcome)
        day.said[number] = outcome
    assert ann.keys < 10, "a person without a mouse confirms an order in under ten keys"

    # Every outcome, from either's hands.
    for place, outcome in enumerate([*KEY_OF, *KEY_OF]):
        day.works((ann, bob)[place % 2], outcome)

    # Ann's browser crashes with an order in hand. When its time is over it is Bob's; she comes back to another.
    dropped = ann.takes()
    ann.crashes()
    assert day.query("SELECT agent FROM call_tasks WHERE order_number = ?", dropped) == [("demo",)]
    day.minutes_pass(dropped)
    taken = [day.works(bob, "confirmed") for _ in range(3)]
    assert dropped in taken
    ann = day.comes("demo")

    # Bob thinks for too long: Ann has it, and he is told.
    lost = bob.takes()
    bob.dials()
    day.minutes_pass(lost)
    assert lost in [day.works(ann, "confirmed") for _ in range(2)]
    bob.press("e")  # he wants to keep it, if he has not been told yet
    expect(bob.page.locator(".gone")).to_be_visible()
    keep(bob.page, "day-lost")

    # The supervisor takes an order out of Ann's hands and gives it to Bob, who is told and opens it.
    day.works(bob, "confirmed")
    given = ann.takes()
    expect(lead.page.locator("#agents tr[data-agent=demo]")).to_contain_text(given)
    lead.chooses("demo")
    lead.press("a")
    expect(lead.page.locator("dialog[open] select")).to_be_focused()
    lead.press(*"demo2")
    expect(lead.page.locator("dialog[open] select")).to_have_value("demo2")
    lead.press("Tab")
    lead.type("she knows the customer")
    lead.press("Enter")
    expect(lead.page.locator("dialog[open]")).to_have_count(0)
    expect(ann.page.locator(".gone")).to_be_visible()
    keep(lead.page, "day-given")
    assert day.works(bob, "confirmed") == given

    # A customer is rung back when he wanted to be.
    promised = next(number for number, outcome in day.said.items() if outcome == "call_later")
    day.its_hour_comes(promised)
    again = [day.works(person, "confirmed") for person in (bob, ann)]
    assert promised in again

    # The rest.
    while day.query("SELECT count(*) FROM call_tasks WHERE due_at <= ?", time.time()) != [(0,)]:
        day.works(ann, "confirmed")
    ann.press("n")
    expect(ann.page.locator("#banner")).to_contain_text("没有到期")
    keep(ann.page, "day-evening")
    for person in (ann, bob, lead):
        person.leaves()

    assert set(day.said) == set(placed)
    states = dict(day.query("SELECT number, state FROM orders"))
    for number, outcome in day.said.items():
        assert states[number] in BECOMES.get(outcome, AGREED), (number, outcome)
    attempts = Counter(outcome for (outcome,) in day.query("SELECT outcome FROM call_attempts"))
    assert set(attempts) == set(KEY_OF)
    assert sum(attempts.values()) == ORDERS + 1  # the one that was rung twice
    assert day.query("SELECT count(*) FROM call_tasks WHERE due_at IS NOT NULL") == [
        (sum(BECOMES.get(outcome) == WAITS for outcome in day.said.values()),)
    ]
    assert day.query("SELECT count(*) FROM order_events WHERE act = 'change'") == [(attempts["changed"],)]
