"""Callers who wait, to rows and back."""

import json
from typing import Any

from orders.ledger.rows import Row
from orders.waiting import RENEWED, Caller, State


def row_of(caller: Caller, service: str) -> Row:
    return {
        "subscriber": caller.subscriber,
        "id": caller.id,
        "session": caller.session,
        "service": service,
        "node": caller.node,
        "language": caller.language,
        "reason": caller.reason,
        "task": caller.task,
        "since": caller.since,
        "state": State.WAITING.value,
        "agent": None,
        "passed": None,
        "changed_at": caller.since,
        "answered_at": None,
        "lease_until": caller.since + RENEWED,
        "wish": None,
        "ending": None,
    }


def caller_of(row: Any) -> Caller:
    return Caller(
        id=row.id,
        subscriber=row.subscriber,
        session=row.session,
        node=row.node,
        language=row.language,
        reason=row.reason,
        task=row.task,
        since=row.since,
        state=State(row.state),
        agent=row.agent or "",
        passed=frozenset(json.loads(row.passed)) if row.passed else frozenset(),
        changed_at=row.changed_at,
        answered_at=row.answered_at,
        wish=row.wish or "",
        service=row.service,
    )
