"""What may be changed about an order, and which identities may be kept with it."""

from dataclasses import replace

import pytest

from orders.changing import BadChange, changes_from, with_changes
from orders.identity import BadIdentity, masked
from orders.order import Order, OrderItem, placed


def ordered(*items: OrderItem) -> Order:
    order, _ = placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="web",
        service="",
        language="zh",
        items=items or (OrderItem("F800", 2, 100, place="central"),),
        now=0.0,
        address="A",
        salt=b"0" * 16,
    )
    return order


def test_address_recipient_time_and_identity() -> None:
    asked = {"address": " B ", "recipient": "王女士", "deliver_at": 1_800_000_000, "identity": "330***********1234"}
    after = with_changes(ordered(), changes_from(asked), None)
    assert (after.address, after.recipient, after.deliver_at, after.identity) == (
        "B",
        "王女士",
        1_800_000_000.0,
        "330***********1234",
    )
    assert after.items == ordered().items


def test_another_number_brings_another_price_and_keeps_the_quantity() -> None:
    card = OrderItem("HM", 1, 30_000, "13800138888")
    after = with_changes(ordered(card), changes_from({"number": "13900139999"}), 50_000)
    assert after.items == (OrderItem("HM", 1, 50_000, "13900139999"),)
    same = with_changes(ordered(card), changes_from({"number": "13800138888"}), None)
    assert same.items == (card,)
    with pytest.raises(BadChange, match="quantity stays 1"):
        with_changes(ordered(card), changes_from({"quantity": 2}), None)


def test_more_of_it_keeps_the_price_that_was_told_and_the_store() -> None:
    after = with_changes(ordered(), changes_from({"quantity": 5}), None)
    assert after.items == (replace(ordered().items[0], quantity=5),)


@pytest.mark.parametrize(
    "bad", [{"deliver_at": "tomorrow"}, {"deliver_at": True}, {"deliver_at": -1}, {"recipient": 5}]
)
def test_what_is_no_change(bad: dict[str, object]) -> None:
    with pytest.raises(BadChange):
        changes_from(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "token", ["330***********1234", "token:3f9a1c7be2", "E****5678", "token:550e8400-e29b-41d4-a716-44665544000a"]
)
def test_a_masked_token_is_kept(token: str) -> None:
    assert masked(f" {token} ") == token


@pytest.mark.parametrize(
    "shown",
    [
        "330106199001011234",
        "33010619900101123X",
        "330106 1990 0101 1234",
        "330106-19900101-1234",
        "330106900101123",
        "E12345678",
        "token:330106199001011234",
        "token:E12345678",
        "3301061990***1234",
        "王女士",
        "",
        "****",
        "token:",
        "abcdef",
    ],
)
def test_what_shows_a_document_is_refused_and_not_repeated(shown: str) -> None:
    with pytest.raises(BadIdentity) as refusal:
        masked(shown)
    assert len(shown) < 8 or shown not in str(refusal.value)
    with pytest.raises(BadChange):
        changes_from({"identity": shown})
