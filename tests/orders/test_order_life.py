"""Every pair of act and state, as a picture to be compared with: a dot is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.audit import START, verify
from orders.order import (
    FINAL,
    LIFE,
    Act,
    Flag,
    IllegalChange,
    Order,
    OrderEvent,
    OrderItem,
    OrderState,
    cancellable,
    changed,
    placed,
)

NOW = 1_700_000_000.0

PICTURE = """
.              acknowledged pending held inProgress partial assessingCancellation pendingCancellation (the end)
cancel         cancelled  cancelled   cancelled   cancelled             .          .            .         . . . .
ask_cancel     .          .           .           assessingCancellation .          .            .         . . . .
confirm        .          inProgress  inProgress  .                     .          .            .         . . . .
change         .          inProgress  inProgress  .                     .          .            .         . . . .
reject         .          cancelled   cancelled   .                     .          .            .         . . . .
disown         .          rejected    rejected    .                     .          .            .         . . . .
give_up        .          cancelled   cancelled   .                     .          .            .         . . . .
start          inProgress .           .           .                     .          .            .         . . . .
hold           held       held        .           held                  .          .            .         . . . .
ask_customer   pending    .           pending     pending               .          .            .         . . . .
complete       .          .           .           completed             completed  .            .         . . . .
part           .          .           .           partial               .          .            .         . . . .
fail           .          .           .           failed                failed     .            .         . . . .
grant_cancel   .          .           .           .                     .  pendingCancellation  .         . . . .
refuse_cancel  .          .           .           .                     .          inProgress   .         . . . .
close_cancel   .          .           .           .                     .          .            cancelled . . . .
place_clear    .          .           .           .                     .          .            .         . . . .
place_flagged  .          .           .           .                     .          .            .         . . . .
place_refused  .          .           .           .                     .          .            .         . . . .
place_pending  .          .           .           .                     .          .            .         . . . .
expire         .          cancelled   .           .                     .          .            .         . . . .
amend          acknowledged pending   held        inProgress            .          .            .         . . . .
trouble        acknowledged pending   held        inProgress            partial    assessingCancellation pendingCancellation cancelled completed failed .
settle         acknowledged pending   held        inProgress            partial    assessingCancellation pendingCancellation cancelled completed failed .
ask_return     .          .           .           .                     .          .            .         . completed . .
take_back      .          .           .           .                     .          .            .         . completed . .
refuse_return  .          .           .           .                     .          .            .         . completed . .
owe            .          .           .           .                     .          .            .         cancelled completed failed .
refund         .          .           .           .                     .          .            .         cancelled completed failed .
"""  # noqa: E501 - a picture

HEAD, *LINES = (line.split() for line in PICTURE.strip().splitlines())
CELLS = [
    (Act(act), OrderState(state), None if cell == "." else OrderState(cell))
    for act, *cells in LINES
    for state, cell in zip([*HEAD[1:-2], *sorted(FINAL)], cells, strict=True)
]


def an_order(*flags: str, refused: str | None = None) -> tuple[Order, OrderEvent]:
    return placed(
        number="1000000016",
        subscriber="8613800138000",
        channel="sms",
        service="10086",
        language="zh",
        items=(OrderItem("F800", 2, 138_000),),
        now=NOW,
        flags=tuple(Flag(code) for code in flags),
        refused=refused,
        salt=b"salt",
    )


def standing(state: OrderState) -> Order:
    order, _ = an_order()
    return Order(**{name: getattr(order, name) for name in Order.__slots__} | {"state": state})


def test_the_picture_holds_every_pair() -> None:
    assert {(act, state) for act, state, _ in CELLS} == {(act, state) for act in Act for state in OrderState}


@pytest.mark.parametrize(("act", "state", "leads_to"), CELLS)
def test_an_act_leads_where_the_picture_says(act: Act, state: OrderState, leads_to: OrderState | None) -> None:
    order = standing(state)
    if leads_to is None:
        with pytest.raises(IllegalChange) as refusal:
            changed(order, act, "agent:li", NOW)
        assert all(word in str(refusal.value) for word in (order.number, state, act))
    else:
        after, event = changed(order, act, "agent:li", NOW + 1)
        assert (after.state, event.state, after.changed_at, after.ordered_at) == (leads_to, leads_to, NOW + 1, NOW)


@pytest.mark.parametrize(
    ("flags", "refused", "state", "act"),
    [
        ((), None, "acknowledged", "place_clear"),
        (("first_order",), None, "held", "place_flagged"),
        (("blacklist",), "blacklist", "rejected", "place_refused"),
    ],
)
def test_a_new_order_stands_where_its_flags_put_it(
    flags: tuple[str, ...], refused: str | None, state: str, act: str
) -> None:
    order, event = an_order(*flags, refused=refused)
    assert (order.state, event.act, event.event, event.previous) == (state, act, 0, START)
    assert order.total == event.data["total"] == 276_000


def test_the_end_is_the_end_and_everything_else_can_reach_one() -> None:
    led_out_of = {source for (_, source), state in LIFE.items() if source is not state}
    assert set(OrderState) - led_out_of == FINAL
    for start in set(OrderState) - FINAL:
        reached, edge = {start}, {start}
        while edge := {LIFE[key] for key in LIFE if key[1] in edge} - reached:
            reached |= edge
        assert reached & FINAL


def test_a_subscriber_may_cancel_until_something_left_the_house() -> None:
    assert {state for state in OrderState if cancellable(state)} == {"acknowledged", "pending", "held", "inProgress"}


@given(st.lists(st.sampled_from(Act), max_size=12), st.booleans())
def test_whatever_is_tried_the_chain_is_whole_and_a_refusal_changes_nothing(acts: list[Act], flagged: bool) -> None:
    order, event = an_order(*(["first_order"] if flagged else []))
    events = [event]
    for step, act in enumerate(acts):
        try:
            order, event = changed(order, act, "hall:test", NOW + step, {"step": step})
        except IllegalChange:
            continue
        events.append(event)
    assert verify(events, order) is None
    assert (order.events, order.seal) == (len(events), events[-1].hash)
    assert [event.event for event in events] == list(range(len(events)))
