"""Order numbers: no two alike, on however many nodes."""

from threading import Thread

import pytest
from sqlalchemy import Engine

from orders.ledger import numbering, schema
from orders.ledger.engine import open_engine
from orders.ledger.numbering import BLOCK, Numbers, take_block
from orders.ledger.tables import orders
from orders.order_numbers import valid_order_number
from tests.orders.ledger.bench import BOB, Bench


def take(engine: Engine) -> int:
    with engine.begin() as connection:
        return take_block(connection)


def test_blocks_follow_each_other_whoever_takes_them(engine: Engine) -> None:
    assert [take(engine) for _ in range(3)] == [0, BLOCK, 2 * BLOCK]


def test_two_nodes_never_give_the_same_number(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "BLOCK", 4)
    one, two = Bench(engine), Bench(engine, node="hall-2", ordinal=2)
    for _ in range(5):
        one.texts("place F800")
        two.texts("place F800", "place F800", who=BOB)
    numbers = [row.number for row in one.rows(orders)]
    assert len(numbers) == len(set(numbers)) == 15 and all(map(valid_order_number, numbers))


@pytest.mark.peers
def test_blocks_taken_at_the_same_time_do_not_overlap(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    taken: list[int] = []

    def node() -> None:
        mine = open_engine(postgres_url)
        taken.extend(take(mine) for _ in range(10))
        mine.dispose()

    threads = [Thread(target=node) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [BLOCK * number for number in range(40)]
    engine.dispose()


def test_a_block_is_added_before_the_last_one_is_used_up() -> None:
    numbers = Numbers()
    assert numbers.low
    numbers.add(0)
    given = []
    while not numbers.low:
        given.append(numbers.next())
    numbers.add(BLOCK)
    given += [numbers.next() for _ in range(BLOCK)]
    assert len(set(given)) == len(given) and given == sorted(given)


def test_a_restart_begins_with_a_block_of_its_own(engine: Engine) -> None:
    first, second = Bench(engine), Bench(engine)
    first.texts("place F800")
    second.clock.advance(1)
    second.texts("place F800")
    assert len({row.number for row in first.rows(orders)}) == 2
