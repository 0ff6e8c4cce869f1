"""What a dropped session left standing is offered by text: the rows of it, also when all happens in one batch."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine

from dialogs.turn import Library, load_library, take_turn
from dialogs.words import Inbound, Kind, MessageReceived, SessionClosed, UssdInput
from orders.arrival import Arrival
from orders.ledger.tables import dialogs, outbound
from tests.orders.ledger.bench import ALICE, Bench

DIALLED = UssdInput("*100#", opening=True)
ORDERING = UssdInput("*100*1001#", opening=True)
OFFERED, CONFIRM, WHETHER = "notice.go_on_by_text", "order.confirm", "going_on.ask"
Told = tuple[str, Kind]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture
def bench(engine: Engine, library: Library) -> Bench:
    bench = Bench(engine)
    bench.writer.house = replace(bench.house, take_turn=partial(take_turn, library))
    return bench


def hears(bench: Bench, *told: Told) -> None:
    """In one batch; by text where no session is named."""
    bench.take(*(Arrival(_inbound(bench, session, kind)) for session, kind in told))


def lives(bench: Bench, batches: str, *story: Told) -> None:
    for batch in [story] if batches == "one" else [(each,) for each in story]:
        hears(bench, *batch)


def _inbound(bench: Bench, session: str, kind: Kind) -> Inbound:
    channel, service = ("ussd", "*100#") if session else ("sms", "10086")
    return Inbound(bench.ids.next(bench.now), channel, ALICE, service, bench.now, kind, session)


def texts(text: str) -> Told:
    return "", MessageReceived(text)


def said(bench: Bench) -> list[tuple[str, str]]:
    return [(row.channel, row.phrase) for row in sorted(bench.rows(outbound), key=lambda row: row.id)]


def standing(bench: Bench) -> dict[str, str]:
    return {row.thread: row.place for row in bench.rows(dialogs) if row.place is not None}


IN_BATCHES = pytest.mark.parametrize("batches", ["one", "each"])
CUT_OFF: tuple[Told, ...] = (("a", ORDERING), ("a", SessionClosed("aborted")))


@IN_BATCHES
def test_by_text_and_no_more_to_who_dials(bench: Bench, batches: str) -> None:
    lives(bench, batches, *CUT_OFF, texts("1"), ("b", DIALLED))
    assert said(bench) == [("ussd", CONFIRM), ("sms", OFFERED), ("sms", CONFIRM), ("ussd", "welcome.choose")]


@IN_BATCHES
def test_to_who_dials_and_no_more_by_text(bench: Bench, batches: str) -> None:
    lives(bench, batches, *CUT_OFF, ("b", DIALLED), texts("1"))
    assert said(bench) == [("ussd", CONFIRM), ("sms", OFFERED), ("ussd", WHETHER), ("sms", "welcome.choose")]
    assert set(standing(bench)) == {"ussd:*100#/b", "sms:10086"}


@IN_BATCHES
def test_let_go_of_it_stands_nowhere(bench: Bench, batches: str) -> None:
    lives(bench, batches, *CUT_OFF, texts("2"))
    assert said(bench)[-1] == ("sms", "going_on.let_go")
    assert standing(bench) == {}


@IN_BATCHES
def test_what_is_going_on_by_text_is_not_touched(bench: Bench, batches: str) -> None:
    lives(bench, batches, texts("DG F800"), *CUT_OFF)
    assert ("sms", OFFERED) not in said(bench)
    assert CONFIRM not in standing(bench)["ussd:*100#"] and '"order"' in standing(bench)["sms:10086"]


def test_where_it_is_turned_off_nobody_is_written_to(bench: Bench) -> None:
    bench.writer.house = replace(bench.writer.house, go_on_by_text=False)
    hears(bench, *CUT_OFF)
    assert said(bench) == [("ussd", CONFIRM)]
    assert set(standing(bench)) == {"ussd:*100#"}


OLD, NEW = "gw/1/17", "gw/2/18"


def test_a_session_whose_end_nobody_heard_is_over_when_he_dials_again(bench: Bench) -> None:
    """Its node was killed, or is another one: he is asked whether to go on all the same, and not written to."""
    hears(bench, (OLD, ORDERING))
    hears(bench, (NEW, DIALLED))
    assert said(bench) == [("ussd", CONFIRM), ("ussd", WHETHER)]
    assert set(standing(bench)) == {f"ussd:*100#/{NEW}"}
    hears(bench, (OLD, SessionClosed("silence")))
    assert said(bench) == [("ussd", CONFIRM), ("ussd", WHETHER)]
    hears(bench, (NEW, UssdInput("1")))
    assert said(bench)[-1] == ("ussd", CONFIRM)


def test_a_session_at_another_place_goes_on(bench: Bench) -> None:
    hears(bench, (OLD, ORDERING))
    hears(bench, ("other/1/18", DIALLED))
    assert set(standing(bench)) == {f"ussd:*100#/{OLD}", "ussd:*100#/other/1/18"}


def test_whoever_types_into_it_goes_on_where_it_stands(bench: Bench) -> None:
    hears(bench, (OLD, ORDERING))
    hears(bench, (OLD, UssdInput("1")), (NEW, DIALLED))
    assert {phrase for _, phrase in said(bench)} == {CONFIRM, "order.flagged", "welcome.choose"}
    assert set(standing(bench)) == {f"ussd:*100#/{NEW}"}
