"""The queue at night: who may not be rung yet is passed over, and shown as waiting for the morning."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, select, update

from orders.calling_hours import CallingHours, Region
from orders.desk_lanes import DeskRules
from orders.ledger import desk_board, desk_claims, desk_queue, relaning
from orders.ledger.tables import call_tasks
from tests.orders.ledger.desk_seed import LEASE, QIAN, WANG, ZHAO, seed_agents, seed_order, seed_task

NIGHT = 1_699_920_000.0 + 5 * 3_600  # five in the morning, by UTC
EIGHT = NIGHT + 3 * 3_600
HONG_KONG = "85291234567"
HOURS = CallingHours(Region(begins=480, ends=1_200), {"852": Region("Hong Kong", begins=0, ends=1_200)})
RULES = DeskRules(hours=HOURS)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        for place, (who, priority) in enumerate([(WANG, 90), (ZHAO, 50), (HONG_KONG, 10)], 1):
            seed_order(connection, f"100000000{place}", who)
            lane = "zh@852" if who == HONG_KONG else "zh"
            seed_task(connection, place, f"100000000{place}", who, priority=priority, due_at=NIGHT - 9_000, lane=lane)
        yield connection


def claimed(connection: Connection, agent: str, now: float) -> int | None:
    task = desk_claims.claim_next(connection, agent, now, LEASE, RULES)
    return None if task is None else task.id


def test_the_next_is_the_first_who_may_be_rung_until_the_hours_begin(connection: Connection) -> None:
    assert claimed(connection, "li", NIGHT) == 3
    assert claimed(connection, "sun", NIGHT) is None
    assert claimed(connection, "sun", EIGHT) == 1


def test_what_was_promised_for_the_night_is_due_in_the_night(connection: Connection) -> None:
    connection.execute(update(call_tasks).where(call_tasks.c.id == 2).values(lane="zh//sun"))
    assert claimed(connection, "sun", NIGHT) == 2


def test_the_queue_and_the_board_say_until_when_they_wait(connection: Connection) -> None:
    queue = desk_queue.queue(connection, "li", NIGHT, RULES)
    assert [(each.task.id, each.opens_at) for each in queue.waiting] == [(3, None), (1, EIGHT), (2, EIGHT)]
    assert (queue.due, queue.closed, queue.opens_at) == (1, 2, EIGHT)
    claimed(connection, "li", NIGHT)
    board = desk_board.board(connection, NIGHT, HOURS)
    assert (board.due, board.closed, board.opens_at, board.oldest_at) == (0, 2, EIGHT, None)
    morning = desk_queue.counted(connection, EIGHT, HOURS)
    assert (morning.due, morning.closed, morning.opens_at, morning.oldest_at) == (3, 0, None, NIGHT - 9_000)


def test_who_has_somebody_of_a_closed_region_in_hand_is_counted_once(connection: Connection) -> None:
    connection.execute(update(call_tasks).where(call_tasks.c.id == 1).values(agent="li", lease_until=NIGHT + 60))
    counts = desk_queue.counted(connection, NIGHT, HOURS)
    assert (counts.due, counts.closed, counts.held, counts.oldest_at) == (1, 1, 1, NIGHT - 9_000)


def test_other_regions_move_what_waits_a_few_at_a_time(connection: Connection) -> None:
    seed_order(connection, "1000000009", QIAN)
    seed_task(connection, 9, "1000000009", QIAN, due_at=NIGHT - 9_000, lane="zh/numbers/li")
    others = replace(HOURS, regions={"86137": Region("there", begins=60)})
    looked, steps = relaning.Looked(), 0
    while not looked.over:
        looked, steps = relaning.relane(connection, others, looked, 2), steps + 1
    assert steps == 3
    lanes = {row.id: row.lane for row in connection.execute(select(call_tasks.c.id, call_tasks.c.lane))}
    assert lanes == {1: "zh", 2: "zh", 3: "zh", 9: "zh@86137/numbers/li"}
    assert relaning.relane(connection, others, looked, 2) is looked
    assert not relaning.relane(connection, HOURS, looked, 2).over
