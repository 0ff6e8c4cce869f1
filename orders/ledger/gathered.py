"""What a batch comes to, gathered as rows while its turns are taken, and written at its end: one `executemany` a table.

Nothing here is decided; it is put into words of the database. What has to be handed on once it is committed (messages
to send at once, questions to ask) is gathered beside the rows in `Committed`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from dialogs.words import Dialog, Inbound, Prompt, Remember, Request, Say
from orders.arrival import Arrival, Taken
from orders.desk_lanes import Lane
from orders.ledger.calls import call_task_row
from orders.ledger.house import House
from orders.ledger.repeats import Doubt
from orders.ledger.rows import KIND_NAMES, Row, content_of, dialog_row, lookup_row, to_json
from orders.ledger.statements import statements, write
from orders.ledger.tables import call_tasks, dialogs, inbound, lookups, outbound, quarantine, subscribers, waiting_calls
from orders.ledger.waiting_rows import row_of
from orders.lookup import Lookup
from orders.outbound import Outbound, OutboundState
from orders.waiting import HELD, Caller

Verdict = Taken | Exception

_callbacks = select(call_tasks.c.subscriber, call_tasks.c.id).where(
    call_tasks.c.subscriber.in_(bindparam("subscribers", expanding=True)),
    call_tasks.c.order_number.is_(None),
    call_tasks.c.due_at.is_not(None),
)

_held_back = (
    update(call_tasks)
    .where(
        call_tasks.c.subscriber == bindparam("of"), call_tasks.c.id == bindparam("row"), call_tasks.c.agent.is_(None)
    )
    .values(due_at=bindparam("until"))
)
_over = delete(dialogs).where(dialogs.c.subscriber == bindparam("of"), dialogs.c.thread == bindparam("in_thread"))


@dataclass(slots=True)
class Committed:
    """What is true once the transaction is. `verdicts` are in the order of the arrivals."""

    verdicts: list[Verdict] = field(default_factory=list)
    outbound: list[Outbound] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    settled: list[tuple[bytes, Doubt]] = field(default_factory=list)
    turns: int = 0
    intents: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)


class Gathered:
    """direct: the channels whose messages this node sends at once; others wait as queued rows."""

    def __init__(self, house: House, now: float, direct: frozenset[str]) -> None:
        self.done = Committed()
        self._house = house
        self._now = now
        self._direct = direct
        self._inbound: dict[int, Row] = {}
        self._outbound: list[Row] = []
        self._dialogs: list[Row] = []
        self._over: list[Row] = []
        self._lookups: list[Row] = []
        self._quarantine: list[Row] = []
        self._wishes: dict[str, dict[str, Any]] = {}
        self._put_through: list[tuple[Caller, str]] = []
        self._wanted: dict[str, tuple[str, str]] = {}

    # ── what came in ──

    def record(self, arrival: Arrival) -> None:
        told = arrival.inbound
        self._inbound[told.id] = {
            "subscriber": told.subscriber,
            "id": told.id,
            "thread": told.thread,
            "kind": KIND_NAMES[type(told.kind)],
            "content": content_of(told),
            "intent": None,
            "received_at": told.received_at,
            "connection": arrival.connection,
            "number": arrival.number,
            "fingerprint": arrival.fingerprint or None,
            "parameters": arrival.parameters or None,
        }

    def understood(self, told: Inbound, intent: str) -> None:
        self.done.intents.append(intent)
        if told.id in self._inbound:
            self._inbound[told.id]["intent"] = intent

    def set_aside(self, told: Inbound, trace: str) -> None:
        self._quarantine.append(quarantine_row(told, self._now, trace))

    # ── what stands ──

    def dialog(self, dialog: Dialog) -> None:
        """Of a session that is over nothing is kept: the next one has another name."""
        row = dialog_row(dialog)
        kept = dialog.place is not None or "/" not in dialog.thread
        (self._dialogs if kept else self._over).append(row)

    def wish(self, subscriber: str, wish: Remember) -> None:
        self._wishes.setdefault(subscriber, {})[wish.name] = wish.value

    def want_agent(self, subscriber: str, why: str, language: str = "") -> None:
        self._wanted[subscriber] = why, language

    def put_through(self, told: Inbound, why: str, language: str, task: int = 0) -> int:
        """He waits on the line; until somebody talks with him, his callback is held back, or the task that we rang him
        about."""
        number = self._house.ids.next(self._now)
        node = self._house.node
        caller = Caller(number, told.subscriber, told.session, node, language, why, task, self._now)
        self._put_through.append((caller, told.service))
        return number

    def ask_outside(self, told: Inbound, request: Request) -> None:
        lookup = Lookup(
            id=request.id,
            subscriber=told.subscriber,
            channel=told.channel,
            service_address=told.service,
            session=told.session,
            service=request.service,
            arguments=request.arguments,
            asked_at=self._now,
            give_up_at=self._now + request.within,
            resume=request.resume,
            proof=told.proof,
        )
        self._lookups.append(lookup_row(lookup, self._house.node, self._now + self._house.lease))
        self.done.lookups.append(lookup)

    # ── what goes out ──

    def reply(
        self,
        told: Inbound,
        texts: Sequence[tuple[Say, str]],
        ends: bool,
        by_text: bool = False,
        signed_in: str = "",
        put_through: int = 0,
    ) -> None:
        """What one inbound is answered with is one message, however many turns had a part in it."""
        if not texts:
            return
        validity = self._house.session_validity if told.session else self._house.text_validity
        message = Outbound(
            id=self._house.ids.next(self._now),
            subscriber=told.subscriber,
            channel=told.channel,
            service=told.service,
            session=told.session,
            text="\n".join(text for _, text in texts),
            created_at=self._now,
            expires_at=self._now + validity,
            lease_until=self._now + self._house.lease,
            ends=ends,
            phrase=texts[0][0].prompt.phrase,
            layout=self._house.lay_out(told.channel, [say for say, _ in texts]) if told.session else "",
            by_text=by_text,
            script=texts[0][0].script,
            signed_in=signed_in,
            put_through=put_through,
        )
        self._send(message, told.id)

    def post(
        self, subscriber: str, because_of: int | None, phrase: str, text: str, not_before: float = 0.0, script: str = ""
    ) -> None:
        """A notice: a text message, whatever channel the matter came up in. not_before: 0 is at once."""
        message = Outbound(
            id=self._house.ids.next(self._now),
            subscriber=subscriber,
            channel="sms",
            service=self._house.text_service,
            session="",
            text=text,
            created_at=self._now,
            expires_at=max(self._now, not_before) + self._house.text_validity,
            lease_until=self._now + self._house.lease,
            phrase=phrase,
            not_before=not_before,
            script=script,
        )
        self._send(message, because_of)

    def notice(self, subscriber: str, prompt: Prompt, language: str, not_before: float = 0.0) -> None:
        self.post(subscriber, None, prompt.phrase, self._house.render("sms", prompt, language), not_before)

    def _send(self, message: Outbound, because_of: int | None) -> None:
        direct = message.channel in self._direct and message.not_before <= self._now
        self._outbound.append(
            {
                "subscriber": message.subscriber,
                "id": message.id,
                "inbound": because_of,
                "channel": message.channel,
                "service": message.service,
                "session": message.session,
                "phrase": message.phrase,
                "script": message.script or None,
                "text": message.text,
                "ends": message.ends,
                "layout": message.layout or None,
                "by_text": message.by_text or None,
                "created_at": message.created_at,
                "expires_at": message.expires_at,
                "not_before": message.not_before or None,
                "state": OutboundState.SENDING if direct else OutboundState.QUEUED,
                "due_at": message.lease_until if direct else max(self._now, message.not_before),
                "node": self._house.node if direct else None,
                "attempts": 0,
            }
        )
        if direct:
            self.done.outbound.append(message)

    # ── the end ──

    def write(self, connection: Connection) -> None:
        write(connection, insert(inbound), self._inbound.values())
        write(connection, statements(connection).upsert(dialogs), self._dialogs)
        write(connection, _over, ({"of": row["subscriber"], "in_thread": row["thread"]} for row in self._over))
        write(connection, insert(outbound), self._outbound)
        write(connection, insert(lookups), self._lookups)
        write(connection, insert(quarantine), self._quarantine)
        for subscriber, wishes in self._wishes.items():
            self._write_wishes(connection, subscriber, wishes)
        if self._wanted:
            self._write_wanted(connection)
        if self._put_through:
            self._write_put_through(connection)

    def _write_wishes(self, connection: Connection, subscriber: str, wishes: dict[str, Any]) -> None:
        connection.execute(statements(connection).put(subscribers), {"subscriber": subscriber, "updated_at": self._now})
        mine = subscribers.c.subscriber == subscriber
        connection.execute(subscribers.update().where(mine).values(**wishes, updated_at=self._now))

    def _write_wanted(self, connection: Connection) -> None:
        """Who asked for an agent and is not already waiting for one."""
        waiting = set(connection.scalars(_callbacks, {"subscribers": list(self._wanted)}))
        write(
            connection,
            insert(call_tasks),
            (self._callback(who, why, language) for who, (why, language) in self._wanted.items() if who not in waiting),
        )

    def _write_put_through(self, connection: Connection) -> None:
        """Who has a callback already keeps it; it waits as long as he does."""
        known = {"subscribers": [caller.subscriber for caller, _ in self._put_through if caller.subscriber]}
        tasks = {row.subscriber: row.id for row in connection.execute(_callbacks, known)}
        until = self._now + HELD
        for caller, service in self._put_through:
            task = caller.task or tasks.get(caller.subscriber)
            if task is None:
                made = self._callback(caller.subscriber, caller.reason, caller.language) | {"due_at": until}
                write(connection, insert(call_tasks), [made])
                task = made["id"]
                tasks |= {caller.subscriber: task} if caller.subscriber else {}
            else:
                write(connection, _held_back, [{"of": caller.subscriber, "row": task, "until": until}])
            write(connection, insert(waiting_calls), [row_of(replace(caller, task=task), service)])

    def _callback(self, who: str, why: str, language: str) -> Row:
        region = self._house.calling_hours.key_of(who)
        lane = str(Lane(language, self._house.desk.skill_for([why], ()), region=region))
        reasons: list[dict[str, Any]] = [{"code": why, "saw": {}}]
        return call_task_row(who, self._house.ids.next(self._now), None, reasons, 0, self._now, lane)


def quarantine_row(told: Inbound, now: float, trace: str) -> Row:
    record = {
        "channel": told.channel,
        "service": told.service,
        "session": told.session,
        "received_at": told.received_at,
        "kind": KIND_NAMES[type(told.kind)],
        "content": content_of(told),
    }
    return {"subscriber": told.subscriber, "id": told.id, "at": now, "inbound": to_json(record), "trace": trace}
