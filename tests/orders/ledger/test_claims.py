"""Who does what is due: nobody twice while a lease holds, and somebody always in the end."""

import pytest
from sqlalchemy import Engine, insert, select

from orders.ledger import claims, schema
from orders.ledger.engine import open_engine
from orders.ledger.ids import NODES
from orders.ledger.tables import lookups, nodes, outbound
from orders.lookup import Lookup
from orders.outbound import Outbound, OutboundState, Postponed
from tests.orders.ledger.bench import ALICE, BOB, NOW, Bench


def register(engine: Engine, name: str, now: float = NOW) -> int:
    with engine.begin() as connection:
        return claims.register(connection, name, now)


# ── This node ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_node_keeps_its_ordinal_over_its_lives_and_shares_it_with_nobody(engine: Engine) -> None:
    first, second = register(engine, "hall-1"), register(engine, "hall-2")
    assert first != second
    assert (register(engine, "hall-1"), register(engine, "hall-2")) == (first, second)


def full_house(engine: Engine, oldest_seen_at: float) -> None:
    with engine.begin() as connection:
        rows = [{"name": f"hall-{n}", "ordinal": n, "seen_at": NOW} for n in range(NODES)]
        rows[77]["seen_at"] = oldest_seen_at
        connection.execute(insert(nodes), rows)


def test_a_new_node_takes_the_ordinal_of_one_that_has_long_been_gone(engine: Engine) -> None:
    full_house(engine, NOW - claims.FORGOTTEN_AFTER - 1)
    assert register(engine, "new") == 77
    with engine.begin() as connection:
        assert connection.scalar(select(nodes.c.name).where(nodes.c.ordinal == 77)) == "new"


def test_with_as_many_nodes_as_there_may_be_another_one_is_told_so(engine: Engine) -> None:
    full_house(engine, NOW - claims.FORGOTTEN_AFTER + 60)
    with pytest.raises(claims.TooManyNodes, match="name"):
        register(engine, "new")


def test_a_node_that_beats_is_not_forgotten(engine: Engine) -> None:
    full_house(engine, 0.0)
    with engine.begin() as connection:
        claims.beat(connection, "hall-77", NOW)
    with pytest.raises(claims.TooManyNodes):
        register(engine, "new")


def test_what_a_node_had_in_hand_is_due_when_it_starts_anew_and_nobody_elses_is(bench: Bench, engine: Engine) -> None:
    bench.texts("hello", "ask billing.balance")
    other = Bench(engine, node="hall-2", ordinal=2)
    other.texts("hello", who=BOB)
    assert due(bench, "hall-3") == []
    register(engine, "hall-1", bench.now)
    assert [message.subscriber for message in due(bench, "hall-3")] == [ALICE]
    assert len(asked(bench, "hall-3")) == 1


def test_a_message_that_waits_for_its_time_goes_on_waiting_when_its_node_starts_anew(bench: Bench) -> None:
    bench.texts("hello")
    (message,) = bench.delivered[0].batches[0].outbound
    bench.writer.mark(Postponed(message.id, ALICE, bench.now + 60, "refused for now"))
    bench.settle()
    register(bench.engine, "hall-1", bench.now)
    assert due(bench, "hall-1") == []
    (row,) = bench.rows(outbound)
    assert (row.state, row.due_at) == (OutboundState.QUEUED, bench.now + 60)


# ── What is due ──────────────────────────────────────────────────────────────────────────────────────────────────────


def due(bench: Bench, node: str, most: int = 10) -> list[Outbound]:
    return bench.run(lambda connection: claims.due_outbound(connection, node, "sms", bench.now, 120.0, most))


def asked(bench: Bench, node: str, lease: float = 120.0) -> list[Lookup]:
    return bench.run(lambda connection: claims.due_lookups(connection, node, bench.now, lease, 10))


def test_messages_are_claimed_oldest_first_and_not_more_than_asked_for(bench: Bench) -> None:
    bench.direct = frozenset()
    for words in ("one", "two", "three"):
        bench.texts(words)
        bench.clock.advance(1)
    assert [message.text for message in due(bench, "hall-1", most=2)] == ["zh: one", "zh: two"]
    assert [message.text for message in due(bench, "hall-1", most=2)] == ["zh: three"]


def test_a_question_is_asked_by_one_node_at_a_time(bench: Bench) -> None:
    bench.texts("errand billing.balance")
    assert asked(bench, "hall-2") == [], "the node that took the turn asks first"
    bench.clock.advance(120)
    (lookup,) = asked(bench, "hall-2")
    assert asked(bench, "hall-3") == []
    bench.clock.advance(119)
    assert asked(bench, "hall-3") == []
    bench.clock.advance(1)
    assert asked(bench, "hall-3") == [lookup], "the second node had its time"


def test_a_question_put_off_is_nobodys_until_its_time(bench: Bench) -> None:
    bench.texts("errand billing.balance")
    bench.clock.advance(120)
    (lookup,) = asked(bench, "hall-1")
    bench.run(lambda connection: claims.postpone_lookup(connection, lookup, bench.now + 30))
    assert bench.rows(lookups)[0].node is None
    bench.clock.advance(29)
    assert asked(bench, "hall-2") == []
    bench.clock.advance(1)
    (again,) = asked(bench, "hall-2")
    assert (again.id, again.attempts, again.resume) == (lookup.id, lookup.attempts + 1, lookup.resume)


def test_a_question_that_has_been_answered_is_not_put_off(bench: Bench) -> None:
    bench.texts("errand billing.balance")
    bench.clock.advance(120)
    (lookup,) = asked(bench, "hall-1")
    bench.run(lambda connection: connection.execute(lookups.delete()).rowcount)
    bench.run(lambda connection: claims.postpone_lookup(connection, lookup, bench.now))
    assert asked(bench, "hall-1") == []


def test_the_outbox_tells_how_much_waits_and_since_when(bench: Bench) -> None:
    def measured() -> tuple[int, float]:
        return bench.run(lambda connection: claims.outbox(connection, bench.now))

    assert measured() == (0, 0.0)
    bench.direct = frozenset()
    bench.texts("one")
    bench.clock.advance(10)
    bench.texts("two")
    assert measured() == (2, 10.0)


@pytest.mark.peers
def test_two_nodes_claim_side_by_side_and_neither_waits_for_the_other(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    schema.upgrade(engine)
    bench = Bench(engine)
    bench.direct = frozenset()
    bench.texts("one", "two", "three", "four")
    bench.texts("errand billing.balance")
    bench.clock.advance(120)
    with engine.begin() as one, engine.begin() as two:
        mine = claims.due_outbound(one, "hall-1", "sms", bench.now, 120.0, 2)
        theirs = claims.due_outbound(two, "hall-2", "sms", bench.now, 120.0, 10)
        assert [message.text for message in mine] == ["zh: one", "zh: two"]
        assert [message.text for message in theirs] == ["zh: three", "zh: four"]
        assert len(claims.due_lookups(one, "hall-1", bench.now, 120.0, 10)) == 1
        assert claims.due_lookups(two, "hall-2", bench.now, 120.0, 10) == []
    engine.dispose()
