"""Messages that are not to arrive before their time."""

import pytest
from sqlalchemy import Connection

from dialogs.words import Prompt
from orders.ledger import claims, posting
from orders.ledger.gathered import Gathered
from orders.ledger.tables import outbound
from orders.outbound import Outbound, OutboundState, Postponed
from tests.orders.ledger.bench import ALICE, BOB, Bench

HOUR = 3_600.0


def posted(bench: Bench, subscriber: str, not_before: float) -> None:
    def post(connection: Connection) -> None:
        deed = posting.deed(connection, bench.writer.house, bench.now)
        deed.post(subscriber, Prompt("echo", {"text": "later"}), "en", not_before=not_before)

    bench.run(post)


def due(bench: Bench, at: float, whose: str = ALICE) -> list[Outbound]:
    found = bench.run(lambda connection: claims.due_outbound(connection, "hall-1", "sms", at, 60, 10))
    return [message for message in found if message.subscriber == whose]


@pytest.fixture
def later(bench: Bench) -> float:
    return bench.now + HOUR


def test_it_is_not_due_before_and_worth_sending_as_long_as_any_other(bench: Bench, later: float) -> None:
    posted(bench, ALICE, later)
    posted(bench, BOB, 0.0)
    (at_once,) = due(bench, bench.now, BOB)
    assert at_once.not_before == 0.0
    assert due(bench, later - 1) == []
    (message,) = due(bench, later)
    assert message.not_before == later
    assert message.expires_at == later + bench.writer.house.text_validity


def test_what_is_for_later_is_no_backlog(bench: Bench, later: float) -> None:
    posted(bench, ALICE, later)
    now = bench.now
    assert bench.run(lambda connection: claims.outbox(connection, now)) == (0, 0.0)
    assert bench.run(lambda connection: claims.outbox(connection, later + 5)) == (1, 5.0)


def test_it_is_handed_on_early_to_whoever_keeps_it_and_only_once(bench: Bench, later: float) -> None:
    posted(bench, ALICE, later)
    now = bench.now
    assert bench.run(lambda connection: claims.hand_on_early(connection, "ussd", now)) == 0
    assert bench.run(lambda connection: claims.hand_on_early(connection, "sms", now)) == 1
    (message,) = due(bench, now)
    assert message.not_before == later
    bench.writer.mark(Postponed(message.id, ALICE, later, "its time has not come", tried=False))
    bench.settle()
    assert bench.run(lambda connection: claims.hand_on_early(connection, "sms", now)) == 0
    assert due(bench, later - 1) == []
    (row,) = bench.rows(outbound)
    assert (row.state, row.due_at, row.attempts) == (OutboundState.QUEUED, later, 0)


def test_a_notice_of_a_turn_may_be_for_later_too(bench: Bench, later: float) -> None:
    def write(connection: Connection) -> list[Outbound]:
        gathered = Gathered(bench.writer.house, bench.now, frozenset({"sms"}))
        gathered.notice(ALICE, Prompt("echo", {"text": "later"}), "en", later)
        gathered.notice(BOB, Prompt("echo", {"text": "now"}), "en")
        gathered.write(connection)
        return gathered.done.outbound

    assert [message.subscriber for message in bench.run(write)] == [BOB]
    assert len(due(bench, later)) == 1


def test_who_is_there_again_has_what_waits_for_him_but_not_what_is_for_later(bench: Bench, later: float) -> None:
    posted(bench, ALICE, later)
    posted(bench, ALICE, 0.0)
    posted(bench, BOB, 0.0)
    for message in (*due(bench, bench.now), *due(bench, bench.now, BOB)):
        bench.writer.mark(Postponed(message.id, message.subscriber, bench.now + 900, "his phone is off"))
    bench.settle()
    now = bench.now
    assert bench.run(lambda connection: claims.awake(connection, "sms", ALICE, now)) == 1
    (message,) = due(bench, now)
    assert message.not_before == 0.0
