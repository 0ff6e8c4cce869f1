"""Faults at the worst moment: in the middle of a commit, in a timer nobody hears, in every second turn of a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine

from dialogs.words import Inbound, MessagePart
from orders.arrival import Arrival, Taken
from orders.ledger import claims, numbering
from orders.ledger.tables import connections, dialogs, inbound, orders, outbound, quarantine
from tests.orders.ledger.bench import ALICE, BOB, Bench


@contextmanager
def lost_while_committing(engine: Engine, committed: bool) -> Iterator[None]:
    """The server is gone as it is told to commit: it has done so, or not, and cannot say which."""
    dialect: Any = engine.dialect
    commit = dialect.do_commit

    def lose(connection: Any) -> None:
        if committed:
            commit(connection)
        else:
            connection.rollback()
        raise dialect.dbapi.OperationalError("the server closed the connection unexpectedly")

    dialect.do_commit = lose
    try:
        yield
    finally:
        dialect.do_commit = commit


@pytest.mark.parametrize("committed", [True, False])
def test_what_may_have_been_committed_is_neither_handed_back_nor_done_twice(
    bench: Bench, engine: Engine, committed: bool
) -> None:
    connection = bench.writer.opened("smsc-a")
    with lost_while_committing(engine, committed):
        order = bench.heard("place F800", fingerprint=b"f", connection=connection, number=1)
        told = bench.take(order, bench.heard("hello", BOB))
    assert told == [] and bench.writer.away, "handed back, the message centre would offer it once more"
    bench.clock.advance(1)
    bench.settle()
    assert told == [Taken.TAKEN, Taken.TAKEN] and not bench.writer.away
    assert len(bench.rows(orders)) == 1 and len(bench.rows(inbound)) == 2 and len(bench.rows(outbound)) == 2
    assert bench.rows(quarantine) == [] and len(bench.rows(connections)) == 1


def test_parts_that_may_have_been_committed_make_one_message(bench: Bench, engine: Engine) -> None:
    def part(number: int, payload: bytes) -> Arrival:
        kind = MessagePart("8:7", 2, number, 0, payload)
        return Arrival(Inbound(bench.ids.next(bench.now), "sms", ALICE, "10086", bench.now, kind))

    bench.take(part(1, b"say "))
    with lost_while_committing(engine, committed=True):
        told = bench.take(part(2, b"it"))
    bench.clock.advance(1)
    bench.settle()
    assert told == [Taken.TAKEN] and bench.said() == ["zh: say it"]


def test_while_the_commit_is_in_doubt_what_comes_new_is_handed_back(bench: Bench, engine: Engine) -> None:
    with lost_while_committing(engine, committed=True):
        kept = bench.take(bench.heard("one"))
        bench.clock.advance(1)
        new = bench.take(bench.heard("two"))
        bench.clock.advance(1)
        bench.settle()
    bench.clock.advance(1)
    bench.settle()
    assert kept == [Taken.TAKEN] and bench.said()[0] == "zh: one"
    assert len(bench.said()) == 1 + new.count(Taken.TAKEN)  # type: ignore[arg-type]


def test_a_timer_that_fails_fires_once_and_nobody_is_bothered(bench: Bench) -> None:
    bench.texts("wake 60 then raise")
    bench.clock.advance(60)
    due = lambda connection: claims.due_timers(connection, bench.ids, bench.now, 10)  # noqa: E731
    (timer,) = bench.run(due)
    assert bench.take(Arrival(timer)) == [Taken.QUARANTINED]
    assert bench.run(due) == [] and bench.said() == []
    assert bench.rows(dialogs)[0].place is not None, "the dialog itself goes on"
    assert len(bench.rows(quarantine)) == 1


def test_a_timer_that_fails_does_not_take_the_answer_before_it_along(bench: Bench) -> None:
    bench.texts("wake 60 then raise")
    bench.clock.advance(60)
    (timer,) = bench.run(lambda connection: claims.due_timers(connection, bench.ids, bench.now, 10))
    assert bench.take(Arrival(timer), bench.heard("hello")) == [Taken.QUARANTINED, Taken.TAKEN]
    assert bench.said() == ["zh: hello"]


def test_however_often_a_batch_is_taken_again_there_are_order_numbers(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "BLOCK", 40)
    arrivals = []
    for number in range(20):  # every second one orders and then fails: the batch is taken eleven times
        who = f"86138000000{number:02}"
        arrivals.append(bench.heard("place F800 then raise" if number % 2 else "place F800", who))
    verdicts = bench.take(*arrivals)
    assert verdicts == [Taken.TAKEN, Taken.QUARANTINED] * 10
    rows = bench.rows(orders)
    assert len(rows) == len({row.number for row in rows}) == 10
