from dataclasses import replace

import pytest

from orders.audit import verify
from orders.order import Act, OrderEvent, OrderItem, changed, placed

NOW = 1_700_000_000.0


@pytest.fixture
def events() -> list[OrderEvent]:
    order, first = placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="sms",
        service="10086",
        language="zh",
        items=(OrderItem("F800", 1, 138_000),),
        now=NOW,
    )
    order, second = changed(order, Act.START, "hall:hall-1", NOW + 1)
    order, third = changed(order, Act.COMPLETE, "hall:hall-1", NOW + 2, {"carrier": "SF", "parcel": "顺丰1"})
    return [first, second, third]


def test_an_untouched_chain_is_whole(events: list[OrderEvent]) -> None:
    assert verify(events) is None
    assert verify(events, "completed") is None


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
    ],
)
def test_an_altered_event_is_found(events: list[OrderEvent], forged: dict[str, object]) -> None:
    events[1] = replace(events[1], **forged)  # type: ignore[arg-type]
    assert verify(events) == 1


def test_a_removed_event_is_found(events: list[OrderEvent]) -> None:
    assert verify([events[0], events[2]]) == 1
    assert verify(events[1:]) == 0


def test_a_removed_end_is_found_by_the_state_of_the_order(events: list[OrderEvent]) -> None:
    assert verify(events[:2]) is None
    assert verify(events[:2], "completed") == 2
    assert verify([], "completed") == 0


def test_an_event_read_back_with_its_data_in_another_order_is_the_same(events: list[OrderEvent]) -> None:
    events[2] = replace(events[2], data={"parcel": "顺丰1", "carrier": "SF"}, at=int(NOW + 2))
    assert verify(events) is None
