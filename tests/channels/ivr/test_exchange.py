"""Calls between Asterisk and the ledger, both of them doubles: what is told, said, given up, and in which order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from prometheus_client import CollectorRegistry
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock

from channels.ivr import ari
from channels.ivr.ari import Arrived, Command, Left, Played, Pressed
from channels.ivr.exchange import Exchange
from channels.ivr.meters import IvrMeters
from channels.ivr.settings import AsteriskSettings
from channels.ivr.spoken import Spoken
from dialogs.words import CallBegan, Digits, Inbound, SessionClosed
from orders.arrival import Arrival, LedgerAway, Taken
from orders.outbound import Diverted, Failed, Mark, Outbound, Sent

WANG = "8613800138000"
ARRIVED = Arrived("17.1", "13800138000", "10086")
SESSION = "pbx-a.17.1"


@dataclass
class Line:
    settings: AsteriskSettings = field(
        default_factory=lambda: AsteriskSettings(name="pbx-a", url="http://127.0.0.1:8088", username="hall")
    )
    commands: list[Command] = field(default_factory=list)
    slow: bool = False
    unanswered: "list[Deferred[bool]]" = field(default_factory=list)

    def send(self, command: Command) -> "Deferred[bool]":
        self.commands.append(command)
        if not self.slow:
            return succeed(True)
        self.unanswered.append(Deferred())
        return self.unanswered[-1]

    @property
    def asked(self) -> list[str]:
        return [f"{command.method} {command.path.rpartition('/')[2]}" for command in self.commands]


@dataclass
class Ledger:
    away: bool = False
    told: list[Inbound] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def accept(self, arrival: Arrival, ours: bool = False) -> "Deferred[Taken]":
        self.told.append(arrival.inbound)
        return fail(LedgerAway()) if self.away else succeed(Taken.TAKEN)

    def mark(self, mark: Mark) -> None:
        self.marks.append(mark)

    @property
    def kinds(self) -> list[object]:
        return [inbound.kind for inbound in self.told]


@dataclass
class Prompts:
    """`hold`: speech has to be made first, and takes until the test says so."""

    hold: bool = False
    waiting: "list[Callable[[], None]]" = field(default_factory=list)

    def media(self, sounds: Sequence[tuple[str, str]], language: str) -> "Deferred[tuple[str, ...]]":
        names = tuple(f"sound:{name}" for name, _ in sounds)
        if not self.hold:
            return succeed(names)
        made: Deferred[tuple[str, ...]] = Deferred()
        self.waiting.append(lambda: made.callback(names))
        return made


class House:
    def __init__(self) -> None:
        self.clock, self.line, self.ledger, self.prompts = Clock(), Line(), Ledger(), Prompts()
        self.ids = iter(range(1, 100))
        self.confided: list[str] = []
        self.exchange = Exchange(
            ledger=self.ledger,
            prompts=self.prompts,
            clock=self.clock,
            now=self.clock.seconds,
            new_id=lambda: next(self.ids),
            meters=IvrMeters(CollectorRegistry()),
            busy=Spoken("zh", (("zh/busy", "忙"),)),
        )

    def hear(self, event: ari.Event) -> None:
        self.exchange.heard(self.line, event)

    def say(
        self, name: str, keys: int = 0, *, ends: bool = False, by_text: bool = False, session: str = SESSION
    ) -> None:
        layout = Spoken("zh", ((name, name),), keys).written()
        message = Outbound(
            next(self.ids), WANG, "ivr", "10086", session, name, 0, 60, 60, ends=ends, layout=layout, by_text=by_text
        )
        self.exchange.send(message)

    @property
    def played(self) -> list[str]:
        return [media for command in self.line.commands if command.body for media in command.body["media"]]


@pytest.fixture
def house() -> House:
    return House()


def test_a_call_is_a_session_of_its_subscriber(house: House) -> None:
    house.hear(ARRIVED)
    [inbound] = house.ledger.told
    assert (inbound.kind, inbound.subscriber, inbound.service, inbound.session) == (
        CallBegan(),
        WANG,
        "10086",
        SESSION,
    )
    house.say("menu", 1)
    house.hear(Pressed("17.1", "1"))
    assert house.ledger.kinds[1:] == [Digits("1")]
    assert isinstance(house.ledger.marks[0], Sent)


def test_the_same_call_that_is_told_twice_is_one(house: House) -> None:
    house.hear(ARRIVED)
    house.hear(ARRIVED)
    assert len(house.ledger.told) == 1


def test_commands_of_a_call_wait_for_each_other(house: House) -> None:
    house.line.slow = True
    house.hear(ARRIVED)
    house.say("menu", 1)
    assert house.line.asked == ["POST answer"]
    house.line.unanswered[0].callback(True)
    assert house.line.asked == ["POST answer", "POST 17.1.0"]


def test_what_was_said_first_is_played_first_though_its_speech_takes_longer(house: House) -> None:
    house.hear(ARRIVED)
    house.prompts.hold = True
    house.say("first")
    house.prompts.hold = False
    house.say("second")
    assert house.played == []
    house.prompts.waiting[0]()
    house.hear(Played("17.1", "17.1.0"))
    assert house.played == ["sound:first", "sound:second"]


def test_a_caller_who_stays_silent_is_told_of_in_time(house: House) -> None:
    house.hear(ARRIVED)
    house.say("menu", 1)
    house.hear(Played("17.1", "17.1.0"))
    house.clock.advance(4.9)
    assert len(house.ledger.told) == 1
    house.clock.advance(0.2)
    assert house.ledger.kinds[1:] == [Digits("")]


def test_where_questions_are_to_be_heard_a_key_waits_for_their_end(house: House) -> None:
    house.exchange.barge_in = False
    house.hear(ARRIVED)
    house.say("menu", 1)
    house.hear(Pressed("17.1", "3"))
    assert house.ledger.kinds == [CallBegan()]
    house.hear(Played("17.1", "17.1.0"))
    assert house.ledger.kinds == [CallBegan(), Digits("3")]


def test_what_comes_too_late_for_the_call_is_given_up_but_what_he_must_know_is_texted(house: House) -> None:
    house.hear(ARRIVED)
    house.hear(Left("17.1", "Normal Clearing"))
    house.say("menu", 1)
    house.say("placed", ends=True, by_text=True)
    assert house.ledger.kinds[1:] == [SessionClosed("Normal Clearing")]
    assert [type(mark) for mark in house.ledger.marks] == [Failed, Diverted]


def test_the_ledger_is_away(house: House) -> None:
    house.ledger.away = True
    house.hear(ARRIVED)
    assert house.played == ["sound:zh/busy"]
    house.hear(Played("17.1", "17.1.0"))
    assert house.line.asked[-1] == "DELETE 17.1?reason=normal"


def test_nobody_is_answered_who_withholds_his_number(house: House) -> None:
    house.hear(Arrived("17.2", "", "10086"))
    assert (house.ledger.told, house.line.asked) == ([], ["DELETE 17.2?reason=normal"])


def test_after_a_loss_some_calls_are_over_others_go_on_and_strangers_are_adopted(house: House) -> None:
    house.hear(ARRIVED)
    house.say("menu", 1)
    house.hear(Arrived("17.9", "13900139000", "10086"))
    stranger = Arrived("17.5", "13700137000", "10086")
    house.exchange.found(house.line, {"17.1": ARRIVED, "17.5": stranger})
    assert house.played == ["sound:menu", "sound:menu"]
    assert house.ledger.kinds[2:] == [SessionClosed("the line was lost"), Digits("", terminated=True)]
    assert set(house.exchange.calls) == {SESSION, "pbx-a.17.5"}


def test_of_a_line_that_stays_away_the_calls_are_over(house: House) -> None:
    house.hear(ARRIVED)
    house.exchange.lost(house.line)
    house.clock.advance(30)
    house.exchange.found(house.line, {"17.1": ARRIVED})
    house.clock.advance(50)
    assert set(house.exchange.calls) == {SESSION}
    house.exchange.lost(house.line)
    house.clock.advance(60)
    assert (house.exchange.calls, house.ledger.kinds[-1]) == ({}, SessionClosed("the line was lost"))


def test_a_call_of_a_node_that_has_fallen_is_gone_on_with(house: House) -> None:
    house.hear(Arrived("17.7", "13800138000", "10086", (ari.INHERITED,)))
    assert house.ledger.kinds == [Digits("", terminated=True)]


def test_a_call_that_an_earlier_life_made_is_hung_up(house: House) -> None:
    house.hear(Arrived("made-5-customer", "10086", "", ("customer",)))
    assert (house.ledger.told, house.line.asked) == ([], ["DELETE made-5-customer?reason=normal"])


def test_no_call_lasts_for_ever(house: House) -> None:
    house.hear(ARRIVED)
    house.clock.advance(house.exchange.longest)
    assert house.line.asked[-1] == "DELETE 17.1?reason=normal"


def test_a_house_that_stops_takes_no_call_and_ends_those_it_has(house: House) -> None:
    house.hear(ARRIVED)
    house.exchange.leave()
    house.hear(Arrived("17.3", "13900139000", "10086"))
    assert house.line.asked[-2:] == ["DELETE 17.1?reason=normal", "DELETE 17.3?reason=congestion"]
    house.hear(Left("17.1"))
    assert (house.exchange.calls, house.clock.getDelayedCalls()) == ({}, [])
