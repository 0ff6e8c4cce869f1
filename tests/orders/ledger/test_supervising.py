"""What a supervisor does for those at work, on each database: one transaction each, noted at its end."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from orders.agent_states import Event, State, Told
from orders.desk_words import NoSuchAgent, Role, TaskGone
from orders.ledger import access_log, agent_states, desk_claims, shift, supervising
from orders.ledger.supervising import Deed
from orders.people import By
from orders.supervising import NotToHim, by_reason, today
from tests.orders.ledger.desk_seed import LEASE, NOW, ZHAO, seed_agents, seed_order, seed_task

BOSS = By("boss", Role.SUPERVISOR)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun", "boss")
        for name in ("li", "sun"):
            agent_states.happened(connection, name, Told(Event.SIGN_IN, NOW, name))
        seed_order(connection, "1000000016")
        seed_task(connection, 1, "1000000016")
        seed_order(connection, "1000000024", ZHAO)
        seed_task(connection, 2, "1000000024", ZHAO, due_at=NOW - 5000)
        yield connection


def deed(connection: Connection, why: str = "because") -> Deed:
    return Deed(connection, BOSS, NOW + 1, "hall-1", why)


def claim(connection: Connection, agent: str) -> int:
    task = desk_claims.claim_next(connection, agent, NOW, LEASE)
    assert task is not None
    agent_states.happened(connection, agent, Told(Event.CLAIM, NOW, agent, task=task.id))
    return task.id


def test_what_is_given_to_somebody_is_what_he_gets_next(connection: Connection) -> None:
    task = claim(connection, "li")
    supervising.assign(deed(connection), task, "sun", LEASE)
    assert agent_states.presence(connection, "li").state is State.READY
    assert agent_states.presence(connection, "li").by == "boss"
    assert claim(connection, "sun") == task
    other = 3 - task
    assert claim(connection, "li") == other
    with pytest.raises(NotToHim, match="another one"):
        supervising.assign(deed(connection), other, "sun", LEASE)
    with pytest.raises(NotToHim, match="already"):
        supervising.assign(deed(connection), other, "li", LEASE)


def test_what_is_given_and_not_taken_up_is_anybodys_again(connection: Connection) -> None:
    supervising.assign(deed(connection), 1, "sun", LEASE)
    assert desk_claims.claim_next(connection, "li", NOW + 2, LEASE) != 1
    desk_claims.leave(connection, "li", NOW)
    later = NOW + LEASE + 10
    got = {desk_claims.claim_next(connection, name, later, LEASE).id for name in ("li", "boss")}  # type: ignore[union-attr]
    assert got == {1, 2}


def test_each_deed_is_noted_with_its_reason(connection: Connection) -> None:
    supervising.unlock(deed(connection, "stuck"), claim(connection, "li"))
    supervising.pause(deed(connection, "talk"), "li", "meeting")
    supervising.sign_out(deed(connection, "late"), "sun")
    assert [(each.act, each.why) for each in access_log.listed(connection)] == [
        ("unlocked", "stuck"),
        ("paused", "talk"),
        ("signed_out", "late"),
    ]


def test_what_is_not_there_is_said_to_be_so(connection: Connection) -> None:
    with pytest.raises(TaskGone):
        supervising.unlock(deed(connection), 99)
    for act in (supervising.sign_out, lambda done, name: supervising.pause(done, name, "meal")):
        with pytest.raises(NoSuchAgent):
            act(deed(connection), "nobody")
    assert list(access_log.listed(connection)) == []


def test_the_shift(connection: Connection) -> None:
    claim(connection, "li")
    seen = shift.shift(connection, NOW + 1, NOW - 3600)
    assert [(each.presence.agent, each.presence.state.value) for each in seen.agents] == [
        ("li", "previewing"),
        ("sun", "ready"),
    ]
    assert sum(seen.ages) == 1 and seen.looked_at == 1
    assert (seen.today.tries, seen.today.rate) == (0, None)


def test_why_people_wait() -> None:
    waits = by_reason([(["quantity", "high_value"], 5.0), (["quantity"], 3.0)])
    assert [(each.code, each.count, each.oldest_at) for each in waits] == [("quantity", 2, 3.0), ("high_value", 1, 5.0)]


def test_how_today_goes() -> None:
    day = today({"confirmed": 3, "changed": 1, "rejected": 4, "no_answer": 7})
    assert (day.tries, day.reached, day.agreed, day.rate) == (15, 8, 4, 0.5)
