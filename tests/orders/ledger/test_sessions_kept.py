"""What is kept of sessions: each has a row while it lasts, and what one leaves standing the next one is told of."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from dialogs.words import (
    CallBegan,
    Dialog,
    Digits,
    Facts,
    Inbound,
    Kind,
    Leave,
    Outcome,
    Place,
    Prompt,
    Say,
    SessionClosed,
    TimerFired,
    UssdInput,
)
from orders.arrival import Arrival
from orders.ledger.claims import due_timers
from orders.ledger.tables import dialogs
from tests.orders.ledger.bench import ALICE, Bench


def sessions(dialog: Dialog, inbound: Inbound, facts: Facts, now: float) -> Outcome:
    """Says what was left; stands in `typed`; leaves itself behind when the session is over."""
    blank = Dialog(dialog.subscriber, dialog.thread)
    if isinstance(inbound.kind, SessionClosed):
        return Outcome(blank, (Leave(replace(dialog, thread=inbound.threshold, deadline=None)),))
    if inbound.begins:
        left = facts.left.place.state if facts.left and facts.left.place else "nothing"
        said = [Say(Prompt("echo", {"text": f"left: {left}"}), "zh")]
        at = replace(blank, place=Place("s", "1", "menu"), turns=1, deadline=now + 60)
        return Outcome(at, (*said, Leave(Dialog(dialog.subscriber, inbound.threshold))))
    if isinstance(inbound.kind, TimerFired):
        return Outcome(blank, (Say(Prompt("echo", {"text": f"late in {inbound.session}"}), "zh"),))
    assert isinstance(inbound.kind, UssdInput | Digits)
    assert facts.left is None, "only who begins is told"
    return Outcome(replace(dialog, place=Place("s", "1", inbound.kind.text), turns=dialog.turns + 1))


@pytest.fixture
def bench(engine: Engine) -> Bench:
    bench = Bench(engine)
    bench.writer.house = replace(bench.house, take_turn=sessions)
    return bench


def hears(bench: Bench, *told: tuple[str, Kind], channel: str = "ussd") -> None:
    bench.take(*(Arrival(_inbound(bench, channel, session, kind)) for session, kind in told))


def _inbound(bench: Bench, channel: str, session: str, kind: Kind) -> Inbound:
    return Inbound(bench.ids.next(bench.now), channel, ALICE, "*100#", bench.now, kind, session)


def threads(bench: Bench) -> list[str]:
    return sorted(row.thread for row in bench.rows(dialogs) if row.place is not None)


DIALLED: Sequence[Kind] = (UssdInput("*100#", opening=True), CallBegan())


@pytest.mark.parametrize("dialled", DIALLED)
def test_what_one_session_leaves_the_next_is_told_of_and_has_then(bench: Bench, dialled: Kind) -> None:
    hears(bench, ("a", dialled))
    hears(bench, ("a", UssdInput("confirming")))
    assert threads(bench) == ["ussd:*100#/a"]
    hears(bench, ("a", SessionClosed("released")))
    assert threads(bench) == ["ussd:*100#"]
    hears(bench, ("b", dialled))
    assert bench.said()[-1] == "zh: left: confirming"
    assert threads(bench) == ["ussd:*100#/b"]


def test_also_when_all_of_it_is_one_batch(bench: Bench) -> None:
    dialled = DIALLED[0]
    hears(bench, ("a", dialled), ("a", UssdInput("confirming")), ("a", SessionClosed()), ("b", dialled), ("c", dialled))
    assert bench.said() == ["zh: left: nothing", "zh: left: confirming", "zh: left: nothing"]
    assert threads(bench) == ["ussd:*100#/b", "ussd:*100#/c"]


def test_a_session_that_is_over_leaves_no_row_of_its_own(bench: Bench) -> None:
    for name in "abc":
        hears(bench, (name, DIALLED[0]))
        hears(bench, (name, SessionClosed()))
    assert [row.thread for row in bench.rows(dialogs)] == ["ussd:*100#"]


def test_channels_and_services_leave_things_to_themselves_only(bench: Bench) -> None:
    hears(bench, ("a", DIALLED[0]), ("a", UssdInput("confirming")), ("a", SessionClosed()))
    hears(bench, ("b", CallBegan()), channel="ivr")
    assert bench.said()[-1] == "zh: left: nothing"


def test_a_timer_knows_its_session(bench: Bench) -> None:
    hears(bench, ("a", DIALLED[0]))
    bench.clock.advance(61)
    (timer,) = bench.run(lambda connection: due_timers(connection, bench.ids, bench.now, 10))
    assert (timer.channel, timer.service, timer.session) == ("ussd", "*100#", "a")
    bench.take(Arrival(timer))
    assert bench.said()[-1] == "zh: late in a"
