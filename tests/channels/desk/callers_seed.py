"""A caller on the line, as a node that has his call would have written him."""

from sqlalchemy import Connection, insert

from orders.ledger import phone_calls, waiting_calls
from orders.ledger.calls import call_task_row
from orders.ledger.tables import call_tasks
from orders.ledger.tables import waiting_calls as table
from orders.ledger.waiting_rows import row_of
from orders.waiting import HELD, Caller
from tests.orders.ledger.desk_seed import LEASE, WANG

NODE = "hall-9"
CALLER, TASK = 900, 901


def rings(connection: Connection, now: float, number: int = CALLER, subscriber: str = WANG) -> None:
    """Somebody waits on the line; he is put through if there is an agent for him."""
    caller = Caller(number, subscriber, f"pbx-a.{number}", NODE, "zh", "asked", number + 1, now)
    task = call_task_row(subscriber, number + 1, None, [{"code": "asked", "saw": {}}], 0, now)
    connection.execute(insert(call_tasks), [task | {"due_at": now + HELD}])
    connection.execute(insert(table), [row_of(caller, "10086")])
    waiting_calls.look(connection, NODE, frozenset({number}), now, LEASE)


def has_telephone(connection: Connection, agent: str) -> None:
    phone_calls.give_telephone(connection, agent, f"PJSIP/{agent}")
