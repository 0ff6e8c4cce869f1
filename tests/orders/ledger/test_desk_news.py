"""How things are at the desk, for all browsers at once: in a few statements, and as a sign of life of each."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, event, update

from orders.agent_states import Event, State, Told
from orders.desk_news import News, Viewer
from orders.desk_words import Role
from orders.ledger import agent_states, agents, desk_claims, desk_news, phone_calls
from orders.ledger.tables import call_tasks
from orders.signing_in import SessionRules
from orders.telephoning import PhoneCall
from tests.orders.ledger.desk_seed import (
    LEASE,
    NOW,
    WANG,
    ZHAO,
    seed_agents,
    seed_heard,
    seed_order,
    seed_task,
)

LI, SUN = Viewer(b"li", "li", Role.AGENT), Viewer(b"sun", "sun", Role.AGENT)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        for viewer in (LI, SUN):
            agents.open_session(connection, viewer.agent, viewer.session, "token", NOW)
        seed_order(connection, "1000000016")
        seed_task(connection, 1, "1000000016")
        seed_order(connection, "1000000024", ZHAO)
        seed_task(connection, 2, "1000000024", ZHAO, due_at=NOW + 500)
        yield connection


def look(connection: Connection, *viewers: Viewer, at: float = 0.0, beat: bool = True) -> News:
    return desk_news.news(connection, viewers or (LI, SUN), NOW + at, "hall-1", beat)


def test_how_many_wait_and_what_each_has_in_hand(connection: Connection) -> None:
    before = look(connection)
    assert (before.waits.due, before.waits.later, before.waits.oldest_at) == (1, 1, NOW)
    assert before.in_hand == {} and before.over == {}
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    after = look(connection)
    assert after.waits.due == 0
    assert (after.in_hand["li"].task, after.in_hand["li"].lease_until) == (1, NOW + LEASE)


def test_what_the_customer_says_meanwhile_changes_the_mark_of_his_card(connection: Connection) -> None:
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    before = look(connection).in_hand["li"]
    assert look(connection).in_hand["li"] == before
    seed_heard(connection, 5, NOW + 1, "等一下", who=ZHAO)
    assert look(connection).in_hand["li"] == before
    seed_heard(connection, 6, NOW + 2, "等一下", who=WANG)
    assert look(connection).in_hand["li"].mark != before.mark


def test_the_last_call_of_each(connection: Connection) -> None:
    for number, state in ((5, "over"), (6, "ringing")):
        call = PhoneCall(number, WANG, 1, "li", state, NOW, NOW)
        phone_calls.begin(connection, "hall-1", call)
        phone_calls.moved(connection, call)
    assert {agent: call.id for agent, call in look(connection).calls.items()} == {"li": 6}


def test_a_look_is_a_sign_of_life(connection: Connection) -> None:
    assert {each.agent for each in look(connection).presences.values()} == {"li", "sun"}
    look(connection, at=60, beat=False)
    assert agent_states.presence(connection, "li").seen_at == NOW
    look(connection, LI, at=60)
    assert agent_states.presence(connection, "li").seen_at == NOW + 60
    assert agent_states.presence(connection, "sun").seen_at == NOW


def test_what_nobody_told_is_caught_up_with(connection: Connection) -> None:
    desk_claims.claim_next(connection, "li", NOW, LEASE)
    agent_states.happened(connection, "li", Told(Event.CLAIM, NOW, "li", task=1))
    assert look(connection).presences["li"].state is State.PREVIEWING
    connection.execute(update(call_tasks).values(agent=None, lease_until=None))
    assert look(connection).presences["li"].state is State.READY


def test_sessions_that_are_over(connection: Connection) -> None:
    agents.open_session(connection, "li", b"second", "token", NOW + 1)
    agents.close_session(connection, b"sun")
    assert look(connection, beat=False).over == {b"li": "taken_over", b"sun": ""}
    second = Viewer(b"second", "li", Role.AGENT)
    assert look(connection, second, at=600).over == {}
    assert look(connection, second, at=13 * 3600).over == {b"second": ""}


def test_fifty_who_look_on_cost_as_many_statements_as_two(connection: Connection, engine: Engine) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    look(connection, beat=False)
    two = len(asked)
    look(connection, *(Viewer(f"{place}".encode(), f"agent{place}", Role.AGENT) for place in range(50)), beat=False)
    assert len(asked) == 2 * two


def test_a_session_is_over_in_the_stream_when_the_house_says_so(connection: Connection) -> None:
    short, long = SessionRules(idle=600.0, shift=7_200.0), SessionRules(idle=36_000.0, shift=86_400.0)

    def over(at: float, rules: SessionRules) -> set[bytes]:
        return set(desk_news.news(connection, (LI, SUN), NOW + at, "hall-1", True, rules).over)

    assert over(599.0, short) == set()
    assert over(599.0 + 601.0, short) == {LI.session, SUN.session}
    assert over(599.0 + 35_000.0, long) == set()
