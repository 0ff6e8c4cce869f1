import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from channels.backends.asker import Asker
from dialogs.words import Resume
from orders.lookup import Answer, Lookup

FOUND = Answer("found", {"amount": 1888})
DOWN = Answer("failed", {"reason": "unavailable"})
TIMEOUT = Answer("failed", {"reason": "timeout"})
ERRAND = Resume("balance", "v1", "tell")


def lookup(number=1, give_up_at=5.0, resume=None, attempts=0, service="billing.balance"):
    return Lookup(
        number, "861380013800" + str(number), "sms", "10086", "", service, {}, 0.0, give_up_at, resume, attempts
    )


class Billing:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def answer(self, lookup, within):
        self.asked.append((lookup.id, within))
        answer = self.answers.pop(0) if self.answers else FOUND
        if isinstance(answer, Exception):
            raise answer
        return await (answer if isinstance(answer, Deferred) else succeed(answer))


class House:
    def __init__(self, *answers, concurrent=20):
        self.clock, self.billing, self.transcript = Clock(), Billing(*answers), []
        self.asker = Asker(
            {"billing": self.billing},
            self.clock,
            lambda lookup, answer: self.transcript.append((lookup.id, answer)),
            lambda lookup, due_at: self.transcript.append((lookup.id, due_at)),
            concurrent=concurrent,
        )

    def ask(self, *lookups):
        for one in lookups:
            self.asker.ask(one, self.clock.seconds())
        return self.transcript


def test_an_answer_is_handed_on():
    assert House(FOUND).ask(lookup()) == [(1, FOUND)]


def test_a_failure_that_somebody_waits_for_is_an_answer():
    assert House(DOWN).ask(lookup()) == [(1, DOWN)]


def test_whoever_waits_is_answered_by_the_time_that_was_given_whatever_the_backend_does():
    house = House(Deferred())
    house.clock.advance(2)
    assert house.ask(lookup(give_up_at=5)) == []
    house.clock.advance(3)
    assert house.transcript == [(1, TIMEOUT)]
    assert house.asker.under_way == 0


def test_a_lookup_taken_up_too_late_is_not_asked_any_more():
    house = House()
    house.clock.advance(6)
    assert house.ask(lookup(give_up_at=5)) == [(1, TIMEOUT)]
    assert house.billing.asked == []


def test_a_backend_that_raises_has_failed():
    assert House(ZeroDivisionError()).ask(lookup()) == [(1, DOWN)]


def test_a_service_that_nobody_answers_is_unsupported_for_an_errand_too():
    assert House().ask(lookup(service="weather.today", resume=ERRAND)) == [
        (1, Answer("failed", {"reason": "unsupported"}))
    ]


@pytest.mark.parametrize(("attempts", "delay"), [(0, 1), (1, 2), (3, 8), (6, 60), (900, 60)])
def test_an_errand_that_fails_is_postponed_longer_each_time(attempts, delay):
    assert House(DOWN).ask(lookup(give_up_at=3600, resume=ERRAND, attempts=attempts)) == [(1, delay)]


def test_an_errand_with_no_room_for_another_try_is_answered():
    house = House(DOWN)
    house.clock.advance(3590)
    assert house.ask(lookup(give_up_at=3600, resume=ERRAND, attempts=9)) == [(1, DOWN)]


def test_an_errand_that_hangs_is_postponed_and_not_kept():
    house = House(Deferred())
    house.ask(lookup(give_up_at=3600, resume=ERRAND))
    house.clock.advance(30)
    assert house.transcript == [(1, 31)]


def test_an_errand_answered_is_answered():
    assert House(Answer("unknown_account")).ask(lookup(give_up_at=3600, resume=ERRAND)) == [
        (1, Answer("unknown_account"))
    ]


def test_the_same_lookup_is_not_asked_twice_at_a_time():
    house = House(Deferred())
    house.ask(lookup(), lookup())
    assert len(house.billing.asked) == 1


def test_more_than_the_limit_wait_their_turn_and_their_time_runs():
    first = Deferred()
    house = House(first, FOUND, FOUND, concurrent=1)
    house.ask(lookup(1, give_up_at=9), lookup(2, give_up_at=9), lookup(3, give_up_at=2))
    assert house.billing.asked == [(1, 9)]
    house.clock.advance(3)
    assert house.transcript == [(3, TIMEOUT)]
    first.callback(FOUND)
    assert sorted(house.transcript[1:], key=lambda told: told[0]) == [(1, FOUND), (2, FOUND)]
    assert house.billing.asked[1] == (2, 6)


def test_stopping_gives_back_what_is_under_way_and_what_still_comes():
    house = House(Deferred(), concurrent=1)
    house.ask(lookup(1), lookup(2))
    house.clock.advance(2)
    house.asker.stop()
    assert house.transcript == [(2, 2), (1, 2)]
    assert house.billing.asked == [(1, 5)]
    house.ask(lookup(3))
    assert house.transcript[2:] == [(3, 2)]
    assert house.clock.getDelayedCalls() == []
