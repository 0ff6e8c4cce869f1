from dataclasses import replace

import pytest

from orders.audit import Fault, event_hash, verify
from orders.order import Act, Flag, Order, OrderEvent, OrderItem, changed, placed

NOW = 1_700_000_000.0

Story = tuple[Order, list[OrderEvent]]


@pytest.fixture
def story() -> Story:
    order, first = placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="sms",
        service="10086",
        language="zh",
        items=(OrderItem("F800", 1, 138_000, "8613500000001"),),
        now=NOW,
        flags=(Flag("first_order", {"earlier_orders": 0}),),
        address="文三路 1 号",
        salt=b"sixteen octets..",
    )
    moved = replace(order, address="文三路 2 号")
    order, second = changed(moved, Act.CHANGE, "agent:ann", NOW + 1, {"address": "文三路 2 号", "note": "邻居代收"})
    order, third = changed(order, Act.COMPLETE, "hall:hall-1", NOW + 2, {"carrier": "SF", "parcel": "顺丰1"})
    return order, [first, second, third]


def what(fault: Fault | None) -> tuple[int, str]:
    assert fault is not None
    return fault.event, fault.what


def test_an_untouched_chain_is_whole(story: Story) -> None:
    order, events = story
    assert verify(events, order) is None


@pytest.mark.parametrize(
    "forged",
    [
        {"at": NOW + 1.5},
        {"actor": "hall:hall-2"},
        {"act": "hold"},
        {"state": "held"},
        {"data": {"note": "nothing happened"}},
        {"number": "1000000024"},
        {"subscriber": "8613900139000"},
        {"hash": bytes(32)},
        {"previous": bytes(32)},
        {"stands": bytes(32)},
        {"whose": bytes(32)},
        {"private": {"address": "文三路 3 号", "note": "邻居代收"}},
        {"private": {"address": "文三路 2 号"}},
        {"private": {"address": "文三路 2 号", "note": "邻居代收", "text": "more"}},
    ],
)
def test_an_altered_event_is_found(story: Story, forged: dict[str, object]) -> None:
    order, events = story
    events[1] = replace(events[1], **forged)  # type: ignore[arg-type]
    assert what(verify(events, order))[0] == 1


def test_a_removed_event_is_found(story: Story) -> None:
    order, events = story
    assert what(verify([events[0], events[2]], order)) == (1, "an event is missing")
    assert what(verify(events[1:], order)) == (0, "an event is missing")


def test_a_removed_end_is_found_by_the_state_of_the_order(story: Story) -> None:
    order, events = story
    assert what(verify(events[:2], order)) == (2, "the order is completed, but its last event left it inProgress")
    assert what(verify([], order)) == (0, "its events are missing")
    assert what(verify(events, None)) == (3, "the order itself is missing")


@pytest.mark.parametrize(
    "altered",
    [
        {"items": (OrderItem("F800", 1, 1, "8613500000001"),)},
        {"items": (OrderItem("F800", 2, 138_000, "8613500000001"),)},
        {"items": (OrderItem("F800", 1, 138_000, "8613500000002"),)},
        {"items": ()},
        {"channel": "web"},
        {"hall": "wap"},
        {"external_id": "7"},
        {"ordered_at": NOW - 1},
        {"flags": ()},
        {"flags": (Flag("first_order", {"earlier_orders": 1}),)},
        {"rules": "9f31"},
        {"address": "文三路 1 号"},
        {"recipient": "somebody else"},
        {"identity": "***"},
    ],
)
def test_an_order_that_was_altered_without_an_event_is_found(story: Story, altered: dict[str, object]) -> None:
    order, events = story
    place, said = what(verify(events, replace(order, **altered)))  # type: ignore[arg-type]
    assert place == 3 and "are not those of its last event" in said


def test_an_order_that_changed_hands_is_found(story: Story) -> None:
    """Even when all its rows say the same: the last event vouches for whose it is."""
    order, events = story
    his = [replace(event, subscriber="8613900139000") for event in events]
    assert "subscriber" in what(verify(his, replace(order, subscriber="8613900139000")))[1]


def test_what_is_private_is_not_said_and_cannot_be_guessed(story: Story) -> None:
    _, (_, second, _) = story
    assert dict(second.private) == {"address": "文三路 2 号", "note": "邻居代收"}
    assert [*second.data] == ["veil"] and set(second.data["veil"]) == {"address", "note"}  # type: ignore[arg-type]
    assert "文三路" not in str(second.data)
    _, other = placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="sms",
        service="10086",
        language="zh",
        items=(OrderItem("F800", 1, 138_000, "8613500000001"),),
        now=NOW,
        address="文三路 1 号",
        salt=b"other octets....",
    )
    assert other.whose != story[1][0].whose and other.data["veil"] != story[1][0].data["veil"]


def test_who_is_erased_leaves_a_chain_that_is_whole(story: Story) -> None:
    order, events = story
    gone = replace(
        order, subscriber="erased-1", address=None, salt=b"", items=(replace(order.items[0], resource=None),)
    )
    events = [replace(event, subscriber="erased-1", private={}) for event in events]
    assert verify(events, gone) is None
    kept = [events[0], replace(events[1], private={"note": "邻居代收"}), events[2]]
    assert what(verify(kept, gone)) == (1, "its private note is not as it was written")


def test_an_order_of_somebody_who_was_erased_goes_on_without_veiled_words(story: Story) -> None:
    order, events = story
    stood = replace(order, subscriber="erased-1", state="inProgress", address=None, salt=b"")  # type: ignore[arg-type]
    after, event = changed(stood, Act.FAIL, "carrier:sf", NOW + 3, {"reason": "lost", "note": "at the neighbour's"})
    assert event.data == {"reason": "lost", "veil": {"note": ""}} and event.private == {} and event.whose == b""
    past = [replace(each, subscriber="erased-1", private={}) for each in events]
    assert verify([*past, event], after) is None


def test_an_event_read_back_with_its_data_in_another_order_is_the_same(story: Story) -> None:
    order, events = story
    events[2] = replace(events[2], data={"parcel": "顺丰1", "carrier": "SF"}, at=int(NOW + 2))
    assert verify(events, order) is None


def test_the_form_of_what_is_hashed_is_for_ever(story: Story) -> None:
    """Whoever changes it breaks every chain there is; then a migration must write them anew."""
    event = replace(story[1][2], data={"carrier": "顺丰"}, stands=b"\x01", whose=b"\x02")
    assert event_hash(bytes(32), event).hex() == HASHED


HASHED = "43858eb8ff297f656a6c3974bc8a218ad62556d0f2ff82a83192e2d1f71d9d18"
