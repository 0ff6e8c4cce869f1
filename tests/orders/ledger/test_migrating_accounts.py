"""What an older version has written means the same after the migration to accounts and dead letters."""

import pytest
from sqlalchemy import Engine, text

from dialogs.words import DeliveryReport
from orders.ledger import receipts, schema
from orders.ledger.engine import open_engine
from tests.orders.ledger.migrating import go


@pytest.fixture
def old(bare_url: str):  # type: ignore[no-untyped-def]
    engine = open_engine(bare_url)
    go(engine, "0001")
    yield engine
    engine.dispose()


def write(engine: Engine) -> None:
    message = (
        "INSERT INTO outbound (subscriber, id, channel, service, session, phrase, text, ends, created_at, expires_at,"
        " state, attempts, reason) VALUES ('86', {}, 'sms', '10086', '', 'x', 'x', false, 1, 2, '{}', 1, {})"
    )
    with engine.begin() as connection:
        connection.execute(text(message.format(1, "sent", "NULL")))
        connection.execute(text(message.format(2, "failed", "'expired'")))
        connection.execute(text(message.format(3, "failed", "'status 0x0b'")))
        connection.execute(text("INSERT INTO segments VALUES ('a1', 'smsc-a', '86', 1, 1, NULL, NULL)"))


def test_a_receipt_finds_a_message_that_was_sent_before_and_what_failed_is_a_dead_letter(old: Engine) -> None:
    write(old)
    schema.upgrade(old)
    with old.begin() as connection:
        receipts.take(connection, [DeliveryReport("smsc-a", "a1", "delivered", "000")], 3.0)
        rows = connection.execute(text("SELECT id, state, gave_up FROM outbound ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [(1, "delivered", None), (2, "failed", "expired"), (3, "failed", "refused")]


def test_there_is_a_way_back(old: Engine) -> None:
    write(old)
    go(old, "0002")
    go(old, "0001")
    assert schema.current(old) == "0001"
    with old.begin() as connection:
        assert connection.execute(text("SELECT link FROM segments")).scalar_one() == "smsc-a"
    schema.upgrade(old)
