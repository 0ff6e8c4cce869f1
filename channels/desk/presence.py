"""What the agent is doing, at the desk: shown with its clock, and changed by a key.

    GET  api/v1/state                       what I am doing, since when, how long it should be, and the reasons to pause
    POST api/v1/state {state, reason}       `ready`, `paused` for a reason, or `wrap_up` for longer than it would be:
                                            200 what I am doing then

The rest follows from what he does: see orders/agent_states.py. A pause that is asked for with a card in hand begins
when that is done with; it is shown as `then` until it does. `ends_at` is until when there is time to wrap up.
"""

from collections.abc import Callable
from typing import Any, Protocol

from klein import Klein

from channels.desk.forms import BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, body
from orders.agent_states import Limits, Presence, State

Shown = dict[str, Any]

LONGEST_REASON = 40


class Presences(Protocol):
    """`mine` counts as a sign of life of his browser. `change` raises NoSuchReason."""

    async def mine(self, agent: str) -> tuple[Presence, Limits]: ...

    async def change(self, agent: str, state: State, reason: str) -> tuple[Presence, Limits]: ...

    async def talks_by_hand(self, agent: str, task: int) -> None:
        """He was told the number to dial: nobody sees that line but he."""


class NoPresences:
    """A desk that does not keep what agents are doing."""

    async def mine(self, agent: str) -> tuple[Presence, Limits]:
        return Presence(agent, State.READY), Limits()

    async def change(self, agent: str, state: State, reason: str) -> tuple[Presence, Limits]:
        return Presence(agent, state, reason=reason), Limits()

    async def talks_by_hand(self, agent: str, task: int) -> None:
        return None


class Desk(Protocol):
    guard: Guard
    now: Callable[[], float]
    presences: Presences


def routes(app: Klein) -> None:
    @app.route("/api/v1/state", methods=["GET"])
    async def my_state(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.session(request)
        mine, limits = await desk.presences.mine(session.agent)
        told = {"now": desk.now(), **shown(mine, limits), "reasons": reasons(limits)}
        return answer(request, told)

    @app.route("/api/v1/state", methods=["POST"])
    async def change_state(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.writing(request)
        mine, limits = await desk.presences.change(session.agent, *wanted(body(request)))
        return answer(request, {"now": desk.now(), **shown(mine, limits)})


def wanted(body: bytes) -> tuple[State, str]:
    """What he says that he is doing, and why."""
    fields = document(body)
    if unknown := sorted(set(fields) - {"state", "reason"}):
        raise BadForm(f"unknown {', '.join(unknown)}: a state is {{state, reason}}")
    state, reason = fields.get("state"), fields.get("reason") or ""
    if state not in (State.READY, State.PAUSED, State.WRAP_UP):
        raise BadForm("state is ready, paused or wrap_up; the others follow from what you do")
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise BadForm(f"reason is one of the codes that GET state tells, of up to {LONGEST_REASON} characters")
    return State(state), reason


def shown(of: Presence, limits: Limits) -> Shown:
    return {
        "state": of.state.value,
        "since": of.since,
        "reason": of.reason or None,
        "then": of.then or None,
        "by": of.by or None,
        "limit": limits.of(of),
        "ends_at": of.ends,
        "task": None if of.task is None else str(of.task),
    }


def reasons(limits: Limits) -> list[Shown]:
    return [{"code": each.code, "names": dict(each.names), "limit": each.seconds} for each in limits.reasons]
