"""What agents are doing, as rows: one open for each, the others for reports, and who may be put through to."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, insert, select, update

from orders.agent_states import AWAY, GONE, STANDARD, Event, Limits, PauseReason, Presence, State, Told
from orders.ledger import agent_states, desk_claims, pauses, phone_calls
from orders.ledger.tables import agent_states as table
from orders.ledger.tables import call_tasks
from orders.telephoning import OVER, PhoneCall
from tests.orders.ledger.desk_seed import LEASE, NOW, WANG, seed_agents, seed_order, seed_task


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun", "boss")
        for name in ("li", "sun"):
            phone_calls.give_telephone(connection, name, f"PJSIP/{name}")
        yield connection


def tell(connection: Connection, event: Event, at: float, agent: str = "li", **more: object) -> Presence:
    told = Told(event, at, agent, "hall-1", **more)  # type: ignore[arg-type]
    return agent_states.happened(connection, agent, told)


def states(connection: Connection, agent: str = "li") -> list[tuple[str, float, float | None]]:
    rows = connection.execute(select(table).where(table.c.agent == agent).order_by(table.c.number))
    return [(row.state, row.since - NOW, None if row.until is None else row.until - NOW) for row in rows]


def test_each_state_is_a_row_from_when_to_when(connection: Connection) -> None:
    tell(connection, Event.SIGN_IN, NOW)
    tell(connection, Event.CLAIM, NOW + 10, task=1)
    tell(connection, Event.RING, NOW + 20, task=1, line=5)
    tell(connection, Event.ANSWER, NOW + 30)
    tell(connection, Event.PAUSE, NOW + 35, reason="meal")
    tell(connection, Event.OVER, NOW + 40, line=5)
    tell(connection, Event.DONE, NOW + 50)
    assert states(connection) == [
        ("ready", 0, 10),
        ("previewing", 10, 20),
        ("dialling", 20, 30),
        ("talking", 30, 40),
        ("wrap_up", 40, 50),
        ("paused", 50, None),
    ]
    now = agent_states.presence(connection, "li")
    assert (now.reason, now.task, now.line, now.then, now.node, now.seen_at) == (
        "meal",
        None,
        None,
        "",
        "hall-1",
        NOW + 50,
    )


def test_whose_time_to_wrap_up_is_over_is_ready_from_then_on_whoever_notices(connection: Connection) -> None:
    for event in (Event.SIGN_IN, Event.RING, Event.ANSWER):
        tell(connection, event, NOW, line=5)
    tell(connection, Event.OVER, NOW + 10, line=5)
    assert agent_states.presence(connection, "li").ends == NOW + 130
    assert agent_states.ready(connection, NOW + 20) == ()
    agent_states.wrapped_up(connection, NOW + 129, "hall-2")
    tell(connection, Event.LONGER, NOW + 129)
    agent_states.wrapped_up(connection, NOW + 200, "hall-2")
    assert agent_states.presence(connection, "li").state is State.WRAP_UP
    agent_states.seen(connection, ["li"], NOW + 300)
    agent_states.wrapped_up(connection, NOW + 300, "hall-2")
    assert [(each.name, each.since - NOW) for each in agent_states.ready(connection, NOW + 300)] == [("li", 250)]
    assert states(connection)[-2:] == [("wrap_up", 10, 250), ("ready", 250, None)]
    assert agent_states.presence(connection, "li").by == "hall"


def test_told_twice_it_comes_out_the_same(connection: Connection) -> None:
    for _ in range(2):
        tell(connection, Event.SIGN_IN, NOW)
    for _ in range(2):
        tell(connection, Event.SIGN_OUT, NOW + 1)
    assert states(connection) == [("ready", 0, 1), ("signed_out", 1, None)]
    assert agent_states.everybody(connection) == ()


def test_who_was_never_here_is_signed_out(connection: Connection) -> None:
    assert agent_states.presence(connection, "li") == Presence("li")


def test_who_is_ready_for_longest_comes_first_and_only_with_a_browser_and_a_telephone(connection: Connection) -> None:
    tell(connection, Event.SIGN_IN, NOW, "sun")
    tell(connection, Event.SIGN_IN, NOW + 1, "li")
    tell(connection, Event.SIGN_IN, NOW + 2, "boss")  # dials by hand
    now = NOW + 30
    assert [(each.name, each.phone) for each in agent_states.ready(connection, now)] == [
        ("sun", "PJSIP/sun"),
        ("li", "PJSIP/li"),
    ]
    agent_states.seen(connection, ["li"], now)
    assert [each.name for each in agent_states.ready(connection, NOW + AWAY + 5)] == ["li"]


def test_an_agent_is_taken_by_one_caller(connection: Connection) -> None:
    tell(connection, Event.SIGN_IN, NOW)
    assert agent_states.take(connection, "li", 5, NOW + 1, "hall-2")
    assert not agent_states.take(connection, "li", 6, NOW + 1, "hall-1")
    assert agent_states.ready(connection, NOW + 2) == ()
    assert agent_states.presence(connection, "li").line == 5
    agent_states.lines_down(connection, "hall-1", NOW + 3)
    assert agent_states.presence(connection, "li").state is State.DIALLING
    agent_states.lines_down(connection, "hall-2", NOW + 3)
    assert agent_states.presence(connection, "li").state is State.READY


def test_what_nobody_told_of_a_card_is_found(connection: Connection) -> None:
    seed_order(connection, "1000000016")
    seed_task(connection, 1, "1000000016")
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    tell(connection, Event.SIGN_IN, NOW)
    tell(connection, Event.CLAIM, NOW, task=1)
    assert agent_states.caught_up(connection, "li", NOW + 1, "hall-1").state is State.PREVIEWING
    connection.execute(update(call_tasks).values(due_at=None, done_at=NOW + 2, agent=None, lease_until=None))
    assert agent_states.caught_up(connection, "li", NOW + 3, "hall-1").state is State.READY
    assert states(connection) == [("ready", 0, 0), ("previewing", 0, 3), ("ready", 3, None)]


def test_what_nobody_told_of_a_call_is_found(connection: Connection) -> None:
    seed_order(connection, "1000000016")
    seed_task(connection, 1, "1000000016")
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    call = PhoneCall(5, WANG, 1, "li", "talking", NOW, NOW)
    phone_calls.begin(connection, "hall-1", call)
    tell(connection, Event.SIGN_IN, NOW)
    for event in (Event.CLAIM, Event.RING, Event.ANSWER):
        tell(connection, event, NOW, task=1, line=5)
    assert agent_states.caught_up(connection, "li", NOW + 1, "hall-1").state is State.TALKING
    phone_calls.moved(connection, replace(call, state=OVER, ending="talked"))
    assert agent_states.caught_up(connection, "li", NOW + 2, "hall-1").state is State.WRAP_UP


def test_who_gave_no_sign_of_life_is_signed_out(connection: Connection) -> None:
    tell(connection, Event.SIGN_IN, NOW)
    tell(connection, Event.SIGN_IN, NOW, "sun")
    agent_states.seen(connection, ["sun"], NOW + GONE)
    assert agent_states.gone(connection, "hall-1", NOW + GONE + 1) == ("li",)
    assert agent_states.presence(connection, "li").by == "hall"
    assert [each.agent for each in agent_states.everybody(connection)] == ["sun"]


def test_nobody_is_signed_out_whose_telephone_talks_on(connection: Connection) -> None:
    phone_calls.begin(connection, "hall-1", PhoneCall(5, WANG, 1, "li", "talking", NOW, NOW))
    for event in (Event.SIGN_IN, Event.RING, Event.ANSWER):
        tell(connection, event, NOW, line=5)
    assert agent_states.gone(connection, "hall-1", NOW + GONE + 1) == ()
    phone_calls.end_those_of(connection, "hall-1", NOW + GONE + 2)
    assert agent_states.gone(connection, "hall-1", NOW + GONE + 3) == ("li",)


def test_the_database_itself_allows_one_state_at_a_time(engine: Engine, connection: Connection) -> None:
    tell(connection, Event.SIGN_IN, NOW)
    row = connection.execute(select(table)).mappings().one()
    with pytest.raises(Exception, match=r"(?i)unique"), connection.begin_nested():
        connection.execute(insert(table), [dict(row) | {"number": 99}])


def test_reasons_and_limits_are_data(connection: Connection) -> None:
    assert pauses.limits(connection) == Limits()
    wanted = Limits({State.TALKING: 60.0}, (PauseReason("tea", {"zh": "喝茶", "en": "tea"}), STANDARD[1]))
    pauses.decide(connection, wanted)
    now = pauses.limits(connection)
    assert now.reasons == wanted.reasons
    assert now.seconds == {State.TALKING: 60}
    assert {each.code for each in pauses.reasons(connection, retired=True)} == {"tea"} | {
        each.code for each in STANDARD
    }
