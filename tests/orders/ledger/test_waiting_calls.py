"""Callers who wait, as rows: from the turn in which they asked for an agent to the end, over nodes that come and go."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from dialogs.words import Inbound, MessageReceived, Proof
from orders.agent_states import Event, Told
from orders.agent_states import State as AgentState
from orders.arrival import Arrival
from orders.desk_words import Role
from orders.ledger import agent_states, desk_card, desk_claims, phone_calls, supervising, waiting_calls
from orders.ledger.calls import call_task_row
from orders.ledger.tables import agent_states as states
from orders.ledger.tables import call_tasks
from orders.ledger.tables import waiting_calls as table
from orders.ledger.waiting_rows import row_of
from orders.people import By
from orders.telephoning import PhoneCall
from orders.waiting import HELD, RENEWED, Caller, Ending, NoSuchCaller, Stand, State, Wish
from tests.orders.ledger.bench import ALICE, BOB, Bench
from tests.orders.ledger.bench import NOW as BENCH_NOW
from tests.orders.ledger.desk_seed import LEASE, NOW, seed_agents, seed_task

NODE, OTHER = "hall-1", "hall-2"


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        for name in ("li", "sun"):
            phone_calls.give_telephone(connection, name, f"PJSIP/{name}")
        yield connection


def arrives(agent: str, connection: Connection, at: float = NOW) -> None:
    agent_states.happened(connection, agent, Told(Event.SIGN_IN, at, agent, NODE))


def waits(connection: Connection, number: int, subscriber: str = ALICE, since: float = NOW, node: str = NODE) -> Caller:
    caller = Caller(number, subscriber, f"a.{number}", node, "zh", "asked", number + 100, since)
    task = call_task_row(subscriber, caller.task, None, [{"code": "asked", "saw": {}}], 0, since)
    connection.execute(insert(call_tasks), [task | {"due_at": since + HELD}])
    connection.execute(insert(table), [row_of(caller, "10086")])
    return caller


def look(connection: Connection, *mine: int, at: float = NOW, node: str = NODE) -> dict[int, Stand]:
    stands = waiting_calls.look(connection, node, frozenset(mine), at, LEASE)
    return {stand.caller.id: stand for stand in stands}


def task(connection: Connection, number: int) -> tuple[str | None, float | None, str | None]:
    row = connection.execute(select(call_tasks).where(call_tasks.c.id == number + 100)).one()
    return row.agent, None if row.due_at is None else row.due_at - NOW, row.outcome


def doing(connection: Connection, agent: str) -> str:
    return agent_states.presence(connection, agent).state.value


def test_who_is_first_is_put_through_and_the_other_hears_that_he_is_next(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    waits(connection, 2, BOB, NOW + 1)
    stands = look(connection, 1, 2, at=NOW + 2)
    assert (stands[1].phone, stands[1].caller.agent, stands[1].caller.state) == ("PJSIP/li", "li", State.OFFERED)
    assert (stands[2].phone, stands[2].ahead, stands[2].staffed) == ("", 0, True)
    assert doing(connection, "li") == AgentState.DIALLING
    held = desk_claims.claim_next(connection, "li", NOW + 3, LEASE)
    assert held is not None
    assert held.id == 101, "his card is in the agent's hands"


def test_the_talk_ends_and_the_card_is_still_to_be_written(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    look(connection, 1)
    waiting_calls.talking(connection, 1, NOW + 5)
    assert doing(connection, "li") == AgentState.TALKING
    waiting_calls.over(connection, 1, Ending.LEFT, NOW + 60)
    assert doing(connection, "li") == AgentState.WRAP_UP
    row = connection.execute(select(table)).one()
    assert (row.state, row.ending, row.answered_at) == ("over", "talked", NOW + 5)
    call = phone_calls.last_of(connection, ALICE, 101)
    assert call is not None
    assert (call.state, call.ending, call.answered_at) == ("over", "talked", NOW + 5)
    assert task(connection, 1) == ("li", 0, None)


def test_an_agent_who_does_not_pick_up_is_paused_and_passed_over(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    look(connection, 1)
    waiting_calls.missed(connection, 1, NOW + 20)
    assert doing(connection, "li") == AgentState.PAUSED
    assert task(connection, 1) == (None, 20 + HELD, None)
    arrives("sun", connection, NOW + 21)
    agent_states.happened(connection, "li", Told(Event.BE_READY, NOW + 22, "li", NODE))
    assert look(connection, 1, at=NOW + 23)[1].caller.agent == "sun"


def test_who_declines_is_ready_for_others(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    look(connection, 1)
    with pytest.raises(NoSuchCaller):
        waiting_calls.wish(connection, "sun", 1, Wish.DECLINE)
    waiting_calls.wish(connection, "li", 1, Wish.DECLINE)
    assert look(connection, 1, at=NOW + 1)[1].caller.wish == Wish.DECLINE
    waiting_calls.missed(connection, 1, NOW + 2, declined=True)
    assert doing(connection, "li") == AgentState.READY
    stand = look(connection, 1, at=NOW + 3)[1]
    assert (stand.caller.state, stand.phone, stand.caller.wish) == (State.WAITING, "", "")


def test_what_somebody_reads_about_him_goes_back_when_another_is_put_through(connection: Connection) -> None:
    seed_task(connection, 7, "1000000016", ALICE)
    arrives("li", connection)
    arrives("sun", connection)
    assert desk_claims.claim_next(connection, "li", NOW, LEASE)
    agent_states.happened(connection, "li", Told(Event.CLAIM, NOW, "li", NODE, task=7))
    waits(connection, 1)
    assert look(connection, 1)[1].caller.agent == "sun"
    assert doing(connection, "li") == AgentState.READY
    assert desk_claims.claim_next(connection, "li", NOW, LEASE) is None, "it is about the same customer"


def test_whom_somebody_has_rung_waits_until_that_is_recorded(connection: Connection) -> None:
    seed_task(connection, 7, "1000000016", ALICE)
    arrives("sun", connection)
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    desk_claims.dialled(connection, "li", 7, NOW, LEASE)
    waits(connection, 1)
    assert look(connection, 1)[1].caller.state is State.WAITING
    desk_claims.release(connection, "li", 7, NOW + 1)
    assert look(connection, 1, at=NOW + 2)[1].caller.agent == "sun"


def test_who_talks_with_an_agent_that_is_signed_out_is_passed_back_and_first(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    look(connection, 1)
    waiting_calls.talking(connection, 1, NOW + 5)
    waits(connection, 2, BOB, NOW + 6)
    arrives("boss", connection)
    deed = supervising.Deed(connection, By("boss", Role.SUPERVISOR), NOW + 60, NODE)
    supervising.sign_out(deed, "li")
    assert look(connection, 1, 2, at=NOW + 61)[1].caller.wish == Wish.PASS_BACK
    assert desk_claims.claim_next(connection, "sun", NOW + 61, LEASE) is None, "he is still on the line"
    waiting_calls.passed_back(connection, 1, NOW + 62)
    assert task(connection, 1)[0] is None
    assert phone_calls.under_way(connection, ALICE) is not None, "nobody rings him meanwhile"
    arrives("sun", connection, NOW + 63)
    stands = look(connection, 1, 2, at=NOW + 64)
    assert (stands[1].caller.agent, stands[1].phone, stands[2].ahead) == ("sun", "PJSIP/sun", 0)
    waiting_calls.missed(connection, 1, NOW + 70)
    waiting_calls.over(connection, 1, Ending.LEFT, NOW + 71)
    assert phone_calls.under_way(connection, ALICE) is None


def test_whose_wish_is_recorded_already_is_not_put_through_again(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    look(connection, 1)
    waiting_calls.talking(connection, 1, NOW + 5)
    connection.execute(update(call_tasks).values(done_at=NOW + 6, due_at=None, agent=None))
    desk_claims.leave(connection, "li", NOW + 7)
    assert look(connection, 1, at=NOW + 8)[1].caller.wish == Wish.HANG_UP


def test_calls_of_those_who_are_not_at_the_desk_any_more_are_found(connection: Connection) -> None:
    arrives("li", connection)
    phone_calls.begin(connection, NODE, PhoneCall(5, ALICE, 7, "li", "talking", NOW, NOW))
    assert phone_calls.forsaken(connection, NODE) == []
    agent_states.happened(connection, "li", Told(Event.SIGN_OUT, NOW + 1, "li", NODE))
    assert [call.id for call in phone_calls.forsaken(connection, NODE)] == [5]
    assert phone_calls.forsaken(connection, "hall-2") == []


def test_what_becomes_of_the_callback(connection: Connection) -> None:
    endings = [Ending.LEFT, Ending.BACK, Ending.CALLBACK, Ending.LOST]
    for number, ending in enumerate(endings, 1):
        waits(connection, number, f"861380013800{number}")
        waiting_calls.over(connection, number, ending, NOW + 9)
    assert [task(connection, number)[1:] for number in (1, 2, 3, 4)] == [
        (None, "left"),
        (None, "back"),
        (9, None),
        (9, None),
    ]


def test_who_is_not_known_is_not_rung_back(connection: Connection) -> None:
    waits(connection, 1, "")
    waiting_calls.over(connection, 1, Ending.LOST, NOW + 9)
    assert task(connection, 1) == (None, None, "lost")


def test_while_he_waits_his_callback_is_nobodys(connection: Connection) -> None:
    arrives("sun", connection)
    agent_states.happened(connection, "sun", Told(Event.PAUSE, NOW, "sun", NODE, reason="meal"))
    waits(connection, 1)
    for at in (30.0, 60.0, 90.0, 120.0):
        agent_states.seen(connection, ["sun"], NOW + at)
        stand = look(connection, 1, at=NOW + at)[1]
        assert not stand.staffed, "a pause is nobody"
    assert task(connection, 1) == (None, 120 + HELD, None)
    assert desk_claims.claim_next(connection, "li", NOW + 121, LEASE) is None


def test_the_callers_of_two_nodes_stand_in_one_queue(connection: Connection) -> None:
    waits(connection, 1, node=OTHER)
    waits(connection, 2, BOB, NOW + 1)
    assert look(connection, 2, at=NOW + 2)[2].ahead == 1
    arrives("li", connection, NOW + 3)
    assert look(connection, 2, at=NOW + 3)[2].phone == "", "he is for the one who was first, whose node takes him"
    assert look(connection, 1, at=NOW + 4, node=OTHER)[1].phone == "PJSIP/li"


def test_a_node_dies_with_its_callers(connection: Connection) -> None:
    waits(connection, 1, node=OTHER)
    waits(connection, 2, BOB, NOW + 1)
    assert look(connection, 2, at=NOW + RENEWED - 1)[2].ahead == 1
    assert look(connection, 2, at=NOW + RENEWED + 1)[2].ahead == 0
    assert task(connection, 1) == (None, RENEWED + 1, None), "he is rung back"


def test_a_node_that_begins_anew_has_them_wait_on_where_they_stood(connection: Connection) -> None:
    arrives("li", connection)
    arrives("sun", connection)
    for number, who in enumerate((ALICE, BOB, "8613800138009"), 1):
        waits(connection, number, who, NOW + number)
    look(connection, 1, 2, 3, at=NOW + 4)
    waiting_calls.talking(connection, 1, NOW + 5)
    there = waiting_calls.regained(connection, NODE, NOW + 100)
    assert [each.state for each in there] == [State.TALKING, State.OFFERED, State.WAITING]
    agent_states.lines_down(connection, NODE, NOW + 100, [1])
    phone_calls.end_those_of(connection, NODE, NOW + 100, [1])
    assert (doing(connection, "li"), doing(connection, "sun")) == (AgentState.TALKING, AgentState.READY)
    assert task(connection, 2) == (None, 100 + HELD, None)
    agent_states.seen(connection, ["sun"], NOW + 101)
    assert [each.phone for each in look(connection, 1, 3, at=NOW + 101).values()] == ["", "", ""], "2 is not found yet"
    assert look(connection, 1, 2, 3, at=NOW + 102)[2].caller.agent == "sun"
    assert phone_calls.under_way(connection, ALICE) is not None


def test_every_state_of_an_agent_is_closed_but_the_last(connection: Connection) -> None:
    arrives("li", connection)
    waits(connection, 1)
    look(connection, 1)
    waiting_calls.missed(connection, 1, NOW + 20)
    open_ones = connection.execute(select(states).where(states.c.agent == "li", states.c.until.is_(None))).all()
    assert len(open_ones) == 1


# ── The turn ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def asks(bench: Bench, subscriber: str, session: str) -> None:
    told = bench.ids.next(BENCH_NOW), "ivr", subscriber, "10086", BENCH_NOW, MessageReceived("agent"), session
    bench.writer.accept(Arrival(Inbound(*told, proof=Proof.NUMBER)))
    bench.settle()


@pytest.fixture
def telephones(bench: Bench) -> Bench:
    bench.writer.house = replace(bench.house, puts_through=frozenset({"ivr"}))
    bench.direct = frozenset({"ivr"})
    return bench


def test_who_asks_on_the_telephone_waits_and_has_a_callback_that_is_held_back(telephones: Bench) -> None:
    asks(telephones, ALICE, "a.1")
    [message] = telephones.delivered[-1].batches[0].outbound
    assert (message.phrase, message.put_through > 0) == ("queue.begins", True)
    with telephones.engine.begin() as connection:
        [caller] = waiting_calls.waiting(connection)
        due = connection.scalar(select(call_tasks.c.due_at).where(call_tasks.c.id == caller.task))
    assert (caller.id, caller.subscriber, caller.session) == (message.put_through, ALICE, "a.1")
    assert due == BENCH_NOW + HELD


def test_who_asks_twice_has_one_callback_and_who_is_not_known_has_one_for_each_call(telephones: Bench) -> None:
    for session in ("a.1", "a.2"):
        asks(telephones, ALICE, session)
        asks(telephones, "", session)
    with telephones.engine.begin() as connection:
        callers = waiting_calls.waiting(connection)
    assert len({caller.task for caller in callers if caller.subscriber}) == 1
    assert len({caller.task for caller in callers if not caller.subscriber}) == 2


def test_of_who_is_not_known_one_sees_only_this_call(telephones: Bench) -> None:
    for session in ("a.1", "a.2"):
        asks(telephones, "", session)
    with telephones.engine.begin() as connection:
        first = waiting_calls.waiting(connection)[0]
        card = desk_card.task_card(connection, first.task)
    assert [line.ours for line in card.conversation] == [False, True]


def test_who_texts_for_an_agent_is_rung_back_as_ever(telephones: Bench) -> None:
    told = telephones.ids.next(BENCH_NOW), "sms", ALICE, "10086", BENCH_NOW, MessageReceived("agent")
    telephones.writer.accept(Arrival(Inbound(*told)))
    telephones.settle()
    with telephones.engine.begin() as connection:
        assert waiting_calls.waiting(connection) == []
        assert connection.scalar(select(call_tasks.c.due_at)) == BENCH_NOW


def test_who_hung_up_before_anybody_had_him_is_not_waited_for(connection: Connection) -> None:
    """He pressed 0 and was gone before the first word: no node has ever had him on the line."""
    waits(connection, 1)
    waits(connection, 2, BOB)
    for second in range(0, 2 * int(RENEWED), 5):
        look(connection, 2, at=NOW + second)
    assert set(look(connection, 2, at=NOW + 2 * RENEWED)) == {2}
    agent, due, _ = task(connection, 1)
    assert agent is None
    assert due is not None and due <= 2 * RENEWED, "he is rung back"
