"""Recordings on the ledger: whose they are, where they lie, and for how long. The files are somebody else's affair.

The row comes after the file, and goes after it: what a row names is there, or was until a moment ago. A file without a
row (somebody was erased, or a node died in between) is swept by whoever keeps the folder.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from orders.ledger.statements import statements, write
from orders.ledger.tables import phone_calls, recordings
from orders.recording import Recording

MOST = 200

_call = select(phone_calls).where(phone_calls.c.id == bindparam("call"))
_one = select(recordings).where(recordings.c.call == bindparam("call"))
_of_task = (
    select(recordings)
    .where(recordings.c.subscriber == bindparam("of"), recordings.c.task == bindparam("task"))
    .order_by(recordings.c.at)
)
_old = select(recordings).where(recordings.c.at < bindparam("before")).order_by(recordings.c.at).limit(MOST)
_of_subscriber = select(recordings).where(recordings.c.subscriber == bindparam("of"))
_gone = delete(recordings).where(recordings.c.subscriber == bindparam("of"), recordings.c.call == bindparam("number"))


def call_of(connection: Connection, call: int) -> tuple[str, int, str, float] | None:
    """Of a call that is over: whose it was, the task, the agent, and when it was answered. None: it is not over, nobody
    answered, or nobody knows it."""
    row = connection.execute(_call, {"call": call}).one_or_none()
    if row is None or row.ending is None or row.answered_at is None:
        return None
    return row.subscriber, row.task, row.agent, row.answered_at


def keep(connection: Connection, recording: Recording) -> None:
    row = {
        "subscriber": recording.subscriber,
        "call": recording.call,
        "task": recording.task,
        "agent": recording.agent,
        "at": recording.at,
        "seconds": recording.seconds,
        "file": recording.file,
    }
    write(connection, statements(connection).put(recordings), [row])


def one(connection: Connection, call: int) -> Recording | None:
    row = connection.execute(_one, {"call": call}).one_or_none()
    return None if row is None else _recording(row)


def of_task(connection: Connection, subscriber: str, task: int) -> list[Recording]:
    return [_recording(row) for row in connection.execute(_of_task, {"of": subscriber, "task": task})]


def of_subscriber(connection: Connection, subscriber: str) -> list[Recording]:
    return [_recording(row) for row in connection.execute(_of_subscriber, {"of": subscriber})]


def older(connection: Connection, before: float) -> list[Recording]:
    return [_recording(row) for row in connection.execute(_old, {"before": before})]


def forget(connection: Connection, kept: Iterable[Recording]) -> None:
    write(connection, _gone, ({"of": each.subscriber, "number": each.call} for each in kept))


def known(connection: Connection, calls: Iterable[int]) -> set[int]:
    query = select(recordings.c.call).where(recordings.c.call.in_(bindparam("calls", expanding=True)))
    return set(connection.scalars(query, {"calls": list(calls)}))


def _recording(row: Any) -> Recording:
    return Recording(row.call, row.subscriber, row.task, row.agent, row.at, row.seconds, row.file)
