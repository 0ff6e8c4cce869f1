"""What the database must say after the last kill, in SQL of its own and with no code of Hall's.

- Every message that was acknowledged is there, and no message was taken twice.
- Every subscriber has exactly one order, with its item and its first event, and its number is the one he was told.
- Nothing that was to be sent is still to be sent.

A reply that a subscriber got twice is explained if its connection was lost between the two: Hall had given it to the
message centre, but died before it could write down the answer. Any other repetition is a violation.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy

from tests.proof.centre import Centre, Message
from tests.proof.subscribers import Step

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    counts: dict[str, int]
    violations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    taken: Counter[tuple[str, str]]
    taken_at: dict[tuple[str, str], float]
    orders: dict[str, list[str]]
    items: Counter[str]
    events: Counter[str]
    unsent: int
    quarantined: int


def judge(centre: Centre, database: str) -> Verdict:
    stored = _read(database)
    return Verdict(_counts(centre, stored), tuple(_violations(centre, stored)))


def _read(database: str) -> Stored:
    engine = sqlalchemy.create_engine(database)
    with engine.connect() as connection:

        def rows(statement: str) -> list[tuple[str, ...]]:
            return [tuple(row) for row in connection.execute(sqlalchemy.text(statement))]

        def number(statement: str) -> int:
            return int(connection.execute(sqlalchemy.text(statement)).scalar_one())

        orders: dict[str, list[str]] = {}
        for subscriber, order in rows("SELECT subscriber, number FROM orders"):
            orders.setdefault(subscriber, []).append(order)
        stored = Stored(
            taken=Counter((who, what) for who, what, _ in rows(TAKEN)),
            taken_at={(who, what): float(at) for who, what, at in rows(TAKEN)},
            orders=orders,
            items=Counter(order for (order,) in rows("SELECT number FROM order_items")),
            events=Counter(order for (order,) in rows("SELECT number FROM order_events")),
            unsent=number("SELECT count(*) FROM outbound WHERE due_at IS NOT NULL"),
            quarantined=number("SELECT count(*) FROM quarantine"),
        )
    engine.dispose()
    return stored


TAKEN = "SELECT subscriber, content, received_at FROM inbound WHERE kind = 'message'"


def _counts(centre: Centre, stored: Stored) -> dict[str, int]:
    return {
        "subscribers": len(centre.subscribers),
        "conversations finished": centre.finished(),
        "messages acknowledged": sum(message.acknowledged_at is not None for message in centre.messages),
        "messages delivered more than once": sum(message.sendings > 1 for message in centre.messages),
        "redelivered though taken, and known again": sum(_known_again(message, stored) for message in centre.messages),
        "temporary refusals": sum(centre.refusals.values()),
        "orders": sum(map(len, stored.orders.values())),
        "replies": sum(len(each.told) for each in centre.subscribers.values()),
        "replies repeated, a lost connection between": sum(1 for _, _, explained in _repeats(centre) if explained),
        "replies repeated for no such reason": sum(1 for _, _, explained in _repeats(centre) if not explained),
        "binds": centre.binds,
    }


def _known_again(message: Message, stored: Stored) -> bool:
    """It was committed, but its acknowledgement never arrived; the row is that of an earlier delivery."""
    at = stored.taken_at.get((message.subscriber, message.text))
    return message.sendings > 1 and at is not None and at < message.sent_at


def _repeats(centre: Centre) -> Iterator[tuple[str, str, bool]]:
    for subscriber in centre.subscribers.values():
        for first, second in subscriber.repeated:
            yield subscriber.msisdn, second.text, first.connection != second.connection


def _violations(centre: Centre, stored: Stored) -> Iterator[str]:
    yield from _first(_messages(centre, stored))
    yield from _first(_orders(centre, stored))
    yield from _first(_conversations(centre))
    yield from _first(f"{who} was told twice for no reason: {text!r}" for who, text, why in _repeats(centre) if not why)
    if stored.unsent:
        yield f"{stored.unsent} outbound rows were never finished"
    if stored.quarantined:
        yield f"{stored.quarantined} messages are in quarantine: a turn raised"


def _first(violations: Iterator[str]) -> Iterator[str]:
    """A few of each kind, and how many more there are."""
    found = list(violations)
    yield from found[:SHOWN]
    if len(found) > SHOWN:
        yield f"… and {len(found) - SHOWN} more like that"


def _messages(centre: Centre, stored: Stored) -> Iterator[str]:
    for message in centre.messages:
        times = stored.taken[message.subscriber, message.text]
        what = f"{message.text!r} of {message.subscriber} (delivered {message.sendings} times)"
        if message.acknowledged_at is None:
            yield f"{what} was never acknowledged"
        elif times != 1:
            yield f"{what} was acknowledged and taken {times} times"


def _orders(centre: Centre, stored: Stored) -> Iterator[str]:
    for subscriber in centre.subscribers.values():
        numbers = stored.orders.get(subscriber.msisdn, [])
        if len(numbers) != 1:
            yield f"{subscriber.msisdn} has {len(numbers)} orders"
        elif subscriber.number != numbers[0]:
            yield f"{subscriber.msisdn} was told the order number {subscriber.number!r}, and has {numbers[0]!r}"
        elif stored.items[numbers[0]] != 1 or not stored.events[numbers[0]]:
            yield f"order {numbers[0]} has {stored.items[numbers[0]]} items and {stored.events[numbers[0]]} events"
    for stranger in stored.orders.keys() - centre.subscribers.keys():
        yield f"{stranger} has an order and never texted"


def _conversations(centre: Centre) -> Iterator[str]:
    for subscriber in centre.subscribers.values():
        if subscriber.step is not Step.FINISHED:
            yield f"{subscriber.msisdn} is still {subscriber.step.value}"
        for told in subscriber.unexpected:
            yield f"{subscriber.msisdn} was told what he did not expect: {told.text!r}"
