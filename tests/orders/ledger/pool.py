"""A pool of numbers on a real database, and a deed to do something with it."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection, Engine, insert, select

from dialogs.words import Prompt
from orders import number_grades
from orders.ledger.deed import Deed
from orders.ledger.house import House
from orders.ledger.ids import Ids
from orders.ledger.number_rows import new_row
from orders.ledger.tables import numbers
from orders.number_grades import grade_of
from orders.numbers import HoldRules
from tests.orders.ledger.bench import NOW, OFFERS, echo, join, render

RULES = number_grades.standard()


def house(holds: HoldRules | None = None, node: str = "hall-1", ordinal: int = 1) -> House:
    made = House(node, Ids(ordinal), echo, render, join, offers=OFFERS)
    made.numbers.add(0)
    return replace(made, holds=holds or HoldRules())


def deed(connection: Connection, now: float = NOW, of: House | None = None) -> Deed:
    return Deed(connection, of or house(), now, _no_post)


def _no_post(subscriber: str, prompt: Prompt, language: str, /, not_before: float = 0.0) -> None:
    raise AssertionError(f"{prompt.phrase} to {subscriber}")


def fill(connection: Connection, listed: Iterable[str], region: str = "") -> None:
    rows = [new_row(number, grade_of(number, RULES), region, NOW) for number in listed]
    connection.execute(insert(numbers), rows)


def states(engine: Engine) -> dict[str, str]:
    with engine.begin() as connection:
        return {row.number: row.state for row in connection.execute(select(numbers))}
