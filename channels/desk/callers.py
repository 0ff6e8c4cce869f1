"""Callers who wait on the line, at the desk: who is being put through to me, and how many wait.

    GET  api/v1/callers                 {waiting, oldest_at, mine}; mine: who rings my telephone, or talks with me
    POST api/v1/callers/{id}/decline    204: he goes on waiting, and is not put through to me again

The telephone is the answer: it rings when the caller is offered, and picking it up is taking the call, so there is
nothing to accept here. His card is in the agent's hands from the first ring on: claiming opens it. What he said until
then is told with `mine` already, so that one has read it before one says "good morning".
"""

from dataclasses import dataclass
from typing import Any, Protocol

from klein import Klein

from channels.desk.guard import Guard
from channels.desk.http import Request, answer, nothing
from orders.desk_words import Line
from orders.masking import number as masked
from orders.waiting import Caller

Shown = dict[str, Any]
SAID = 12  # lines of the conversation


@dataclass(frozen=True, slots=True)
class OnLine:
    """waiting: how many, and the first of them since when; mine: who was put through to whoever asks; said: what he
    and the house said."""

    waiting: int
    oldest_at: float | None
    mine: Caller | None = None
    said: tuple[Line, ...] = ()


class Callers(Protocol):
    async def on_line(self, agent: str) -> OnLine: ...

    async def decline(self, agent: str, caller: int) -> None:
        """Raises NoSuchCaller."""


class NoCallers:
    """A house without calls."""

    async def on_line(self, agent: str) -> OnLine:
        return OnLine(0, None)

    async def decline(self, agent: str, caller: int) -> None:
        return None


class Desk(Protocol):
    guard: Guard
    callers: Callers


def routes(app: Klein) -> None:
    @app.route("/api/v1/callers", methods=["GET"])
    async def on_line(desk: Desk, request: Request) -> bytes:
        session = await desk.guard.session(request)
        return answer(request, shown(await desk.callers.on_line(session.agent)))

    @app.route("/api/v1/callers/<int:caller>/decline", methods=["POST"])
    async def decline_caller(desk: Desk, request: Request, caller: int) -> bytes:
        session = await desk.guard.writing(request)
        await desk.callers.decline(session.agent, caller)
        return nothing(request)


def shown(of: OnLine) -> Shown:
    return {"waiting": of.waiting, "oldest_at": of.oldest_at, "mine": _mine(of)}


def _mine(of: OnLine) -> Shown | None:
    caller = of.mine
    if caller is None:
        return None
    return {
        "id": str(caller.id),
        "task": str(caller.task),
        "subscriber": masked(caller.subscriber) if caller.subscriber else None,
        "state": caller.state.value,
        "reason": caller.reason,
        "language": caller.language,
        "since": caller.since,
        "answered_at": caller.answered_at,
        "said": [{"at": line.at, "ours": line.ours, "text": line.text} for line in of.said[-SAID:]],
    }
