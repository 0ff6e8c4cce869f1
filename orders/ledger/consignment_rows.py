"""Consignments and their events, to rows and back."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from orders.consignment import Consignment, ConsignmentEvent, ConsignmentState, Tiding
from orders.ledger.rows import Row, to_json
from orders.ledger.statements import locking, write
from orders.ledger.tables import consignment_events, consignments

_of_order = (
    select(consignments)
    .where(consignments.c.subscriber == bindparam("of"), consignments.c.order_number == bindparam("no"))
    .order_by(consignments.c.id)
)
_told = select(consignment_events.c.event).where(
    consignment_events.c.subscriber == bindparam("of"),
    consignment_events.c.consignment == bindparam("row"),
    consignment_events.c.at == bindparam("moment"),
    consignment_events.c.step == bindparam("named"),
)
_one = select(consignments).where(consignments.c.id == bindparam("row"))
_update = (
    update(consignments)
    .where(consignments.c.subscriber == bindparam("of"), consignments.c.id == bindparam("row"))
    .values({column.name: bindparam(column.name) for column in consignments.c if not column.primary_key})
)


def put(connection: Connection, fresh: Iterable[Consignment]) -> None:
    write(connection, insert(consignments), map(row_of, fresh))


def replace_rows(connection: Connection, changed: Iterable[Consignment]) -> None:
    write(connection, _update, map(_changed_row, changed))


def record(connection: Connection, events: Iterable[ConsignmentEvent]) -> None:
    write(connection, insert(consignment_events), map(_event_row, events))


def of_order(connection: Connection, subscriber: str, number: str) -> list[Consignment]:
    """All consignments of an order, locked until the transaction ends."""
    query = _of_order.with_for_update() if locking(connection) else _of_order
    return [consignment_of(row) for row in connection.execute(query, {"of": subscriber, "no": number})]


def is_told(connection: Connection, consignment: Consignment, told: Tiding) -> bool:
    """Whether the very same was told before: carriers tell their whole story again each time."""
    names = {"of": consignment.subscriber, "row": consignment.id, "moment": told.at, "named": str(told.step)}
    return connection.execute(_told, names).first() is not None


def find(connection: Connection, number: int) -> Consignment | None:
    """As it stands now, not locked: whose it is tells what to lock."""
    row = connection.execute(_one, {"row": number}).one_or_none()
    return None if row is None else consignment_of(row)


def consignment_of(row: Any) -> Consignment:
    return Consignment(
        id=row.id,
        subscriber=row.subscriber,
        order=row.order_number,
        state=ConsignmentState(row.state),
        created_at=row.created_at,
        changed_at=row.changed_at,
        items=tuple(json.loads(row.items)) if row.items else (),
        carrier=row.carrier,
        tracking=row.tracking,
        signed_by=row.signed_by,
        declined=tuple(json.loads(row.declined)) if row.declined else (),
        left_at=row.left_at,
        due_at=row.due_at,
        late_at=row.late_at,
        late=row.late,
        attempts=row.attempts,
        events=row.events,
    )


def row_of(consignment: Consignment) -> Row:
    return {
        "subscriber": consignment.subscriber,
        "id": consignment.id,
        "order_number": consignment.order,
        "state": consignment.state.value,
        "items": _listed(consignment.items),
        "carrier": consignment.carrier,
        "tracking": consignment.tracking,
        "signed_by": consignment.signed_by,
        "declined": _listed(consignment.declined),
        "created_at": consignment.created_at,
        "changed_at": consignment.changed_at,
        "left_at": consignment.left_at,
        "due_at": consignment.due_at,
        "late_at": consignment.late_at,
        "late": consignment.late,
        "attempts": consignment.attempts,
        "events": consignment.events,
    }


def _listed(values: Sequence[object]) -> str | None:
    return to_json(list(values)) if values else None


def _changed_row(consignment: Consignment) -> Row:
    row = row_of(consignment)
    return {"of": row.pop("subscriber"), "row": row.pop("id"), **row}


def _event_row(event: ConsignmentEvent) -> Row:
    return {
        "subscriber": event.subscriber,
        "consignment": event.consignment,
        "event": event.event,
        "at": event.at,
        "told_at": event.told_at,
        "actor": event.actor,
        "step": event.step,
        "state": event.state,
        "note": event.note,
    }
