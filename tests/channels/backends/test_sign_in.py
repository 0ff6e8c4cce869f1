"""The service that compares passwords: each asked for once, compared elsewhere, and never compared twice."""

from dataclasses import dataclass, field
from typing import Any

from twisted.internet.defer import Deferred, succeed

from channels.backends.sign_in import ServicePasswords, SignIn
from channels.confided import KEPT, MOST, Confided
from orders.arrival import LedgerAway
from orders.lookup import Answer, Lookup
from orders.service_password import Try


@dataclass
class Tries:
    answer: Try = field(default_factory=lambda: Try("135790", 2))
    away: bool = False
    log: list[tuple[str, str, int]] = field(default_factory=list)

    async def begin(self, subscriber: str, number: int) -> Try:
        if self.away:
            raise LedgerAway
        self.log.append(("begin", subscriber, number))
        return self.answer

    async def end(self, subscriber: str, number: int) -> None:
        self.log.append(("right", subscriber, number))


@dataclass
class House:
    tries: Tries = field(default_factory=Tries)
    now: float = 0.0
    compared: int = 0

    def __post_init__(self) -> None:
        self.confided = Confided(lambda: self.now)
        passwords = ServicePasswords(self.tries, self.is_right, self.aside)
        self.service = SignIn(passwords, self.confided, "CN")

    def is_right(self, password: str, stored: str | None) -> bool:
        self.compared += 1
        return password == stored

    def aside(self, slow: Any, *arguments: Any) -> "Deferred[Any]":
        return succeed(slow(*arguments))

    def asks(self, password: str, phone: str = "13800138000") -> Answer:
        return self.asks_again(self.confided.keep(password), phone)

    def asks_again(self, token: str, phone: str = "13800138000") -> Answer:
        arguments = {"phone": phone, "password": token}
        lookup = Lookup(7, "8613700137000", "ivr", "10086", "a.1", "sign_in.check", arguments, 0, 8)
        answers: list[Answer] = []
        Deferred.fromCoroutine(self.service.answer(lookup, 8)).addCallback(answers.append)
        return answers[0]


def test_right() -> None:
    house = House()
    assert house.asks("135790") == Answer("right", {"subscriber": "8613800138000"})
    assert house.tries.log == [("begin", "8613800138000", 7), ("right", "8613800138000", 7)]


def test_wrong_and_the_last_of_them() -> None:
    house = House()
    assert house.asks("024680") == Answer("wrong", {"left": 2})
    house.tries.answer = Try("135790", 0)
    assert house.asks("024680") == Answer("locked")


def test_without_a_phone_it_is_the_number_that_is_known() -> None:
    assert House().asks("135790", phone="").values["subscriber"] == "8613700137000"


def test_while_it_is_locked_nothing_is_compared() -> None:
    house = House(Tries(Try()))
    assert house.asks("135790") == Answer("locked")
    assert house.compared == 0


def test_who_has_no_password_takes_as_long_as_who_has() -> None:
    house = House(Tries(Try(None, 2)))
    assert house.asks("135790") == Answer("wrong", {"left": 2})
    assert house.compared == 1


def test_what_was_asked_before_is_answered_as_far_as_it_is_known() -> None:
    assert House(Tries(Try(known=True, right=True))).asks_again("") == Answer("right", {"subscriber": "8613800138000"})
    assert House(Tries(Try(known=True))).asks("135790") == Answer("failed", {"reason": "lost"})
    assert House().asks_again("of an earlier life") == Answer("failed", {"reason": "lost"})


def test_the_ledger_is_away() -> None:
    assert House(Tries(away=True)).asks("135790") == Answer("failed", {"reason": "unavailable"})


def test_what_is_confided_is_told_once_and_not_for_long() -> None:
    house = House()
    token = house.confided.keep("135790")
    assert "135790" not in token
    assert (house.confided.ask(token), house.confided.ask(token)) == ("135790", None)
    token = house.confided.keep("135790")
    house.now += KEPT + 1
    assert house.confided.ask(token) is None
    tokens = [house.confided.keep("135790") for _ in range(MOST + 1)]
    assert house.confided.ask(tokens[0]) is None
    assert house.confided.ask(tokens[-1]) == "135790"
