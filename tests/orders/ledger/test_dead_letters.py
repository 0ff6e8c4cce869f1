"""What was given up can be seen, with the reason, and be given another life, once."""

import pytest
from sqlalchemy import Engine, update

from dialogs.words import DeliveryReport, Inbound
from orders.arrival import Arrival
from orders.dead_letters import NoSuchLetter
from orders.ledger import claims, dead_letters
from orders.ledger.tables import outbound, resends
from orders.outbound import NO_LINK, Failed, GaveUp, Outbound, Postponed, Sent
from tests.orders.ledger.bench import ALICE, BOB, Bench


def said(bench: Bench, text: str = "hello", who: str = ALICE) -> Outbound:
    bench.texts(text, who=who)
    (message,) = bench.delivered[-1].batches[0].outbound
    return message


def dies(bench: Bench, message: Outbound, reason: str = "status 0x0b", why: GaveUp = GaveUp.REFUSED) -> int:
    bench.writer.mark(Failed(message.id, message.subscriber, bench.now, reason, why))
    bench.settle()
    return message.id


def row(bench: Bench, number: int) -> tuple[str, float | None, int, str | None]:
    (found,) = [each for each in bench.rows(outbound) if each.id == number]
    return found.state, found.due_at, found.attempts, found.gave_up


def test_the_newest_stands_first_with_what_it_died_of(bench: Bench) -> None:
    first = dies(bench, said(bench))
    bench.clock.advance(5)
    second = dies(bench, said(bench, "hi", BOB), "no route", GaveUp.NO_ROUTE)
    dead = bench.run(dead_letters.listed)
    assert [(letter.id, letter.why, letter.reason) for letter in dead.letters] == [
        (second, GaveUp.NO_ROUTE, "no route"),
        (first, GaveUp.REFUSED, "status 0x0b"),
    ]
    assert dead.count == 2 and dead.letters[1].text == "zh: hello" and dead.letters[1].died_at == bench.now - 5
    assert bench.run(lambda connection: dead_letters.listed(connection, 1)).count == 2


def test_a_resent_message_is_as_if_just_said_and_is_claimed(bench: Bench) -> None:
    letter = dies(bench, said(bench))
    bench.clock.advance(90_000)
    now = bench.now
    bench.run(lambda connection: dead_letters.resend(connection, letter, "boss", now))
    assert row(bench, letter) == ("queued", now, 0, None)
    assert bench.run(dead_letters.listed).count == 0
    (claimed,) = bench.run(lambda connection: claims.due_outbound(connection, "hall-1", "sms", now, 60, 10))
    assert (claimed.id, claimed.expires_at, claimed.phrase) == (letter, now + 86_400, "echo")


def test_it_is_audited_and_a_letter_that_dies_again_has_its_history(bench: Bench) -> None:
    message = said(bench)
    letter = dies(bench, message)
    now = bench.now
    bench.run(lambda connection: dead_letters.resend(connection, letter, "boss", now))
    dies(bench, message, "status 0x14", GaveUp.SPENT)
    (found,) = bench.run(dead_letters.listed).letters
    assert found.why is GaveUp.SPENT
    assert [(each.at, each.by, each.why, each.reason) for each in found.resent] == [
        (now, "boss", "refused", "status 0x0b")
    ]


def test_two_who_resend_it_send_it_once_and_a_transaction_taken_again_is_one(bench: Bench) -> None:
    letter = dies(bench, said(bench))
    now = bench.now
    for _ in range(2):
        bench.run(lambda connection: dead_letters.resend(connection, letter, "boss", now))
    with pytest.raises(NoSuchLetter, match="has been resent"):
        bench.run(lambda connection: dead_letters.resend(connection, letter, "lead", now))
    with pytest.raises(NoSuchLetter):
        bench.run(lambda connection: dead_letters.resend(connection, 4711, "boss", now))
    assert len(bench.rows(resends)) == 1


def test_what_expired_unsent_is_a_dead_letter_and_keeps_the_last_reason(bench: Bench) -> None:
    message = said(bench)
    bench.writer.mark(Postponed(message.id, ALICE, bench.now + 60, "status 0x58", True))
    bench.settle()
    bench.clock.advance(86_401)
    now = bench.now
    assert bench.run(lambda connection: claims.expire_outbound(connection, now)) == 1
    (letter,) = bench.run(dead_letters.listed).letters
    assert (letter.why, letter.reason, letter.attempts) == (GaveUp.EXPIRED, "status 0x58", 1)


def test_what_waited_for_a_link_is_due_when_one_is_bound_and_nothing_else_is(bench: Bench) -> None:
    stranded, refused = said(bench), said(bench, "hi", BOB)
    for message, reason in ((stranded, NO_LINK), (refused, "the subscriber's queue is full")):
        bench.writer.mark(Postponed(message.id, message.subscriber, bench.now + 60, reason, False))
    bench.settle()
    now = bench.now
    assert bench.run(lambda connection: claims.hurry(connection, "sms", now)) == 1
    assert (row(bench, stranded.id)[1], row(bench, refused.id)[1]) == (now, now + 60)


def test_an_answer_that_comes_after_all_takes_it_from_the_list(bench: Bench) -> None:
    message = said(bench)
    bench.clock.advance(86_401)
    now = bench.now
    bench.run(lambda connection: claims.expire_outbound(connection, now))
    bench.writer.mark(Sent(message.id, ALICE, now, "a", "a", ("1",), True))
    bench.settle()
    assert bench.run(dead_letters.listed).count == 0 and row(bench, message.id)[0] == "sent"


def test_only_text_messages_are_letters(bench: Bench, engine: Engine) -> None:
    letter = dies(bench, said(bench))
    with engine.begin() as connection:
        connection.execute(update(outbound).values(channel="ussd"))
    assert bench.run(dead_letters.listed).count == 0 and bench.run(dead_letters.ids) == []
    now = bench.now
    with pytest.raises(NoSuchLetter):
        bench.run(lambda connection: dead_letters.resend(connection, letter, "boss", now))


def test_they_can_be_chosen_by_what_they_died_of(bench: Bench) -> None:
    one = dies(bench, said(bench))
    two = dies(bench, said(bench, "hi", BOB), "no route", GaveUp.NO_ROUTE)
    assert bench.run(dead_letters.ids) == [one, two]
    assert bench.run(lambda connection: dead_letters.ids(connection, GaveUp.NO_ROUTE)) == [two]


# ── Receipts, by account ─────────────────────────────────────────────────────────────────────────────────────────────


def report(bench: Bench, account: str, remote_id: str) -> Arrival:
    kind = DeliveryReport(account, remote_id, "delivered", "000")
    return Arrival(Inbound(bench.ids.next(bench.now), "sms", ALICE, "10086", bench.now, kind))


def test_a_receipt_finds_its_message_by_the_account_also_after_a_restart(bench: Bench) -> None:
    message = said(bench)
    bench.writer.mark(Sent(message.id, ALICE, bench.now, "mobile-tx", "mobile", ("7",), True))
    bench.settle()
    again = Bench(bench.engine, ordinal=2)
    again.take(report(again, "mobile", "7"))
    assert row(again, message.id)[0] == "delivered"
    (sent,) = again.rows(outbound)
    assert sent.link == "mobile-tx"


def test_the_same_id_of_another_account_is_another_message(bench: Bench) -> None:
    message, other = said(bench), said(bench, "hi", BOB)
    for each, account in ((message, "mobile"), (other, "unicom")):
        bench.writer.mark(Sent(each.id, each.subscriber, bench.now, account, account, ("7",), True))
    bench.settle()
    bench.take(report(bench, "unicom", "7"))
    assert (row(bench, message.id)[0], row(bench, other.id)[0]) == ("sent", "delivered")


def test_a_receipt_that_overtook_the_answer_on_another_bind_is_found(bench: Bench) -> None:
    message = said(bench)
    bench.take(report(bench, "mobile", "7"))
    bench.writer.mark(Sent(message.id, ALICE, bench.now, "mobile-tx", "mobile", ("7",), True))
    bench.settle()
    assert row(bench, message.id)[0] == "delivered"
