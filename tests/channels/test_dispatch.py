"""Committed messages reach the channel at once when it is open, and in their order when it was not."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from twisted.internet.defer import Deferred, succeed

from channels.dispatch import MOST, Dispatch
from orders.arrival import LedgerAway
from orders.outbound import Outbound


def message(number: int) -> Outbound:
    return Outbound(number, "8613800138000", "sms", "10086", "", f"text {number}", 0.0, 1e9, 1e9)


@dataclass
class FakeSender:
    open: bool = True
    room: int = 10_000
    sent: list[int] = field(default_factory=list)
    leases: dict[int, float] = field(default_factory=dict)

    def send(self, message: Outbound) -> None:
        self.sent.append(message.id)

    def aging(self, by: float) -> list[Outbound]:
        return [message(number) for number in self.sent if by > 100]

    def renewed(self, messages: Iterable[Outbound], until: float) -> None:
        self.leases.update({message.id: until for message in messages})


@dataclass
class Rows:
    """Queued rows, claimed in their order."""

    waiting: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    renewed: list[tuple[list[int], float]] = field(default_factory=list)

    def renew(self, messages: list[Outbound], until: float) -> "Deferred[None]":
        self.renewed.append(([message.id for message in messages], until))
        return succeed(None)

    def claim(self, channel: str, most: int) -> "Deferred[list[Outbound]]":
        self.asked.append(most)
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return succeed([message(number) for number in taken])


def test_a_channel_is_direct_once_a_sweep_has_found_nothing_waiting() -> None:
    sender, rows = FakeSender(), Rows([1, 2])
    dispatch = Dispatch({"sms": sender}, rows.claim, rows.renew)
    assert dispatch.direct() == frozenset(), "an earlier life may have left rows"
    dispatch.sweep()
    assert sender.sent == [1, 2]
    assert dispatch.direct() == {"sms"}
    dispatch.deliver([message(3)])
    assert sender.sent == [1, 2, 3]


def test_what_waited_while_the_channel_was_closed_goes_before_what_is_said_now() -> None:
    sender, rows = FakeSender(), Rows()
    dispatch = Dispatch({"sms": sender}, rows.claim, rows.renew)
    dispatch.sweep()
    sender.open = False
    assert dispatch.direct() == frozenset()
    rows.waiting = [1, 2]
    sender.open = True
    assert dispatch.direct() == frozenset(), "open again, but rows are waiting"
    dispatch.ready("sms")
    assert sender.sent == [1, 2]
    assert dispatch.direct() == {"sms"}


def test_a_long_queue_is_claimed_piece_by_piece() -> None:
    sender, rows = FakeSender(), Rows(list(range(MOST * 2 + 1)))
    dispatch = Dispatch({"sms": sender}, rows.claim, rows.renew)
    dispatch.sweep()
    assert sender.sent == list(range(MOST * 2 + 1))
    assert dispatch.direct() == {"sms"}


def test_nothing_is_claimed_for_a_channel_without_room() -> None:
    rows = Rows([1])
    dispatch = Dispatch({"sms": FakeSender(open=False, room=0)}, rows.claim, rows.renew)
    dispatch.sweep()
    assert rows.asked == []


def test_only_one_claim_is_under_way_and_a_failed_one_is_not_the_last() -> None:
    under_way: list[Deferred[list[Outbound]]] = []

    def claim(channel: str, most: int) -> "Deferred[list[Outbound]]":
        under_way.append(Deferred())
        return under_way[-1]

    sender = FakeSender()
    dispatch = Dispatch({"sms": sender}, claim, Rows().renew)
    dispatch.sweep()
    dispatch.sweep()
    assert len(under_way) == 1
    under_way[0].errback(LedgerAway("away"))
    dispatch.sweep()
    under_way[1].callback([message(1)])
    assert sender.sent == [1] and dispatch.direct() == {"sms"}


def test_what_a_channel_has_in_hand_for_long_stays_ours() -> None:
    sender, rows = FakeSender(), Rows([1])
    dispatch = Dispatch({"sms": sender}, rows.claim, rows.renew)
    dispatch.sweep()
    dispatch.renew_leases(50, 110)
    assert rows.renewed == []
    dispatch.renew_leases(150, 210)
    assert rows.renewed == [([1], 210)] and sender.leases == {1: 210}
