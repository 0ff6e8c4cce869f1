from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine, select, update

from orders.desk_words import LeaseOver, NotYours, TaskGone
from orders.ledger import desk_claims, schema
from orders.ledger.engine import open_engine
from orders.ledger.tables import call_tasks
from tests.orders.ledger.desk_seed import LEASE, NOW, QIAN, WANG, ZHAO, seed_agents, seed_task


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        yield connection


def claim(connection: Connection, agent: str, now: float = NOW) -> int | None:
    task = desk_claims.claim_next(connection, agent, now, LEASE)
    assert task is None or (task.agent, task.lease_until) == (agent, now + LEASE)
    return None if task is None else task.id


def test_the_most_urgent_comes_first_and_among_equals_the_oldest(connection: Connection) -> None:
    seed_task(connection, 1, "100", priority=10, due_at=NOW - 5)
    seed_task(connection, 2, "200", ZHAO, priority=30, due_at=NOW - 1)
    seed_task(connection, 3, "300", QIAN, priority=10, due_at=NOW - 9)
    order: list[int] = []
    while (task := claim(connection, f"agent-{len(order)}")) is not None:
        order.append(task)
    assert order == [2, 3, 1]


def test_what_is_not_due_waits(connection: Connection) -> None:
    seed_task(connection, 1, "100", due_at=NOW + 60)
    assert claim(connection, "li") is None
    assert claim(connection, "li", NOW + 60) == 1


def test_two_agents_never_hold_one_task(connection: Connection) -> None:
    seed_task(connection, 1, "100")
    assert claim(connection, "li") == 1
    assert claim(connection, "sun", NOW + LEASE - 1) is None


def test_who_holds_a_task_gets_it_again_with_a_new_lease(connection: Connection) -> None:
    seed_task(connection, 1, "100", priority=1)
    assert claim(connection, "li") == 1
    seed_task(connection, 2, "200", ZHAO, priority=99)
    assert claim(connection, "li", NOW + 10) == 1


def test_a_lease_that_ran_out_frees_the_task(connection: Connection) -> None:
    seed_task(connection, 1, "100")
    assert claim(connection, "li") == 1
    assert claim(connection, "sun", NOW + LEASE) == 1
    with pytest.raises(NotYours, match="with sun"):
        desk_claims.extend(connection, "li", 1, NOW + LEASE, LEASE)


def test_a_sign_of_life_keeps_it(connection: Connection) -> None:
    seed_task(connection, 1, "100")
    claim(connection, "li")
    assert desk_claims.extend(connection, "li", 1, NOW + 200, LEASE) == NOW + 200 + LEASE
    assert claim(connection, "sun", NOW + 400) is None
    with pytest.raises(LeaseOver, match="claim it again"):
        desk_claims.extend(connection, "li", 1, NOW + 500, LEASE)


def test_what_is_released_is_anybodys_at_once(connection: Connection) -> None:
    seed_task(connection, 1, "100")
    claim(connection, "li")
    desk_claims.release(connection, "li", 1, NOW)
    with pytest.raises(NotYours, match="nobody holds"):
        desk_claims.release(connection, "li", 1, NOW)
    assert claim(connection, "sun") == 1


def test_the_number_is_for_the_agent_who_holds_the_task(connection: Connection) -> None:
    seed_task(connection, 1, "100")
    claim(connection, "li")
    assert desk_claims.number_to_dial(connection, "li", 1, NOW) == WANG
    with pytest.raises(NotYours):
        desk_claims.number_to_dial(connection, "sun", 1, NOW)
    with pytest.raises(TaskGone):
        desk_claims.number_to_dial(connection, "li", 2, NOW)


def test_a_task_that_is_done_is_nobodys(connection: Connection) -> None:
    seed_task(connection, 1, "100")
    claim(connection, "li")
    connection.execute(update(call_tasks).values(due_at=None, done_at=NOW, outcome="cancelled"))
    assert claim(connection, "li") is None
    with pytest.raises(NotYours, match="done already: cancelled"):
        desk_claims.extend(connection, "li", 1, NOW, LEASE)


def test_what_one_customer_is_rung_about_is_with_one_agent(connection: Connection) -> None:
    seed_task(connection, 1, "100", priority=20)
    seed_task(connection, 2, "101", priority=20)
    seed_task(connection, 3, "200", ZHAO, priority=10)
    assert claim(connection, "li") == 1
    assert claim(connection, "sun") == 3
    desk_claims.release(connection, "sun", 3, NOW)
    desk_claims.release(connection, "li", 1, NOW)
    assert claim(connection, "sun") == 1
    assert claim(connection, "li", NOW + LEASE - 1) == 3
    assert claim(connection, "boss", NOW + LEASE) == 1, "whose lease ran out keeps nothing back"


def test_he_who_has_one_may_have_the_other_next(connection: Connection) -> None:
    seed_task(connection, 1, "100", priority=20)
    seed_task(connection, 2, "101", priority=10)
    assert claim(connection, "li") == 1
    connection.execute(update(call_tasks).where(call_tasks.c.id == 1).values(due_at=None, agent=None, done_at=NOW))
    assert claim(connection, "li") == 2


def test_callers_who_withhold_their_numbers_are_no_siblings(connection: Connection) -> None:
    seed_task(connection, 1, None, "")
    seed_task(connection, 2, None, "")
    assert (claim(connection, "li"), claim(connection, "sun")) == (1, 2)


@pytest.mark.peers
def test_nodes_that_claim_at_the_same_moment_get_no_siblings(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        for task in (1, 2, 3):
            seed_task(connection, task, str(100 + task), priority=20)
    with engine.connect() as here, engine.connect() as there:
        assert claim(here, "li") == 1
        assert claim(there, "sun") is None  # what the other has not committed yet is not to be seen, but to be felt
        there.rollback()
        here.rollback()
        assert claim(there, "sun") == 1
    engine.dispose()


@pytest.mark.peers
def test_fifty_agents_who_claim_at_once_on_nodes_of_their_own(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    names = [f"agent-{each}" for each in range(50)]
    with engine.begin() as connection:
        seed_agents(connection, *names)
        for task in range(120):
            seed_task(connection, task + 1, str(1_000 + task), f"86138{task // 3:08d}", priority=task % 3)

    def work(name: str) -> int | None:
        with engine.begin() as connection:
            return claim(connection, name)

    with ThreadPoolExecutor(10) as pool:
        assert all(pool.map(work, names[:30])), "each of them gets one"
        list(pool.map(work, names[30:]))
    with engine.connect() as connection:
        held = list(connection.scalars(select(call_tasks.c.subscriber).where(call_tasks.c.agent.is_not(None))))
    assert len(held) == len(set(held)) >= 30
    engine.dispose()


@pytest.mark.peers
def test_nodes_that_claim_at_the_same_moment_get_different_tasks(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    with engine.begin() as connection:
        seed_agents(connection, "li", "sun")
        seed_task(connection, 1, "100", priority=20)
        seed_task(connection, 2, "200", ZHAO)
    with engine.connect() as here, engine.connect() as there:
        assert claim(here, "li") == 1
        assert claim(there, "sun") == 2  # skips what the other has not committed yet, and does not wait for it
        here.rollback()
        there.commit()
        assert claim(here, "li") == 1
    engine.dispose()
