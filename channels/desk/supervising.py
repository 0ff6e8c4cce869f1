"""What supervisors do for those at work, at the desk.

    GET  api/v1/orders/{number}                     any order, as on its card
    POST api/v1/tasks/{id}/unlock {why}             204: it waits again
    POST api/v1/tasks/{id}/assign {agent, why}      204: it is in his hands, and his browser says so
    POST api/v1/agents/{name}/pause {reason, why}   204: he pauses, as soon as he is done
    POST api/v1/agents/{name}/sign-out {why}        204: his browser is told, and what he had waits again

All of it is for supervisors, and stands in the access log with its `why`. Each agent's browser hears of it by its
stream.
"""

from typing import Any, Protocol

from klein import Klein
from twisted.logger import Logger

from channels.desk import presence, shown
from channels.desk.forms import LONGEST_NAME, LONGEST_NOTE, BadForm, document
from channels.desk.guard import Guard
from channels.desk.http import Request, answer, nothing
from orders.abnormal import NoSuchOrder
from orders.agent_states import Limits
from orders.desk_words import Card, DeskSession
from orders.people import By
from orders.supervising import AGES, OnShift, Shift, Today

log = Logger()

Shown = dict[str, Any]


class Supervision(Protocol):
    async def shift(self) -> Shift: ...

    async def unlock(self, by: By, task: int, why: str) -> None:
        """Raises TaskGone, NotYours."""

    async def assign(self, by: By, task: int, to: str, why: str) -> None:
        """Raises TaskGone, NoSuchAgent, NotToHim."""

    async def pause(self, by: By, agent: str, reason: str, why: str) -> None:
        """Raises NoSuchAgent, NoSuchReason."""

    async def sign_out(self, by: By, agent: str, why: str) -> None:
        """Raises NoSuchAgent."""

    async def order(self, by: By, number: str) -> Card:
        """Raises NoSuchOrder."""


class NoSupervision:
    """A desk at which nobody leads."""

    async def shift(self) -> Shift:
        return Shift((), Limits(), (0,) * (len(AGES) + 1), (), 0, Today(0, 0, 0))

    async def unlock(self, by: By, task: int, why: str) -> None:
        return None

    async def assign(self, by: By, task: int, to: str, why: str) -> None:
        return None

    async def pause(self, by: By, agent: str, reason: str, why: str) -> None:
        return None

    async def sign_out(self, by: By, agent: str, why: str) -> None:
        return None

    async def order(self, by: By, number: str) -> Card:
        raise NoSuchOrder(f"there is no order {number}")


class Leads(Protocol):
    @property
    def supervision(self) -> Supervision: ...


class Desk(Protocol):
    """What a route is given."""

    guard: Guard
    leading: Leads

    @property
    def now(self) -> Any: ...


def routes(app: Klein) -> None:
    @app.route("/api/v1/orders/<number>", methods=["GET"])
    async def look_into(desk: Desk, request: Request, number: str) -> bytes:
        session = await desk.guard.overseeing(request)
        card = await desk.leading.supervision.order(_by(session), number)
        return answer(request, shown.card(card, desk.now()))

    @app.route("/api/v1/tasks/<int:task>/unlock", methods=["POST"])
    async def unlock_task(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        why = _fields(request)["why"]
        await desk.leading.supervision.unlock(_by(session), task, why)
        log.info("{by} unlocked task {task}: {why}", by=session.agent, task=str(task), why=why)
        return nothing(request)

    @app.route("/api/v1/tasks/<int:task>/assign", methods=["POST"])
    async def assign_task(desk: Desk, request: Request, task: int) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        fields = _fields(request, "agent")
        await desk.leading.supervision.assign(_by(session), task, fields["agent"], fields["why"])
        log.info("{by} gave task {task} to {to}", by=session.agent, task=str(task), to=fields["agent"])
        return nothing(request)

    @app.route("/api/v1/agents/<agent>/pause", methods=["POST"])
    async def pause_agent(desk: Desk, request: Request, agent: str) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        fields = _fields(request, "reason")
        await desk.leading.supervision.pause(_by(session), agent, fields["reason"], fields["why"])
        log.info("{by} has {agent} pause: {why}", by=session.agent, agent=agent, why=fields["why"])
        return nothing(request)

    @app.route("/api/v1/agents/<agent>/sign-out", methods=["POST"])
    async def sign_out_agent(desk: Desk, request: Request, agent: str) -> bytes:
        session = await desk.guard.overseeing_writing(request)
        why = _fields(request)["why"]
        await desk.leading.supervision.sign_out(_by(session), agent, why)
        log.info("{by} signed {agent} out: {why}", by=session.agent, agent=agent, why=why)
        return nothing(request)


def _by(session: DeskSession) -> By:
    return By(session.agent, session.role)


def _fields(request: Request, *needed: str) -> dict[str, str]:
    """Texts: those that are needed, and why, which may be empty."""
    said = document(request.content.read(LONGEST_NOTE * 8) or b"{}")
    if unknown := sorted(set(said) - {"why", *needed}):
        raise BadForm(f"unknown {', '.join(unknown)}; known are {', '.join(('why', *needed))}")
    fields = {name: said.get(name) or "" for name in ("why", *needed)}
    for name, value in fields.items():
        if not isinstance(value, str) or len(value) > (LONGEST_NOTE if name == "why" else LONGEST_NAME):
            raise BadForm(f"{name} is a text, and not a long one")
    if missing := [name for name in needed if not fields[name].strip()]:
        raise BadForm(f"{', '.join(missing)} is needed")
    return {name: value.strip() for name, value in fields.items()}


# ── On the board ─────────────────────────────────────────────────────────────────────────────────────────────────────


def on_board(of: Shift) -> Shown:
    return {
        "doing": {each.presence.agent: _on_shift(each, of.limits) for each in of.agents},
        "reasons": presence.reasons(of.limits),
        "ages": [{"upto": upto, "count": count} for upto, count in zip((*AGES, None), of.ages, strict=True)],
        "waiting_for": [{"code": each.code, "count": each.count, "oldest_at": each.oldest_at} for each in of.reasons],
        "looked_at": of.looked_at,
        "attempts": {"tries": of.today.tries, "reached": of.today.reached, "agreed": of.today.agreed},
        "rate": of.today.rate,
    }


def _on_shift(of: OnShift, limits: Limits) -> Shown:
    return {**presence.shown(of.presence, limits), "order": of.order, "tries": of.tries, "seen_at": of.presence.seen_at}
