"""A call that shows no number: whose it becomes, and that nobody sees what was confided."""

import json

import pytest

from channels.ivr.ari import Arrived, Left, Played, Pressed
from channels.ivr.spoken import Spoken, read
from dialogs.words import DIALLED_AGAIN, CallBegan, Digits, Proof, Secret, SessionClosed
from orders.outbound import Outbound
from tests.channels.ivr.test_exchange import SESSION, WANG, House

ANONYMOUS = Arrived("17.1", "", "10086")


@pytest.fixture
def house() -> House:
    house = House()
    house.exchange.asks_who = True

    def confide(keys: str) -> str:
        house.confided.append(keys)
        return f"token-{len(house.confided)}"

    house.exchange.confide = confide
    return house


def asks(house: House, name: str, keys: int, *, secret: bool = False, ends: bool = False, signed_in: str = "") -> None:
    layout = Spoken("zh", ((name, name),), keys, "#" if keys else "", "*" if keys else "", secret).written()
    told = next(house.ids), "", "ivr", "10086", SESSION, name, 0.0, 60.0, 60.0
    house.exchange.send(Outbound(*told, ends=ends, layout=layout, signed_in=signed_in))


def test_it_is_nobodys_until_he_has_said_who_he_is(house: House) -> None:
    house.hear(ANONYMOUS)
    [inbound] = house.ledger.told
    assert (inbound.subscriber, inbound.proof, inbound.kind) == ("", Proof.NOBODY, CallBegan())


def test_a_secret_is_confided_and_the_ledger_is_told_that_there_is_one(house: House) -> None:
    house.hear(ANONYMOUS)
    asks(house, "password", 6, secret=True)
    for key in "135790":
        house.hear(Pressed("17.1", key))
    assert house.ledger.kinds[1:] == [Secret("token-1", 6)]
    assert house.confided == ["135790"]
    assert "135790" not in repr(house.ledger.told)


def test_keys_typed_ahead_are_a_secret_where_one_is_asked(house: House) -> None:
    house.hear(ANONYMOUS)
    for key in "13800138000#135790":
        house.hear(Pressed("17.1", key))
    asks(house, "number", 15)
    asks(house, "password", 6, secret=True)
    assert house.ledger.kinds[1:] == [Digits("13800138000", terminated=True), Secret("token-1", 6)]


def test_silence_and_the_way_back_are_no_secrets(house: House) -> None:
    house.hear(ANONYMOUS)
    asks(house, "password", 6, secret=True)
    house.hear(Pressed("17.1", "*"))
    asks(house, "password", 6, secret=True)
    house.hear(Played("17.1", "17.1.1"))
    house.clock.advance(6)
    assert house.ledger.kinds[1:] == [Digits("*"), Digits("")]


def test_half_a_secret_is_not_taken_for_the_answer_to_the_next_question(house: House) -> None:
    house.hear(ANONYMOUS)
    asks(house, "password", 6, secret=True)
    for key in "135":
        house.hear(Pressed("17.1", key))
    asks(house, "menu", 1)
    house.hear(Pressed("17.1", "2"))
    assert house.ledger.kinds[1:] == [Digits("2")]


def test_when_he_has_proved_it_the_call_goes_on_as_his(house: House) -> None:
    house.hear(ANONYMOUS)
    asks(house, "right", 0, ends=True, signed_in=WANG)
    house.hear(Played("17.1", "17.1.0"))
    assert "DELETE 17.1?reason=normal" not in house.line.asked
    began = house.ledger.told[-1]
    assert (began.subscriber, began.proof, began.kind, began.session) == (WANG, Proof.SURE, CallBegan(), SESSION)
    house.hear(Left("17.1", "hung up"))
    closed = house.ledger.told[-1]
    assert (closed.subscriber, closed.kind) == (WANG, SessionClosed("hung up"))


def test_who_proves_the_number_that_is_shown_goes_on_where_he_was(house: House) -> None:
    house.hear(Arrived("17.1", "13800138000", "10086"))
    asks(house, "right", 1, signed_in=WANG)
    house.hear(Pressed("17.1", "1"))
    assert [(each.kind, each.proof) for each in house.ledger.told] == [
        (CallBegan(), Proof.NUMBER),
        (Digits("1"), Proof.SURE),
    ]


LI = "8613900139000"


def test_who_proves_another_number_is_served_as_that_for_a_while(house: House) -> None:
    house.hear(Arrived("17.1", "13800138000", "10086"))
    asks(house, "right", 0, ends=True, signed_in=LI)
    house.hear(Played("17.1", "17.1.0"))
    asks(house, "menu", 1)
    house.clock.advance(house.exchange.other_number - 1)
    house.hear(Pressed("17.1", "1"))
    asks(house, "what else", 1)
    house.clock.advance(1)
    house.hear(Pressed("17.1", "2"))
    assert [(each.subscriber, each.proof, each.kind) for each in house.ledger.told] == [
        (WANG, Proof.NUMBER, CallBegan()),
        (LI, Proof.SURE, CallBegan()),
        (LI, Proof.SURE, Digits("1")),
        (LI, Proof.SURE, SessionClosed(DIALLED_AGAIN)),
        (WANG, Proof.NUMBER, CallBegan()),
    ]
    asks(house, "menu", 1)
    house.hear(Pressed("17.1", "3"))
    assert (house.ledger.told[-1].subscriber, house.ledger.told[-1].kind) == (WANG, Digits("3"))


def test_of_two_other_numbers_neither_is_his_own(house: House) -> None:
    house.hear(Arrived("17.1", "13800138000", "10086"))
    for place, other in enumerate((LI, "8613700137000")):
        asks(house, "right", 0, ends=True, signed_in=other)
        house.hear(Played("17.1", f"17.1.{place}"))
    house.clock.advance(house.exchange.other_number)
    asks(house, "menu", 1)
    house.hear(Pressed("17.1", "1"))
    assert [each.subscriber for each in house.ledger.told[-2:]] == ["8613700137000", WANG]


def test_who_proves_his_own_number_where_another_was_asked_for_is_in_his_own_menu(house: House) -> None:
    house.hear(Arrived("17.1", "13800138000", "10086"))
    asks(house, "right", 0, ends=True, signed_in=WANG)
    house.hear(Played("17.1", "17.1.0"))
    assert "DELETE 17.1?reason=normal" not in house.line.asked
    asks(house, "menu", 1)
    house.clock.advance(house.exchange.other_number + 1)
    house.hear(Pressed("17.1", "1"))
    assert [(each.subscriber, each.kind) for each in house.ledger.told] == [
        (WANG, CallBegan()),
        (WANG, CallBegan()),
        (WANG, Digits("1")),
    ]


def test_a_number_that_is_none_of_ours_shows_nobody(house: House) -> None:
    house.exchange.proves = lambda number: number.startswith("861")
    house.hear(Arrived("17.1", "075512345678", "10086"))
    assert house.ledger.told[0].subscriber == ""


def test_what_is_asked_in_the_open_is_written_as_before() -> None:
    assert json.loads(Spoken("zh", (), 1, "#", "0").written()) == ["zh", [], 1, "#", "0"]
    assert read(Spoken("zh", (), 6, "#", "*", secret=True).written(), "", "zh").secret
