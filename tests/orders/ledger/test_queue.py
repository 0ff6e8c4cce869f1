"""Who waits in a session goes first; nobody goes past the news of a connection."""

import pytest
from twisted.internet.defer import Deferred

from dialogs.words import Inbound, MessageReceived, UssdInput
from orders.arrival import Arrival, Taken
from orders.ledger import taking
from orders.ledger.load import Load, Waiting
from orders.ledger.queue import BESIDE_SESSIONS, LATELY, LIMIT, Queue
from tests.orders.ledger.bench import ALICE, NOW, Bench


def text(number: int) -> Waiting:
    return Waiting(Arrival(Inbound(number, "sms", ALICE, "10086", NOW, MessageReceived("x"))), Deferred(), False, NOW)


def typed(number: int) -> Waiting:
    inbound = Inbound(number, "ussd", ALICE, "*100#", NOW, UssdInput("1"), "a/1/1")
    return Waiting(Arrival(inbound), Deferred(), False, NOW)


def queue_of(*waiting: Waiting) -> Queue:
    queue = Queue()
    for each in waiting:
        queue.add(each)
    return queue


def taken(queue: Queue, now: float = NOW) -> list[int]:
    load = Load()
    queue.move_into(load, now)
    return [waiting.arrival.inbound.id for waiting in load.arrivals]


def test_what_goes_into_one_transaction_keeps_its_order() -> None:
    queue = queue_of(text(1), typed(2), text(3), typed(4))
    assert len(queue) == 4
    assert taken(queue) == [1, 2, 3, 4]
    assert not queue


def test_beside_sessions_a_load_is_small_so_that_who_comes_now_does_not_wait_for_long() -> None:
    texts = [text(number) for number in range(LIMIT + 200)]
    queue = queue_of(*texts)
    assert len(taken(queue)) == LIMIT
    queue.add(typed(9_999))
    assert 9_999 in taken(queue)  # with the first of the texts, and before the last
    assert len(taken(queue)) == BESIDE_SESSIONS
    assert taken(queue, NOW + LATELY) == [*range(LIMIT + 2 * BESIDE_SESSIONS - 1, LIMIT + 200)]


def test_nothing_goes_past_the_news_of_a_connection() -> None:
    queue, done = queue_of(text(1)), list[str]()
    queue.add_opening(lambda connection: done.append("lost"))
    queue.add_opening(lambda connection: done.append("opened"))
    queue.add(text(2))
    queue.add(typed(3))
    assert taken(queue) == [1]
    load = Load()
    queue.move_into(load, NOW)
    assert len(load.openings) == 2
    assert [waiting.arrival.inbound.id for waiting in load.arrivals] == [2, 3]


def test_what_could_not_be_written_is_before_all_others() -> None:
    queue = queue_of(typed(5))
    queue.put_back([], [text(1), typed(2)])
    assert taken(queue) == [1, 2, 5]
    queue.put_back([lambda connection: None], [])
    assert len(queue) == 1
    assert taken(queue) == []
    assert not queue


def test_arrivals_are_told_before_the_jobs_that_came_after_them_are_done(bench: Bench) -> None:
    told: list[object] = []
    bench.writer.accept(bench.heard("hello")).addBoth(told.append)
    for number in range(3):
        bench.writer.run(lambda connection, number=number: number).addBoth(told.append)  # type: ignore[misc]
    bench.clock.advance(0)
    bench.worker.perform()
    assert len(told) == 1 and len(bench.delivered) == 1
    bench.settle()
    assert told[1:] == [0, 1, 2]


def test_jobs_that_take_long_leave_the_rest_to_the_next_turn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "JOBS_WITHIN", -1.0)
    told: list[object] = []
    for number in range(2):
        bench.writer.run(lambda connection, number=number: number).addBoth(told.append)  # type: ignore[misc]
    bench.clock.advance(0)
    bench.worker.perform()
    bench.worker.perform()
    assert told == [0]
    bench.writer.accept(bench.heard("hello")).addBoth(told.append)
    bench.settle()
    assert told == [0, Taken.TAKEN, 1]
