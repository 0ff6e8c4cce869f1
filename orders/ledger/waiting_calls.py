"""Callers who wait on the line, as rows: written by the turn in which somebody asked for an agent, kept up by the node
that has his call, and matched with agents by whichever node has a caller to match.

Whoever asks for an agent has a callback from that moment on, as somebody who texts has (`call_tasks`). While he is on
the line it is held back; when somebody talks with him it is that agent's card; when the node dies over it, it is due.
So nobody who asked is forgotten, whatever becomes of the call.

What else he is to be rung about, and somebody is reading, is taken out of that agent's hands when another is put
through to him: he is on the line now. Who has rung him already keeps it, and he waits for that.

Nodes take turns at matching (`_alone`), and each acts on what concerns its own callers; the others come out the same
when their nodes look, as all of it hangs on what is in the database.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from orders.agent_states import AWAY, Event, Told
from orders.agent_states import State as AgentState
from orders.ledger import agent_skills, agent_states, phone_calls
from orders.ledger.desk_rows import PUT_BACK
from orders.ledger.locks import lock_subscribers, try_customer
from orders.ledger.tables import agent_states as states
from orders.ledger.tables import call_tasks, waiting_calls
from orders.ledger.tables import phone_calls as calls
from orders.ledger.waiting_rows import caller_of
from orders.telephoning import LOST, OVER, PhoneCall
from orders.waiting import HELD, RENEWED, Caller, Ending, NoSuchCaller, Stand, State, Wish, ahead, matched

BY_THE_HOUSE: Final = "hall"
NOT_PICKED_UP: Final = "other"  # the reason for which an agent is paused who did not come

_open = select(waiting_calls).where(waiting_calls.c.ending.is_(None)).order_by(waiting_calls.c.since)
_mine = (waiting_calls.c.subscriber == bindparam("of"), waiting_calls.c.id == bindparam("row"))
_renew = update(waiting_calls).where(*_mine).values(lease_until=bindparam("until"))
_hold = (
    update(call_tasks)
    .where(
        call_tasks.c.subscriber == bindparam("of"), call_tasks.c.id == bindparam("row"), call_tasks.c.agent.is_(None)
    )
    .where(call_tasks.c.due_at.is_not(None))
    .values(due_at=bindparam("until"))
)
_held = select(call_tasks.c.subscriber, call_tasks.c.id, call_tasks.c.agent, call_tasks.c.dialled_at).where(
    call_tasks.c.agent.is_not(None),
    call_tasks.c.due_at.is_not(None),
    call_tasks.c.lease_until > bindparam("now"),
    call_tasks.c.subscriber.in_(bindparam("who", expanding=True)),
)
_put_back = (
    update(call_tasks)
    .where(call_tasks.c.subscriber == bindparam("of"), call_tasks.c.id == bindparam("row"))
    .where(call_tasks.c.agent == bindparam("by"))
    .values(PUT_BACK)
)


# ── What the node that has the calls asks ────────────────────────────────────────────────────────────────────────────


def look(connection: Connection, node: str, mine: Collection[int], now: float, lease: float) -> list[Stand]:
    """How it is with the callers of this node, after whoever can be put through has been. `lease`: of a card."""
    _alone(connection)
    callers = _gone_left_out(connection, node, mine, now)
    _keep_up(connection, [each for each in callers if each.id in mine], now)  # who hung up at once has never been one
    agent_states.wrapped_up(connection, now, node)
    ready, hands = agent_states.ready(connection, now), agent_skills.known(connection)
    in_hand = _in_hand(connection, [each for each in callers if each.state is State.WAITING], now)
    engaged = {row.subscriber for row in in_hand if row.dialled_at is not None}
    phones: dict[int, str] = {}
    for caller, agent in matched(callers, ready, hands, engaged):
        if caller.node != node or caller.id not in mine:
            continue
        if not try_customer(connection, caller.subscriber):
            continue  # somebody is just claiming something else of his: he is looked at again soon
        if agent_states.take(connection, agent.name, caller.id, now, node):
            _give_up([row for row in in_hand if row.subscriber == caller.subscriber], connection, now, node)
            offered = _offer(connection, caller, agent.name, now, lease)
            callers = [offered if each.id == caller.id else each for each in callers]
            phones[caller.id] = agent.phone
    staffed = _staffed(connection, now)
    return [
        Stand(each, ahead(callers, each), staffed, phones.get(each.id, "")) for each in callers if each.node == node
    ]


def _alone(connection: Connection) -> None:
    lock_subscribers(connection, ["callers who wait"])


def _in_hand(connection: Connection, callers: Sequence[Caller], now: float) -> Sequence[Any]:
    """What else these callers are to be rung about, and somebody has in hand."""
    who = [each.subscriber for each in callers if each.subscriber]
    return connection.execute(_held, {"who": who, "now": now}).all() if who else ()


def _give_up(rows: Iterable[Any], connection: Connection, now: float, node: str) -> None:
    for row in rows:
        connection.execute(_put_back, {"of": row.subscriber, "row": row.id, "by": row.agent})
        agent_states.happened(connection, row.agent, Told(Event.DONE, now, BY_THE_HOUSE, node))


def _gone_left_out(connection: Connection, node: str, mine: Collection[int], now: float) -> list[Caller]:
    """Those of nodes that give no sign any more are over, as are those of this one's former life."""
    there = []
    for row in connection.execute(_open).all():
        caller = caller_of(row)
        gone = caller.id not in mine and row.lease_until <= now
        if gone:
            end(connection, caller, Ending.LOST, now, node)
        else:
            there.append(caller)
    return there


def _keep_up(connection: Connection, callers: Sequence[Caller], now: float) -> None:
    if callers:
        until = [{"of": each.subscriber, "row": each.id, "until": now + RENEWED} for each in callers]
        connection.execute(_renew, until)
    waiting = [each for each in callers if each.state is State.WAITING]
    if waiting:
        connection.execute(_hold, [{"of": each.subscriber, "row": each.task, "until": now + HELD} for each in waiting])


def _staffed(connection: Connection, now: float) -> bool:
    """Whether anybody is at the desk, were it on another line."""
    query = select(states.c.agent).where(
        states.c.until.is_(None),
        states.c.state.not_in([AgentState.SIGNED_OUT.value, AgentState.PAUSED.value]),
        states.c.seen_at > now - AWAY,
    )
    return connection.execute(query.limit(1)).first() is not None


def _offer(connection: Connection, caller: Caller, agent: str, now: float, lease: float) -> Caller:
    offered = replace(caller, state=State.OFFERED, agent=agent, changed_at=now, wish="")
    _write(connection, offered)
    _give_task(connection, caller, agent, now + lease, now)
    agent_states.happened(connection, agent, Told(Event.CLAIM, now, BY_THE_HOUSE, caller.node, task=caller.task))
    rung = PhoneCall(caller.id, caller.subscriber, caller.task, agent, "calling_agent", now, now)
    _write_call(connection, rung, caller.node)
    return offered


# ── What became of it ────────────────────────────────────────────────────────────────────────────────────────────────


def missed(connection: Connection, number: int, now: float, declined: bool = False) -> None:
    """The agent did not pick up, or would not. Who did not is paused, so that the next caller does not wait for him."""
    caller = find(connection, number)
    if caller is None or caller.state is not State.OFFERED:
        return
    ring = 0 if declined else 19
    _call_over(connection, caller, "agent_away", ring, now)
    told = Told(Event.PAUSE, now, BY_THE_HOUSE, caller.node, reason=NOT_PICKED_UP)
    if not declined:
        agent_states.happened(connection, caller.agent, told)
    _let_go(connection, caller, now)
    _waits_again(connection, _passed_over(caller), now)


def talking(connection: Connection, number: int, now: float) -> None:
    caller = find(connection, number)
    if caller is None or caller.state is not State.OFFERED:
        return
    _write(connection, replace(caller, state=State.TALKING, changed_at=now, answered_at=now, wish=""))
    agent_states.happened(connection, caller.agent, Told(Event.ANSWER, now, BY_THE_HOUSE, caller.node, line=caller.id))
    call = PhoneCall(caller.id, caller.subscriber, caller.task, caller.agent, "talking", now, now, now)
    phone_calls.moved(connection, call)


def passed_back(connection: Connection, number: int, now: float) -> None:
    """His agent is there no more: he waits again, before all who came later. The row of his call stays open, as nobody
    is to ring him meanwhile."""
    caller = find(connection, number)
    if caller is None or caller.state is not State.TALKING:
        return
    told = Told(Event.OVER, now, BY_THE_HOUSE, caller.node, line=caller.id)
    agent_states.happened(connection, caller.agent, told)
    _waits_again(connection, _passed_over(caller), now)


def _passed_over(caller: Caller) -> Caller:
    """Who did not come for him, or left him, is not the next one either."""
    return replace(caller, passed=caller.passed | {caller.agent})


def _waits_again(connection: Connection, caller: Caller, now: float) -> None:
    _give_task(connection, caller, None, None, now + HELD)
    _write(connection, replace(caller, state=State.WAITING, agent="", changed_at=now, wish=""))


def over(connection: Connection, number: int, ending: Ending, now: float) -> None:
    """He is on the line no more, or not for an agent."""
    caller = find(connection, number)
    if caller is not None and caller.state is not State.OVER:
        end(connection, caller, ending, now, caller.node)


def end(connection: Connection, caller: Caller, ending: Ending, now: float, node: str) -> None:
    """The card of a talk stays with its agent; of who was not talked with, the callback is due, or done with."""
    if caller.state is State.TALKING and ending is not Ending.LOST:
        ending = Ending.TALKED
    if caller.state is not State.WAITING or caller.answered_at is not None:
        _call_over(connection, caller, "talked" if caller.state is State.TALKING else "caller_left", 16, now)
        if caller.state is State.OFFERED:
            _let_go(connection, caller, now)
    if caller.state is not State.TALKING:
        wanted = ending in (Ending.CALLBACK, Ending.LOST) and bool(caller.subscriber)
        _give_task(connection, caller, None, None, now) if wanted else _close_task(connection, caller, ending, now)
    mine = (waiting_calls.c.subscriber == caller.subscriber, waiting_calls.c.id == caller.id)
    values = {"state": State.OVER.value, "ending": ending.value, "changed_at": now, "wish": None}
    connection.execute(update(waiting_calls).where(*mine).values(**values))


def regained(connection: Connection, node: str, now: float) -> list[Caller]:
    """A node begins anew: whoever was on its lines, as they were. They wait on where they stood, or talk on, until it
    is known who is still there; an agent whose telephone just rang is ready: nobody knows any more what he would do."""
    _alone(connection)
    callers = [caller_of(row) for row in connection.execute(_open.where(waiting_calls.c.node == node))]
    for caller in callers:
        if caller.state is State.OFFERED:
            _call_over(connection, caller, LOST, 0, now)
            _let_go(connection, caller, now)
            _waits_again(connection, caller, now)
    _keep_up(connection, callers, now)
    return callers


def lapse(connection: Connection, now: float) -> None:
    """Callers of nodes that are no more."""
    gone = connection.execute(_open.where(waiting_calls.c.lease_until <= now - RENEWED)).all()
    for row in gone:
        end(connection, caller_of(row), Ending.LOST, now, row.node)


# ── What the desk asks ───────────────────────────────────────────────────────────────────────────────────────────────


def find(connection: Connection, number: int) -> Caller | None:
    row = connection.execute(select(waiting_calls).where(waiting_calls.c.id == number)).one_or_none()
    return None if row is None else caller_of(row)


def waiting(connection: Connection) -> list[Caller]:
    return [caller_of(row) for row in connection.execute(_open)]


def of_agent(connection: Connection, agent: str) -> Caller | None:
    """Whom he was offered, or talks with."""
    row = connection.execute(_open.where(waiting_calls.c.agent == agent).limit(1)).one_or_none()
    return None if row is None else caller_of(row)


def wish(connection: Connection, agent: str, number: int, wanted: Wish) -> None:
    """It is done by the node that has the call. Raises NoSuchCaller."""
    caller = find(connection, number)
    if caller is None or caller.agent != agent or caller.state is State.OVER:
        raise NoSuchCaller("this caller is not on your line any more")
    mine = (waiting_calls.c.subscriber == caller.subscriber, waiting_calls.c.id == number)
    connection.execute(update(waiting_calls).where(*mine).values(wish=wanted.value))


def hang_up(connection: Connection, agent: str, number: int) -> None:
    """The same for a call of which it is not known that it was a caller's."""
    caller = find(connection, number)
    if caller is not None and caller.agent == agent and caller.state is not State.OVER:
        wish(connection, agent, number, Wish.HANG_UP)


def forsaken(connection: Connection, agent: str, now: float) -> None:
    """An agent is signed out, and what he had in hand is put back: whoever is on his line is passed back, and nobody
    gets his card before that. Where it is recorded already there is nothing to wait for, and the call is over."""
    caller = of_agent(connection, agent)
    if caller is None:
        return
    wants = connection.scalar(select(call_tasks.c.id).where(*_task_of(caller))) is not None
    _give_task(connection, caller, None, None, now + HELD)
    wish(connection, agent, caller.id, Wish.PASS_BACK if wants or caller.state is State.OFFERED else Wish.HANG_UP)


def session_of(connection: Connection, task: int) -> str:
    """Of a caller who withholds his number, by the card about him: which of the calls it was."""
    query = select(waiting_calls.c.session).where(waiting_calls.c.task == task)
    return connection.scalar(query.order_by(waiting_calls.c.since.desc()).limit(1)) or ""


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _write(connection: Connection, caller: Caller) -> None:
    mine = (waiting_calls.c.subscriber == caller.subscriber, waiting_calls.c.id == caller.id)
    values = {
        "state": caller.state.value,
        "agent": caller.agent or None,
        "passed": json.dumps(sorted(caller.passed)) if caller.passed else None,
        "changed_at": caller.changed_at,
        "answered_at": caller.answered_at,
        "wish": caller.wish or None,
    }
    connection.execute(update(waiting_calls).where(*mine).values(**values))


def _task_of(caller: Caller) -> Iterable[Any]:
    return (
        call_tasks.c.subscriber == caller.subscriber,
        call_tasks.c.id == caller.task,
        call_tasks.c.done_at.is_(None),
    )


def _give_task(connection: Connection, caller: Caller, agent: str | None, until: float | None, due_at: float) -> None:
    claimed_at = None if until is None else due_at
    values = {"agent": agent, "lease_until": until, "due_at": due_at, "claimed_at": claimed_at}
    connection.execute(update(call_tasks).where(*_task_of(caller)).values(**values))


def _close_task(connection: Connection, caller: Caller, ending: Ending, now: float) -> None:
    values = {"due_at": None, "done_at": now, "outcome": ending.value, "agent": None, "lease_until": None}
    connection.execute(update(call_tasks).where(*_task_of(caller)).values(**values))


def _let_go(connection: Connection, caller: Caller, now: float) -> None:
    """The agent has neither the line nor the card any more."""
    told = Told(Event.OVER, now, BY_THE_HOUSE, caller.node, line=caller.id)
    agent_states.happened(connection, caller.agent, told)
    agent_states.happened(connection, caller.agent, Told(Event.DONE, now, BY_THE_HOUSE, caller.node))


def _write_call(connection: Connection, call: PhoneCall, node: str) -> None:
    """A caller may be offered to one agent after the other: the row is of the last."""
    there = select(calls.c.id).where(calls.c.subscriber == call.subscriber, calls.c.id == call.id)
    if connection.execute(there).first() is not None:
        mine = (calls.c.subscriber == call.subscriber, calls.c.id == call.id)
        again = {"agent": call.agent, "state": call.state, "changed_at": call.changed_at, "ending": None, "cause": None}
        connection.execute(update(calls).where(*mine).values(**again))
        return
    row = {"subscriber": call.subscriber, "id": call.id, "task": call.task, "agent": call.agent, "node": node}
    row |= {"state": call.state, "began_at": call.began_at, "changed_at": call.changed_at}
    connection.execute(insert(calls), [row])


def _call_over(connection: Connection, caller: Caller, ending: str, cause: int, now: float) -> None:
    began = PhoneCall(caller.id, caller.subscriber, caller.task, caller.agent, OVER, caller.changed_at, now)
    phone_calls.moved(connection, replace(began, answered_at=caller.answered_at, ending=ending, cause=cause))
    if caller.state is State.TALKING:
        told = Told(Event.OVER, now, BY_THE_HOUSE, caller.node, line=caller.id)
        agent_states.happened(connection, caller.agent, told)
