"""A consignment's life: what carriers tell, in any order, and what it means for the order and its subscriber."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.consignment import ENDS, MOVES, Consignment, ConsignmentState, IllegalStep, Step, Tiding, moved, open_steps
from orders.delivering import acts, notices, problem
from orders.order import FINAL, LIFE, Act, OrderState

S, NOW = ConsignmentState, 1_800_000_000.0
FRESH = Consignment(7, "8613800138000", "1000000016", S.WAITING, NOW, NOW, carrier="sf")


def told(step: Step, **more: str) -> Tiding:
    return Tiding(step, NOW + 5, "carrier:sf", **more)


def after(*steps: Step) -> Consignment:
    consignment = FRESH
    for step in steps:
        if heard := moved(consignment, told(step), NOW + 6):
            consignment = heard[0]
    return consignment


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([Step.OFFER, Step.ACCEPT, Step.PICK_UP, Step.MOVE, Step.DELIVER], S.DELIVERED),
        ([Step.OFFER, Step.PICK_UP, Step.ACCEPT], S.PICKED_UP),  # the yes came after the parcel
        ([Step.OFFER, Step.MOVE, Step.PICK_UP], S.IN_TRANSIT),
        ([Step.OFFER, Step.DECLINE], S.WAITING),
        ([Step.RECALL], S.RECALLED),  # nobody knows of it yet
        ([Step.OFFER, Step.ACCEPT, Step.RECALL], S.RECALLING),
        ([Step.OFFER, Step.ACCEPT, Step.RECALL, Step.GRANT], S.RECALLED),  # it never left
        ([Step.OFFER, Step.PICK_UP, Step.RECALL, Step.GRANT], S.COMING_BACK),
        ([Step.OFFER, Step.PICK_UP, Step.RECALL, Step.GRANT, Step.RETURN], S.RECALLED),
        ([Step.OFFER, Step.PICK_UP, Step.RECALL, Step.KEEP], S.IN_TRANSIT),
        ([Step.OFFER, Step.PICK_UP, Step.RECALL, Step.DELIVER], S.DELIVERED),
        ([Step.OFFER, Step.PICK_UP, Step.REFUSE, Step.RETURN], S.RETURNED),
        ([Step.OFFER, Step.PICK_UP, Step.LOSE, Step.MOVE, Step.DELIVER], S.DELIVERED),  # found
        ([Step.OFFER, Step.PICK_UP, Step.LOSE, Step.WRITE_OFF], S.WRITTEN_OFF),
    ],
)
def test_what_is_told_leads_there(steps: list[Step], state: ConsignmentState) -> None:
    assert after(*steps).state is state


def test_what_is_told_twice_changes_nothing() -> None:
    delivered = after(Step.OFFER, Step.ACCEPT, Step.PICK_UP, Step.DELIVER)
    for step in (Step.ACCEPT, Step.PICK_UP, Step.MOVE, Step.DELIVER):
        assert moved(delivered, told(step), NOW + 9) is None


def test_what_makes_no_sense_is_refused_and_says_what_does() -> None:
    with pytest.raises(IllegalStep, match=r"is waiting and cannot take return; what it can take: .*pick_up"):
        moved(FRESH, told(Step.RETURN), NOW)


def test_a_carrier_who_declines_is_remembered_and_has_it_no_more() -> None:
    declined = after(Step.OFFER, Step.DECLINE)
    assert (declined.carrier, declined.declined) == (None, ("sf",))


def test_the_signature_and_the_tracking_number_stay() -> None:
    heard = moved(after(Step.OFFER), told(Step.PICK_UP, tracking="SF1"), NOW + 6)
    assert heard
    heard = moved(heard[0], told(Step.DELIVER, signed_by="王"), NOW + 7)
    assert heard
    assert (heard[0].tracking, heard[0].signed_by, heard[0].left_at, heard[0].events) == ("SF1", "王", NOW + 5, 3)


def test_every_state_is_left_by_something_but_the_ends() -> None:
    for state in S:
        leaves = {MOVES[step].get(state, state) for step in open_steps(state)} - {state}
        assert bool(leaves) != (state in ENDS) or state is S.WRITTEN_OFF  # what was given up may still be found


@given(st.lists(st.sampled_from(list(Step)), max_size=30))
def test_whatever_is_told_the_order_stays_legal_and_ends_stay_ends(steps: list[Step]) -> None:
    consignment, order, ended = FRESH, OrderState.ACKNOWLEDGED, None
    for step in steps:
        try:
            heard = moved(consignment, told(step), NOW)
        except IllegalStep:
            continue
        if heard is None:
            continue
        assert heard[1].event == consignment.events
        consignment = heard[0]
        assert ended in (None, S.WRITTEN_OFF, consignment.state)
        for act in acts(order, [consignment.state]):
            order = LIFE[act, order]
        ended = consignment.state if consignment.ended else None
    assert (order is OrderState.COMPLETED) == (consignment.state is S.DELIVERED) or order in FINAL


def taken(order: OrderState, *parcels: ConsignmentState) -> list[Act]:
    return list(acts(order, parcels))


@pytest.mark.parametrize(
    ("order", "parcels", "acts"),
    [
        (OrderState.ACKNOWLEDGED, [S.OFFERED], []),
        (OrderState.ACKNOWLEDGED, [S.ACCEPTED], [Act.START]),
        (OrderState.ACKNOWLEDGED, [S.DELIVERED], [Act.START, Act.COMPLETE]),
        (OrderState.IN_PROGRESS, [S.DELIVERED, S.IN_TRANSIT], []),
        (OrderState.IN_PROGRESS, [S.DELIVERED, S.DELIVERED], [Act.COMPLETE]),
        (OrderState.IN_PROGRESS, [S.DELIVERED, S.RETURNED], [Act.PART]),
        (OrderState.IN_PROGRESS, [S.RETURNED], [Act.FAIL]),
        (OrderState.IN_PROGRESS, [S.LOST], []),
        (OrderState.IN_PROGRESS, [S.WRITTEN_OFF], [Act.FAIL]),
        (OrderState.ASSESSING_CANCELLATION, [S.RECALLING], []),
        (OrderState.ASSESSING_CANCELLATION, [S.COMING_BACK], [Act.GRANT_CANCEL]),
        (OrderState.ASSESSING_CANCELLATION, [S.RECALLED], [Act.GRANT_CANCEL, Act.CLOSE_CANCEL]),
        (OrderState.ASSESSING_CANCELLATION, [S.IN_TRANSIT], [Act.REFUSE_CANCEL]),
        (OrderState.ASSESSING_CANCELLATION, [S.DELIVERED], [Act.REFUSE_CANCEL, Act.COMPLETE]),
        (OrderState.PENDING_CANCELLATION, [S.RECALLED], [Act.CLOSE_CANCEL]),
        (OrderState.HELD, [S.DELIVERED], []),
        (OrderState.CANCELLED, [S.DELIVERED], []),
        (OrderState.IN_PROGRESS, [], []),
    ],
)
def test_the_order_follows_its_parcels(order: OrderState, parcels: list[ConsignmentState], acts: list[Act]) -> None:
    assert taken(order, *parcels) == acts


@pytest.mark.parametrize(("order", "state"), list(product(OrderState, S)))
def test_no_combination_takes_an_illegal_act(order: OrderState, state: ConsignmentState) -> None:
    for act in acts(order, [state]):
        assert (act, order) in LIFE
        order = LIFE[act, order]


def test_the_subscriber_is_told_what_matters_once() -> None:
    offered = after(Step.OFFER)
    gone = moved(offered, told(Step.PICK_UP, tracking="SF1"), NOW)
    assert gone
    assert notices(offered, gone[0], []) == ["notice.dispatched"]
    further = moved(gone[0], told(Step.MOVE), NOW)
    assert further
    assert notices(gone[0], further[0], []) == []
    there = moved(further[0], told(Step.DELIVER), NOW)
    assert there
    assert notices(further[0], there[0], [Act.COMPLETE]) == ["notice.delivered"]
    assert notices(further[0], there[0], [Act.REFUSE_CANCEL, Act.COMPLETE]) == ["notice.delivered"]


def test_the_worst_problem_is_told() -> None:
    lost, on_its_way = after(Step.PICK_UP, Step.LOSE), after(Step.PICK_UP)
    assert problem(OrderState.IN_PROGRESS, [on_its_way]) is None
    assert problem(OrderState.IN_PROGRESS, [on_its_way, lost]) == "lost"
    assert problem(OrderState.CANCELLED, [on_its_way, lost]) == "sent_though_cancelled"
