"""Reservations of other halls: several numbers kept together, until a time or until they are ordered.

What TMF685 says in its own words is said here in ours; whoever speaks HTTP calls these in a job of the writer. All the
numbers of a reservation are got, or none of them: `NotAvailable` undoes the transaction.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from orders.ledger import number_finding
from orders.ledger.at_hand import Deed
from orders.ledger.number_holding import Held, hold, let_go
from orders.ledger.number_rows import SHOWN, number_of
from orders.ledger.tables import numbers, reservations
from orders.number_search import Criteria, Mark, Page, begin
from orders.numbers import NumberState, PoolNumber, hall_holder

MOST_RESERVED = 20
TRIES = 5  # pages that are looked through, when others take what was just found


class NotAvailable(Exception):
    """These cannot be reserved (none named: there are not so many that fit). Nothing was."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.numbers = tuple(numbers)
        super().__init__(f"not to be had: {', '.join(numbers) or 'so many numbers that fit'}")


class ReservationState(StrEnum):
    STANDS = "stands"
    ORDERED = "ordered"
    RELEASED = "released"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Reservation:
    """numbers: all that were reserved, as they stand now; whose they are is said by their own state and holder."""

    id: int
    client: str
    subscriber: str | None
    state: ReservationState
    numbers: tuple[PoolNumber, ...]
    created_at: float
    until: float


def search(deed: Deed, criteria: Criteria, most: int, mark: Mark | None = None) -> Page:
    """Numbers that fit; `mark` is the `next` of the page before. Each search begins somewhere else."""
    return number_finding.find(deed.connection, criteria, deed.now, most, mark or begin(deed.house.ids.next(deed.now)))


def reserve(
    deed: Deed,
    client: str,
    until: float,
    *,
    numbers: Sequence[str] = (),
    criteria: Criteria | None = None,
    quantity: int = 1,
    subscriber: str | None = None,
) -> Reservation:
    """The numbers named, or `quantity` of those that fit. Raises NotAvailable."""
    made = deed.house.ids.next(deed.now)
    if len(numbers) > MOST_RESERVED or quantity > MOST_RESERVED:
        raise NotAvailable(numbers)
    got = (
        _named(deed, client, until, made, numbers)
        if numbers
        else _fitting(deed, client, until, made, criteria or Criteria(), quantity)
    )
    row = {
        "id": made, "client": client, "subscriber": subscriber, "numbers": json.dumps(got), "created_at": deed.now,
        "until": until,
    }  # fmt: skip
    deed.connection.execute(insert(reservations), [row])
    told = reservation(deed, made)
    assert told is not None
    return told


def _named(deed: Deed, client: str, until: float, made: int, wanted: Sequence[str]) -> list[str]:
    got = sorted(set(wanted))
    missed = [number for number in got if not _held(deed, number, client, until, made)]
    if missed:
        raise NotAvailable(missed)
    return got


def _fitting(deed: Deed, client: str, until: float, made: int, criteria: Criteria, quantity: int) -> list[str]:
    got: list[str] = []
    mark: Mark | None = begin(made)
    for _ in range(TRIES):
        page = number_finding.find(deed.connection, criteria, deed.now, quantity - len(got), mark or begin(made))
        got += [each.number for each in page.numbers if _held(deed, each.number, client, until, made)]
        mark = page.next
        if len(got) == quantity:
            return got
        if mark is None:
            break
    raise NotAvailable(())


def _held(deed: Deed, number: str, client: str, until: float, made: int) -> bool:
    """Held already within another reservation of this hall is held."""
    before = deed.connection.execute(_standing, {"no": number, "now": deed.now}).one_or_none()
    return before is None and hold(deed, number, hall_holder(client), until, made).result is Held.HELD


_standing = select(numbers.c.number).where(
    numbers.c.number == bindparam("no"), numbers.c.state == NumberState.HELD, numbers.c.until > bindparam("now")
)
_reservation = select(reservations).where(reservations.c.id == bindparam("of"))
_those = select(*SHOWN, numbers.c.reservation).where(numbers.c.number.in_(bindparam("which", expanding=True)))
_still_held = select(numbers.c.number).where(
    numbers.c.reservation == bindparam("of"), numbers.c.state == NumberState.HELD
)
_released = (
    update(reservations)
    .where(reservations.c.id == bindparam("of"), reservations.c.released_at.is_(None))
    .values(released_at=bindparam("now"))
)


def reservation(deed: Deed, number: int) -> Reservation | None:
    row = deed.connection.execute(_reservation, {"of": number}).one_or_none()
    if row is None:
        return None
    rows = deed.connection.execute(_those, {"which": json.loads(row.numbers)}).all()
    return Reservation(
        row.id,
        row.client,
        row.subscriber,
        _state(row, rows, deed.now),
        tuple(sorted(map(number_of, rows), key=lambda each: each.number)),
        row.created_at,
        row.until,
    )


def _state(row: Any, rows: Sequence[Any], now: float) -> ReservationState:
    own = [each for each in rows if each.reservation == row.id]
    if any(each.state in (NumberState.ORDERED, NumberState.SOLD) for each in own):
        return ReservationState.ORDERED
    if row.released_at is not None:
        return ReservationState.RELEASED
    return ReservationState.STANDS if own and row.until > now else ReservationState.OVER


def release_reservation(deed: Deed, number: int) -> Reservation | None:
    """What of it is still held is free again; what was ordered meanwhile stays ordered. None if there is none."""
    standing = reservation(deed, number)
    if standing is None:
        return None
    deed.connection.execute(_released, {"of": number, "now": deed.now})
    for held in deed.connection.scalars(_still_held, {"of": number}).all():
        let_go(deed, held, hall_holder(standing.client))
    return reservation(deed, number)
