"""An order and its life: the states of TMF622 v4, and one table of what may be done in which.

Whoever changes an order (the subscriber by text, an agent at the desk, another hall, the house itself) does it by an
act. The table below decides; what it does not list is refused with `IllegalChange` before anything has been changed.
The states' names are those that other halls see, so nothing is translated on the way out.

    acknowledged           accepted, nothing stands in its way; waits to be started
    held                   flagged: an agent must ring the customer first
    pending                waits for something the customer has to do
    inProgress             confirmed or started; on its way to a carrier
    partial                some of it was delivered, some could not be
    assessingCancellation  he wants to cancel what may have left the house: somebody must look
    pendingCancellation    it will be cancelled; the parcel is being called back
    rejected, cancelled, completed, failed    the end

    place_clear ──► acknowledged ──start──► inProgress ──complete──► completed
    place_pending ──► pending ──confirm (he says yes once more)──► inProgress
                      pending ──expire (he says nothing in time)──► cancelled
    place_flagged ──► held ──confirm, change──► inProgress
                      held ──reject (the customer does not want it), give_up (nobody answers)──► cancelled
                      held ──disown (he never ordered it)──► rejected

A subscriber may `cancel` until something has left the house, which is to say in acknowledged, pending, held and
inProgress. From the day a carrier has it, the way is `ask_cancel`: it is the dispatcher who knows, and who must then
offer that act in place of `cancel`.

Some acts leave an order where it stands: `amend` (quantity, address, recipient, number, time of delivery) until
something has left the house; `trouble` and `settle`, which say what is wrong with it and that it no longer is; and
after its end what is brought back and the money for it (`returning`).

An act makes the order as it now stands and the event that says so, chained to the event before (see `audit`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from dialogs.words import NOTHING, Values
from orders.audit import START, event_hash, stands, whose
from orders.veil import veiled


class OrderState(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    PARTIAL = "partial"
    ASSESSING_CANCELLATION = "assessingCancellation"
    PENDING_CANCELLATION = "pendingCancellation"


class Act(StrEnum):
    # whoever orders
    PLACE_CLEAR = "place_clear"
    PLACE_FLAGGED = "place_flagged"
    PLACE_PENDING = "place_pending"
    PLACE_REFUSED = "place_refused"
    CANCEL = "cancel"
    ASK_CANCEL = "ask_cancel"
    AMEND = "amend"
    ASK_RETURN = "ask_return"
    # an agent, after a call
    CONFIRM = "confirm"
    CHANGE = "change"
    REJECT = "reject"
    DISOWN = "disown"
    GIVE_UP = "give_up"
    # the house
    START = "start"
    HOLD = "hold"
    ASK_CUSTOMER = "ask_customer"
    COMPLETE = "complete"
    PART = "part"
    FAIL = "fail"
    GRANT_CANCEL = "grant_cancel"
    REFUSE_CANCEL = "refuse_cancel"
    CLOSE_CANCEL = "close_cancel"
    EXPIRE = "expire"
    TROUBLE = "trouble"
    SETTLE = "settle"
    TAKE_BACK = "take_back"
    REFUSE_RETURN = "refuse_return"
    OWE = "owe"
    REFUND = "refund"


S = OrderState

LIFE: Mapping[tuple[Act, OrderState | None], OrderState] = {
    (Act.PLACE_CLEAR, None): S.ACKNOWLEDGED,
    (Act.PLACE_FLAGGED, None): S.HELD,
    (Act.PLACE_PENDING, None): S.PENDING,
    (Act.PLACE_REFUSED, None): S.REJECTED,
    #
    (Act.CANCEL, S.ACKNOWLEDGED): S.CANCELLED,
    (Act.CANCEL, S.PENDING): S.CANCELLED,
    (Act.CANCEL, S.HELD): S.CANCELLED,
    (Act.CANCEL, S.IN_PROGRESS): S.CANCELLED,
    (Act.ASK_CANCEL, S.IN_PROGRESS): S.ASSESSING_CANCELLATION,
    #
    (Act.CONFIRM, S.PENDING): S.IN_PROGRESS,
    (Act.CONFIRM, S.HELD): S.IN_PROGRESS,
    (Act.CHANGE, S.PENDING): S.IN_PROGRESS,
    (Act.CHANGE, S.HELD): S.IN_PROGRESS,
    (Act.REJECT, S.PENDING): S.CANCELLED,
    (Act.REJECT, S.HELD): S.CANCELLED,
    (Act.DISOWN, S.PENDING): S.REJECTED,
    (Act.DISOWN, S.HELD): S.REJECTED,
    (Act.GIVE_UP, S.PENDING): S.CANCELLED,
    (Act.GIVE_UP, S.HELD): S.CANCELLED,
    #
    (Act.START, S.ACKNOWLEDGED): S.IN_PROGRESS,
    (Act.HOLD, S.ACKNOWLEDGED): S.HELD,
    (Act.HOLD, S.PENDING): S.HELD,
    (Act.HOLD, S.IN_PROGRESS): S.HELD,
    (Act.ASK_CUSTOMER, S.ACKNOWLEDGED): S.PENDING,
    (Act.ASK_CUSTOMER, S.HELD): S.PENDING,
    (Act.ASK_CUSTOMER, S.IN_PROGRESS): S.PENDING,
    (Act.COMPLETE, S.IN_PROGRESS): S.COMPLETED,
    (Act.COMPLETE, S.PARTIAL): S.COMPLETED,
    (Act.PART, S.IN_PROGRESS): S.PARTIAL,
    (Act.FAIL, S.IN_PROGRESS): S.FAILED,
    (Act.FAIL, S.PARTIAL): S.FAILED,
    (Act.GRANT_CANCEL, S.ASSESSING_CANCELLATION): S.PENDING_CANCELLATION,
    (Act.REFUSE_CANCEL, S.ASSESSING_CANCELLATION): S.IN_PROGRESS,
    (Act.CLOSE_CANCEL, S.PENDING_CANCELLATION): S.CANCELLED,
    (Act.EXPIRE, S.PENDING): S.CANCELLED,
    #
    (Act.AMEND, S.ACKNOWLEDGED): S.ACKNOWLEDGED,
    (Act.AMEND, S.PENDING): S.PENDING,
    (Act.AMEND, S.HELD): S.HELD,
    (Act.AMEND, S.IN_PROGRESS): S.IN_PROGRESS,
    **{(Act.TROUBLE, state): state for state in S if state is not S.REJECTED},
    **{(Act.SETTLE, state): state for state in S if state is not S.REJECTED},
    #
    (Act.ASK_RETURN, S.COMPLETED): S.COMPLETED,
    (Act.TAKE_BACK, S.COMPLETED): S.COMPLETED,
    (Act.REFUSE_RETURN, S.COMPLETED): S.COMPLETED,
    **{(Act.OWE, state): state for state in (S.COMPLETED, S.FAILED, S.CANCELLED)},
    **{(Act.REFUND, state): state for state in (S.COMPLETED, S.FAILED, S.CANCELLED)},
}

STUCK = "stuck"  # the problem of an order that stands too long; it is none any more when the order moves on
FINAL = frozenset({S.REJECTED, S.CANCELLED, S.COMPLETED, S.FAILED})


class IllegalChange(Exception):
    """The order's life does not allow this act in this state. Nothing was changed."""

    def __init__(self, act: Act, state: OrderState, number: str) -> None:
        self.act, self.state, self.number = act, state, number
        allowed = ", ".join(open_acts(state)) or "nothing: this is the end of its life"
        super().__init__(f"order {number} is {state} and cannot take {act}; what it can take: {allowed}")


@dataclass(frozen=True, slots=True)
class Flag:
    """Why an order needs a call: the rule's code, what the rule saw, and how much it weighed."""

    code: str
    saw: Values = NOTHING
    weight: int = 0


@dataclass(frozen=True, slots=True)
class OrderItem:
    """unit_price in fen; resource: the phone number that goes with it, where one was chosen. place: the store it is
    taken from; None: no store is kept of it."""

    offer: str
    quantity: int
    unit_price: int
    resource: str | None = None
    place: str | None = None

    @property
    def price(self) -> int:
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Order:
    """hall:      the client that placed it over HTTP, and external_id what it is called there; None: our own channels.
    recipient, address: to whom and where it goes. identity: a masked token of who proved to be who, never the proof.
    problem:   what is wrong with it, by code, while somebody has to look after it.
    confirm_by: until when his second yes is awaited; kept where the time ran out.
    deliver_at: when he would like to have it. waived_at: when he agreed that activated goods cannot be given back.
    rules:     the version of the rules by which it was judged.
    salt:      under which its events are veiled (see `veil`); empty once he was erased.
    events and seal: how many events it has, and the hash of the last; the next one is chained to it.
    """

    number: str
    subscriber: str
    state: OrderState
    channel: str
    service: str
    language: str
    items: tuple[OrderItem, ...]
    ordered_at: float
    changed_at: float
    flags: tuple[Flag, ...] = ()
    address: str | None = None
    recipient: str | None = None
    identity: str | None = None
    hall: str | None = None
    external_id: str | None = None
    problem: str | None = None
    inbound: int | None = None
    rules: str | None = None
    confirm_by: float | None = None
    deliver_at: float | None = None
    waived_at: float | None = None
    salt: bytes = b""
    events: int = 0
    seal: bytes = START

    @property
    def total(self) -> int:
        return sum(item.price for item in self.items)


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """data: without what is private, of which it has commitments; the words of it stand in `private` (see `veil`)."""

    subscriber: str
    number: str
    event: int
    at: float
    actor: str
    act: str
    state: str
    data: Values
    stands: bytes
    whose: bytes
    previous: bytes
    hash: bytes
    private: Values = NOTHING


@dataclass(frozen=True, slots=True)
class Change:
    """An order as it was (None: it is new) and as it is now. priority: how soon its customer is rung, if he is."""

    before: Order | None
    after: Order
    event: OrderEvent
    priority: int = 0


def may(act: Act, state: OrderState) -> bool:
    return (act, state) in LIFE


def open_acts(state: OrderState) -> list[Act]:
    return [act for act, in_state in LIFE if in_state == state]


def cancellable(state: OrderState) -> bool:
    return may(Act.CANCEL, state)


def placed(
    *,
    number: str,
    subscriber: str,
    channel: str,
    service: str,
    language: str,
    items: tuple[OrderItem, ...],
    now: float,
    flags: tuple[Flag, ...] = (),
    address: str | None = None,
    recipient: str | None = None,
    identity: str | None = None,
    hall: str | None = None,
    external_id: str | None = None,
    inbound: int | None = None,
    refused: str | None = None,
    actor: str = "subscriber",
    rules: str | None = None,
    confirm_by: float | None = None,
    deliver_at: float | None = None,
    waived_at: float | None = None,
    salt: bytes,
) -> tuple[Order, OrderEvent]:
    """A new order with its first event: rejected if `refused` (a rule's code), held if it is flagged, pending if he is
    to say yes once more (`confirm_by`), else clear.

    salt: random octets (`House.salt`), under which what is private in its events is veiled.
    """
    act = (
        Act.PLACE_REFUSED
        if refused
        else Act.PLACE_FLAGGED
        if flags
        else Act.PLACE_PENDING
        if confirm_by
        else Act.PLACE_CLEAR
    )
    order = Order(
        number=number,
        subscriber=subscriber,
        state=LIFE[act, None],
        channel=channel,
        service=service,
        language=language,
        items=items,
        ordered_at=now,
        changed_at=now,
        flags=flags,
        address=address,
        recipient=recipient,
        identity=identity,
        hall=hall,
        external_id=external_id,
        inbound=inbound,
        rules=rules,
        confirm_by=confirm_by if act is Act.PLACE_PENDING else None,
        deliver_at=deliver_at,
        waived_at=waived_at,
        salt=salt,
    )
    return _with_event(order, act, actor, now, _first(order, refused))


def changed(order: Order, act: Act, actor: str, now: float, data: Values = NOTHING) -> tuple[Order, OrderEvent]:
    """The order after `act`, and the event that says so. `actor` is `subscriber`, `agent:NAME`, `hall:NAME` …"""
    state = LIFE.get((act, order.state))
    if state is None:
        raise IllegalChange(act, order.state, order.number)
    awaited = order.confirm_by if state is S.PENDING or act is Act.EXPIRE else None
    problem = None if order.problem == STUCK and state is not order.state else order.problem
    after = replace(order, state=state, changed_at=now, confirm_by=awaited, problem=problem)
    return _with_event(after, act, actor, now, data)


def _with_event(order: Order, act: Act, actor: str, now: float, data: Values) -> tuple[Order, OrderEvent]:
    said, private = veiled(order.salt, order.events, data)
    event = OrderEvent(
        subscriber=order.subscriber,
        number=order.number,
        event=order.events,
        at=now,
        actor=actor,
        act=str(act),
        state=str(order.state),
        data=said,
        stands=stands(order),
        whose=whose(order),
        previous=order.seal,
        hash=b"",
        private=private,
    )
    event = replace(event, hash=event_hash(order.seal, event))
    return replace(order, events=order.events + 1, seal=event.hash), event


def _first(order: Order, refused: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "channel": order.channel,
        "items": [[item.offer, item.quantity, item.unit_price] for item in order.items],
        "total": order.total,
        "flags": [flag.code for flag in order.flags],
    }
    if numbers := [item.resource for item in order.items if item.resource]:
        data["numbers"] = numbers
    if order.hall:
        data["hall"] = order.hall
    if order.confirm_by:
        data["confirm_by"] = order.confirm_by
    if order.waived_at:
        data["no_return"] = True
    return data | ({"refused": refused} if refused else {})
