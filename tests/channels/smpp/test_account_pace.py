"""Several links that may go so fast together, and no faster."""

from typing import Any

import pytest

from channels.smpp.account_pace import GRACE, AccountPace, AccountPaces
from channels.smpp.paces import Paces
from channels.smpp.settings import LinkSettings
from tests.doubles import fake_smsc as mc
from tests.doubles.link_wire import Wire


class Account:
    """Links that share a pace, each with an answer at once to whatever it says."""

    def __init__(self, rate: float, links: int, **changes: Any) -> None:
        self.pace = AccountPace(rate)
        self.wires = [
            Wire(paces=Paces(changes.get("throughput", 0.0), self.pace.share()), window=1_000, enquire_link=1_000)
            for _ in range(links)
        ]
        self.sent = [0] * links
        self.silent: set[int] = set()

    def passes(self, seconds: float, step: float = 0.01) -> None:
        for _ in range(round(seconds / step)):
            for place, wire in enumerate(self.wires):
                if place not in self.silent:
                    wire.passes(step)
                    said = [said for said in wire.said() if said.name == "submit_sm"]
                    self.sent[place] += len(said)
                    wire.hears(b"".join(mc.submit_sm_resp(each.sequence, b"1") for each in said))

    def gets(self, place: int, messages: int) -> None:
        self.wires[place].submits(*(f"{place}.{number}" for number in range(messages)))


@pytest.mark.parametrize("rate", [0.5, 5, 30, 200])
def test_together_they_keep_to_it_and_none_has_less_than_its_share(rate: float) -> None:
    account = Account(rate, 3)
    for place in range(3):
        account.gets(place, round(30 * rate))
    account.passes(20)
    assert 20 * rate - 3 <= sum(account.sent) <= 20 * rate + max(1, rate / 20) + 1
    assert max(account.sent) - min(account.sent) <= max(2, 0.1 * sum(account.sent))


def test_one_that_has_nothing_to_say_leaves_all_of_it_to_the_others() -> None:
    account = Account(10, 2)
    account.gets(0, 500)
    account.passes(10)
    assert 99 <= account.sent[0] <= 102


def test_one_that_is_asked_for_room_does_not_stand_in_line() -> None:
    account = Account(10, 2)
    account.gets(0, 500)
    for _ in range(100):
        account.wires[1].link.room(account.wires[1].now)
        account.passes(0.1)
    assert 99 <= account.sent[0] <= 102


def test_one_that_does_not_come_for_its_turn_loses_it_after_a_moment() -> None:
    account = Account(10, 2)
    account.gets(0, 500)
    account.gets(1, 500)
    account.passes(2)
    account.silent.add(1)
    before = account.sent[0]
    account.passes(GRACE + 1)
    account.passes(5)
    assert account.sent[0] - before >= 50


def test_one_that_may_not_say_anything_for_another_reason_holds_up_nobody() -> None:
    account = Account(10, 2)
    account.gets(0, 500)
    account.gets(1, 500)
    account.passes(1)
    slow = account.wires[1]
    account.silent.add(1)
    before = account.sent[0]
    for _ in range(50):
        slow.passes(0.1)
        slow.hears(b"".join(mc.submit_sm_resp(said.sequence, status=0x58) for said in slow.said()))
        account.passes(0.1)
    assert slow.link.throttled
    assert account.sent[0] - before >= 40


def test_each_keeps_to_its_own_besides() -> None:
    account = Account(100, 2, throughput=10)
    account.gets(0, 500)
    account.gets(1, 500)
    account.passes(10)
    assert all(99 <= each <= 102 for each in account.sent)


def test_without_a_rate_nobody_waits() -> None:
    account = Account(0, 2)
    account.gets(0, 500)
    account.passes(0.1)
    assert account.sent[0] == 500


def test_an_account_has_one_pace_and_what_was_said_last_counts() -> None:
    paces = AccountPaces(lambda: 0.0)

    def link(name: str, account: str, rate: float) -> LinkSettings:
        return LinkSettings(name=name, connect="x", system_id="h", account=account, account_throughput=rate)

    one, two = paces.share(link("a", "mobile", 5)), paces.share(link("b", "mobile", 1))
    other = paces.share(link("c", "", 1))
    assert (one.allowance(0.0), two.allowance(0.0), other.allowance(0.0)) == (1, 1, 1)
    one.spend(1)
    assert (one.allowance(0.1), two.allowance(0.1), other.allowance(0.1)) == (0, 0, 1)
    assert two.opens_at(0.1) == pytest.approx(1.0, abs=0.01)
    paces.share(link("a", "mobile", 0))
    assert one.allowance(0.1) is None
