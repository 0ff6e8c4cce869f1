"""The answer to a submit_sm that came when it was counted on no more: it holds if nothing has been done since."""

import pytest

from dialogs.words import DeliveryReport, Inbound
from orders.arrival import Arrival
from orders.ledger import claims
from orders.ledger.tables import outbound, segments
from orders.outbound import Failed, GaveUp, Mark, Outbound, OutboundState, Postponed, Sent
from tests.orders.ledger.bench import ALICE, Bench


@pytest.fixture
def message(bench: Bench) -> Outbound:
    bench.texts("hello")
    (sent,) = bench.delivered[0].batches[0].outbound
    return sent


def late(bench: Bench, message: Outbound) -> Sent:
    return Sent(message.id, ALICE, bench.now, "smsc-a", "smsc-a", ("7",), True, late=True)


def postponed(bench: Bench, message: Outbound) -> Postponed:
    return Postponed(message.id, ALICE, bench.now + 5, "the answer never came")


def state(bench: Bench) -> tuple[str, bool]:
    """And whether it is still to be sent."""
    (row,) = bench.rows(outbound)
    return row.state, row.due_at is not None


@pytest.mark.parametrize("together", [True, False])
def test_what_waits_to_be_sent_again_is_sent_already(bench: Bench, message: Outbound, together: bool) -> None:
    bench.writer.mark(postponed(bench, message))
    if not together:
        bench.settle()
    bench.writer.mark(late(bench, message))
    bench.settle()
    assert state(bench) == (OutboundState.SENT, False)
    (row,) = bench.rows(outbound)
    assert (row.attempts, row.link, row.segments) == (1, "smsc-a", 1)


def test_its_receipt_is_heard(bench: Bench, message: Outbound) -> None:
    bench.writer.mark(postponed(bench, message))
    bench.writer.mark(late(bench, message))
    bench.settle()
    report = DeliveryReport("smsc-a", "7", "delivered", "000")
    bench.take(Arrival(Inbound(bench.ids.next(bench.now), "sms", ALICE, "10086", bench.now, report)))
    assert state(bench) == (OutboundState.DELIVERED, False)


def test_a_try_that_goes_on_is_not_disturbed(bench: Bench, message: Outbound) -> None:
    bench.writer.mark(postponed(bench, message))
    bench.settle()
    now = bench.now + 6
    (again,) = bench.run(lambda connection: claims.due_outbound(connection, "hall-2", "sms", now, 60, 10))
    assert again.id == message.id
    bench.writer.mark(late(bench, message))
    bench.settle()
    assert state(bench) == (OutboundState.SENDING, True)
    assert bench.rows(segments) == []


@pytest.mark.parametrize(
    ("why", "became"), [(GaveUp.UNKNOWN, OutboundState.SENT), (GaveUp.SPENT, OutboundState.FAILED)]
)
def test_what_was_given_up_for_want_of_an_answer_is_no_dead_letter(
    bench: Bench, message: Outbound, why: GaveUp, became: OutboundState
) -> None:
    given_up: Mark = Failed(message.id, ALICE, bench.now, "the answer never came", why)
    bench.writer.mark(given_up)
    bench.writer.mark(late(bench, message))
    bench.settle()
    assert state(bench) == (became, False)
    (row,) = bench.rows(outbound)
    assert (row.gave_up is None) == (became is OutboundState.SENT)
