"""Whatever happens, each message has exactly one effect."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import OperationalError
from twisted.python.failure import Failure

from dialogs.words import AgentDecided, DeliveryReport, Inbound, LookupDone, MessagePart
from orders.arrival import Arrival, LedgerAway, Taken
from orders.ledger import claims
from orders.ledger.house import Billing
from orders.ledger.tables import (
    balances,
    call_tasks,
    dialogs,
    inbound,
    lookups,
    order_events,
    orders,
    outbound,
    parts,
    quarantine,
    segments,
    subscribers,
)
from orders.outbound import Failed, OutboundState, Postponed, Sent
from tests.orders.ledger.bench import ALICE, BOB, Bench


def test_a_message_is_committed_with_its_dialog_and_its_answer(bench: Bench) -> None:
    assert bench.texts("hello") == [Taken.TAKEN]
    assert [row.content for row in bench.rows(inbound)] == ["hello"]
    assert json.loads(bench.rows(dialogs)[0].place) == ["echo", "1", "talking", {"last": "hello"}]
    assert bench.said() == ["zh: hello"]
    (sent,) = bench.delivered[0].batches[0].outbound
    assert (sent.subscriber, sent.channel, sent.service, sent.text) == (ALICE, "sms", "10086", "zh: hello")


def test_what_a_peer_sent_besides_stands_with_the_message(bench: Bench) -> None:
    bench.take(replace(bench.heard("one"), parameters='{"0x1400":"0aff"}'), bench.heard("two"))
    assert [row.parameters for row in bench.rows(inbound)] == ['{"0x1400":"0aff"}', None]


def test_nobody_is_told_before_the_commit(bench: Bench) -> None:
    told: list[object] = []
    bench.writer.accept(bench.heard("hello")).addBoth(told.append)
    bench.clock.advance(0)
    assert told == []
    bench.worker.perform()
    assert told == [Taken.TAKEN]


def test_what_gathers_while_one_batch_commits_shares_the_next(bench: Bench) -> None:
    bench.writer.accept(bench.heard("first"))
    bench.clock.advance(0)
    for number in range(5):
        bench.writer.accept(bench.heard(f"then {number}"))
    bench.settle()
    assert [len(written.verdicts) for written in bench.delivered] == [1, 5]


def test_turns_of_one_subscriber_follow_each_other_in_the_order_of_arrival(bench: Bench) -> None:
    bench.texts("one", "place F800", "three")
    said = bench.said()
    assert said[0] == "zh: one" and said[1].startswith("zh: flagged ") and said[2] == "zh: three"
    assert bench.rows(dialogs)[0].turns == 3


def test_a_turn_that_raises_is_thrown_away_and_the_others_commit(bench: Bench) -> None:
    good, bad, other = bench.heard("hello"), bench.heard("raise"), bench.heard("hi", BOB)
    assert bench.take(good, bad, other) == [Taken.TAKEN, Taken.QUARANTINED, Taken.TAKEN]
    assert bench.said() == ["zh: hello", "zh: apology.failed"]
    assert bench.said(BOB) == ["zh: hi"]
    (kept,) = bench.rows(quarantine)
    assert "a script with a fault" in kept.trace and json.loads(kept.inbound)["content"] == "raise"
    assert json.loads(bench.rows(dialogs)[0].place)[3] == {"last": "hello"}


def test_a_turn_that_fails_after_it_ordered_orders_nothing(bench: Bench) -> None:
    assert bench.take(bench.heard("place F800 then raise"), bench.heard("place F800", BOB)) == [
        Taken.QUARANTINED,
        Taken.TAKEN,
    ]
    assert [row.subscriber for row in bench.rows(orders)] == [BOB]
    assert len(bench.rows(order_events)) == 1
    assert bench.said() == ["zh: apology.failed"]


def test_a_row_the_database_refuses_is_found_by_halving(bench: Bench, engine: Engine) -> None:
    poison = bench.heard("poison")
    refuse(engine, poison.inbound.id)
    arrivals = [bench.heard(f"hello {number}", f"86138000000{number:02}") for number in range(10)]
    verdicts = bench.take(*arrivals[:6], poison, *arrivals[6:])
    assert verdicts.count(Taken.TAKEN) == 10
    assert verdicts[6] is Taken.QUARANTINED
    assert len(bench.rows(inbound)) == 10 and len(bench.rows(outbound)) == 10
    assert len(bench.rows(quarantine)) == 1


def refuse(engine: Engine, number: int) -> None:
    """Make the database refuse the inbound row of this id."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            statement = (
                "CREATE TRIGGER poison BEFORE INSERT ON inbound WHEN NEW.id = {}"
                " BEGIN SELECT RAISE(ABORT, 'constraint of the test'); END"
            )
        else:
            statement = "ALTER TABLE inbound ADD CONSTRAINT poison CHECK (id <> {})"
        connection.execute(text(statement.format(number)))


def test_while_the_database_is_away_peers_keep_their_messages_and_ours_are_kept(bench: Bench, engine: Engine) -> None:
    bench.texts("hello")
    (sent,) = bench.delivered[0].batches[0].outbound
    away = True

    def refuse_to_begin(connection: object) -> None:
        if away:
            raise OperationalError("BEGIN", {}, Exception("the server closed the connection"))

    event.listen(engine, "begin", refuse_to_begin, insert=True)
    results = bench.take(bench.heard("are you there?"))
    bench.writer.mark(Sent(sent.id, ALICE, bench.now, "smsc-a", "smsc-a", ("7",), True))
    assert isinstance(results[0], Failure) and results[0].check(LedgerAway)
    assert bench.writer.away

    away = False
    bench.clock.advance(1)
    bench.settle()
    assert not bench.writer.away
    assert [row.state for row in bench.rows(outbound)] == [OutboundState.SENT]
    assert len(bench.rows(inbound)) == 1


# ── Repeats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_words_twice_are_meant_twice_while_the_connection_lives(bench: Bench) -> None:
    one = bench.writer.opened("smsc-a")
    bench.take(bench.heard("1", fingerprint=b"f", connection=one, number=1))
    bench.take(bench.heard("1", fingerprint=b"f", connection=one, number=2))
    assert bench.said() == ["zh: 1", "zh: 1"]


def test_what_was_not_surely_acknowledged_on_a_lost_connection_is_taken_once(bench: Bench) -> None:
    one = bench.writer.opened("smsc-a")
    bench.take(bench.heard("1", fingerprint=b"f", connection=one, number=1))
    bench.writer.lost(one)
    two = bench.writer.opened("smsc-a")
    assert bench.take(bench.heard("1", fingerprint=b"f", connection=two, number=1)) == [Taken.REPEATED]
    assert bench.take(bench.heard("1", fingerprint=b"f", connection=two, number=2)) == [Taken.TAKEN]
    assert bench.said() == ["zh: 1", "zh: 1"]


def test_one_doubt_swallows_one_message_even_in_one_batch(bench: Bench) -> None:
    one = bench.writer.opened("smsc-a")
    bench.take(bench.heard("1", fingerprint=b"f", connection=one, number=1))
    bench.writer.lost(one)
    two = bench.writer.opened("smsc-a")
    verdicts = bench.take(*(bench.heard("1", fingerprint=b"f", connection=two, number=n) for n in (1, 2)))
    assert verdicts == [Taken.REPEATED, Taken.TAKEN]


def test_what_was_surely_acknowledged_is_in_no_doubt(bench: Bench) -> None:
    one = bench.writer.opened("smsc-a")
    bench.take(bench.heard("1", fingerprint=b"f", connection=one, number=1))
    bench.writer.confirmed(one, 1)
    bench.writer.lost(one)
    two = bench.writer.opened("smsc-a")
    assert bench.take(bench.heard("1", fingerprint=b"f", connection=two, number=1)) == [Taken.TAKEN]


def test_after_a_kill_the_next_life_knows_what_is_in_doubt(bench: Bench, engine: Engine) -> None:
    one = bench.writer.opened("smsc-a")
    for number, words in enumerate(("1", "2", "3"), 1):
        bench.take(bench.heard(words, fingerprint=words.encode(), connection=one, number=number))
    bench.writer.confirmed(one, 2)
    bench.texts("something else", who=BOB)  # carries the confirmation into the database

    again = Bench(engine)
    again.clock.advance(60)
    again.writer.start()
    again.settle()
    two = again.writer.opened("smsc-a")
    verdicts = again.take(*(again.heard(str(n), fingerprint=str(n).encode(), connection=two, number=n) for n in (2, 3)))
    assert verdicts == [Taken.TAKEN, Taken.REPEATED]


def test_a_repeat_whose_acknowledgement_is_lost_again_is_still_a_repeat(bench: Bench) -> None:
    connection = bench.writer.opened("smsc-a")
    bench.take(bench.heard("1", fingerprint=b"f", connection=connection, number=1))
    for _ in range(3):
        bench.writer.lost(connection)
        connection = bench.writer.opened("smsc-a")
        again = bench.heard("1", fingerprint=b"f", connection=connection, number=1)
        assert bench.take(again) == [Taken.REPEATED]
    assert bench.said() == ["zh: 1"]


def test_a_doubt_is_forgotten_in_time(bench: Bench) -> None:
    one = bench.writer.opened("smsc-a")
    bench.take(bench.heard("1", fingerprint=b"f", connection=one, number=1))
    bench.writer.lost(one)
    bench.settle()
    bench.clock.advance(1801)
    assert bench.take(bench.heard("1", fingerprint=b"f", connection=2, number=1)) == [Taken.TAKEN]


def test_what_is_offered_again_because_we_were_slow_is_taken_once(bench: Bench) -> None:
    told: list[object] = []
    one = bench.writer.opened("smsc-a")
    bench.settle()
    bench.writer.accept(bench.heard("1", fingerprint=b"f", connection=one, number=1)).addBoth(told.append)
    bench.clock.advance(1)
    bench.writer.accept(bench.heard("1", fingerprint=b"f", connection=one, number=2)).addBoth(told.append)
    bench.clock.advance(5)
    bench.writer.accept(bench.heard("1", fingerprint=b"f", connection=one, number=3)).addBoth(told.append)
    bench.settle()
    assert sorted(map(str, told)) == ["Taken.REPEATED", "Taken.TAKEN", "Taken.TAKEN"]
    assert bench.said() == ["zh: 1", "zh: 1"], "twice within a moment is meant twice; after five seconds it is a repeat"


# ── Long messages ────────────────────────────────────────────────────────────────────────────────────────────────────


def part(bench: Bench, nth: int, payload: bytes, who: str = ALICE, **marks: object) -> Arrival:
    kind = MessagePart("8:7", 3, nth, 0, payload)
    inbound = Inbound(bench.ids.next(bench.now), "sms", who, "10086", bench.now, kind)
    return Arrival(inbound, **marks)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_parts_are_joined_whichever_comes_last(bench: Bench, order: tuple[int, ...]) -> None:
    pieces = {1: b"say ", 2: b"it ", 3: b"all"}
    for number in order:
        bench.take(part(bench, number, pieces[number]))
    assert bench.said() == ["zh: say it all"]
    assert bench.rows(parts) == []


def test_parts_of_two_subscribers_do_not_mix_nor_does_a_part_that_comes_twice(bench: Bench) -> None:
    bench.take(part(bench, 1, b"a"), part(bench, 1, b"A", BOB), part(bench, 2, b"B", BOB), part(bench, 2, b"b"))
    bench.take(part(bench, 2, b"b"))
    bench.take(part(bench, 3, b"c"), part(bench, 3, b"C", BOB))
    assert bench.said() == ["zh: abc"]
    assert bench.said(BOB) == ["zh: ABC"]


def test_a_long_message_that_is_redelivered_whole_is_taken_once(bench: Bench) -> None:
    one = bench.writer.opened("smsc-a")
    pieces = [(n, payload) for n, payload in enumerate((b"a", b"b", b"c"), 1)]
    bench.take(*(part(bench, n, p, fingerprint=p, connection=one, number=n) for n, p in pieces))
    bench.writer.lost(one)
    two = bench.writer.opened("smsc-a")
    bench.take(*(part(bench, n, p, fingerprint=p, connection=two, number=n) for n, p in pieces))
    assert bench.said() == ["zh: abc"]


# ── On the way out ───────────────────────────────────────────────────────────────────────────────────────────────────


def sent_of(bench: Bench, ids: tuple[str, ...]) -> int:
    bench.texts("hello")
    (message,) = bench.delivered[-1].batches[0].outbound
    bench.writer.mark(Sent(message.id, ALICE, bench.now, "smsc-a", "smsc-a", ids, True))
    bench.settle()
    return message.id


def report(bench: Bench, remote_id: str, state: str, final: bool = True) -> Arrival:
    kind = DeliveryReport("smsc-a", remote_id, state, "000" if state == "delivered" else "011", final)
    return Arrival(Inbound(bench.ids.next(bench.now), "sms", ALICE, "10086", bench.now, kind))


def state_of(bench: Bench) -> str:
    (row,) = bench.rows(outbound)
    return str(row.state)


def test_a_message_is_delivered_when_all_its_segments_are(bench: Bench) -> None:
    sent_of(bench, ("a1", "a2"))
    bench.take(report(bench, "a2", "delivered"))
    assert state_of(bench) == "sent"
    bench.take(report(bench, "a1", "enroute", final=False), report(bench, "a1", "delivered"))
    assert state_of(bench) == "delivered"


def test_a_message_is_undelivered_when_one_segment_never_will_be_and_a_final_state_stays(bench: Bench) -> None:
    sent_of(bench, ("a1", "a2"))
    bench.take(report(bench, "a1", "undeliverable"), report(bench, "a1", "delivered"))
    assert state_of(bench) == "undelivered"
    assert {row.remote_id: row.state for row in bench.rows(segments)} == {"a1": "undeliverable", "a2": None}


def test_a_receipt_may_overtake_the_answer_it_belongs_to(bench: Bench) -> None:
    bench.texts("hello")
    (message,) = bench.delivered[-1].batches[0].outbound
    bench.take(report(bench, "early", "delivered"))
    bench.writer.mark(Sent(message.id, ALICE, bench.now, "smsc-a", "smsc-a", ("early",), True))
    bench.settle()
    assert state_of(bench) == "delivered"


def test_what_no_link_can_take_waits_as_a_row_and_is_claimed_once(bench: Bench) -> None:
    bench.direct = frozenset()
    bench.texts("hello")
    assert bench.delivered[0].batches[0].outbound == []
    claim = lambda connection: claims.due_outbound(connection, "hall-1", "sms", bench.now, 60, 10)  # noqa: E731
    (message,) = bench.run(claim)
    assert message.text == "zh: hello" and bench.run(claim) == []
    bench.clock.advance(61)
    assert [again.id for again in bench.run(claim)] == [message.id], "a dead node's work is taken over"
    bench.writer.mark(Postponed(message.id, ALICE, bench.now + 30, "throttled"))
    bench.settle()
    assert bench.run(claim) == []
    bench.clock.advance(30)
    (message,) = bench.run(claim)
    assert message.attempts == 1
    bench.writer.mark(Failed(message.id, ALICE, bench.now, "no such number"))
    bench.settle()
    bench.clock.advance(3600)
    assert bench.run(claim) == [] and state_of(bench) == "failed"


def test_a_lease_that_is_renewed_keeps_others_off(bench: Bench) -> None:
    bench.texts("hello")
    (message,) = bench.delivered[0].batches[0].outbound
    bench.clock.advance(100)
    bench.run(lambda c: claims.renew(c, "hall-1", [message], bench.now + 120))
    bench.clock.advance(100)
    assert bench.run(lambda c: claims.due_outbound(c, "hall-2", "sms", bench.now, 60, 10)) == []
    bench.clock.advance(21)
    assert bench.run(lambda c: claims.due_outbound(c, "hall-2", "sms", bench.now, 60, 10)) != []
    bench.run(lambda c: claims.renew(c, "hall-1", [message], bench.now + 1000))
    bench.clock.advance(61)
    assert bench.run(lambda c: claims.due_outbound(c, "hall-2", "sms", bench.now, 60, 10)) != [], "no longer its own"


def test_what_nobody_wants_any_more_is_not_sent(bench: Bench) -> None:
    bench.direct = frozenset()
    bench.texts("hello")
    bench.clock.advance(86_401)
    assert bench.run(lambda c: claims.due_outbound(c, "hall-1", "sms", bench.now, 60, 10)) == []
    assert bench.run(lambda c: claims.expire_outbound(c, bench.now)) == 1
    assert state_of(bench) == "failed"


# ── Look-ups, timers, wishes ─────────────────────────────────────────────────────────────────────────────────────────


def answer(bench: Bench, lookup: object, result: str) -> Arrival:
    kind = LookupDone(lookup.id, result, {"amount": 1888}, lookup.resume)  # type: ignore[attr-defined]
    return Arrival(Inbound(bench.ids.next(bench.now), "sms", ALICE, "10086", bench.now, kind))


def test_a_question_to_a_system_outside_is_a_row_until_its_answer_is_taken_and_taken_once(bench: Bench) -> None:
    bench.texts("ask billing.balance")
    (lookup,) = bench.delivered[0].batches[0].lookups
    assert (lookup.service, lookup.give_up_at) == ("billing.balance", bench.now + 5)
    assert len(bench.rows(lookups)) == 1
    bench.take(answer(bench, lookup, "found"))
    bench.take(answer(bench, lookup, "found"))
    assert bench.said() == ["zh: found 1888"]
    assert bench.rows(lookups) == []


def test_an_errand_is_answered_without_disturbing_what_is_going_on(bench: Bench) -> None:
    bench.texts("errand billing.balance", "busy with something else")
    (lookup,) = bench.delivered[0].batches[0].lookups
    bench.take(answer(bench, lookup, "found"))
    assert bench.said() == ["zh: busy with something else", "zh: found 1888"]
    (row,) = bench.rows(dialogs)
    assert json.loads(row.place)[3] == {"last": "busy with something else"}


def test_embedded_billing_answers_within_the_transaction(engine: Engine) -> None:
    bench = Bench(engine, billing=Billing(default_balance=1888))
    with engine.begin() as connection:
        connection.execute(insert(balances), {"subscriber": BOB, "amount": 5, "updated_at": 0})
    bench.take(bench.heard("ask billing.balance"), bench.heard("ask billing.balance", BOB))
    assert bench.said() == ["zh: found 1888"] and bench.said(BOB) == ["zh: found 5"]


def test_a_deadline_is_a_row_and_a_stale_timer_does_nothing(bench: Bench) -> None:
    bench.texts("wake 60")
    assert bench.run(lambda c: claims.due_timers(c, bench.ids, bench.now, 10)) == []
    bench.clock.advance(60)
    (timer,) = bench.run(lambda c: claims.due_timers(c, bench.ids, bench.now, 10))
    bench.take(Arrival(timer), Arrival(timer))
    assert bench.said() == ["zh: still there?"]
    assert bench.run(lambda c: claims.due_timers(c, bench.ids, bench.now, 10)) == []


def test_a_wish_is_remembered_and_used_at_once(bench: Bench) -> None:
    bench.texts("remember language=en", "hello")
    bench.texts("remember marketing=no")
    assert bench.said()[1] == "en: hello"
    (row,) = bench.rows(subscribers)
    assert (row.language, bool(row.marketing)) == ("en", False)


def test_who_asks_for_an_agent_twice_is_rung_once(bench: Bench) -> None:
    bench.texts("agent", "agent")
    bench.texts("agent")
    (task,) = bench.rows(call_tasks)
    assert task.order_number is None and json.loads(task.reasons)[0]["code"] == "asked_for_agent"


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_order_is_flagged_and_waits_for_a_call(bench: Bench) -> None:
    bench.texts("place F800 2")
    (order,) = bench.rows(orders)
    (task,) = bench.rows(call_tasks)
    assert (order.state, order.total, task.order_number) == ("held", 139_800, order.number)
    assert {"first_order", "no_address"} <= {flag["code"] for flag in json.loads(task.reasons)}
    assert bench.said() == [f"zh: flagged {order.number}"]
    assert len(order.number) >= 10 and order.number.isdigit()


def test_orders_of_one_batch_see_each_other(bench: Bench) -> None:
    bench.texts("place F800", "place F800")
    first, second = sorted(bench.rows(orders), key=lambda row: row.number)
    assert "repeated" in {flag["code"] for flag in json.loads(second.flags)}
    assert "repeated" not in {flag["code"] for flag in json.loads(first.flags)}


def test_what_is_not_sold_is_refused_and_nothing_is_kept(bench: Bench) -> None:
    bench.texts("place NONE")
    assert bench.said() == ["zh: refused"] and bench.rows(orders) == []


def test_an_agents_confirmation_moves_the_order_and_tells_the_customer_in_one_transaction(bench: Bench) -> None:
    bench.texts("place F800")
    (task,) = bench.rows(call_tasks)
    with bench.engine.begin() as connection:
        connection.execute(call_tasks.update().values(agent="ann", lease_until=bench.now + 300))
    decided = AgentDecided(task.id, "ann", "confirmed", "all clear")
    inbound_decision = Inbound(bench.ids.next(bench.now), "desk", ALICE, "", bench.now, decided)
    assert bench.take(Arrival(inbound_decision)) == [Taken.TAKEN]
    assert [row.state for row in bench.rows(orders)] == ["inProgress"]
    assert bench.said()[-1] == "zh: notice.confirmed"
    (again,) = bench.take(Arrival(inbound_decision))
    assert isinstance(again, Failure), "a decision is taken once"
    assert len(bench.said()) == 2


def test_ids_and_numbers_of_two_nodes_differ(engine: Engine) -> None:
    one, two = Bench(engine), Bench(engine, node="hall-2", ordinal=2)
    one.texts("place F800")
    two.texts("place F800", who=BOB)
    numbers = {row.number for row in one.rows(orders)}
    assert len(numbers) == 2
    with engine.begin() as connection:
        assert connection.scalar(select(inbound.c.id).where(inbound.c.subscriber == ALICE)) != connection.scalar(
            select(inbound.c.id).where(inbound.c.subscriber == BOB)
        )
