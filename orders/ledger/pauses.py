"""Why one may pause, and how long one should be in a state: what supervisors decide, as rows.

A reason that is given up is retired and not taken out: the pauses of last month keep their names.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, delete, select, update

from orders.agent_states import Limits, PauseReason, State
from orders.ledger.statements import statements
from orders.ledger.tables import pause_reasons, state_limits

_reasons = select(pause_reasons).order_by(pause_reasons.c.position, pause_reasons.c.code)


def limits(connection: Connection) -> Limits:
    """What counts now."""
    seconds = {State(row.state): row.seconds for row in connection.execute(select(state_limits))}
    return Limits(seconds, reasons(connection))


def reasons(connection: Connection, *, retired: bool = False) -> tuple[PauseReason, ...]:
    """Those that may be given; with `retired`, those too that were once."""
    query = _reasons if retired else _reasons.where(pause_reasons.c.retired.is_(False))
    return tuple(PauseReason(row.code, json.loads(row.names), row.seconds) for row in connection.execute(query))


def decide(connection: Connection, wanted: Limits) -> None:
    """These reasons, in this order, and these limits, from now on; the other reasons are retired, the other states have
    no limit."""
    connection.execute(update(pause_reasons).values(retired=True))
    for row in _rows(wanted.reasons):
        connection.execute(statements(connection).upsert(pause_reasons), row)
    connection.execute(delete(state_limits))
    for state, seconds in wanted.seconds.items():
        connection.execute(statements(connection).upsert(state_limits), {"state": state.value, "seconds": seconds})


def _rows(wanted: Iterable[PauseReason]) -> Iterable[dict[str, object]]:
    for place, reason in enumerate(wanted):
        names = json.dumps(dict(reason.names), ensure_ascii=False)
        yield {"code": reason.code, "names": names, "seconds": reason.seconds, "position": place, "retired": False}
