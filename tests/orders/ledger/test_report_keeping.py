from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, func, insert, select

from orders.ledger.report_keeping import AT_ONCE, DAY, Kept, forget_old
from orders.ledger.tables import report_counts
from tests.orders.ledger.desk_seed import NOW

HOUR = 3_600


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def seed(connection: Connection, of: str, every: int, many: int, until: float) -> None:
    row = {"of": of, "name": "", "step": "", "channel": "sms", "times": 1, "fen": 0}
    rows = [row | {"at": int(until) - back * every, "node": node} for back in range(many) for node in ("a", "b")]
    connection.execute(insert(report_counts), rows)


def left(connection: Connection, of: str) -> int:
    counted = select(func.count()).where(report_counts.c.of == of)
    return int(connection.execute(counted).scalar_one())


def test_what_is_older_goes_a_few_hours_at_a_time_and_what_is_not_stays(connection: Connection) -> None:
    kept, before = Kept(days=400), NOW - 400 * DAY
    seed(connection, "order", HOUR, 100, before - 1)
    seed(connection, "order", HOUR, 24, NOW)
    seed(connection, "offer", int(DAY), 3, before + DAY)
    gone = []
    for _ in range(4):
        forget_old(connection, NOW, kept)
        gone.append(left(connection, "order"))
    assert gone == [2 * (124 - AT_ONCE), 2 * (124 - 2 * AT_ONCE), 48, 48]
    assert left(connection, "offer") == 4, "the day of the limit itself is not older"


def test_nothing_is_forgotten_where_all_is_kept(connection: Connection) -> None:
    seed(connection, "order", HOUR, 3, 0.0)
    forget_old(connection, NOW, Kept(days=0))
    assert left(connection, "order") == 6
