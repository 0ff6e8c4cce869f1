"""A consignment and its life: what a carrier has of an order, and one table of what may be told of it in which state.

An order leaves the house as one consignment, or as several when the rules give its items to different carriers. The
house offers it; from then on it is the carrier who tells what became of it, late, twice, or in the wrong order.

    waiting      nobody has been given it yet
    offered      the carrier has been told of it and has not said yes
    accepted     he will fetch it
    picked_up    it has left the house
    in_transit   on its way
    delivered    signed for                                                       the end
    refused      the customer would not take it; on its way back
    lost         the carrier cannot find it; somebody has to look after that
    returned     back in the house after it was refused or could not be delivered the end
    recalling    the order is cancelled, or to be: the carrier is asked for it back
    coming_back  he has agreed, and brings it back
    recalled     stopped before it left, or back because we asked                 the end
    written_off  given up by a supervisor                                         the end

    waiting ─offer─► offered ─accept─► accepted ─pick_up─► picked_up ─move─► in_transit ─deliver─► delivered
       ▲────decline─────┴────────────────┘                     │                  │
                                                               └──────refuse──────┴► refused ─return─► returned
    any of them on the way ─recall─► recalling ─grant─► coming_back ─return─► recalled
                                     recalling ─keep──► in_transit (too late: it goes on)

The table holds every pair that means something. A pair that leads where it came from is what comes late or twice: it is
heard and changes nothing. What is not in the table is refused with `IllegalStep`, because whoever told it has mixed up
two parcels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class ConsignmentState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    REFUSED = "refused"
    LOST = "lost"
    RETURNED = "returned"
    RECALLING = "recalling"
    COMING_BACK = "coming_back"
    RECALLED = "recalled"
    WRITTEN_OFF = "written_off"


class Step(StrEnum):
    # the house
    OFFER = "offer"
    RECALL = "recall"
    # the carrier
    ACCEPT = "accept"
    DECLINE = "decline"
    PICK_UP = "pick_up"
    MOVE = "move"
    DELIVER = "deliver"
    REFUSE = "refuse"
    LOSE = "lose"
    RETURN = "return"
    GRANT = "grant"
    KEEP = "keep"
    # a supervisor
    WRITE_OFF = "write_off"


S = ConsignmentState
Rows = dict[ConsignmentState, ConsignmentState]

ENDS = frozenset({S.DELIVERED, S.RETURNED, S.RECALLED, S.WRITTEN_OFF})
ON_THE_WAY = frozenset({S.PICKED_UP, S.IN_TRANSIT})
STAYS: Rows = {state: state for state in S}

MOVES: Mapping[Step, Rows] = {
    Step.OFFER: STAYS | {S.WAITING: S.OFFERED},
    Step.RECALL: STAYS
    | {S.WAITING: S.RECALLED, S.OFFERED: S.RECALLING, S.ACCEPTED: S.RECALLING}
    | {S.PICKED_UP: S.RECALLING, S.IN_TRANSIT: S.RECALLING, S.REFUSED: S.COMING_BACK},
    #
    Step.ACCEPT: STAYS | {S.WAITING: S.ACCEPTED, S.OFFERED: S.ACCEPTED},
    Step.DECLINE: {S.WAITING: S.WAITING, S.OFFERED: S.WAITING, S.ACCEPTED: S.WAITING}
    | {S.RECALLING: S.RECALLED, S.RECALLED: S.RECALLED},
    Step.PICK_UP: STAYS | {S.WAITING: S.PICKED_UP, S.OFFERED: S.PICKED_UP, S.ACCEPTED: S.PICKED_UP},
    Step.MOVE: STAYS
    | {S.WAITING: S.IN_TRANSIT, S.OFFERED: S.IN_TRANSIT, S.ACCEPTED: S.IN_TRANSIT}
    | {S.PICKED_UP: S.IN_TRANSIT, S.LOST: S.IN_TRANSIT},
    Step.DELIVER: {S.OFFERED: S.DELIVERED, S.ACCEPTED: S.DELIVERED, S.PICKED_UP: S.DELIVERED}
    | {S.IN_TRANSIT: S.DELIVERED, S.REFUSED: S.DELIVERED, S.LOST: S.DELIVERED, S.DELIVERED: S.DELIVERED}
    | {S.RECALLING: S.DELIVERED, S.COMING_BACK: S.DELIVERED},
    Step.REFUSE: {S.OFFERED: S.REFUSED, S.ACCEPTED: S.REFUSED, S.PICKED_UP: S.REFUSED, S.IN_TRANSIT: S.REFUSED}
    | {S.REFUSED: S.REFUSED, S.LOST: S.REFUSED, S.RETURNED: S.RETURNED}
    | {S.RECALLING: S.COMING_BACK, S.COMING_BACK: S.COMING_BACK, S.RECALLED: S.RECALLED},
    Step.LOSE: {S.OFFERED: S.LOST, S.ACCEPTED: S.LOST, S.PICKED_UP: S.LOST, S.IN_TRANSIT: S.LOST}
    | {S.REFUSED: S.LOST, S.RECALLING: S.LOST, S.COMING_BACK: S.LOST, S.LOST: S.LOST, S.WRITTEN_OFF: S.WRITTEN_OFF},
    Step.RETURN: {S.PICKED_UP: S.RETURNED, S.IN_TRANSIT: S.RETURNED, S.REFUSED: S.RETURNED, S.LOST: S.RETURNED}
    | {S.RETURNED: S.RETURNED, S.RECALLING: S.RECALLED, S.COMING_BACK: S.RECALLED, S.RECALLED: S.RECALLED}
    | {S.WRITTEN_OFF: S.RETURNED},
    Step.GRANT: {S.RECALLING: S.COMING_BACK, S.COMING_BACK: S.COMING_BACK, S.RECALLED: S.RECALLED},
    Step.KEEP: {S.RECALLING: S.IN_TRANSIT, S.IN_TRANSIT: S.IN_TRANSIT, S.DELIVERED: S.DELIVERED},
    #
    Step.WRITE_OFF: {S.LOST: S.WRITTEN_OFF, S.REFUSED: S.WRITTEN_OFF, S.COMING_BACK: S.WRITTEN_OFF}
    | {S.WRITTEN_OFF: S.WRITTEN_OFF},
}

TOLD_BY_CARRIERS = frozenset(Step) - {Step.OFFER, Step.RECALL, Step.WRITE_OFF}
HAS_LEFT = frozenset({Step.PICK_UP, Step.MOVE, Step.DELIVER, Step.REFUSE, Step.LOSE, Step.RETURN, Step.KEEP})


class NoSuchConsignment(Exception):
    """Nobody here knows a consignment of that number."""


class IllegalStep(Exception):
    """This cannot be told of a consignment in this state. Nothing was changed."""

    def __init__(self, step: Step, state: ConsignmentState, consignment: int) -> None:
        self.step, self.state = step, state
        allowed = ", ".join(open_steps(state)) or "nothing: this is the end of its way"
        super().__init__(f"consignment {consignment} is {state} and cannot take {step}; what it can take: {allowed}")


@dataclass(frozen=True, slots=True)
class Consignment:
    """
    items:    which items of the order it holds, by their place from 1; empty: all of them.
    carrier:  who has it, or is to have it; None until the rules have been asked, or when nobody would take it.
    tracking: what the carrier calls it. signed_by: who took it, as the carrier tells.
    declined: carriers who would not have it.
    left_at:  when it left the house, if it has.
    due_at:   when the house is to do something about it next.
    late_at:  when somebody should begin to wonder; late: somebody should.
    attempts: how often in a row the carrier could not be reached about it.
    """

    id: int
    subscriber: str
    order: str
    state: ConsignmentState
    created_at: float
    changed_at: float
    items: tuple[int, ...] = ()
    carrier: str | None = None
    tracking: str | None = None
    signed_by: str | None = None
    declined: tuple[str, ...] = ()
    left_at: float | None = None
    due_at: float | None = None
    late_at: float | None = None
    late: bool = False
    attempts: int = 0
    events: int = 0

    @property
    def ended(self) -> bool:
        return self.state in ENDS


@dataclass(frozen=True, slots=True)
class Tiding:
    """What is told of a consignment. `at`: when it happened there; actor: `carrier:NAME`, `agent:NAME`, `house`."""

    step: Step
    at: float
    actor: str
    tracking: str | None = None
    signed_by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConsignmentEvent:
    """A step that was taken: when it happened, and when it was told."""

    subscriber: str
    consignment: int
    event: int
    at: float
    told_at: float
    actor: str
    step: str
    state: str
    note: str


def open_steps(state: ConsignmentState) -> list[Step]:
    """What would change something."""
    return [step for step, rows in MOVES.items() if rows.get(state, state) is not state]


def moved(consignment: Consignment, told: Tiding, now: float) -> tuple[Consignment, ConsignmentEvent] | None:
    """The consignment after what was told, and the event that says so; None when that changes nothing.

    When it is due again, and when it is late, is for the rules (`dispatching`) to say.
    """
    state = MOVES[told.step].get(consignment.state)
    if state is None:
        raise IllegalStep(told.step, consignment.state, consignment.id)
    if state is S.COMING_BACK and told.step is Step.GRANT and consignment.left_at is None:
        state = S.RECALLED  # it never left: there is nothing to bring back
    after = _with_news(consignment, told, state)
    if after == consignment and told.step is not Step.MOVE and told.step is not Step.DECLINE:
        return None
    if consignment.ended and state is consignment.state:
        return None
    after = replace(after, changed_at=now, attempts=0, late=False, events=consignment.events + 1)
    return after, ConsignmentEvent(
        subscriber=after.subscriber,
        consignment=after.id,
        event=consignment.events,
        at=told.at,
        told_at=now,
        actor=told.actor,
        step=str(told.step),
        state=str(after.state),
        note=told.note,
    )


def _with_news(consignment: Consignment, told: Tiding, state: ConsignmentState) -> Consignment:
    after = replace(
        consignment,
        state=state,
        tracking=told.tracking or consignment.tracking,
        signed_by=told.signed_by or consignment.signed_by,
        left_at=told.at if consignment.left_at is None and told.step in HAS_LEFT else consignment.left_at,
    )
    if told.step is Step.DECLINE and consignment.carrier:
        declined = (*consignment.declined, consignment.carrier)
        return replace(after, carrier=None, tracking=None, declined=tuple(dict.fromkeys(declined)))
    return after
