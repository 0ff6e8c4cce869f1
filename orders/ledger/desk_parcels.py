"""Parcels and surveys as the desk sees them, and what a person there tells of a parcel."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from orders.consignment import Consignment, ConsignmentState, NoSuchConsignment, Tiding, open_steps
from orders.desk_parcels import (
    BY_SUPERVISORS,
    TOLD_AT_DESK,
    CardParcel,
    Deliveries,
    ParcelAtDesk,
    Remark,
    Scores,
    Surveyed,
)
from orders.desk_words import Role
from orders.dispatching import MANAGER
from orders.ledger import consignment_rows as rows
from orders.ledger import delivery
from orders.ledger.house import House
from orders.ledger.parcels import standing
from orders.ledger.posting import deed
from orders.ledger.tables import OPEN_CONSIGNMENT, consignment_events, consignments, surveys

SHOWN, LATEST = 100, 20
WEEK = 7 * 86_400.0
MONDAY = 4 * 86_400.0  # 5 January 1970 was one
WEEKS = 8

_mine = (
    select(consignments)
    .where(consignments.c.carrier.in_(bindparam("names", expanding=True)), OPEN_CONSIGNMENT)
    .order_by(consignments.c.changed_at)
    .limit(SHOWN)
)
_nobody_would = and_(
    consignments.c.state == ConsignmentState.WAITING.value,
    consignments.c.carrier.is_(None),
    consignments.c.due_at.is_(None),
    consignments.c.declined.is_not(None),
)
_gone_wrong = consignments.c.state.in_([ConsignmentState.LOST.value, ConsignmentState.REFUSED.value])
_troubled = (
    select(consignments)
    .where(OPEN_CONSIGNMENT, or_(consignments.c.late, _gone_wrong, _nobody_would))
    .order_by(consignments.c.changed_at)
    .limit(SHOWN)
)
_latest = select(consignments).order_by(consignments.c.id.desc()).limit(LATEST)  # ids grow with time
_events = (
    select(consignment_events)
    .where(consignment_events.c.subscriber == bindparam("of"), consignment_events.c.consignment == bindparam("row"))
    .order_by(consignment_events.c.event)
)
_week = (
    select(surveys.c.carrier, surveys.c.score, func.count().label("times"))
    .where(surveys.c.scored_at >= bindparam("begin"), surveys.c.scored_at < bindparam("end"))
    .group_by(surveys.c.carrier, surveys.c.score)
)
_remarks = (
    select(surveys)
    .where(surveys.c.scored_at >= bindparam("begin"), surveys.c.comment.is_not(None))
    .order_by(surveys.c.scored_at.desc())
    .limit(SHOWN)
)
_asked = select(func.count()).select_from(surveys).where(surveys.c.asked_at >= bindparam("begin"))


def deliveries(connection: Connection, house: House, agent: str, role: Role) -> Deliveries:
    mine = connection.execute(_mine, {"names": _managed_by(house, agent)})
    if not role.oversees:
        return Deliveries(tuple(_shown(house, row, role) for row in mine))
    return Deliveries(
        tuple(_shown(house, row, role) for row in mine),
        tuple(_shown(house, row, role) for row in connection.execute(_troubled)),
        tuple(_with_events(connection, _shown(house, row, role)) for row in connection.execute(_latest)),
        standing(connection),
    )


def _with_events(connection: Connection, parcel: ParcelAtDesk) -> ParcelAtDesk:
    return replace(parcel, events=_told(connection, parcel.subscriber, parcel.id))


def _managed_by(house: House, agent: str) -> list[str]:
    return [name for name, each in house.dispatching.carriers.items() if each.kind == MANAGER and each.agent == agent]


def _shown(house: House, row: Any, role: Role) -> ParcelAtDesk:
    parcel = rows.consignment_of(row)
    possible = open_steps(parcel.state) if parcel.carrier else []
    return ParcelAtDesk(
        id=parcel.id,
        order=parcel.order,
        subscriber=parcel.subscriber,
        state=parcel.state,
        carrier=house.dispatching.called(parcel.carrier),
        tracking=parcel.tracking,
        changed_at=parcel.changed_at,
        why=_why(parcel),
        steps=tuple(step for step in (BY_SUPERVISORS if role.oversees else TOLD_AT_DESK) if step in possible),
    )


def _why(parcel: Consignment) -> str:
    if parcel.state in (ConsignmentState.LOST, ConsignmentState.REFUSED):
        return parcel.state.value
    if parcel.late:
        return "late"
    return "no_carrier" if parcel.carrier is None and parcel.declined else ""


def step(connection: Connection, house: House, now: float, agent: str, role: Role, number: int, told: Tiding) -> bool:
    """Raises NoSuchConsignment, also for a parcel that is not his to speak of, and IllegalStep."""
    parcel = rows.find(connection, number)
    his = parcel is not None and parcel.carrier in _managed_by(house, agent)
    allowed = BY_SUPERVISORS if role.oversees else TOLD_AT_DESK if his else ()
    if parcel is None or told.step not in allowed:
        raise NoSuchConsignment(f"consignment {number} is not yours to tell of")
    return delivery.tell(deed(connection, house, now), number, told)


# ── On the card ──────────────────────────────────────────────────────────────────────────────────────────────────────


def of_order(connection: Connection, subscriber: str, number: str) -> tuple[CardParcel, ...]:
    return tuple(_on_card(connection, each) for each in rows.of_order(connection, subscriber, number))


def _told(connection: Connection, subscriber: str, number: int) -> tuple[tuple[float, str, str, str], ...]:
    rows = connection.execute(_events, {"of": subscriber, "row": number})
    return tuple((row.at, row.step, row.actor, row.note) for row in rows)


def _on_card(connection: Connection, parcel: Consignment) -> CardParcel:
    return CardParcel(
        carrier=parcel.carrier,
        tracking=parcel.tracking,
        state=parcel.state.value,
        signed_by=parcel.signed_by,
        late=parcel.late,
        events=_told(connection, parcel.subscriber, parcel.id),
    )


# ── How they found it ────────────────────────────────────────────────────────────────────────────────────────────────


def surveyed(connection: Connection, house: House, now: float) -> Surveyed:
    this_week = now - (now - MONDAY) % WEEK
    begins = [this_week - WEEK * back for back in range(WEEKS)]
    names = {"begin": begins[-1]}
    weeks = [each for begin in begins for each in _of_week(connection, house, begin)]
    remarks = tuple(
        Remark(row.scored_at, row.order_number, row.score, row.comment) for row in connection.execute(_remarks, names)
    )
    return Surveyed(connection.execute(_asked, names).scalar_one(), tuple(weeks), remarks)


def _of_week(connection: Connection, house: House, begin: float) -> list[Scores]:
    counted: dict[str | None, list[int]] = defaultdict(lambda: [0] * 5)
    for row in connection.execute(_week, {"begin": begin, "end": begin + WEEK}):
        counted[row.carrier][row.score - 1] += row.times
    return [
        Scores(begin, house.dispatching.called(carrier), (one, two, three, four, five))
        for carrier, (one, two, three, four, five) in sorted(counted.items(), key=lambda each: each[0] or "")
    ]
