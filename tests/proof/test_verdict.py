"""The proof must bite: each way of losing or doubling something is put into a database, and is found."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Connection

from orders.ledger.tables import metadata
from tests.proof.centre import Centre, Message
from tests.proof.subscribers import CONFIRM, ORDER, Subscriber, Told
from tests.proof.verdict import judge

WHO = "8613900000000"
NUMBER = "2611210000017"
PRICE = "酷派F800，999.00元，回复Y确认"
PLACED = f"已下单，订单号{NUMBER}"

TEXTED = (
    "INSERT INTO inbound (subscriber, id, thread, kind, content, received_at, connection, number)"
    " VALUES ('{who}', {id}, 'sms:10086', 'message', '{text}', 0, 1, {id})"
)
ORDERED = (
    "INSERT INTO orders (subscriber, number, state, channel, service, language, total, flags, ordered_at, changed_at)"
    " VALUES ('{who}', '{number}', 'held', 'sms', '10086', 'zh', 99900, '[]', 0, 0)"
)
ITEM = (
    "INSERT INTO order_items (subscriber, number, item, offer, quantity, unit_price)"
    " VALUES ('{who}', '{number}', 1, 'F800', 1, 99900)"
)
EVENT = (
    "INSERT INTO order_events"
    " (subscriber, number, event, id, at, actor, act, state, data, stands, whose, previous, hash)"
    " VALUES ('{who}', '{number}', 1, 1, 0, '', 'place', 'held', '', x'00', x'00', x'00', x'00')"
)
SENT = (
    "INSERT INTO outbound (subscriber, id, channel, service, session, phrase, text, ends, created_at, expires_at,"
    " state, due_at, attempts) VALUES ('{who}', 9, 'sms', '10086', '', '', '', true, 0, 0, 'sent', {due}, 1)"
)

Spoil = Callable[[Connection, Centre], object]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hall.db'}"


def _write(connection: Connection, statement: str, **values: object) -> None:
    connection.execute(sqlalchemy.text(statement.format(**{"who": WHO, "number": NUMBER, "due": "NULL", **values})))


def _whole(connection: Connection) -> Centre:
    """One conversation as it should be, on both sides."""
    centre = Centre(talking=1, window=1)
    subscriber = centre.subscribers[WHO] = Subscriber(WHO)
    for at, text in enumerate((PRICE, PLACED)):
        subscriber.hears(Told(at, 1, text))
    centre.messages += [Message(WHO, text, sendings=1, acknowledged_at=1.0) for text in (ORDER, CONFIRM)]
    for at, text in enumerate((ORDER, CONFIRM)):
        _write(connection, TEXTED, id=at, text=text)
    for statement in (ORDERED, ITEM, EVENT, SENT):
        _write(connection, statement)
    return centre


def _repeat(centre: Centre, connection: int) -> None:
    centre.subscribers[WHO].hears(Told(9.0, connection, PLACED))


def _violations(database: str, spoil: Spoil) -> tuple[str, ...]:
    engine = sqlalchemy.create_engine(database)
    metadata.create_all(engine)
    with engine.begin() as connection:
        centre = _whole(connection)
        spoil(connection, centre)
    engine.dispose()
    return judge(centre, database).violations


def test_a_conversation_as_it_should_be_violates_nothing(database: str) -> None:
    assert _violations(database, lambda connection, centre: None) == ()


def test_a_reply_repeated_after_a_lost_connection_is_explained(database: str) -> None:
    assert _violations(database, lambda connection, centre: _repeat(centre, connection=2)) == ()


SPOILT: list[tuple[Spoil, str]] = [
    (lambda rows, _: _write(rows, "DELETE FROM inbound WHERE content = 'Y'"), "acknowledged and taken 0 times"),
    (lambda rows, _: _write(rows, TEXTED, id=7, text="Y"), "acknowledged and taken 2 times"),
    (lambda rows, _: _write(rows, "DELETE FROM orders"), "has 0 orders"),
    (lambda rows, _: _write(rows, ORDERED, number="2611210000025"), "has 2 orders"),
    (lambda rows, _: _write(rows, ORDERED, who="8613900000001", number="1"), "has an order and never texted"),
    (lambda rows, _: _write(rows, "UPDATE orders SET number = '2611210000033'"), "was told the order number"),
    (lambda rows, _: _write(rows, "DELETE FROM order_items"), "has 0 items"),
    (lambda rows, _: _write(rows, "DELETE FROM order_events"), "0 events"),
    (lambda rows, _: _write(rows, "UPDATE outbound SET due_at = 1"), "never finished"),
    (lambda _, centre: _repeat(centre, connection=1), "told twice for no reason"),
    (lambda _, centre: centre.messages.append(Message(WHO, "Y", sendings=3)), "never acknowledged"),
    (lambda _, centre: centre.subscribers[WHO].hears(Told(9.0, 1, "对不起")), "did not expect"),
]


@pytest.mark.parametrize(("spoil", "found"), SPOILT, ids=[found for _, found in SPOILT])
def test_what_is_lost_or_doubled_is_found(database: str, spoil: Spoil, found: str) -> None:
    violations = _violations(database, spoil)
    assert any(found in violation for violation in violations), violations
